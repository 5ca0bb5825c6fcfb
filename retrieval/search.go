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
	// Quick does without vectors that a model would have to be asked for.
	Quick bool
	// WithoutVectors, if not nil, is called with the reason where the question
	// could not be embedded, so that words alone ranked the turns.
	WithoutVectors func(error)
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
// give the same evidence in the same order. An embedder that fails is no error:
// words find something too.
func (x *Index) Search(ctx context.Context, q Query) ([]Evidence, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 10
	}
	vector := sync.OnceValues(func() ([]float32, error) {
		if q.Quick && x.vectors.learned {
			return nil, nil
		}
		v, err := x.vectors.embed(ctx, q.Text)
		if err == nil || ctx.Err() != nil {
			return v, ctx.Err()
		}
		if q.WithoutVectors != nil {
			q.WithoutVectors(err)
		}
		return nil, nil
	})
	candidates, err := x.candidates(ctx, q)
	if err != nil {
		return nil, err
	}
	var found []Evidence
	for _, candidate := range candidates {
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
	*segment
	score float64 // of the record as a whole, up to 1
	// similar says how alike a vector is to the passage of each turn, from 0 to
	// 1; nil where nothing can be said.
	similar func(ctx context.Context, vector []float32) ([]float64, error)
}

// candidates returns the records to search, in the order of their ids.
func (x *Index) candidates(ctx context.Context, q Query) ([]candidate, error) {
	if x.remote != nil {
		return x.remote.candidates(ctx, x, q)
	}
	if q.Record != "" || len(x.segments) == 1 {
		if s := x.segmentOf(q.Record); s != nil {
			return []candidate{{s, 1, s.similar}}, nil
		}
		return nil, nil
	}
	var found []candidate
	for _, best := range bestRecords(scoreRecords(x, x.read(q.Text, nil, &x.weights), x.named(q.Text), &x.weights), &x.weights) {
		s := x.segments[best.record]
		found = append(found, candidate{s, best.score, s.similar})
	}
	return found, nil
}

// segmentOf returns the record with an id, or the first where none is given.
func (x *Index) segmentOf(id string) *segment {
	if x.remote != nil {
		return x.remote.segment(id)
	}
	for _, s := range x.segments {
		if id == "" || strings.EqualFold(s.record.ID, id) {
			return s
		}
	}
	return nil
}

// recordScore is the score of a record as a whole.
type recordScore struct {
	record int
	score  float64
}

// bestRecords returns the records worth searching turn by turn, in their order.
func bestRecords(scores []float64, w *Weights) []recordScore {
	var found []recordScore
	for i, score := range scores {
		if score > 0 {
			found = append(found, recordScore{i, score})
		}
	}
	slices.SortStableFunc(found, func(a, b recordScore) int { return cmp.Compare(b.score, a.score) })
	found = found[:min(len(found), w.Records)]
	for i := range found {
		found[i].score = math.Pow(found[i].score, w.RecordPower)
	}
	slices.SortFunc(found, func(a, b recordScore) int { return a.record - b.record })
	return found
}

// named returns, for each record, how many of its speakers a question names.
func (x *Index) named(question string) []int {
	counts := make([]int, len(x.segments))
	words := tokenize(question)
	for i, s := range x.segments {
		counts[i] = s.names.count(question, words)
	}
	return counts
}

// count returns how many speakers a question names.
func (b *nameBook) count(question string, words []token) int {
	q := &reading{}
	q.readNames(question, words, b)
	return len(q.speakers)
}

// searchRecord returns the best turns of one record.
func (x *Index) searchRecord(ctx context.Context, q Query, vector func() ([]float32, error), c candidate, limit int) ([]Evidence, error) {
	s := c.segment
	r := s.record
	w := &x.weights
	if q.Answer {
		w = &x.answer
	}
	similar := func() ([]float64, error) {
		v, err := vector()
		if err != nil {
			return nil, err
		}
		return c.similar(ctx, v)
	}
	ranking, err := s.rankFor(x.read(q.Text, s.names, w), similar, w, q.Explain)
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
		if int(s.Length[i]) < w.MinWords {
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
	if record == "" {
		return u
	}
	s := x.segmentOf(record)
	if s == nil {
		return u
	}
	w := &x.answer
	q := x.read(query, s.names, w)
	u.Speakers, u.Sides = q.speakers, q.sides
	for _, c := range q.concepts {
		if c.kind == pair {
			continue
		}
		s.locate(c, w.Gloss)
		u.Terms = append(u.Terms, Term{Text: c.text, Weight: c.weight(w), Known: s.known(c)})
	}
	return u
}

// speaks reports whether a turn is said by somebody of that name or side.
func speaks(r *corpus.Record, t *corpus.Turn, who string) bool {
	return t.Speaker != "" && (strings.EqualFold(t.Speaker, who) || strings.EqualFold(r.Side(t.Speaker), who))
}
