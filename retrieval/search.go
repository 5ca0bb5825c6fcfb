package retrieval

import (
	"cmp"
	"context"
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
	if q.Limit <= 0 {
		q.Limit = 10
	}
	typed := x.typed(q.Text)
	candidates, err := x.candidates(ctx, q, typed)
	if err != nil {
		return nil, err
	}
	s := lookup{Query: q, index: x, typed: typed, weights: &x.weights}
	s.vector = sync.OnceValues(func() ([]float32, error) { return x.vectorOf(ctx, q) })
	if s.library = len(candidates) > 0 && candidates[0].among; s.library {
		s.weights = &x.across
	}
	if q.Answer {
		s.weights = &x.answer
		s.typed = x.typed(q.Text)
	}
	defer s.release()
	for _, c := range candidates {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.searchRecord(ctx, c); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(s.hits, func(a, b hit) int {
		return cmp.Or(a.short-b.short, cmp.Compare(b.score, a.score))
	})
	found := make([]Evidence, min(q.Limit, len(s.hits)))
	for i := range found {
		found[i] = s.hits[i].evidence(&s)
	}
	return found, nil
}

// vectorOf returns the vector of a query, or nil where it has to do without.
func (x *Index) vectorOf(ctx context.Context, q Query) ([]float32, error) {
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
}

// lookup is a query under way.
type lookup struct {
	Query
	index    *Index
	typed    *typed
	library  bool // several records are searched
	weights  *Weights
	vector   func() ([]float32, error) // of the question
	rankings []*ranking
	hits     []hit
}

// hit is a turn that ranks among the best of its record.
type hit struct {
	ranking *ranking
	turn    int32
	short   int // 1 for a turn of under MinWords words, which ranks below the others
	score   float64
}

func (s *lookup) release() {
	for _, r := range s.rankings {
		r.release()
	}
}

// candidate is a record worth searching turn by turn.
type candidate struct {
	*segment
	score float64 // of the record as a whole, up to 1
	among bool    // other records might have been searched
	// similar says how alike a vector is to the passage of each turn, from 0 to
	// 1; nil where nothing can be said.
	similar func(ctx context.Context, vector []float32) ([]float64, error)
}

// candidates returns the records to search, in the order of their ids.
func (x *Index) candidates(ctx context.Context, q Query, typed *typed) ([]candidate, error) {
	if x.remote != nil {
		return x.remote.candidates(ctx, x, q, typed)
	}
	if q.Record != "" || len(x.segments) == 1 {
		if s := x.segmentOf(q.Record); s != nil {
			return []candidate{{s, 1, false, s.similar}}, nil
		}
		return nil, nil
	}
	w := &x.across
	read := x.read(typed, nil, w)
	segment := func(record int) *segment { return x.segments[record] }
	var found []candidate
	for _, best := range bestRecords(scoreRecords(x, read, x.named(q.Text), w), segment, read, x.count(), w) {
		s := x.segments[best.record]
		found = append(found, candidate{s, best.score, true, s.similar})
	}
	return found, nil
}

// segmentOf returns the record with an id, or the first where none is given.
func (x *Index) segmentOf(id string) *segment {
	if x.remote != nil {
		s, _ := x.remote.segment(id) // a search says what is wrong
		return s
	}
	for _, s := range x.segments {
		if id == "" || strings.EqualFold(s.record.ID, id) {
			return s
		}
	}
	return nil
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

// searchRecord adds the best turns of one record to the hits.
func (s *lookup) searchRecord(ctx context.Context, c candidate) error {
	segment, r := c.segment, c.record
	section := -1
	if s.Section != "" {
		if section = r.FindSection(s.Section); section < 0 {
			return nil
		}
	}
	ranking, err := s.rank(ctx, c)
	if err != nil {
		return err
	}
	ranking.share = c.score
	if s.library {
		ranking.share /= power(max(1e-9, slices.Max(ranking.score)), s.weights.Level)
	}
	s.rankings = append(s.rankings, ranking)
	top := best{limit: s.Limit, from: len(s.hits), hits: s.hits}
	for i, score := range ranking.score {
		t := &r.Turns[i]
		if score > 0 && (section < 0 || t.Section == section) && (s.Speaker == "" || speaks(r, t, s.Speaker)) {
			short := 0
			if int(segment.Length[i]) < s.weights.MinWords {
				short = 1
			}
			top.add(hit{ranking, int32(i), short, ranking.share * score})
		}
	}
	top.cut()
	s.hits = top.hits
	return nil
}

// best keeps the best hits of a record behind those of others.
type best struct {
	limit int
	from  int
	hits  []hit
	least *hit // that another must be better than
}

// add takes a hit, later ones of later turns.
func (b *best) add(h hit) {
	if b.least != nil && !h.before(*b.least) {
		return
	}
	b.hits = append(b.hits, h)
	if len(b.hits)-b.from >= 2*b.limit {
		b.cut()
		least := b.hits[len(b.hits)-1]
		b.least = &least
	}
}

// cut orders the hits and drops those beyond the limit.
func (b *best) cut() {
	slices.SortFunc(b.hits[b.from:], func(h, other hit) int {
		return cmp.Or(h.short-other.short, cmp.Compare(other.score, h.score), int(h.turn-other.turn))
	})
	b.hits = b.hits[:min(len(b.hits), b.from+b.limit)]
}

// before reports whether a hit ranks before one of an earlier turn.
func (h hit) before(other hit) bool {
	return h.short < other.short || h.short == other.short && h.score > other.score
}

// evidence makes evidence of a hit.
func (h hit) evidence(s *lookup) Evidence {
	r := h.ranking
	e := Evidence{Record: r.record, Turn: &r.record.Turns[h.turn], Score: h.score, Covered: r.covered(h.turn, s.weights)}
	if s.Explain {
		e.Reasons = r.reasons(int(h.turn))
		if r.share != 1 {
			e.Reasons = append(e.Reasons, Reason{"×", "the record as a whole", r.share})
		}
	}
	return e
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
	q := x.read(x.typed(query), s.names, w)
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
