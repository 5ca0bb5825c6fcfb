package bot

import (
	"cmp"
	"math"
	"slices"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Constants of the choice of points, set on the key points of the bundled
// record (testdata/keypoints.txt).
const (
	pointShare   = .45 // share of the sentences of a matter that become points
	mostPoints   = 60  // sentences of a section that become points
	mostUntitled = 14  // of a part of a record without sections
	fewPoints    = 3   // sentences of a matter where not all can be shown
	sayLittle    = 2   // content words below which a sentence says little by itself
	repeatShare  = .35 // of the weight of a word a matter has already been quoted with
	leastShare   = .1  // below which a share is not lowered
	lowerShare   = .9  // by which a share is lowered where there are too many points
)

// choosePoints divides a part into matters and returns those to show, in order,
// and the sentences that become points. Where there is more than a reader would
// take in, the matters that say most are shown, each by a few sentences.
func choosePoints(all []spoken, p part, weight func(string) float64) ([]issue, map[int]bool) {
	matters := issuesOf(all, p.title)
	most := mostPoints
	if p.untitled {
		most = mostUntitled
	}
	picks := make([][]int, len(matters))
	pick := func(share float64) (total int) {
		for k, m := range matters {
			picks[k] = m.points(all, share, weight)
			total += len(picks[k])
		}
		return total
	}
	total := pick(pointShare)
	for share := pointShare * lowerShare; total > most && share > leastShare; share *= lowerShare {
		total = pick(share) // less of each matter, as far as that goes
	}
	if total > most {
		value := func(k int) float64 {
			v := 0.0
			for _, i := range picks[k][:min(len(picks[k]), fewPoints)] {
				v += all[i].value(all, nil, weight)
			}
			if len(matters[k].outcomesOf(all)) > 0 {
				v *= 1.5
			}
			return v
		}
		order := make([]int, len(matters))
		for k := range order {
			order[k] = k
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(value(b), value(a)) })
		total = 0
		for _, k := range order {
			picks[k] = picks[k][:min(len(picks[k]), fewPoints)]
			if total += len(picks[k]); total > most {
				picks[k] = nil
			}
		}
	}
	chosen := make(map[int]bool)
	var shown []issue
	for k, m := range matters {
		if len(picks[k]) > 0 {
			shown = append(shown, m)
		}
		for _, i := range picks[k] {
			chosen[i] = true
		}
	}
	return shown, chosen
}

// points returns the sentences that stand for a matter: what raised it, what
// each speaker says most on it, where it was left, and as much of the rest as
// the share allows, the first ones first.
func (m issue) points(all []spoken, share float64, weight func(string) float64) []int {
	var chosen []int
	covered := make(map[string]bool)
	take := func(i int) {
		if i < 0 || slices.Contains(chosen, i) {
			return
		}
		chosen = append(chosen, i)
		for _, stem := range all[i].stems {
			covered[stem] = true
		}
	}
	budget := int(math.Ceil(share * float64(m.to-m.from)))
	for _, o := range m.outcomesOf(all) {
		take(o.raised)
		for _, i := range o.shown {
			take(i)
		}
	}
	for i := m.from; i < m.to; i++ {
		if all[i].acts&commits != 0 || all[i].acts&defers != 0 && all[i].replyTo >= 0 {
			take(i)
		}
	}
	best := func(speaker string, any bool) int {
		found, most := -1, 0.0
		for i := m.from; i < m.to; i++ {
			if slices.Contains(chosen, i) || !any && all[i].turn.Speaker != speaker {
				continue
			}
			if v := all[i].value(all, covered, weight); v > most {
				found, most = i, v
			}
		}
		return found
	}
	speakers := make(map[string]bool)
	for i := m.from; i < m.to && len(chosen) < budget; i++ {
		speaker := all[i].turn.Speaker
		if !speakers[speaker] && !slices.ContainsFunc(chosen, func(k int) bool { return all[k].turn.Speaker == speaker }) {
			take(best(speaker, false))
		}
		speakers[speaker] = true
	}
	for len(chosen) < budget {
		i := best("", true)
		if i < 0 {
			break
		}
		take(i)
	}
	return chosen
}

// value is how much a sentence adds to the points of a matter.
func (s *spoken) value(all []spoken, covered map[string]bool, weight func(string) float64) float64 {
	v := 0.0
	for _, stem := range slices.Compact(slices.Sorted(slices.Values(s.stems))) {
		w := weight(stem)
		if covered[stem] {
			w *= repeatShare
		}
		v += w
	}
	v = math.Sqrt(v)
	for _, a := range []struct {
		act   act
		value float64
	}{{refuses, .8}, {accepts, .5}, {defers, .7}, {commits, .7}, {proposes, .7}, {asks, .3}, {weighs, .4}, {opposes, .3}, {conditions, .2}} {
		if s.acts&a.act != 0 {
			v += a.value
		}
	}
	if slices.ContainsFunc(s.words, func(w string) bool { return isDigit(w[0]) }) {
		v += .5
	}
	switch {
	case s.replyTo >= 0 && all[s.replyTo].acts&(asks|offers) != 0:
		v += .6
	case len(s.stems) < sayLittle:
		v *= .5
	}
	return v
}

// stemWeights returns how telling a stem is in a record, from 0 to 1.
func stemWeights(r *corpus.Record) func(string) float64 {
	count := make(map[string]int)
	n := 0
	for i := range r.Turns {
		seen := make(map[string]bool)
		for _, stem := range retrieval.Stems(r.Turns[i].Text) {
			if !seen[stem] {
				seen[stem] = true
				count[stem]++
			}
		}
		n++
	}
	most := math.Log(float64(n) + 1)
	return func(stem string) float64 { return math.Log(float64(n+1)/float64(max(count[stem], 1))) / most }
}
