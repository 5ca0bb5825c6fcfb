package retrieval

import "math"

// recordTerms says how often each term occurs in each record: an index of
// records as wholes, to choose those worth searching turn by turn.
type recordTerms struct {
	terms   map[string]int32
	counts  [][]recordCount // by term
	length  []float64       // words of each record
	average float64
}

type recordCount struct {
	record int32
	count  int32
}

// byRecord sums the postings of turns up by record.
func (x *lexicon) byRecord(spans []span) recordTerms {
	t := recordTerms{terms: x.terms, counts: make([][]recordCount, len(x.postings)), length: make([]float64, len(spans))}
	record := make([]int32, len(x.length))
	for i, s := range spans {
		for turn := s.from; turn < s.to; turn++ {
			record[turn] = int32(i)
			t.length[i] += float64(x.length[turn])
		}
		t.average += t.length[i] / float64(len(spans))
	}
	for term := range x.postings {
		p := &x.postings[term]
		var counts []recordCount
		for i, turn := range p.turns {
			n := int32(p.count(i))
			if last := len(counts) - 1; last >= 0 && counts[last].record == record[turn] {
				counts[last].count += n
			} else {
				counts = append(counts, recordCount{record[turn], n})
			}
		}
		t.counts[term] = counts
	}
	return t
}

// Constants of BM25 over whole records, at the values common for long
// documents.
const (
	recordK1 = 1.2
	recordB  = .5
)

// score returns the score of each record for what was read from a question,
// relative to the best. named says how many of a record's speakers the question
// names: a name that few records have says which is meant.
func (t *recordTerms) score(q *reading, named []int, w *Weights) []float64 {
	scores := make([]float64, len(t.length))
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
			if term, ok := t.terms[f.stems[0]]; ok {
				for _, rc := range t.counts[term] {
					sums[rc.record] += float64(f.weight) * float64(rc.count)
				}
			}
		}
		df := 0.0
		for _, count := range sums {
			df += min(1, count)
		}
		n := float64(len(t.length))
		weight := math.Log(1+(n-df+.5)/(df+.5)) * math.Pow(rarity(c.text), w.Rarity)
		if c.kind == weakTopic {
			weight *= w.Weak
		}
		for record, count := range sums {
			norm := recordK1 * (1 - recordB + recordB*t.length[record]/t.average)
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
