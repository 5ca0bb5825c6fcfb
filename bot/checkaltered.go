package bot

import "slices"

// bestAlignment lays the quotation beside the passages most like it and
// returns the best alignment, or nil. Nearest passages are kept for an absent
// quotation.
func (v *verdictMaker) bestAlignment() *alignment {
	weights := make([]float64, len(v.q.words))
	for i, w := range v.q.words {
		weights[i] = v.x.weightOf(v.x.id(w.folded))
	}
	ids := make([][]int32, len(v.parts))
	for i, part := range v.parts {
		ids[i] = v.x.respell(v.q, part, v.bounds)
	}
	var all []alignment
	for _, w := range v.x.windows(ids, v.bounds) {
		if a := align(v.q, weights, v.x.window(w)); a.similarity > 0 {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil
	}
	rank := func(a *alignment) float64 {
		score := a.similarity
		if a.edits == 0 {
			score = 2
		}
		if first := a.firstSame(); v.check.Claimed != "" && slices.Contains(speakersMeant(first.record, v.check.Claimed), first.turn.Speaker) {
			score += .05
		}
		return score
	}
	slices.SortStableFunc(all, func(a, b alignment) int {
		switch d := rank(&b) - rank(&a); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	for i := range all {
		w := all[i].firstSame()
		if len(v.likely) < maxLikely && !slices.Contains(v.likely, w.record) {
			v.likely = append(v.likely, w.record)
		}
		c := citeTurn(w.record, w.turn)
		same := func(n Citation) bool { return n.Record == c.Record && n.Ref == c.Ref }
		if len(v.check.Nearest) < nearestPassages-1 && all[i].similarity > nearAt && !slices.ContainsFunc(v.check.Nearest, same) {
			v.check.Nearest = append(v.check.Nearest, c)
		}
	}
	return &all[0]
}

// nearAt is the similarity from which a passage is shown as near to an absent
// quotation.
const nearAt = .3

func (a *alignment) firstSame() recordWord {
	i := slices.IndexFunc(a.pairs, func(p pair) bool { return p.same })
	return a.window[a.pairs[max(i, 0)].r]
}

// isAltered reports whether a quotation is a passage with words changed.
func (v *verdictMaker) isAltered(a *alignment) bool {
	same := 0
	for _, p := range a.pairs {
		if p.same {
			same++
		}
	}
	words := 0
	for _, part := range v.parts {
		words += len(part)
	}
	switch {
	case same < 2:
		return false
	case a.swapped || a.edits <= fewEdits && words >= 2*a.edits+1:
		return a.similarity >= alteredAt-.1
	}
	return a.similarity >= alteredAt && float64(a.edits) <= mostEdits*float64(words)
}

// altered fills in a quotation whose words were changed.
func (v *verdictMaker) altered(a *alignment) {
	v.check.Verdict = Altered
	v.check.Nearest = nil
	v.similarity = a.similarity
	o := a.occurrence(v.q)
	v.show(o, len(o) > 1)
	lost, added := 0, 0
	for i, p := range o {
		diff := a.diff(v.q, p, i == 0)
		v.check.Matches[i].Diff = diff
		for _, d := range diff {
			n := 0
			for _, w := range splitWords(d.Text, nil) {
				if negations[w.folded] {
					n++
				}
			}
			switch d.Op {
			case "delete":
				lost += n
			case "insert":
				added += n
			}
		}
	}
	switch {
	case lost > added:
		v.check.Negation = "lost"
		v.note("A negation of the record was lost: the quotation says the opposite or more than the record.")
	case added > lost:
		v.check.Negation = "added"
		v.note("A negation was added that the record does not have.")
	}
	if v.check.Claimed != "" && !slices.ContainsFunc(o, v.says) {
		v.note("In the record the passage is %s.", possessive(v.check.Speaker))
	}
	v.remark(o)
}

func possessive(speaker string) string {
	if speaker == "" {
		return "nobody's: no speaker is named"
	}
	return speaker + "'s"
}

// occurrence returns the stretches of turns from the first to the last word
// that both sides have.
func (a *alignment) occurrence(q *quotation) occurrence {
	var o occurrence
	for _, p := range a.pairs {
		if p.r < 0 {
			continue
		}
		w := a.window[p.r]
		part := 0
		for i := 1; i <= p.q; i++ {
			if q.gaps[i] {
				part++
			}
		}
		if n := len(o); n > 0 && o[n-1].turn == w.turn {
			o[n-1].end = closeSentence(w.turn.Text, w.end)
			continue
		}
		o = append(o, place{record: w.record, turn: w.turn, start: w.start, end: closeSentence(w.turn.Text, w.end)})
	}
	return o
}

// diff returns the steps from the words of a place to the quotation's. Words
// that only the quotation has go with the place before them; those before all
// places with the first.
func (a *alignment) diff(q *quotation, at place, first bool) []DiffOp {
	var ops []DiffOp
	add := func(op, text string) {
		if n := len(ops); n > 0 && ops[n-1].Op == op {
			ops[n-1].Text += " " + text
			return
		}
		ops = append(ops, DiffOp{op, text})
	}
	var instead []string // words of the quotation in place of the record's words before them
	flush := func() {
		for _, w := range instead {
			add("insert", w)
		}
		instead = nil
	}
	inside, quoted := first, -1 // the last word of the quotation passed
	for _, p := range a.pairs {
		if p.r >= 0 {
			inside = a.window[p.r].turn == at.turn
		}
		left := quoted >= 0 && quoted+1 < len(q.gaps) && q.gaps[quoted+1] // at an ellipsis
		if p.q >= 0 {
			quoted = p.q
		}
		if !inside {
			continue
		}
		if p.same {
			flush()
		}
		if p.r >= 0 {
			switch w := a.window[p.r]; {
			case p.same:
				add("equal", w.turn.Text[w.start:w.end])
			case p.q >= 0 || !left && !w.aside:
				add("delete", w.turn.Text[w.start:w.end])
			}
		}
		if p.q >= 0 && !p.same && !q.words[p.q].aside {
			instead = append(instead, q.text[q.words[p.q].start:q.words[p.q].end])
		}
	}
	flush()
	return ops
}
