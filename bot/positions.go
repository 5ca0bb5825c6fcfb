package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// NothingRecorded stands where a speaker says nothing on a topic.
const NothingRecorded = "nothing recorded"

// PositionsQuery says what positions are asked for.
type PositionsQuery struct {
	Topic   string
	Record  string // an id; empty: the one the topic names, else Default
	Default string // an id; empty: the only record
	// Asker identifies who asks, for the model's budget; empty: nobody in
	// particular.
	Asker string
}

// Positions is what each speaker of a record says on a topic, side by side. Its
// statements are the positions' that are not empty.
type Positions struct {
	Answer
	Topic     string     `json:"topic"`
	Record    string     `json:"record"`
	Positions []Position `json:"positions"` // those who speak on it first, in order
}

// Position is what a speaker says on a topic, in the record's order.
type Position struct {
	Speaker string `json:"speaker"`
	Side    string `json:"side,omitempty"`
	// Citations are the turns on it, as indexes in Answer.Citations.
	Citations []int  `json:"citations"`
	Text      string `json:"text"` // NothingRecorded where there is nothing
	// Worded is what a model says of it, from the speaker's own turns, and was
	// verified; empty without a model, and where nothing of it holds up.
	Worded []Statement `json:"worded,omitempty"`
}

// Limits on what positions show.
const (
	maxTopicTurns = 60  // turns on a topic that are shown
	fewNamed      = 6   // turns that name a topic below which those near it are taken too
	topicCovered  = .65 // share of the topic a turn and its neighbours then must speak of
	topicScore    = .35 // of the best turn's score that it then needs
	shortReply    = 5   // words of a reply that says nothing without what it replies to
)

// Positions returns what each speaker says on a topic: the turns that name it,
// under any of its names, the turns of the sections named for it, and the short
// replies to those. Without a record the one is meant that the topic names, or
// the default, or the only one. A model words them above the turns, which stay as they are. The caller
// may change the positions but not what their slices hold. The error is a
// *UserError.
func (b *Bot) Positions(ctx context.Context, q PositionsQuery) (*Positions, error) {
	start := b.now()
	topic := q.Topic
	if err := checkQuestion(topic); err != nil {
		return nil, err
	}
	asked := topic
	record := q.Record
	if record == "" {
		var err error
		if record, topic, err = b.Meant(topic, q.Default); err != nil {
			return nil, err
		}
	}
	r, err := b.Record(record)
	if err != nil {
		return nil, err
	}
	p := &Positions{Topic: topic, Record: r.ID, Positions: []Position{}, Answer: Answer{
		Question: asked, Status: Abstained, Mode: Extractive, Citations: []Citation{}, Statements: []Statement{}}}
	wordsAlone := false
	turns, err := b.turnsOn(ctx, topic, r, func(error) { wordsAlone = true })
	if err != nil {
		return nil, err
	}
	if wordsAlone {
		p.Notes = append(p.Notes, noteWordsAlone)
	}
	if len(turns) > maxTopicTurns {
		p.Notes = append(p.Notes, fmt.Sprintf("%d turns touch on this; the %d that say most on it are shown.", len(turns), maxTopicTurns))
	}
	turns = strongest(turns)
	p.fill(r, turns)
	if p.Status == Abstained {
		evidence, err := b.index.Search(ctx, retrieval.Query{Text: topic, Record: r.ID, Limit: maxNearest})
		if err != nil {
			return nil, err
		}
		for _, e := range evidence {
			p.Nearest = append(p.Nearest, citeTurn(e.Record, e.Turn))
		}
	}
	p.Text = p.plain()
	if err := verify(b.lib, &p.Answer); err != nil {
		return nil, fmt.Errorf("positions were held back: %w", err)
	}
	if b.opts.Model != nil && p.Status == Answered {
		p = b.wordPositions(ctx, p, q, r, turns)
	}
	p.TookMS = float64(b.now().Sub(start).Microseconds()) / 1000
	return p, nil
}

// topicTurn is a turn that speaks on a topic.
type topicTurn struct {
	index int     // in Record.Turns
	score float64 // how much it says on it
}

// strongest returns the turns that say most on a topic, as many as are shown,
// in the record's order.
func strongest(turns []topicTurn) []topicTurn {
	if len(turns) <= maxTopicTurns {
		return turns
	}
	best := slices.Clone(turns)
	slices.SortStableFunc(best, func(a, b topicTurn) int { return cmp.Compare(b.score, a.score) })
	best = best[:maxTopicTurns]
	slices.SortFunc(best, func(a, b topicTurn) int { return cmp.Compare(a.index, b.index) })
	return best
}

// fill adds the positions of all speakers.
func (p *Positions) fill(r *corpus.Record, turns []topicTurn) {
	order := r.Speakers()
	first := make(map[string]int)
	for _, s := range order {
		first[s] = len(r.Turns)
	}
	for _, t := range slices.Backward(turns) {
		first[r.Turns[t.index].Speaker] = t.index
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(first[a], first[b]) })
	for _, speaker := range order {
		position := Position{Speaker: speaker, Side: r.Side(speaker), Citations: []int{}, Text: NothingRecorded}
		for _, on := range turns {
			if t := &r.Turns[on.index]; t.Speaker == speaker {
				position.Citations = append(position.Citations, len(p.Citations))
				p.Citations = append(p.Citations, citeTurn(r, t))
			}
		}
		if len(position.Citations) > 0 {
			p.Status = Answered
			position.Text = speaker
			if position.Side != "" {
				position.Text += " (" + position.Side + ")"
			}
			position.Text += ":"
			p.Statements = append(p.Statements, Statement{Text: position.Text, Citations: position.Citations, Quoted: true})
		}
		p.Positions = append(p.Positions, position)
	}
}

// plain lays the positions out as one text, those that are empty included.
func (p *Positions) plain() string {
	text := p.Answer.plain()
	for _, position := range p.Positions {
		if len(position.Citations) > 0 {
			continue
		}
		if text != "" {
			text += "\n"
		}
		text += position.Speaker + ": " + NothingRecorded + "."
	}
	return text
}

// turnsOn returns the turns of a record that speak on a topic, in order.
func (b *Bot) turnsOn(ctx context.Context, topic string, r *corpus.Record, withoutVectors func(error)) ([]topicTurn, error) {
	score := make(map[int]float64)
	evidence, err := b.index.Search(ctx, retrieval.Query{Text: topic, Record: r.ID, Limit: len(r.Turns), WithoutVectors: withoutVectors})
	if err != nil {
		return nil, err
	}
	found := make(map[int]retrieval.Evidence)
	for _, e := range evidence {
		found[e.Turn.Number-1] = e
	}
	forms := topicForms(topic, r)
	sections := topicSections(forms, r)
	title := make([][]string, len(r.Sections))
	for i := range title {
		title[i] = retrieval.Stems(r.Sections[i].Title)
	}
	direct := make(map[int]bool) // turns that name the topic
	for i := range r.Turns {
		t := &r.Turns[i]
		if !t.Spoken() {
			continue
		}
		e := found[i]
		stems := retrieval.Stems(t.Text)
		names := func(form []string) bool { return within(form, stems) }
		// "railway profits" are the profits spoken of in the section on railways.
		namesHere := func(form []string) bool {
			return t.Section >= 0 && !within(form, title[t.Section]) && within(form, append(slices.Clone(stems), title[t.Section]...)) &&
				slices.ContainsFunc(form, func(stem string) bool {
					return slices.Contains(stems, stem) && !slices.Contains(title[t.Section], stem)
				})
		}
		switch {
		case slices.ContainsFunc(forms, names), slices.ContainsFunc(forms, namesHere):
			score[i] = 2 + e.Score
		case t.Section >= 0 && sections[t.Section]:
			score[i] = 1 + e.Score
		}
		if score[i] >= 2 {
			direct[i] = true
		}
	}
	for _, e := range evidence {
		i := e.Turn.Number - 1
		if len(direct) < fewNamed && score[i] == 0 && e.Turn.Spoken() && e.Covered >= topicCovered && e.Score >= topicScore*evidence[0].Score {
			score[i] = e.Score
		}
	}
	var turns []topicTurn
	for i := range r.Turns {
		v, on := score[i], score[i] > 0
		if !on && i > 0 && direct[i-1] && isReply(r, i) {
			v, on = score[i-1]/2, true
		}
		if on {
			turns = append(turns, topicTurn{i, v})
		}
	}
	return turns, nil
}

// isReply reports whether a turn replies to the one before it and says nothing
// of its own matter: it is short, or it consents, refuses or puts off.
func isReply(r *corpus.Record, i int) bool {
	t, before := &r.Turns[i], &r.Turns[i-1]
	if !t.Spoken() || t.Speaker == "" || before.Speaker == "" || t.Speaker == before.Speaker || t.Ref.Section != before.Ref.Section {
		return false
	}
	if len(wordsOf(t.Text)) <= shortReply {
		return true
	}
	said := analyse(r, i, i+1)
	return len(said) > 0 && said[0].acts&(outcomes|assents|dissents) != 0
}

// topicForms returns the stems of a topic as it was typed, first, and of the
// other names the record's sidecar gives for the names in it.
func topicForms(topic string, r *corpus.Record) [][]string {
	forms := [][]string{retrieval.Stems(topic)}
	if len(forms[0]) == 0 {
		forms[0] = strings.Fields(foldName(topic))
	}
	folded := " " + foldName(topic) + " "
	for _, n := range r.Names {
		names := append([]string{n.Name, n.Full}, n.Also...)
		for _, name := range names {
			if name == "" || !strings.Contains(folded, " "+foldName(name)+" ") {
				continue
			}
			for _, other := range names {
				if other == "" {
					continue
				}
				with := strings.Replace(folded, " "+foldName(name)+" ", " "+foldName(other)+" ", 1)
				if form := retrieval.Stems(with); len(form) > 0 && !slices.ContainsFunc(forms, func(f []string) bool { return slices.Equal(f, form) }) {
					forms = append(forms, form)
				}
			}
		}
	}
	return forms
}

// topicSections returns the sections whose titles name a topic.
func topicSections(forms [][]string, r *corpus.Record) map[int]bool {
	named := make(map[int]bool)
	for i := range r.Sections {
		title := retrieval.Stems(r.Sections[i].Title)
		named[i] = slices.ContainsFunc(forms, func(form []string) bool { return within(form, title) })
	}
	return named
}
