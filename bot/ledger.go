package bot

import (
	"slices"
)

// Standing says where a matter stands at the end of its discussion.
type Standing string

// Where a matter may stand. That somebody will report or think it over is
// deferred, not agreed.
const (
	Agreed      Standing = "agreed"
	Conditional Standing = "agreed on condition"
	Deferred    Standing = "deferred"
	Disputed    Standing = "disputed"
	Unanswered  Standing = "unanswered"
)

// LedgerItem is a matter discussed and where it stands.
type LedgerItem struct {
	Section string   `json:"section,omitempty"`
	Topic   []string `json:"topic"` // words of the record the discussion turns on
	// Standing is the program's reading of the words cited.
	Standing Standing `json:"status"`
	// Raised are the words that raised the matter, Shown those that show where
	// it stands, as indexes in Answer.Citations.
	Raised []int `json:"raised"`
	Shown  []int `json:"shown"`
	// Next is who will do what.
	Next []Undertaking `json:"next,omitempty"`
}

// Undertaking is what somebody says he will do.
type Undertaking struct {
	Who      string `json:"who"`
	Citation int    `json:"citation"` // index in Answer.Citations
}

// outcome is where a matter, or a point settled on the way, stands: the
// sentence that raised it and those that show it.
type outcome struct {
	standing Standing
	raised   int
	shown    []int
}

// outcomesOf reads where a matter stands from its sentences: each consent to
// something put forward, and what became of the rest. It is empty where nothing
// was put forward or decided.
func (m issue) outcomesOf(all []spoken) []outcome {
	var found []outcome
	var refusals, deferrals, offered []int
	refusers := make(map[string]bool)
	raised, since := -1, m.from // what is open, and from where on
	older := false              // something else was settled since it was raised
	for i := m.from; i < m.to; i++ {
		s := &all[i]
		switch {
		case s.acts&accepts != 0 && s.acts&defers == 0 && !putOff(all, i, m.to):
			to := raised
			if s.replyTo >= since && (to < 0 || all[to].turn != all[s.replyTo].turn || len(all[s.replyTo].stems) >= 2) {
				to = s.replyTo
			}
			if to < 0 && s.replyTo >= 0 && i-s.replyTo <= 2 {
				to = s.replyTo // the matter began with this reply
			}
			if to < 0 {
				break
			}
			if all[to].turn.Speaker == s.turn.Speaker { // what he would agree to
				offered = append(offered, i)
				continue
			}
			o := outcome{Agreed, to, []int{i}}
			if k := conditionOf(all, i); k >= 0 {
				o.standing = Conditional
				if k != i {
					o.shown = append(o.shown, k)
				}
			}
			found = append(found, o)
			if raised < 0 || all[raised].turn == all[to].turn {
				raised, since = -1, i+1
				refusals, deferrals, offered = nil, nil, nil
				clear(refusers)
				older = false
			} else { // what was raised before is still open
				older = true
				refusals = slices.DeleteFunc(refusals, func(k int) bool { return all[k].turn == all[to].turn })
			}
			continue
		case s.acts&defers != 0:
			deferrals = append(deferrals, i)
		}
		if s.acts&refuses != 0 {
			refusals = append(refusals, i)
			refusers[s.turn.Speaker] = true
		}
		if s.acts&offers != 0 {
			offered = append(offered, i)
		}
		if raised < 0 && s.acts&(proposes|asks|offers) != 0 && len(s.stems) >= 2 {
			raised = i
		}
	}
	if raised < 0 {
		raised = firstTelling(all, since, m.to)
	}
	if raised < 0 {
		return found
	}
	last := func(list []int, n int) []int { return slices.Clone(list[max(0, len(list)-n):]) }
	rest := outcome{raised: raised}
	if n := len(deferrals); older && n > 0 {
		for _, k := range deferrals {
			if to := all[k].replyTo; to >= since && all[to].acts&(proposes|asks) != 0 {
				rest.raised = to
				if len(offered) > 0 {
					found = append(found, outcome{Conditional, raised, last(offered, 1)})
				}
				break
			}
		}
	}
	switch {
	case len(refusals) > 0 && (len(deferrals) == 0 || len(refusers) > 1 && len(refusals) > 2 || refusals[len(refusals)-1] > deferrals[len(deferrals)-1]):
		rest.standing, rest.shown = Disputed, append(last(refusals, 2), last(deferrals, 1)...)
	case len(deferrals) > 0:
		rest.standing, rest.shown = Deferred, last(deferrals, 2)
	case len(offered) > 0:
		rest.standing, rest.shown = Conditional, last(offered, 1)
	default:
		if i := m.unanswered(all); i >= since {
			rest = outcome{Unanswered, i, []int{i}}
		} else if i := m.opposed(all, raised); i >= 0 {
			rest.standing, rest.shown = Disputed, []int{i}
		} else {
			return found
		}
	}
	slices.Sort(rest.shown)
	return append(found, rest)
}

// putOff reports whether the sentence after a consent puts the matter off: "O.K.
// Will report."
func putOff(all []spoken, i, to int) bool {
	return i+1 < to && all[i+1].turn == all[i].turn && all[i+1].acts&defers != 0 && all[i+1].acts&proposes == 0
}

// firstTelling returns the first sentence of a range that says something, or -1.
func firstTelling(all []spoken, from, to int) int {
	for i := from; i < to; i++ {
		if len(all[i].stems) >= 3 {
			return i
		}
	}
	return -1
}

// opposed returns the last sentence in which somebody else holds something
// against what was raised, or -1.
func (m issue) opposed(all []spoken, raised int) int {
	for i := m.to - 1; i > raised; i-- {
		if all[i].acts&opposes != 0 && all[i].turn.Speaker != all[raised].turn.Speaker {
			return i
		}
	}
	if all[raised].acts&opposes != 0 {
		for i := m.to - 1; i > raised; i-- {
			if all[i].turn.Speaker != all[raised].turn.Speaker && len(all[i].stems) >= 2 {
				return i
			}
		}
	}
	return -1
}

// conditionOf returns the sentence that makes a consent conditional: itself, or
// the next of its turn if that takes something back; -1 if there is none.
func conditionOf(all []spoken, i int) int {
	if all[i].acts&conditions != 0 {
		return i
	}
	if k := i + 1; k < len(all) && all[k].turn == all[i].turn {
		switch all[k].words[0] {
		case "but", "if", "provided", "unless", "only", "except", "however":
			return k
		}
	}
	return -1
}

// unanswered returns the last question of a matter that nobody else replies
// to, or -1.
func (m issue) unanswered(all []spoken) int {
	for i := m.to - 1; i >= m.from; i-- {
		if all[i].acts&asks == 0 || len(all[i].words) < 3 {
			continue
		}
		next := i + 1
		for next < len(all) && all[next].turn.Speaker == all[i].turn.Speaker {
			next++
		}
		if next == len(all) || all[next].acts&asks != 0 && len(all[next].stems) > 0 {
			return i
		}
		return -1
	}
	return -1
}
