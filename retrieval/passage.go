package retrieval

import (
	"strings"

	"rapporteur/corpus"
)

// Passage is what the vector store holds: a run of turns of one section.
type Passage struct {
	First, End int // half-open range of indexes in Record.Turns
}

// passageWords is how many words a passage has at least, where its section has
// them: enough to be about something, few enough to be about one thing.
const passageWords = 60

// Passages cuts a record into passages. Together they hold every turn once, in
// order.
func Passages(r *corpus.Record) []Passage {
	var passages []Passage
	words := 0
	for i := range r.Turns {
		last := len(passages) - 1
		if i == 0 || words >= passageWords || r.Turns[i].Ref.Section != r.Turns[i-1].Ref.Section {
			passages = append(passages, Passage{First: i, End: i + 1})
			words = 0
		} else {
			passages[last].End = i + 1
		}
		words += len(strings.Fields(r.Turns[i].Text))
	}
	return passages
}

// Text returns what a passage of a record says, each turn after its speaker.
func (p Passage) Text(r *corpus.Record) string {
	var b strings.Builder
	if s := r.SectionOf(&r.Turns[p.First]); s != nil {
		b.WriteString(s.Title + "\n")
	}
	for i := p.First; i < p.End; i++ {
		t := &r.Turns[i]
		if t.Speaker != "" {
			b.WriteString(t.Speaker + ": ")
		}
		b.WriteString(t.Text + "\n")
	}
	return b.String()
}
