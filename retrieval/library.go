package retrieval

import (
	"cmp"
	"math"
	"slices"
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

// recordScore is the score of a record as a whole.
type recordScore struct {
	record int
	score  float64
}

// shortlist is how many times as many records as are searched turn by turn are
// looked at for pairs of words.
const shortlist = 4

// scoreRecords returns the records most worth searching for what was read from
// a question, the best first. named says how many of a record's speakers the
// question names: a name that few records have says which is meant. Words alike
// count for nothing here: some of them are in every record.
func scoreRecords(x recordTerms, q *reading, named []int, w *Weights) []recordScore {
	scores := make([]float64, len(named))
	with := 0
	for _, n := range named {
		with += min(n, 1)
	}
	for i, n := range named {
		if n > 0 {
			scores[i] = w.RecordSpeaker * math.Log(float64(x.count()+1)/float64(with))
		}
	}
	counts := make([]float64, len(scores))
	average := x.averageWords()
	for _, c := range q.concepts {
		if c.kind == pair {
			continue
		}
		clear(counts)
		forms := slices.DeleteFunc(slices.Clone(c.forms), func(f form) bool { return len(f.stems) != 1 || f.weight < otherName })
		df := x.beyond(forms)
		for _, f := range forms {
			for _, in := range x.records(f.stems[0]) {
				if counts[in.record] == 0 {
					df++
				}
				counts[in.record] += float64(in.count)
			}
		}
		weight := c.recordWeight(w) * recordIDF(df, x.count())
		for i, count := range counts {
			if count > 0 {
				scores[i] += weight * saturate(count, w.RecordK1*(1-w.RecordB+w.RecordB*x.words(int32(i))/average))
			}
		}
	}
	var found []recordScore
	for i, score := range scores {
		if score > 0 {
			found = append(found, recordScore{i, score})
		}
	}
	slices.SortStableFunc(found, byScore)
	return found[:min(len(found), shortlist*w.Records)]
}

func byScore(a, b recordScore) int { return cmp.Compare(b.score, a.score) }

// recordIDF is BM25's inverse document frequency of what df of n records have.
func recordIDF(df float64, n int) float64 { return math.Log(1 + (float64(n)-df+.5)/(df+.5)) }

// bestRecords returns the records to search turn by turn, in their order, with
// scores relative to the best: those of a shortlist with the most words and
// pairs of words of the question. segment returns a record of the shortlist.
func bestRecords(list []recordScore, segment func(record int) *segment, q *reading, records int, w *Weights) []recordScore {
	counts := make([]float64, len(list))
	for _, c := range q.concepts {
		if c.kind != pair {
			continue
		}
		df := 0.0
		for i, l := range list {
			counts[i] = 0
			for _, o := range segment(l.record).occurrences(c.forms[0].stems) {
				counts[i] += float64(o.count)
			}
			df += min(1, counts[i])
		}
		weight := c.recordWeight(w) * recordIDF(df, records)
		for i, count := range counts {
			list[i].score += weight * saturate(count, w.RecordK1)
		}
	}
	slices.SortStableFunc(list, byScore)
	list = list[:min(len(list), w.Records)]
	best := 0.0
	if len(list) > 0 {
		best = list[0].score
	}
	for i := range list {
		list[i].score = power(list[i].score/best, w.RecordPower)
	}
	slices.SortFunc(list, func(a, b recordScore) int { return a.record - b.record })
	return list
}
