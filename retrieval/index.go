// Package retrieval finds the evidence for a question: an index over records
// that returns ranked, explained turns.
package retrieval

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"sync"

	"rapporteur/corpus"
)

// Index holds the turns of a set of records. It is immutable and safe for
// concurrent use; a changed library gets a new index.
type Index struct {
	records []*corpus.Record
	spans   []span // of each record's turns
	books   []*nameBook
	lexicon lexicon
	speller *speller
	library recordTerms
	vectors *vectors
	weights Weights // for reading
	answer  Weights // for answers
}

// Options configures an index; the zero value works.
type Options struct {
	Weights *Weights // for reading; nil: DefaultWeights
	Answer  *Weights // for answers; nil: AnswerWeights
	// Embedder makes the vectors; nil: WordEmbedder.
	Embedder Embedder
	// Progress is called while passages are embedded; nil: not at all.
	Progress func(done, total int)
}

// New indexes records, whose ids differ. The error is the embedder's.
func New(ctx context.Context, records []*corpus.Record, opts Options) (*Index, error) {
	x := &Index{records: records, weights: DefaultWeights(), answer: AnswerWeights()}
	if opts.Weights != nil {
		x.weights = *opts.Weights
	}
	if opts.Answer != nil {
		x.answer = *opts.Answer
	}
	var b lexiconBuilder
	for _, r := range records {
		from := int32(len(b.length))
		plain := b.addRecord(r)
		x.spans = append(x.spans, span{from, int32(len(b.length))})
		book := newNameBook(r, plain)
		book.eachWord(func(word string) { b.words[word]++ })
		x.books = append(x.books, book)
	}
	x.lexicon = b.lexicon
	x.speller = newSpeller(b.words)
	x.library = x.lexicon.byRecord(x.spans)
	if opts.Embedder == nil {
		opts.Embedder = WordEmbedder{}
	}
	var err error
	x.vectors, err = newVectors(ctx, records, opts.Embedder, opts.Progress)
	return x, err
}

// Query asks for evidence.
type Query struct {
	Text    string
	Record  string // only this record; an id
	Section string // only sections with this label or title
	Speaker string // only turns of this speaker or side
	Limit   int    // at most so many; 0 means 10
	Explain bool   // give reasons
	// Answer ranks for a short answer, whose turn must itself say what was
	// asked, rather than for reading, where it is enough to be about it.
	Answer bool
}

// Evidence is a turn found for a query. Evidence of one query is ordered by
// score, then by record and turn; very short turns stand last.
type Evidence struct {
	Record  *corpus.Record
	Turn    *corpus.Turn
	Score   float64
	Reasons []Reason // when asked for
	// Covered is the share of what was asked, by weight, that the turn and the
	// turns next to it speak of, from 0 to 1.
	Covered float64

	short int // 1 for a turn of under MinWords words, which ranks below the others
}

// Reason is a part of a score, for people who want to know why.
type Reason struct {
	Op    string  `json:"op"` // "+" or "×": reasons applied in order to 0 give the score
	What  string  `json:"what"`
	Value float64 `json:"value"`
}

// Search returns the turns that answer a query best. The same index and query
// give the same evidence in the same order.
func (x *Index) Search(ctx context.Context, q Query) ([]Evidence, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 10
	}
	vector := sync.OnceValues(func() ([]float32, error) { return x.vectors.embed(ctx, q.Text) })
	var found []Evidence
	for _, candidate := range x.candidates(q) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		evidence, err := x.searchRecord(ctx, q, vector, candidate, limit)
		if err != nil {
			return nil, err
		}
		found = append(found, evidence...)
	}
	slices.SortStableFunc(found, func(a, b Evidence) int {
		return cmp.Or(a.short-b.short, cmp.Compare(b.Score, a.Score))
	})
	return found[:min(limit, len(found))], nil
}

// candidate is a record worth searching turn by turn.
type candidate struct {
	record int
	score  float64 // of the record as a whole, up to 1
}

// candidates returns the records to search, in the order of their ids.
func (x *Index) candidates(q Query) []candidate {
	if q.Record != "" || len(x.records) == 1 {
		for i, r := range x.records {
			if q.Record == "" || strings.EqualFold(r.ID, q.Record) {
				return []candidate{{i, 1}}
			}
		}
		return nil
	}
	scores := x.library.score(x.read(q.Text, nil, &x.weights), x.named(q.Text), &x.weights)
	var found []candidate
	for i, score := range scores {
		if score > 0 {
			found = append(found, candidate{i, score})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	found = found[:min(len(found), x.weights.Records)]
	for i := range found {
		found[i].score = math.Pow(found[i].score, x.weights.RecordPower)
	}
	slices.SortFunc(found, func(a, b candidate) int { return a.record - b.record })
	return found
}

// named returns, for each record, how many of its speakers a question names.
func (x *Index) named(question string) []int {
	words := tokenize(question)
	counts := make([]int, len(x.records))
	for i, book := range x.books {
		q := &reading{}
		q.readNames(question, words, book)
		counts[i] = len(q.speakers)
	}
	return counts
}

// searchRecord returns the best turns of one record.
func (x *Index) searchRecord(ctx context.Context, q Query, vector func() ([]float32, error), c candidate, limit int) ([]Evidence, error) {
	r := x.records[c.record]
	w := &x.weights
	if q.Answer {
		w = &x.answer
	}
	similar := func() ([]float64, error) {
		v, err := vector()
		if err != nil {
			return nil, err
		}
		return x.vectors.similar(ctx, v, c.record, len(r.Turns))
	}
	ranking, err := x.rankRecord(x.read(q.Text, x.books[c.record], w), c.record, similar, w, q.Explain)
	if err != nil {
		return nil, err
	}
	top := make([]int, 0, len(ranking.score))
	section := -1
	if q.Section != "" {
		if section = r.FindSection(q.Section); section < 0 {
			return nil, nil
		}
	}
	for i, score := range ranking.score {
		t := &r.Turns[i]
		if score > 0 && (section < 0 || t.Section == section) && (q.Speaker == "" || speaks(r, t, q.Speaker)) {
			top = append(top, i)
		}
	}
	short := func(i int) int {
		if int(x.lexicon.length[ranking.within.from+int32(i)]) < w.MinWords {
			return 1
		}
		return 0
	}
	slices.SortFunc(top, func(a, b int) int {
		return cmp.Or(short(a)-short(b), cmp.Compare(ranking.score[b], ranking.score[a]), a-b)
	})
	found := make([]Evidence, 0, min(limit, len(top)))
	for _, i := range top[:min(limit, len(top))] {
		e := Evidence{Record: r, Turn: &r.Turns[i], Score: c.score * ranking.score[i], Covered: ranking.covered(i, w), short: short(i)}
		if q.Explain {
			e.Reasons = ranking.reasons(i)
			if c.score != 1 {
				e.Reasons = append(e.Reasons, Reason{"×", "the record as a whole", c.score})
			}
		}
		found = append(found, e)
	}
	return found, nil
}

// Term is something a query is about.
type Term struct {
	Text   string
	Weight float64 // how much it says of what is asked
	// Known says whether the record has it: 1 in this form or as another name
	// for it, less as a synonym, less still as a word alike, 0 not at all.
	Known float64
}

// Understanding is what a query is understood to ask of a record.
type Understanding struct {
	Terms    []Term
	Speakers []string // the speakers named
	Sides    []string // the speakers of the sides named
}

// Understand says what a query asks of the record with the id given.
func (x *Index) Understand(query, record string) Understanding {
	var u Understanding
	for i, r := range x.records {
		if !strings.EqualFold(r.ID, record) {
			continue
		}
		w := &x.answer
		q := x.read(query, x.books[i], w)
		u.Speakers, u.Sides = q.speakers, q.sides
		for _, c := range q.concepts {
			if c.kind == pair {
				continue
			}
			x.lexicon.locate(c, x.spans[i])
			u.Terms = append(u.Terms, Term{Text: c.text, Weight: c.weight(w), Known: x.lexicon.known(c, x.spans[i])})
		}
	}
	return u
}

// rankRecord scores the turns of a record. similar says how alike each turn's
// passage is to the question; it is only asked where words are missing.
func (x *Index) rankRecord(q *reading, record int, similar func() ([]float64, error), w *Weights, explain bool) (*ranking, error) {
	r := x.records[record]
	ranking := x.lexicon.rank(q, x.spans[record], w, explain)
	if ranking.unknown > 0 && w.Vector > 0 {
		likeness, err := similar()
		if err != nil {
			return nil, err
		}
		ranking.fuse(likeness, w.Vector)
	}
	said := func(who []string) func(int) bool {
		return func(i int) bool { return slices.Contains(who, r.Turns[i].Speaker) }
	}
	if len(q.concepts) == 0 {
		ranking.saidBy(x, said(q.speakers))
	}
	switch {
	case len(q.subject) > 0 && len(q.subject) < len(q.speakers):
		ranking.reply(r, said(q.subject), w.Reply)
		ranking.favour("speaker asked about", said(q.subject), w.Speaker, w.SpeakerNear, w.SpeakerDecay)
	case len(q.speakers) > 0:
		ranking.favour("speaker named", said(q.speakers), w.Speaker, w.SpeakerNear, w.SpeakerDecay)
	case len(q.sides) > 0:
		ranking.favour("side named", said(q.sides), w.Side, 0, 0)
	}
	if has := x.has(q.wants); has != nil && w.Type != 1 {
		multiply := ranking.begin("×", "has what kind of thing is asked for")
		for i := range ranking.score {
			if has[ranking.within.from+int32(i)] {
				multiply(i, w.Type)
			}
		}
	}
	if q.place != anywhere {
		ranking.lookAt(r, x.placeOf(q, record), q.place, w.Place)
	}
	ranking.gather(w.RegionDecay, w.Region)
	return ranking, nil
}

// has returns which turns have the kind of thing asked for, or nil.
func (x *Index) has(wanted answerType) []bool {
	switch wanted {
	case number:
		return x.lexicon.numbers
	case date:
		return x.lexicon.times
	}
	return nil
}

// placeOf returns the turns of a record that a question about a start or an end
// looks at: the sections whose titles it names, or all of the body.
func (x *Index) placeOf(q *reading, record int) []span {
	r := x.records[record]
	var named []span
	for i := range r.Sections {
		title := contentStems(Words(r.Sections[i].Title))
		if slices.ContainsFunc(q.concepts, func(c *concept) bool { return c.kind != pair && c.in(title) }) {
			named = append(named, span{int32(r.Sections[i].First), int32(r.Sections[i].End)})
		}
	}
	if len(named) > 0 {
		return named
	}
	body := span{0, int32(len(r.Turns))}
	for body.from < body.to && r.Turns[body.from].Ref.Section == corpus.Head {
		body.from++
	}
	for body.to > body.from && r.Turns[body.to-1].Ref.Section == corpus.Notes {
		body.to--
	}
	return []span{body}
}

// speaks reports whether a turn is said by somebody of that name or side.
func speaks(r *corpus.Record, t *corpus.Turn, who string) bool {
	return t.Speaker != "" && (strings.EqualFold(t.Speaker, who) || strings.EqualFold(r.Side(t.Speaker), who))
}
