package retrieval

import "math"

// Constants of BM25 over whole records, at the values common for long
// documents.
const (
	recordK1 = 1.2
	recordB  = .5
)

// recordTerms says how often stems occur in the records that are scored, which
// may be some of a library.
type recordTerms interface {
	count() int                       // records in the library
	averageWords() float64            // of a record of the library
	words(record int32) float64       // of a record that is scored
	records(stem string) []recordTerm // those that are scored
	beyond(forms []form) float64      // about how many others have one of the forms
}

func (x *Index) count() int                       { return len(x.segments) }
func (x *Index) averageWords() float64            { return x.average }
func (x *Index) words(record int32) float64       { return float64(x.segments[record].words) }
func (x *Index) records(stem string) []recordTerm { return x.terms.records(stem) }
func (x *Index) beyond([]form) float64            { return 0 }

// scoreRecords returns the score of each record for what was read from a question,
// relative to the best. named says how many of a record's speakers the question
// names: a name that few records have says which is meant.
func scoreRecords(x recordTerms, q *reading, named []int, w *Weights) []float64 {
	scores := make([]float64, len(named))
	best := 0.0
	with := 0
	for _, n := range named {
		with += min(n, 1)
	}
	for i, n := range named {
		if n > 0 {
			scores[i] = w.RecordSpeaker * math.Log(float64(x.count()+1)/float64(with))
		}
	}
	for _, c := range q.concepts {
		if c.kind == pair {
			continue
		}
		sums := make(map[int32]float64)
		for _, f := range c.forms {
			if len(f.stems) != 1 {
				continue
			}
			for _, in := range x.records(f.stems[0]) {
				sums[in.record] += float64(f.weight) * float64(in.count)
			}
		}
		df := x.beyond(c.forms)
		for _, count := range sums {
			df += min(1, count)
		}
		n := float64(x.count())
		weight := math.Log(1+(n-df+.5)/(df+.5)) * math.Pow(rarity(c.text), w.Rarity)
		if c.kind == weakTopic {
			weight *= w.Weak
		}
		for record, count := range sums {
			norm := recordK1 * (1 - recordB + recordB*x.words(record)/x.averageWords())
			scores[record] += weight * saturate(count, norm)
		}
	}
	for _, score := range scores {
		best = max(best, score)
	}
	if best > 0 {
		for i := range scores {
			scores[i] /= best
		}
	}
	return scores
}
