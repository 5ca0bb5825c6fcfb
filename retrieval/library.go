package retrieval

import "math"

// Constants of BM25 over whole records, at the values common for long
// documents.
const (
	recordK1 = 1.2
	recordB  = .5
)

// scoreRecords returns the score of each record for what was read from a question,
// relative to the best. named says how many of a record's speakers the question
// names: a name that few records have says which is meant.
func (x *Index) scoreRecords(q *reading, named []int, w *Weights) []float64 {
	scores := make([]float64, len(x.segments))
	best := 0.0
	with := 0
	for _, n := range named {
		with += min(n, 1)
	}
	for i, n := range named {
		if n > 0 {
			scores[i] = w.RecordSpeaker * math.Log(float64(len(named)+1)/float64(with))
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
			for _, in := range x.terms.records(f.stems[0]) {
				sums[in.record] += float64(f.weight) * float64(in.count)
			}
		}
		df := 0.0
		for _, count := range sums {
			df += min(1, count)
		}
		n := float64(len(scores))
		weight := math.Log(1+(n-df+.5)/(df+.5)) * math.Pow(rarity(c.text), w.Rarity)
		if c.kind == weakTopic {
			weight *= w.Weak
		}
		for record, count := range sums {
			norm := recordK1 * (1 - recordB + recordB*float64(x.segments[record].words)/x.average)
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
