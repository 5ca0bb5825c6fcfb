package retrieval

import (
	"math"
	"slices"
	"sync"
)

// ranking holds the scores of the turns of a record. Each step of the ranking adds
// to the scores or multiplies them; an explained ranking keeps the steps.
type ranking struct {
	*segment
	*buffers // until released
	score    []float64
	concepts []*concept
	total    float64 // weight of the question
	unknown  float64 // share of it that the record does not have
	share    float64 // score of the record as a whole

	explain bool
	steps   []step
}

// buffers are numbers for each turn of a record, used again by the next ranking.
type buffers struct {
	scores, wide, region []float64
	counts               []float32
}

var bufferPool = sync.Pool{New: func() any { return new(buffers) }}

func newRanking(s *segment, concepts []*concept, explain bool) *ranking {
	b := bufferPool.Get().(*buffers)
	if n := len(s.Length); cap(b.scores) < n {
		n += n / 4
		*b = buffers{scores: make([]float64, n), wide: make([]float64, n), region: make([]float64, n), counts: make([]float32, n)}
	}
	r := &ranking{segment: s, buffers: b, score: b.scores[:len(s.Length)], concepts: concepts, explain: explain}
	clear(r.score)
	return r
}

// release gives the buffers back; the scores are gone.
func (r *ranking) release() {
	bufferPool.Put(r.buffers)
	r.buffers, r.score = nil, nil
}

// step is what one consideration did to the score of each turn; nil where
// nothing is explained.
type step struct {
	op     string // "+" or "×"
	what   string
	values []float64
}

// rank scores the turns of a record for what was read from a question: BM25 over
// each turn's words and over its context, times the share of the question in
// the region.
func (s *segment) rank(q *reading, w *Weights, explain bool) *ranking {
	r := newRanking(s, q.concepts, explain)
	n := len(r.score)
	average := max(1, float64(s.words)/float64(n))
	wide, counts := r.wide[:n], r.counts[:n]
	clear(wide)
	for _, c := range q.concepts {
		s.locate(c, w.Gloss)
		weight := c.weight(w)
		if c.kind != pair {
			if r.total += weight; len(c.found) == 0 {
				r.unknown += weight
			}
		}
		if r.addTitle(c, w.Title*weight, wide); len(c.found) == 0 {
			continue
		}
		near := r.beginFor(c, "around the turn")
		clear(counts)
		s.spread(c.found, float32(w.Near), float32(w.After), counts)
		k, slope := w.NearK1*(1-w.NearB), w.NearK1*w.NearB/average
		for i, count := range counts {
			if count > 0 {
				r.add(near, i, weight*saturate(float64(count), k+slope*float64(s.Length[i])))
			}
		}
		local := r.beginFor(c, "in the turn")
		reply := r.beginFor(c, "in the question before the turn")
		for _, o := range c.found {
			i := int(o.turn)
			value := w.Local * weight * saturate(float64(o.count), w.LocalK1*(1-w.LocalB+w.LocalB*float64(s.Length[i])/average))
			r.add(local, i, value)
			if w.Reply > 0 && i+1 < n && s.Asks[i] && s.part[i+1] == s.part[i] {
				r.add(reply, i+1, w.Reply*value)
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
	total := max(r.total, 1e-9)
	r.unknown /= total
	region := r.begin("×", "share of the question in the region")
	short := r.begin("×", "length of the turn")
	for i := range r.score {
		if r.score[i] > 0 {
			length := float64(s.Length[i])
			r.multiply(region, i, power(wide[i]/total, w.WidePower))
			r.multiply(short, i, math.Sqrt(length/(length+w.Length)))
		}
	}
	return r
}

// power is math.Pow, faster for quarters of whole numbers up to 2.
func power(x, exponent float64) float64 {
	switch exponent {
	case 0:
		return 1
	case .25:
		return math.Sqrt(math.Sqrt(x))
	case .5:
		return math.Sqrt(x)
	case .75:
		root := math.Sqrt(x)
		return root * math.Sqrt(root)
	case 1:
		return x
	case 1.25:
		return x * math.Sqrt(math.Sqrt(x))
	case 1.5:
		return x * math.Sqrt(x)
	case 2:
		return x * x
	}
	return math.Pow(x, exponent)
}

// begin begins a step.
func (r *ranking) begin(op, what string) []float64 {
	if !r.explain {
		return nil
	}
	values := make([]float64, len(r.score))
	if op == "×" {
		for i := range values {
			values[i] = 1
		}
	}
	r.steps = append(r.steps, step{op, what, values})
	return values
}

// beginFor begins a step that adds what a concept is worth somewhere.
func (r *ranking) beginFor(c *concept, where string) []float64 {
	if !r.explain {
		return nil
	}
	return r.begin("+", "“"+c.text+"” "+where)
}

// add adds to a turn's score as a part of a step.
func (r *ranking) add(step []float64, i int, value float64) {
	r.score[i] += value
	if step != nil {
		step[i] += value
	}
}

// multiply multiplies a turn's score as a part of a step.
func (r *ranking) multiply(step []float64, i int, factor float64) {
	r.score[i] *= factor
	if step != nil {
		step[i] *= factor
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
	titled := r.beginFor(c, "in the section's title")
	for _, title := range r.titles {
		if !c.in(title.stems) {
			continue
		}
		for i := title.from; i < title.to; i++ {
			r.add(titled, int(i), value)
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

// covered returns the share of the question, by weight, that a turn and the turns next to it speak of.
func (r *ranking) covered(turn int32, w *Weights) float64 {
	total, covered := 0.0, 0.0
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
			most = max(most, share*float64(o.best))
		}
		covered += weight * most
	}
	return covered / max(total, 1e-9)
}

// beside is what a word in the turn next to a turn counts for covering it.
const beside = .7
