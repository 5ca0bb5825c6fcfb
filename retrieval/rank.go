package retrieval

import (
	"math"
	"slices"

	"rapporteur/corpus"
	"rapporteur/retrieval/wordvectors"
)

// concept is something a question is about, with the forms it may take in a
// record.
type concept struct {
	text  string // as in the question
	forms []form
	kind  conceptKind
	found []occurrence // within the span that is ranked
	idf   float64
}

type conceptKind int

const (
	topic conceptKind = iota
	weakTopic
	pair // two words of the question that stand together
	name
)

// form is one way a record may write a concept.
type form struct {
	stems  []string
	weight float32
}

// locate finds a concept's occurrences within a span.
func (x *lexicon) locate(c *concept, within span) {
	lists := make([][]occurrence, 0, len(c.forms))
	weights := make([]float32, 0, len(c.forms))
	for _, f := range c.forms {
		if found := x.find(f.stems, within); len(found) > 0 {
			lists = append(lists, found)
			weights = append(weights, f.weight)
		}
	}
	c.found = union(lists, weights)
	c.idf = idf(c.found, float64(within.to-within.from))
}

// in reports whether a form of the concept stands in a title.
func (c *concept) in(title []string) bool {
	return slices.ContainsFunc(c.forms, func(f form) bool {
		return f.weight == 1 && !slices.ContainsFunc(f.stems, func(stem string) bool { return !slices.Contains(title, stem) })
	})
}

// idf is BM25's inverse document frequency, in Lucene's form that is never
// negative.
func idf(found []occurrence, documents float64) float64 {
	df := 0.0
	for _, o := range found {
		df += min(1, float64(o.count))
	}
	return math.Log(1 + (documents-df+.5)/(df+.5))
}

func (c *concept) weight(w *Weights) float64 {
	weight := math.Pow(c.idf, w.IDF)
	switch c.kind {
	case weakTopic:
		weight *= w.Weak * math.Pow(rarity(c.text), w.Rarity)
	case topic:
		weight *= math.Pow(rarity(c.text), w.Rarity)
	case pair:
		weight *= w.Pair
	}
	return weight
}

// rarity says how rare a word is in English, up to 1 beyond the 10,000 most
// frequent.
func rarity(word string) float64 {
	return min(1, math.Log(float64(wordvectors.Rank(word))+10)/math.Log(10000))
}

// known returns the weight of the concept's best form that occurs within a span.
func (x *lexicon) known(c *concept, within span) float64 {
	best := float32(0)
	for _, f := range c.forms {
		if f.weight > best && len(x.find(f.stems, within)) > 0 {
			best = f.weight
		}
	}
	return float64(best)
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
			near := 1.0
			if o.turn != turn {
				near = .7
			}
			most = max(most, near*min(1, float64(o.count)))
		}
		covered += weight * most
	}
	if total == 0 {
		return 0
	}
	return covered / total
}

// leastSpread is where a decayed count is taken for nothing.
const leastSpread = .02

// spread adds the counts of occurrences to the turns around them, decayed by
// distance, within one record and section. What follows a turn counts after of
// what precedes it. sum has a number for each turn of the span.
func (x *lexicon) spread(found []occurrence, within span, decay, after float32, sum []float32) {
	for k, value := 0, float32(0); k < len(found); k++ {
		o := found[k]
		end := within.to
		if k+1 < len(found) {
			end = found[k+1].turn
		}
		value += o.count
		part := x.part[o.turn]
		for turn := o.turn; turn < end; turn++ {
			if value < leastSpread || x.part[turn] != part {
				value = 0
				break
			}
			sum[turn-within.from] += value
			value *= decay
		}
		if end < within.to && x.part[end] != part {
			value = 0
		}
	}
	value := float32(0)
	for k := len(found) - 1; k >= 0; k-- {
		o := found[k]
		end := within.from
		if k > 0 {
			end = found[k-1].turn
		}
		value += o.count
		part := x.part[o.turn]
		if part != x.part[end] && k > 0 {
			end++ // the next occurrence back is in another part
		}
		for turn := o.turn - 1; turn >= end; turn-- {
			value *= decay
			if value < leastSpread || x.part[turn] != part {
				value = 0
				break
			}
			sum[turn-within.from] += after * value
		}
		if k > 0 && x.part[found[k-1].turn] != part {
			value = 0
		}
	}
}

// ranking holds the scores of the turns of a span and what they are made of.
type ranking struct {
	within   span
	score    []float64
	concepts []*concept
	near     [][]float32 // by concept, when explained
	local    [][]float32
	wide     []float64
	region   []float64
	speaker  []float64
	vector   []float64
	unknown  float64 // share of the question, by weight, that the span does not have
}

// rank scores the turns of a span for what was read from a question.
func (x *lexicon) rank(q *reading, within span, w *Weights, explain bool) *ranking {
	n := int(within.to - within.from)
	r := &ranking{within: within, score: make([]float64, n), wide: make([]float64, n), concepts: q.concepts}
	average := x.averageLength(within)
	sum := make([]float32, n)
	total := 0.0
	for _, c := range q.concepts {
		x.locate(c, within)
		var near, local []float32
		if explain {
			near, local = make([]float32, n), make([]float32, n)
			r.near, r.local = append(r.near, near), append(r.local, local)
		}
		weight := c.weight(w)
		if c.kind != pair {
			if total += weight; len(c.found) == 0 {
				r.unknown += weight
			}
		}
		for _, title := range x.titles {
			if title.from >= within.from && title.to <= within.to && c.in(title.stems) {
				for turn := title.from; turn < title.to; turn++ {
					r.score[turn-within.from] += w.Title * weight
					r.wide[turn-within.from] += w.Title * weight
				}
			}
		}
		if len(c.found) == 0 {
			continue
		}
		add := func(part []float32, i int, value float64) {
			r.score[i] += value
			if explain {
				part[i] += float32(value)
			}
		}
		clear(sum)
		x.spread(c.found, within, float32(w.Near), float32(w.After), sum)
		for i, count := range sum {
			if count > 0 {
				length := float64(x.length[within.from+int32(i)]) / average
				add(near, i, weight*saturate(float64(count), w.NearK1*(1-w.NearB+w.NearB*length)))
			}
		}
		for _, o := range c.found {
			length := float64(x.length[o.turn]) / average
			value := w.Local * weight * saturate(float64(o.count), w.LocalK1*(1-w.LocalB+w.LocalB*length))
			add(local, int(o.turn-within.from), value)
			if next := o.turn + 1; x.asks[o.turn] && next < within.to && x.part[next] == x.part[o.turn] {
				add(local, int(next-within.from), w.Reply*value)
			}
		}
		clear(sum)
		x.spread(c.found, within, float32(w.Wide), float32(w.WideAfter), sum)
		for i, count := range sum {
			if count > 0 {
				r.wide[i] += weight * saturate(float64(count), w.WideK1)
			}
		}
	}
	r.unknown /= max(total, 1e-9)
	for i := range r.score {
		length := float64(x.length[within.from+int32(i)])
		r.wide[i] = math.Pow(r.wide[i]/max(total, 1e-9), w.WidePower)
		r.score[i] *= r.wide[i] * math.Sqrt(length/(length+w.Length))
	}
	return r
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

// fuse adds to each score the likeness of its passage to the question, as a
// share of the best score. It counts as much as the words of the question that
// the record does not have: for the others the words themselves say more.
func (r *ranking) fuse(similar []float64, weight float64) {
	if similar == nil {
		return
	}
	best := 0.0
	for _, score := range r.score {
		best = max(best, score)
	}
	if best == 0 {
		best = 1
	}
	r.vector = make([]float64, len(r.score))
	for i := range r.score {
		r.vector[i] = weight * r.unknown * best * similar[i]
		r.score[i] += r.vector[i]
	}
}

// favour multiplies the scores of the named speakers' turns and, less, of the
// turns near them. spoken says whether a turn is theirs.
func (r *ranking) favour(spoken func(i int) bool, factor, near, decay float64) {
	distance := decayed(len(r.score), spoken, decay)
	r.speaker = make([]float64, len(r.score))
	for i := range r.score {
		r.speaker[i] = 1 + near*distance[i]
		if distance[i] == 1 {
			r.speaker[i] = factor
		}
		r.score[i] *= r.speaker[i]
	}
}

// reply gives the turns of the speaker asked about a share of the score of what
// somebody else says right before them.
func (r *ranking) reply(record *corpus.Record, spoken func(i int) bool, share float64) {
	for i := len(r.score) - 1; i > 0; i-- {
		if spoken(i) && !spoken(i-1) && record.Turns[i].Ref.Section == record.Turns[i-1].Ref.Section {
			r.score[i] += share * r.score[i-1]
		}
	}
}

// placeDecay is how fast the start and the end of a section fade, a turn.
const placeDecay = .6

// lookAt raises the scores at the start or the end of some turns, by factor for
// the very first or last; a turn there that shares no word with the question
// gets a share of the best score.
func (r *ranking) lookAt(record *corpus.Record, turns []span, at place, factor float64) {
	best := 0.0
	for _, score := range r.score {
		best = max(best, score)
	}
	for _, s := range turns {
		weight := 1.0
		for k := int32(0); k < s.to-s.from && weight > leastSpread; k++ {
			i := s.from + k
			if at == atEnd {
				i = s.to - 1 - k
			}
			if record.Turns[i].Stage {
				continue
			}
			r.score[i] += factor * weight * max(best, 1)
			weight *= placeDecay
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

// gather multiplies each score by the scores around it, relative to the best
// region, to the power given.
func (r *ranking) gather(decay, power float64) {
	n := len(r.score)
	r.region = make([]float64, n)
	value, best := 0.0, 0.0
	for i, s := range r.score {
		value = value*decay + s
		r.region[i] = value
	}
	value = 0
	for i := n - 1; i >= 0; i-- {
		r.region[i] += value
		best = max(best, r.region[i])
		value = (value + r.score[i]) * decay
	}
	if best == 0 {
		return
	}
	for i := range r.score {
		r.region[i] = math.Pow(r.region[i]/best, power)
		r.score[i] *= r.region[i]
	}
}
