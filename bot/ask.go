package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Ask answers a question with exact words of the records, or abstains and shows
// the nearest passages. The error is a *UserError where the question is at
// fault.
func (b *Bot) Ask(ctx context.Context, q Question) (*Answer, error) {
	start := b.now()
	if err := checkQuestion(q.Text); err != nil {
		return nil, err
	}
	wordsAlone := false
	q.withoutVectors = func(error) { wordsAlone = true }
	asked := q.Text
	q, a := b.which(q)
	if err := b.checkScope(q.Record, q.Section, q.Speaker); err != nil {
		return nil, err
	}
	if a == nil {
		var err error
		if a, err = b.answer(ctx, q); err != nil {
			return nil, err
		}
	}
	if wordsAlone {
		a.Notes = append(a.Notes, noteWordsAlone)
	}
	a.Question = asked
	a.Text = a.plain()
	if err := verify(b.lib, a); err != nil {
		return nil, fmt.Errorf("an answer was held back: %w", err)
	}
	a.TookMS = float64(b.now().Sub(start).Microseconds()) / 1000
	return a, nil
}

// noteWordsAlone says that passages in other words may have been missed.
const noteWordsAlone = "Searched by words alone: the embedding model cannot be reached."

// answer tries what a question may be, the most particular first: whether
// somebody really said some words, a fact about the document, a question that
// the turns answer.
func (b *Bot) answer(ctx context.Context, q Question) (*Answer, error) {
	if a, asked, err := b.answerQuotation(ctx, q); asked || err != nil {
		if err == nil && a.Status == Answered {
			b.addExchange(a, q)
		}
		return a, err
	}
	if a, err := b.answerFact(q); a != nil || err != nil {
		return a, err
	}
	if a, err := b.answerAround(ctx, q); a != nil || err != nil {
		return a, err
	}
	return b.answerFromTurns(ctx, q)
}

func newAnswer(q Question) *Answer {
	return &Answer{Question: q.Text, Status: Abstained, Mode: Extractive, Citations: []Citation{}, Statements: []Statement{}}
}

// Constants of the choice of evidence, set on the project's question set.
const (
	considered   = 20  // turns looked at
	maxCited     = 5   // turns cited in an answer
	maxNearest   = 3   // turns shown when the record does not say
	citedShare   = .15 // of the best turn's score that a further turn needs
	longestQuote = 60  // words of a turn that are quoted whole
)

// answerFromTurns answers with the turns that speak of what is asked.
func (b *Bot) answerFromTurns(ctx context.Context, q Question) (*Answer, error) {
	a := newAnswer(q)
	original := q
	q.Text = b.searchText(ctx, q)
	topic := q.Text
	if without := sectionWords.ReplaceAllString(topic, " "); len(retrieval.Words(without)) > 0 {
		topic = without
	}
	found, err := b.index.Search(ctx, retrieval.Query{Text: topic, Record: q.Record, Section: q.Section, Speaker: q.Speaker, Limit: considered, Answer: true, WithoutVectors: q.withoutVectors})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		a.Notes = append(a.Notes, "The record has nothing on it.")
		return a, nil
	}
	asked := readQuestion(q.Text)
	terms := b.index.Understand(q.Text, found[0].Record.ID)
	if reason := whySilent(asked, terms, found); reason != "" {
		a.Notes = append(a.Notes, reason)
		for _, e := range found[:min(maxNearest, len(found))] {
			a.Nearest = append(a.Nearest, b.citeBest(e, q.Text))
		}
		if b.opts.Model != nil && onlyWords(asked, terms, found[0].Record) {
			return b.generated(ctx, original, q.Text, a), nil
		}
		return a, nil
	}
	a.Status = Answered
	if s := bestSection(found); asked.section && s != nil {
		a.Statements = append(a.Statements, Statement{Text: "The section:", Citations: []int{0}, Quoted: true})
		a.Citations = append(a.Citations, citeHeading(found[0].Record, s))
	}
	for _, e := range choose(q, asked, found) {
		b.state(a, e, q.Text)
	}
	if b.opts.Model != nil {
		return b.generated(ctx, original, q.Text, a), nil
	}
	return a, nil
}

// bestSection returns the section that most of what was found stands in, by
// score, of the best turn's record; or nil.
func bestSection(found []retrieval.Evidence) *corpus.Section {
	r := found[0].Record
	var best *corpus.Section
	scores := make(map[*corpus.Section]float64)
	for _, e := range found {
		if e.Record != r {
			continue
		}
		if s := r.SectionOf(e.Turn); s != nil {
			if scores[s] += e.Score; best == nil || scores[s] > scores[best] {
				best = s
			}
		}
	}
	return best
}

// choose returns the evidence an answer cites, best first.
func choose(q Question, asked question, found []retrieval.Evidence) []retrieval.Evidence {
	best := found[0]
	chosen := []retrieval.Evidence{best}
	has := func(t *corpus.Turn) bool {
		return slices.ContainsFunc(chosen, func(e retrieval.Evidence) bool { return e.Turn == t })
	}
	add := func(e retrieval.Evidence) {
		if len(chosen) < maxCited && e.Record == best.Record && !has(e.Turn) {
			chosen = append(chosen, e)
		}
	}
	if asked.reply && q.Speaker == "" {
		if beside := neighbour(best, 1); beside != nil {
			add(*beside)
		}
	}
	if asked.bothSides {
		for _, e := range found {
			if e.Turn.Speaker != "" && e.Turn.Speaker != best.Turn.Speaker {
				add(e)
				break
			}
		}
	}
	for _, e := range found[1:] {
		if e.Score >= citedShare*best.Score {
			add(e)
		}
	}
	// What comes next is often the answer, and a short answer needs what it
	// answers; unless only one speaker is wanted.
	for _, step := range []int{1, -1} {
		if q.Speaker != "" {
			break
		}
		if beside := neighbour(best, step); beside != nil {
			add(*beside)
		}
	}
	return chosen
}

// leastQuoted is how many words a quotation inside a question needs to say
// which passage is meant.
const leastQuoted = 3

// answerAround answers a question that quotes a passage to ask something else
// about it ("who said … and what was the reply") with the passage and the turns
// next to it. It returns nil for other questions.
func (b *Bot) answerAround(ctx context.Context, q Question) (*Answer, error) {
	for _, quoted := range b.Quotations(q.Text) {
		if !quoted.Marked || len(strings.Fields(quoted.Text)) < leastQuoted {
			continue
		}
		c, err := b.Check(ctx, CheckQuery{Quotation: quoted.Text, Speaker: q.Speaker, Record: q.Record})
		if err != nil {
			return nil, err
		}
		if c.Verdict == Absent || c.Verdict == Altered || len(c.Matches) == 0 {
			continue
		}
		said, err := b.evidenceAt(c.Matches[0].Citation)
		if err != nil {
			return nil, err
		}
		a := newAnswer(q)
		a.Status = Answered
		b.state(a, said, q.Text)
		for _, step := range []int{1, -1} {
			if beside := neighbour(said, step); beside != nil {
				b.state(a, *beside, q.Text)
			}
		}
		return a, nil
	}
	return nil, nil
}

// addExchange adds what was replied to a passage cited last, or what it replies
// to, where a question asks for it.
func (b *Bot) addExchange(a *Answer, q Question) {
	asked := readQuestion(q.Text)
	if !asked.reply && !asked.context {
		return
	}
	c := a.Citations[len(a.Citations)-1]
	said, err := b.evidenceAt(c)
	if err != nil || said.Turn.Ref.String() != c.Ref {
		return // a heading is part of no exchange
	}
	step := -1
	if asked.reply {
		step = 1
	}
	if beside := neighbour(said, step); beside != nil {
		b.state(a, *beside, q.Text)
	}
}

// evidenceAt returns the turn that a citation cites.
func (b *Bot) evidenceAt(c Citation) (retrieval.Evidence, error) {
	r, err := b.lib.Record(c.Record)
	if err != nil {
		return retrieval.Evidence{}, err
	}
	ref, err := corpus.ParseRef(c.Ref)
	if err != nil {
		return retrieval.Evidence{}, err
	}
	first, _, err := r.Lookup(ref)
	if err != nil {
		return retrieval.Evidence{}, err
	}
	return retrieval.Evidence{Record: r, Turn: &r.Turns[first]}, nil
}

// state adds a piece of evidence to an answer as a statement of its own.
func (b *Bot) state(a *Answer, e retrieval.Evidence, question string) {
	a.Statements = append(a.Statements, Statement{Text: introduce(e.Turn), Citations: []int{len(a.Citations)}, Quoted: true})
	a.Citations = append(a.Citations, b.citeBest(e, question))
}

// neighbour returns the turn next to a piece of evidence in the same part of
// the record, if somebody says it.
func neighbour(e retrieval.Evidence, step int) *retrieval.Evidence {
	i := e.Turn.Number - 1 + step
	if i < 0 || i >= len(e.Record.Turns) {
		return nil
	}
	t := &e.Record.Turns[i]
	if t.Ref.Section != e.Turn.Ref.Section || t.Speaker == "" {
		return nil
	}
	return &retrieval.Evidence{Record: e.Record, Turn: t}
}

// citeBest cites the turn, or of a long turn the sentences that fit the
// question best.
func (b *Bot) citeBest(e retrieval.Evidence, question string) Citation {
	start, end := bestSentences(e.Turn.Text, question, longestQuote)
	return cite(e.Record, e.Turn, start, end)
}

// introduce names who says the words of a turn, as far as the record knows.
func introduce(t *corpus.Turn) string {
	switch {
	case t.Ref.Section == corpus.Head:
		return "At the head of the record:"
	case t.Ref.Section == corpus.Notes:
		return "In the notes below the record:"
	case t.Stage:
		return "Stage direction:"
	case t.Attribution == corpus.Inferred:
		return t.Speaker + " (inferred; no speaker is named):"
	case t.Speaker == "":
		return "No speaker is named:"
	}
	return t.Speaker + ":"
}
