package retrieval

import (
	"context"
	"slices"

	"rapporteur/corpus"
)

// rank scores the turns of a record.
func (s *lookup) rank(ctx context.Context, c candidate) (*ranking, error) {
	w, segment := s.weights, c.segment
	q := s.index.read(s.typed, segment.names, w)
	ranking := segment.rank(q, w, s.Explain)
	if weight := w.Vector*ranking.unknown + w.Meaning*(1-ranking.unknown); weight > 0 {
		v, err := s.vector()
		if err != nil {
			return nil, err
		}
		likeness, err := c.similar(ctx, v)
		if err != nil {
			return nil, err
		}
		if w.Meaning > 0 {
			relative(likeness)
		}
		ranking.fuse(likeness, weight)
	}
	said := segment.saidBy
	if len(q.concepts) == 0 {
		ranking.saidBy(said(q.speakers))
	}
	switch {
	case len(q.subject) > 0 && len(q.subject) < len(q.speakers):
		ranking.reply(said(q.subject), w.Reply)
		ranking.favour("speaker asked about", said(q.subject), w.Speaker, w.SpeakerNear, w.SpeakerDecay)
	case len(q.speakers) > 0:
		ranking.favour("speaker named", said(q.speakers), w.Speaker, w.SpeakerNear, w.SpeakerDecay)
	case len(q.sides) > 0:
		ranking.favour("side named", said(q.sides), w.Side, 0, 0)
	}
	if has := segment.has(q.wants); has != nil && w.Type != 1 {
		ranking.scale("has what kind of thing is asked for", has, w.Type)
	}
	if q.place != anywhere {
		ranking.lookAt(segment.placeOf(q), q.place, w.Place)
	}
	ranking.gather(w.RegionDecay, w.Region)
	return ranking, nil
}

// has returns which turns have the kind of thing asked for, or nil.
func (a *Analysis) has(wanted answerType) []bool {
	switch wanted {
	case number:
		return a.Numbers
	case date:
		return a.Times
	}
	return nil
}

// placeOf returns the turns of a record that a question about a start or an end
// looks at: the sections whose titles it names, or all of the body.
func (s *segment) placeOf(q *reading) []span {
	r := s.record
	var named []span
	for _, title := range s.titles {
		if slices.ContainsFunc(q.concepts, func(c *concept) bool { return c.kind != pair && c.in(title.stems) }) {
			named = append(named, title.span)
		}
	}
	if len(named) > 0 {
		return named
	}
	body := span{0, int32(len(r.Turns))}
	for body.from < body.to && r.Turns[body.from].Ref.Section == corpus.Head {
		body.from++
	}
	for body.to > body.from && r.Turns[body.to-1].Ref.Section == corpus.Notes {
		body.to--
	}
	return []span{body}
}

// scale multiplies the scores of some turns.
func (r *ranking) scale(what string, of []bool, factor float64) {
	step := r.begin("×", what)
	for i, is := range of {
		if is {
			r.multiply(step, i, factor)
		}
	}
}

// relative takes likenesses relative to their mean and the best: language models
// differ in how alike they find texts that have nothing to do with each other.
func relative(likeness []float64) {
	sum, best := 0., 0.
	for _, l := range likeness {
		sum += l
		best = max(best, l)
	}
	mean := sum / max(1, float64(len(likeness)))
	for i, l := range likeness {
		likeness[i] = max(0, l-mean) / max(best-mean, 1e-6)
	}
}

// fuse adds to each score the likeness of its passage to the question, as a
// share of the best score. It counts as much as the words of the question that
// the record does not have, with the weight of vectors, and the others, with
// that of meaning: there the words themselves say more.
func (r *ranking) fuse(similar []float64, weight float64) {
	if similar == nil {
		return
	}
	best := slices.Max(r.score)
	if best == 0 {
		best = 1
	}
	step := r.begin("+", "likeness of the passage's vector")
	for i := range r.score {
		r.add(step, i, weight*best*similar[i])
	}
}

// saidBy scores what speakers say where nothing but their names was asked for:
// the more a turn says, the more it counts.
func (r *ranking) saidBy(spoken func(i int) bool) {
	step := r.begin("+", "what the speaker says")
	for i := range r.score {
		if spoken(i) {
			r.add(step, i, saturate(float64(r.Length[i]), saidWords))
		}
	}
}

// saidWords is how many words a turn has that says half of what one can say.
const saidWords = 20

// favour multiplies the scores of the named speakers' turns and, less, of the
// turns near them. spoken says whether a turn is theirs.
func (r *ranking) favour(what string, spoken func(i int) bool, factor, near, decay float64) {
	step := r.begin("×", what)
	for i, distance := range decayed(len(r.score), spoken, decay) {
		if distance == 1 {
			r.multiply(step, i, factor)
		} else {
			r.multiply(step, i, 1+near*distance)
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
func (r *ranking) reply(spoken func(i int) bool, share float64) {
	step := r.begin("+", "what the turn replies to")
	for i := len(r.score) - 1; i > 0; i-- {
		if spoken(i) && !spoken(i-1) && r.record.Turns[i].Ref.Section == r.record.Turns[i-1].Ref.Section {
			r.add(step, i, share*r.score[i-1])
		}
	}
}

// placeDecay is how fast the start and the end of a section fade, a turn.
const placeDecay = .6

// lookAt raises the scores at the start or the end of some runs of turns, by
// share of the best score for the very first or last.
func (r *ranking) lookAt(runs []span, at place, share float64) {
	best := max(1, slices.Max(r.score))
	step := r.begin("+", "place in the section or record")
	for _, run := range runs {
		weight := 1.0
		for k := int32(0); k < run.to-run.from && weight > leastSpread; k++ {
			i := run.from + k
			if at == atEnd {
				i = run.to - 1 - k
			}
			if !r.record.Turns[i].Stage {
				r.add(step, int(i), share*weight*best)
				weight *= placeDecay
			}
		}
	}
}

// gather multiplies each score by the scores around it, relative to the best
// region, to the power given.
func (r *ranking) gather(decay, exponent float64) {
	region := r.buffers.region[:len(r.score)]
	value, best := 0.0, 0.0
	for i, s := range r.score {
		value = value*decay + s
		region[i] = value
	}
	value = 0
	for i := len(region) - 1; i >= 0; i-- {
		region[i] += value
		best = max(best, region[i])
		value = (value + r.score[i]) * decay
	}
	if best == 0 {
		return
	}
	step := r.begin("×", "other good turns around")
	for i := range r.score {
		if r.score[i] > 0 {
			r.multiply(step, i, power(region[i]/best, exponent))
		}
	}
}
