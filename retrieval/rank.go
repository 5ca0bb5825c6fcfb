package retrieval

import (
	"math"
	"slices"
)

// ranking holds the scores of the turns of a record. Each step of the ranking adds
// to the scores or multiplies them; an explained ranking keeps the steps.
type ranking struct {
	*segment
	score    []float64
	concepts []*concept
	unknown  float64 // share of the question, by weight, that the record does not have

	explain bool
	steps   []step
}

// step is what one consideration did to the score of each turn.
type step struct {
	op     string // "+" or "×"
	what   string
	values []float64
}

// rank scores the turns of a record for what was read from a question: BM25 over
// each turn's words and over its context, times the share of the question in
// the region.
func (s *segment) rank(q *reading, w *Weights, explain bool) *ranking {
	n := len(s.Length)
	r := &ranking{segment: s, score: make([]float64, n), concepts: q.concepts, explain: explain}
	average := max(1, float64(s.words)/float64(n))
	length := func(i int) float64 { return float64(s.Length[i]) }
	wide := make([]float64, n)
	counts := make([]float32, n)
	total := 0.0
	for _, c := range q.concepts {
		s.locate(c, w.Gloss)
		weight := c.weight(w)
		if c.kind != pair {
			if total += weight; len(c.found) == 0 {
				r.unknown += weight
			}
		}
		if r.addTitle(c, w.Title*weight, wide); len(c.found) == 0 {
			continue
		}
		near := r.begin("+", "“"+c.text+"” around the turn")
		clear(counts)
		s.spread(c.found, float32(w.Near), float32(w.After), counts)
		for i, count := range counts {
			if count > 0 {
				near(i, weight*saturate(float64(count), w.NearK1*(1-w.NearB+w.NearB*length(i)/average)))
			}
		}
		local := r.begin("+", "“"+c.text+"” in the turn")
		reply := r.begin("+", "“"+c.text+"” in the question before the turn")
		for _, o := range c.found {
			i := int(o.turn)
			value := w.Local * weight * saturate(float64(o.count), w.LocalK1*(1-w.LocalB+w.LocalB*length(i)/average))
			local(i, value)
			if i+1 < n && s.Asks[i] && s.part[i+1] == s.part[i] {
				reply(i+1, w.Reply*value)
			}
		}
		clear(counts)
		s.spread(c.found, float32(w.Wide), float32(w.WideAfter), counts)
		for i, count := range counts {
			if count > 0 {
				wide[i] += weight * saturate(float64(count), w.WideK1)
			}
		}
	}
	r.unknown /= max(total, 1e-9)
	region := r.begin("×", "share of the question in the region")
	short := r.begin("×", "length of the turn")
	for i := range r.score {
		region(i, math.Pow(wide[i]/max(total, 1e-9), w.WidePower))
		short(i, math.Sqrt(length(i)/(length(i)+w.Length)))
	}
	return r
}

// begin begins a step and returns the function that applies it to a turn's
// score.
func (r *ranking) begin(op, what string) func(i int, value float64) {
	var values []float64
	if r.explain {
		values = make([]float64, len(r.score))
		if op == "×" {
			for i := range values {
				values[i] = 1
			}
		}
		r.steps = append(r.steps, step{op, what, values})
	}
	if op == "×" {
		return func(i int, value float64) {
			r.score[i] *= value
			if values != nil {
				values[i] *= value
			}
		}
	}
	return func(i int, value float64) {
		r.score[i] += value
		if values != nil {
			values[i] += value
		}
	}
}

// reasons says what the score of a turn is made of: applied in order to 0, they
// give the score.
func (r *ranking) reasons(i int) []Reason {
	var reasons []Reason
	for _, s := range r.steps {
		value := s.values[i]
		if s.op == "+" && value != 0 || s.op == "×" && value != 1 {
			reasons = append(reasons, Reason{s.op, s.what, value})
		}
	}
	return reasons
}

// addTitle gives the turns of the sections whose title has a concept its value.
func (r *ranking) addTitle(c *concept, value float64, wide []float64) {
	titled := r.begin("+", "“"+c.text+"” in the section's title")
	for _, title := range r.titles {
		if !c.in(title.stems) {
			continue
		}
		for i := title.from; i < title.to; i++ {
			titled(int(i), value)
			wide[i] += value
		}
	}
}

// saturate is BM25's term frequency part: it grows with the count towards 1.
func saturate(count, k float64) float64 { return count / (count + k) }

// leastSpread is where a decayed count is taken for nothing.
const leastSpread = .02

// spread adds the counts of occurrences to the turns around them, decayed by
// distance, within one record and section. What follows a turn counts after of
// what precedes it. sum has a number for each turn of the record.
func (s *segment) spread(found []occurrence, decay, after float32, sum []float32) {
	value := float32(0)
	for k, o := range found {
		if k > 0 && s.part[found[k-1].turn] != s.part[o.turn] {
			value = 0
		}
		value += o.count
		end := int32(len(sum))
		if k+1 < len(found) {
			end = found[k+1].turn
		}
		for turn := o.turn; turn < end; turn++ {
			if value < leastSpread || s.part[turn] != s.part[o.turn] {
				value = 0
				break
			}
			sum[turn] += value
			value *= decay
		}
	}
	value = 0
	for k := len(found) - 1; k >= 0; k-- {
		o := found[k]
		if k+1 < len(found) && s.part[found[k+1].turn] != s.part[o.turn] {
			value = 0
		}
		value += o.count
		begin := int32(0)
		if k > 0 {
			begin = found[k-1].turn
		}
		for turn := o.turn - 1; turn >= begin; turn-- {
			value *= decay
			if value < leastSpread || s.part[turn] != s.part[o.turn] {
				value = 0
				break
			}
			sum[turn] += after * value
		}
	}
}

// covered returns the share of the question, by weight, that turn i and the turns next to it speak of.
func (r *ranking) covered(i int, w *Weights) float64 {
	total, covered := 0.0, 0.0
	turn := int32(i)
	for _, c := range r.concepts {
		if c.kind == pair {
			continue
		}
		weight := c.weight(w)
		total += weight
		most := 0.0
		at, _ := slices.BinarySearchFunc(c.found, turn-1, func(o occurrence, turn int32) int { return int(o.turn - turn) })
		for _, o := range c.found[at:] {
			if o.turn > turn+1 {
				break
			}
			share := beside
			if o.turn == turn {
				share = 1
			}
			most = max(most, share*min(1, float64(o.count)))
		}
		covered += weight * most
	}
	return covered / max(total, 1e-9)
}

// beside is what a word in the turn next to a turn counts for covering it.
const beside = .7
