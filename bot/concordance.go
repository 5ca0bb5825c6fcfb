package bot

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"rapporteur/corpus"
)

// MaxConcordance is the longest phrase a concordance is made of, in characters.
const MaxConcordance = 200

// Concordance lists every occurrence of a word or a phrase.
type Concordance struct {
	Words    string         `json:"words"`
	Count    int            `json:"count"` // of all occurrences, shown or not
	Speakers []SpeakerCount `json:"speakers"`
	Lines    []KeyWord      `json:"lines"` // in the order of records and turns
	TookMS   float64        `json:"took_ms"`
}

// SpeakerCount is how often a speaker says the words. An empty speaker stands
// for the lines nobody is named for. Speakers who never say them count 0.
type SpeakerCount struct {
	Record  string `json:"record"`
	Speaker string `json:"speaker"`
	Count   int    `json:"count"`
}

// KeyWord is an occurrence in its context. Before, Quote and After are exact
// words of the turn and run on from one to the next.
type KeyWord struct {
	Citation
	Before string `json:"before"`
	After  string `json:"after"`
}

// ConcordanceQuery asks for the occurrences of a word or a phrase.
type ConcordanceQuery struct {
	Words   string
	Record  string // only this record: an id; or empty
	Speaker string // only this speaker or side; or empty
	Limit   int    // at most so many lines; 0 means all
	Context int    // characters to both sides; 0 means 40
}

// Concordance finds every occurrence of whole words, one or several in a row,
// in any letter case, with or without diacritics. Occurrences in editorial
// marks count; those that run from one turn to the next do not. A word that
// occurs nowhere gives a concordance with count 0. The error is a *UserError.
func (b *Bot) Concordance(ctx context.Context, q ConcordanceQuery) (*Concordance, error) {
	start := b.now()
	wanted := splitWords(q.Words, nil)
	if len(wanted) == 0 {
		return nil, &UserError{Problem: "there is no word to look for", Hint: "give a word or a phrase"}
	}
	if n := utf8.RuneCountInString(q.Words); n > MaxConcordance {
		return nil, &UserError{Problem: fmt.Sprintf("the phrase has %d characters, more than the %d that are looked for", n, MaxConcordance)}
	}
	entries, err := b.within(q.Record)
	if err != nil {
		return nil, err
	}
	width := q.Context
	if width <= 0 {
		width = 40
	}
	c := &Concordance{Words: q.Words, Speakers: []SpeakerCount{}, Lines: []KeyWord{}}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, err := e.Open()
		if err != nil {
			return nil, err
		}
		turns, err := b.turnsWith(r, wanted)
		if err != nil {
			return nil, err
		}
		c.add(r, turns, wanted, q, width)
	}
	c.TookMS = float64(b.now().Sub(start).Microseconds()) / 1000
	return c, nil
}

// add adds the occurrences in the turns given of a record.
func (c *Concordance) add(r *corpus.Record, turns []int32, wanted []textWord, q ConcordanceQuery, width int) {
	speakers := r.Speakers()
	if q.Speaker != "" {
		speakers = speakersMeant(r, q.Speaker)
	}
	counts := make(map[string]int)
	for _, i := range turns {
		t := &r.Turns[i]
		if q.Speaker != "" && !slices.Contains(speakers, t.Speaker) {
			continue
		}
		words := splitWords(t.Text, nil)
		for k := 0; k+len(wanted) <= len(words); k++ {
			if !slices.EqualFunc(words[k:k+len(wanted)], wanted, func(a, b textWord) bool { return a.folded == b.folded }) {
				continue
			}
			counts[t.Speaker]++
			c.Count++
			if q.Limit > 0 && len(c.Lines) >= q.Limit {
				continue
			}
			from, to := words[k].start, words[k+len(wanted)-1].end
			c.Lines = append(c.Lines, KeyWord{
				Citation: cite(r, t, from, to),
				Before:   t.Text[contextStart(t.Text, from, width):from],
				After:    t.Text[to:contextEnd(t.Text, to, width)],
			})
		}
	}
	for _, s := range speakers {
		c.Speakers = append(c.Speakers, SpeakerCount{r.ID, s, counts[s]})
	}
	if counts[""] > 0 {
		c.Speakers = append(c.Speakers, SpeakerCount{r.ID, "", counts[""]})
	}
}

// contextStart returns where a context of at most width characters before a
// position begins: at a word.
func contextStart(text string, at, width int) int {
	from := at
	for n := 0; n < width && from > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if from > 0 {
		for k, r := range text[from:at] {
			if r == ' ' || r == '\n' {
				return from + k + 1
			}
		}
	}
	return from
}

// contextEnd returns where a context of at most width characters after a
// position ends: at a word.
func contextEnd(text string, at, width int) int {
	to := at
	for n := 0; n < width && to < len(text); n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	if to < len(text) {
		for k := to; k > at; k-- {
			if text[k-1] == ' ' || text[k-1] == '\n' {
				return k - 1
			}
		}
	}
	return to
}

// turnsWith returns the turns of a record that may have all of the words, in
// order: of a library that is not in memory, all.
func (b *Bot) turnsWith(r *corpus.Record, words []textWord) ([]int32, error) {
	if b.lib.InMemory() {
		x, err := b.words()
		if err != nil {
			return nil, err
		}
		return x.turnsWith(r, words), nil
	}
	turns := make([]int32, len(r.Turns))
	for i := range turns {
		turns[i] = int32(i)
	}
	return turns, nil
}

// turnsWith returns the turns of a record that may have all of the words, in
// order.
func (x *wordIndex) turnsWith(r *corpus.Record, words []textWord) []int32 {
	var rarest []int32
	for i, w := range words {
		list := x.positions(x.id(w.folded), x.bound(r))
		if i == 0 || len(list) < len(rarest) {
			rarest = list
		}
	}
	var turns []int32
	for _, at := range rarest {
		turns = append(turns, x.pieces[x.pieceAt(at)].turn)
	}
	slices.Sort(turns) // asides stand apart
	return slices.Compact(turns)
}
