package retrieval

import "math"

// Weights are the constants of the ranking. How each was chosen stands beside
// its default.
type Weights struct {
	K1, B        float64 // BM25
	Near         float64 // decay a turn of a term's context
	After        float64 // weight of what follows a turn against what precedes it
	Wide         float64 // decay a turn of the region a term stands in
	WidePower    float64
	Own          float64 // extra weight of a term in the turn itself
	Pair         float64 // weight of adjacent words
	Speaker      float64 // factor for turns of the named speaker
	SpeakerNear  float64
	SpeakerDecay float64
	Title        float64 // weight of a term in the section's title
	Short        float64 // factor for turns of under four words
	IDFPower     float64
	Vector       float64
	Similar      float64
	Synonym      float64
	Coverage     float64
	LenPrior     float64
}

// DefaultWeights are for one record searched at a time.
func DefaultWeights() Weights {
	return Weights{K1: 1.2, B: 0.3, Near: .85, After: .5, Wide: .97, WidePower: .5, Own: 0, Pair: .5, Speaker: 1.4, SpeakerNear: .3, SpeakerDecay: .7, Title: .5, Short: .5, IDFPower: 1, Synonym: .6, Similar: 0}
}

// concept is something a question is about, with the forms it may take.
type concept struct {
	text   string
	forms  []form
	weight float64
	pair   bool

	found []occurrence
	idf   float64
}

type form struct {
	stems  []string
	weight float32
	why    string
}

func (x *lexicon) locate(c *concept, within span) {
	lists := make([][]occurrence, len(c.forms))
	weights := make([]float32, len(c.forms))
	for i, f := range c.forms {
		lists[i] = x.find(f.stems, within)
		weights[i] = f.weight
	}
	c.found = union(lists, weights)
	df := 0.0
	for _, o := range c.found {
		df += math.Min(1, float64(o.count))
	}
	n := float64(within.to - within.from)
	c.idf = math.Log(1 + (n-df+.5)/(df+.5))
}

// spread adds to sum the counts of a concept, decayed by distance in turns,
// within one record and section. after scales what follows a turn.
func (x *lexicon) spread(found []occurrence, within span, decay, after float32, sum []float32) {
	if decay == 0 {
		for _, o := range found {
			sum[o.turn-within.from] += o.count
		}
		return
	}
	const least = .02
	var value float32
	for k, o := range found {
		if k > 0 && x.section[found[k-1].turn] != x.section[o.turn] {
			value = 0
		}
		value += o.count
		end := within.to
		if k+1 < len(found) {
			end = found[k+1].turn
		}
		group := x.section[o.turn]
		for turn := o.turn; turn < end; turn++ {
			if value < least || x.section[turn] != group {
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
		if k+1 < len(found) && x.section[found[k+1].turn] != x.section[o.turn] {
			value = 0
		}
		value += o.count
		begin := within.from - 1
		if k > 0 {
			begin = found[k-1].turn
		}
		group := x.section[o.turn]
		for turn := o.turn - 1; turn > begin-1 && turn >= within.from; turn-- {
			value *= decay
			if value < least || x.section[turn] != group {
				value = 0
				break
			}
			sum[turn-within.from] += after * value
		}
		if k > 0 && begin >= within.from && value > 0 {
			// value now stands at the turn of the occurrence before.
		}
	}
}

func (x *lexicon) rank(concepts []*concept, within span, w Weights) (score []float64) {
	n := int(within.to - within.from)
	score = make([]float64, n)
	wide := make([]float64, n)
	sum := make([]float32, n)
	average := 0.0
	for t := within.from; t < within.to; t++ {
		average += float64(x.length[t])
	}
	average /= float64(n)
	for _, c := range concepts {
		x.locate(c, within)
		if len(c.found) == 0 {
			continue
		}
		weight := c.weight * math.Pow(c.idf, w.IDFPower)
		clear(sum)
		x.spread(c.found, within, float32(w.Near), float32(w.After), sum)
		for _, o := range c.found {
			sum[o.turn-within.from] += float32(w.Own) * o.count
		}
		for i, tf := range sum {
			if tf > 0 {
				norm := w.K1 * (1 - w.B + w.B*float64(x.length[within.from+int32(i)])/average)
				score[i] += weight * float64(tf) * (w.K1 + 1) / (float64(tf) + norm)
			}
		}
		if w.Wide > 0 {
			clear(sum)
			x.spread(c.found, within, float32(w.Wide), 1, sum)
			for i, tf := range sum {
				if tf > 0 {
					wide[i] += weight * float64(tf) / (float64(tf) + w.K1)
				}
			}
		}
	}
	if w.Wide > 0 {
		for i := range score {
			score[i] *= math.Pow(wide[i], w.WidePower)
		}
	}
	return score
}
