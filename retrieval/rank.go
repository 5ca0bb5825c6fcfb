package retrieval

import (
	"math"
	"slices"

	"rapporteur/corpus"
)

// ranking holds the scores of the turns of a span. Each step of the ranking adds
// to the scores or multiplies them; an explained ranking keeps the steps.
type ranking struct {
	within   span
	score    []float64
	concepts []*concept
	unknown  float64 // share of the question, by weight, that the span does not have

	explain bool
	steps   []step
}

// step is what one consideration did to the score of each turn.
type step struct {
	op     string // "+" or "×"
	what   string
	values []float64
}

// rank scores the turns of a span for what was read from a question: BM25 over
// each turn's words and over its context, times the share of the question in
// the region.
func (x *lexicon) rank(q *reading, within span, w *Weights, explain bool) *ranking {
	n := int(within.to - within.from)
	r := &ranking{within: within, score: make([]float64, n), concepts: q.concepts, explain: explain}
	average := x.averageLength(within)
	length := func(i int) float64 { return float64(x.length[within.from+int32(i)]) }
	wide := make([]float64, n)
	counts := make([]float32, n)
	total := 0.0
	for _, c := range q.concepts {
		x.locate(c, within)
		weight := c.weight(w)
		if c.kind != pair {
			if total += weight; len(c.found) == 0 {
				r.unknown += weight
			}
		}
		if x.addTitle(r, c, w.Title*weight, wide); len(c.found) == 0 {
			continue
		}
		near := r.begin("+", "“"+c.text+"” around the turn")
		clear(counts)
		x.spread(c.found, within, float32(w.Near), float32(w.After), counts)
		for i, count := range counts {
			if count > 0 {
				near(i, weight*saturate(float64(count), w.NearK1*(1-w.NearB+w.NearB*length(i)/average)))
			}
		}
		local := r.begin("+", "“"+c.text+"” in the turn")
		reply := r.begin("+", "“"+c.text+"” in the question before the turn")
		for _, o := range c.found {
			i := int(o.turn - within.from)
			value := w.Local * weight * saturate(float64(o.count), w.LocalK1*(1-w.LocalB+w.LocalB*length(i)/average))
			local(i, value)
			if i+1 < n && x.asks[o.turn] && x.part[o.turn+1] == x.part[o.turn] {
				reply(i+1, w.Reply*value)
			}
		}
		clear(counts)
		x.spread(c.found, within, float32(w.Wide), float32(w.WideAfter), counts)
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
func (x *lexicon) addTitle(r *ranking, c *concept, value float64, wide []float64) {
	titled := r.begin("+", "“"+c.text+"” in the section's title")
	for _, title := range x.titles {
		if title.from < r.within.from || title.to > r.within.to || !c.in(title.stems) {
			continue
		}
		for i := title.from - r.within.from; i < title.to-r.within.from; i++ {
			titled(int(i), value)
			wide[i] += value
		}
	}
}

// saturate is BM25's term frequency part: it grows with the count towards 1.
func saturate(count, k float64) float64 { return count / (count + k) }

func (x *lexicon) averageLength(within span) float64 {
	sum := 0.0
	for turn := within.from; turn < within.to; turn++ {
		sum += float64(x.length[turn])
	}
	return max(1, sum/float64(within.to-within.from))
}

// leastSpread is where a decayed count is taken for nothing.
const leastSpread = .02

// spread adds the counts of occurrences to the turns around them, decayed by
// distance, within one record and section. What follows a turn counts after of
// what precedes it. sum has a number for each turn of the span.
func (x *lexicon) spread(found []occurrence, within span, decay, after float32, sum []float32) {
	value := float32(0)
	for k, o := range found {
		if k > 0 && x.part[found[k-1].turn] != x.part[o.turn] {
			value = 0
		}
		value += o.count
		end := within.to
		if k+1 < len(found) {
			end = found[k+1].turn
		}
		for turn := o.turn; turn < end; turn++ {
			if value < leastSpread || x.part[turn] != x.part[o.turn] {
				value = 0
				break
			}
			sum[turn-within.from] += value
			value *= decay
		}
	}
	value = 0
	for k := len(found) - 1; k >= 0; k-- {
		o := found[k]
		if k+1 < len(found) && x.part[found[k+1].turn] != x.part[o.turn] {
			value = 0
		}
		value += o.count
		begin := within.from
		if k > 0 {
			begin = found[k-1].turn
		}
		for turn := o.turn - 1; turn >= begin; turn-- {
			value *= decay
			if value < leastSpread || x.part[turn] != x.part[o.turn] {
				value = 0
				break
			}
			sum[turn-within.from] += after * value
		}
	}
}

// fuse adds to each score the likeness of its passage to the question, as a
// share of the best score. It counts as much as the words of the question that
// the record does not have: for the others the words themselves say more.
func (r *ranking) fuse(similar []float64, weight float64) {
	if similar == nil {
		return
	}
	best := slices.Max(r.score)
	if best == 0 {
		best = 1
	}
	add := r.begin("+", "likeness of the passage's vector")
	for i := range r.score {
		add(i, weight*r.unknown*best*similar[i])
	}
}

// saidBy scores what speakers say where nothing but their names was asked for:
// the more a turn says, the more it counts.
func (r *ranking) saidBy(x *Index, spoken func(i int) bool) {
	add := r.begin("+", "what the speaker says")
	for i := range r.score {
		if spoken(i) {
			add(i, saturate(float64(x.lexicon.length[r.within.from+int32(i)]), saidWords))
		}
	}
}

// saidWords is how many words a turn has that says half of what one can say.
const saidWords = 20

// favour multiplies the scores of the named speakers' turns and, less, of the
// turns near them. spoken says whether a turn is theirs.
func (r *ranking) favour(what string, spoken func(i int) bool, factor, near, decay float64) {
	multiply := r.begin("×", what)
	for i, distance := range decayed(len(r.score), spoken, decay) {
		if distance == 1 {
			multiply(i, factor)
		} else {
			multiply(i, 1+near*distance)
		}
	}
}

// decayed returns for each of n places 1 where the place is marked, and less by
// decay a step away from the nearest that is.
func decayed(n int, marked func(i int) bool, decay float64) []float64 {
	values := make([]float64, n)
	value := 0.0
	for i := range n {
		value *= decay
		if marked(i) {
			value = 1
		}
		values[i] = value
	}
	value = 0
	for i := n - 1; i >= 0; i-- {
		value = max(value*decay, values[i])
		values[i] = value
	}
	return values
}

// reply gives the turns of the speaker asked about a share of the score of what
// somebody else says right before them.
func (r *ranking) reply(record *corpus.Record, spoken func(i int) bool, share float64) {
	add := r.begin("+", "what the turn replies to")
	for i := len(r.score) - 1; i > 0; i-- {
		if spoken(i) && !spoken(i-1) && record.Turns[i].Ref.Section == record.Turns[i-1].Ref.Section {
			add(i, share*r.score[i-1])
		}
	}
}

// placeDecay is how fast the start and the end of a section fade, a turn.
const placeDecay = .6

// lookAt raises the scores at the start or the end of some runs of turns, by
// share of the best score for the very first or last.
func (r *ranking) lookAt(record *corpus.Record, runs []span, at place, share float64) {
	best := max(1, slices.Max(r.score))
	add := r.begin("+", "place in the section or record")
	for _, run := range runs {
		weight := 1.0
		for k := int32(0); k < run.to-run.from && weight > leastSpread; k++ {
			i := run.from + k
			if at == atEnd {
				i = run.to - 1 - k
			}
			if !record.Turns[i].Stage {
				add(int(i), share*weight*best)
				weight *= placeDecay
			}
		}
	}
}

// gather multiplies each score by the scores around it, relative to the best
// region, to the power given.
func (r *ranking) gather(decay, power float64) {
	n := len(r.score)
	region := make([]float64, n)
	value, best := 0.0, 0.0
	for i, s := range r.score {
		value = value*decay + s
		region[i] = value
	}
	value = 0
	for i := n - 1; i >= 0; i-- {
		region[i] += value
		best = max(best, region[i])
		value = (value + r.score[i]) * decay
	}
	if best == 0 {
		return
	}
	multiply := r.begin("×", "other good turns around")
	for i := range r.score {
		multiply(i, math.Pow(region[i]/best, power))
	}
}

// covered returns the share of the question, by weight, that turn i of the span
// and the turns next to it speak of.
func (r *ranking) covered(i int, w *Weights) float64 {
	total, covered := 0.0, 0.0
	turn := r.within.from + int32(i)
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
