package quality

import (
	"context"
	"errors"
	"slices"
	"testing"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

const smallRecord = `A Meeting


Ann: We should buy seven green boats next year.


Bob: Agree.


Ann: The harbour has no room for them at present.


Bob: Then we must ask the mayor about the old quay.


Ann: The mayor is away until May.
`

func small(t testing.TB, id string) *corpus.Record {
	t.Helper()
	r, err := corpus.Parse(id+".txt", []byte(smallRecord), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fake returns the turns of a record in the order of its numbers, and answers by
// question.
type fake struct {
	record  *corpus.Record
	ranking []int
	answers map[string]*bot.Answer
	asked   []string // record of each question asked
}

func (f *fake) Search(_ context.Context, q retrieval.Query) ([]bot.Hit, error) {
	var hits []bot.Hit
	for _, n := range f.ranking[:min(len(f.ranking), q.Limit)] {
		t := f.record.Turns[n]
		hits = append(hits, bot.Hit{Rank: len(hits) + 1, Record: f.record.ID, Ref: t.Ref.String(), Text: t.Text})
	}
	return hits, nil
}

func (f *fake) Ask(_ context.Context, q bot.Question) (*bot.Answer, error) {
	f.asked = append(f.asked, q.Record)
	if a := f.answers[q.Text]; a != nil {
		return a, nil
	}
	return nil, errors.New("the model is not there")
}

// citing returns an answer that cites the turns with the indexes given.
func citing(r *corpus.Record, turns ...int) *bot.Answer {
	a := &bot.Answer{Status: bot.Answered}
	for i, n := range turns {
		t := r.Turns[n]
		a.Citations = append(a.Citations, bot.Citation{Record: r.ID, Ref: t.Ref.String(), Speaker: t.Speaker, Quote: t.Text, Text: t.Text})
		a.Statements = append(a.Statements, bot.Statement{Text: t.Speaker + ":", Citations: []int{i}, Quoted: true})
	}
	return a
}

// turnOf returns the index of the turn that has the words.
func turnOf(t testing.TB, r *corpus.Record, words string) int {
	t.Helper()
	g, err := fromWords(r, []string{words})
	if err != nil {
		t.Fatal(err)
	}
	return slices.IndexFunc(r.Turns, func(t corpus.Turn) bool { return address(r.ID, t.Ref.String()) == g.turns[0] })
}
