package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// leastKept is the share of a model's statements that must hold up for the
// answer to be the model's.
const leastKept = 1. / 3

// generated returns the answer that the model words from the evidence for a
// question, as far as it holds up; otherwise the extractive one, with a note.
// search is the question as it was searched for. Where the extractive answer
// abstains, statements that hold up overturn it.
func (b *Bot) generated(ctx context.Context, q Question, search string, extractive *Answer) *Answer {
	writing := &Writing{Name: b.opts.Model.Name()}
	extractive.Model = writing
	fallBack := func(note string) *Answer {
		writing.Note = note
		extractive.Notes = append(extractive.Notes, "Written without the model: "+note+".")
		return extractive
	}
	evidence, err := b.evidenceFor(ctx, q, search, extractive)
	if err != nil || len(evidence) == 0 {
		return fallBack("nothing was found to show it")
	}
	prompt, err := answerPrompt(q, evidence)
	if err != nil {
		return fallBack("its question could not be put together")
	}
	a := newAnswer(q)
	a.Mode, a.Model = Generated, writing
	v := newVerifier(evidence)
	err = b.readReply(ctx, prompt, func(c claim) {
		if len(a.Statements) >= 2*mostStatements {
			return
		}
		s, err := v.check(c)
		if err != nil {
			writing.Dropped = append(writing.Dropped, Dropped{c.Text, err.Error()})
			return
		}
		if !b.take(a, s) {
			return
		}
		writing.Kept++
		if q.Progress != nil && verify(b.lib, a) == nil {
			q.Progress(a)
		}
	})
	switch {
	case writing.Kept == 0 && err != nil:
		return fallBack(modelNote(err))
	case writing.Kept == 0 && len(writing.Dropped) == 0 && extractive.Status == Abstained:
		return extractive // it has nothing to say either
	case writing.Kept == 0 && len(writing.Dropped) == 0:
		return fallBack("it gave no answer that could be read")
	case float64(writing.Kept) < leastKept*float64(writing.Kept+len(writing.Dropped)):
		return fallBack(noteTooLittle)
	}
	if verify(b.lib, a) != nil {
		return fallBack("what it wrote could not be verified")
	}
	if err != nil {
		a.Notes = append(a.Notes, "The model's answer was cut off.")
	}
	return a
}

// noteTooLittle says that what a model wrote does not hold up.
const noteTooLittle = "too little of what it wrote stands in the record"

// modelNote says why a model wrote nothing, or "" without an error.
func modelNote(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrBudget):
		return "its budget for today is used up"
	case errors.Is(err, context.DeadlineExceeded):
		return "it took too long"
	}
	return "it cannot be reached"
}

// take adds a verified statement to an answer; it returns false for one that
// the answer has already.
func (b *Bot) take(a *Answer, s verified) bool {
	if slices.ContainsFunc(a.Statements, func(have Statement) bool { return have.Text == s.text }) {
		return false
	}
	a.Status = Answered
	statement := Statement{Text: s.text}
	for _, e := range s.cited {
		if e.Turn.Attribution == corpus.Inferred {
			note := fmt.Sprintf("At %s no speaker is named; that it is %s is inferred.", e.Turn.Ref, e.Turn.Speaker)
			if !slices.Contains(a.Notes, note) {
				a.Notes = append(a.Notes, note)
			}
		}
		if s.quoted != nil && s.quoted.Turn == e.Turn {
			statement.Citations = append(statement.Citations, a.addCitation(cite(e.Record, e.Turn, s.span.start, s.span.end)))
			continue
		}
		statement.Citations = append(statement.Citations, a.addCitation(b.citeBest(e, s.text)))
	}
	a.Statements = append(a.Statements, statement)
	if s.quoted != nil {
		at := a.addCitation(cite(s.quoted.Record, s.quoted.Turn, s.span.start, s.span.end))
		a.Statements = append(a.Statements, Statement{Text: introduce(s.quoted.Turn), Citations: []int{at}, Quoted: true})
	}
	a.Text = a.plain()
	return true
}

// addCitation adds a citation to an answer, once, and returns its index.
func (a *Answer) addCitation(c Citation) int {
	if i := slices.Index(a.Citations, c); i >= 0 {
		return i
	}
	a.Citations = append(a.Citations, c)
	return len(a.Citations) - 1
}

// readReply asks the model and hands over each statement as it is complete. It
// returns when the reply is complete or the time for it is over, whatever the
// model does; the error is the model's or the context's.
func (b *Bot) readReply(ctx context.Context, prompt Prompt, each func(claim)) error {
	ctx, cancel := context.WithTimeout(ctx, b.opts.ModelTime)
	defer cancel()
	var mu sync.Mutex // held while the reply is read
	var reader replyReader
	over, streamed := false, false
	read := func(piece string) {
		for _, c := range reader.feed(piece) {
			each(c)
		}
	}
	text, err := b.write(ctx, prompt, func(piece string) {
		mu.Lock()
		defer mu.Unlock()
		if !over && ctx.Err() == nil {
			streamed = true
			read(piece)
		}
	})
	mu.Lock()
	defer mu.Unlock()
	if !streamed {
		read(text)
	}
	over = true
	for _, c := range reader.finish() {
		each(c)
	}
	return err
}

// write has the model write. It returns when the reply is complete or the
// context is done, whatever the model does; pieces may still come then.
func (b *Bot) write(ctx context.Context, prompt Prompt, pieces func(string)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := b.opts.Model.Write(ctx, prompt, pieces)
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// evidenceFor returns the turns that a model sees, in the order of the records:
// those found for the question and those the extractive answer cites, with the
// turns next to them.
func (b *Bot) evidenceFor(ctx context.Context, q Question, search string, extractive *Answer) ([]retrieval.Evidence, error) {
	found, err := b.index.Search(ctx, retrieval.Query{Text: search, Record: q.Record, Section: q.Section, Speaker: q.Speaker, Limit: promptEvidence, Answer: true})
	if err != nil {
		return nil, err
	}
	var chosen []retrieval.Evidence
	size := 0
	add := func(e retrieval.Evidence) {
		has := slices.ContainsFunc(chosen, func(x retrieval.Evidence) bool { return x.Turn == e.Turn })
		if has || len(chosen) >= promptTurns || size+len(e.Turn.Text) > promptSize {
			return
		}
		size += len(e.Turn.Text)
		chosen = append(chosen, e)
	}
	for _, c := range extractive.Citations {
		if e, err := b.evidenceAt(c); err == nil && e.Turn.Ref.String() == c.Ref {
			add(e)
		}
	}
	for _, e := range found {
		add(e)
		for _, step := range []int{1, -1} {
			if beside := neighbour(e, step); beside != nil && q.Speaker == "" {
				add(*beside)
			}
		}
	}
	slices.SortStableFunc(chosen, func(a, b retrieval.Evidence) int {
		return cmp.Or(cmp.Compare(a.Record.ID, b.Record.ID), cmp.Compare(a.Turn.Number, b.Turn.Number))
	})
	return chosen, nil
}

// onlyWords reports whether a question seems unanswered for its wording alone,
// which a model may know better: not for what it asks, nor for a name or a date
// that the record does not have.
func onlyWords(asked question, u retrieval.Understanding, r *corpus.Record) bool {
	if asked.aftermath || asked.wording || asked.identity || asked.wants != anything || muteParticipant(asked, u, r) != "" || unknownDate(asked.text, r) != "" {
		return false
	}
	return !slices.ContainsFunc(u.Terms, func(term retrieval.Term) bool {
		return term.Known < leastKnown && (worldNames[term.Text] || attributes[term.Text])
	})
}
