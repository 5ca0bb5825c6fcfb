// Package retrieval finds the evidence for a question: an index over records
// that returns ranked, explained turns.
package retrieval

import (
	"cmp"
	"context"
	"slices"

	"rapporteur/corpus"
)

// Index holds the turns of a set of records. It is immutable and safe for
// concurrent use; a changed library gets a new index.
type Index struct {
	records []*corpus.Record
	spans   []span // of each record's turns
	lexicon lexicon
	weights Weights
}

// Options configures an index; the zero value works.
type Options struct {
	Weights *Weights // nil: DefaultWeights
}

// New indexes records. Their ids differ.
func New(records []*corpus.Record, opts Options) *Index {
	x := &Index{records: records, weights: DefaultWeights()}
	if opts.Weights != nil {
		x.weights = *opts.Weights
	}
	var b lexiconBuilder
	for _, r := range records {
		from := int32(len(b.length))
		b.addRecord(r)
		x.spans = append(x.spans, span{from, int32(len(b.length))})
	}
	x.lexicon = b.lexicon
	return x
}

// Query asks for evidence.
type Query struct {
	Text    string
	Record  string // only this record; an id
	Section string // only sections with this label or title
	Speaker string // only turns of this speaker or side
	Limit   int    // at most so many; 0 means 10
}

// Evidence is a turn found for a query. Evidence of one query is ordered by
// score, then by record and turn.
type Evidence struct {
	Record  *corpus.Record
	Turn    *corpus.Turn
	Score   float64
	Reasons []Reason
}

// Reason is a part of a score, for people who want to know why.
type Reason struct {
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
	concepts := understand(q.Text, nil, x.weights)
	var found []Evidence
	for i, r := range x.records {
		if q.Record != "" && r.ID != q.Record {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for k, score := range x.lexicon.rank(concepts, x.spans[i], x.weights) {
			if score > 0 && allowed(r, &r.Turns[k], q) {
				found = append(found, Evidence{Record: r, Turn: &r.Turns[k], Score: score})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Evidence) int { return cmp.Compare(b.Score, a.Score) })
	return found[:min(limit, len(found))], nil
}

func allowed(r *corpus.Record, t *corpus.Turn, q Query) bool {
	if q.Section != "" && (t.Section < 0 || t.Section != r.FindSection(q.Section)) {
		return false
	}
	return q.Speaker == "" || t.Speaker == q.Speaker || t.Speaker != "" && r.Side(t.Speaker) == q.Speaker
}
