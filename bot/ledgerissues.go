package bot

import (
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// issue is a run of sentences about one matter.
type issue struct {
	from, to int // half-open range of sentences
}

// Constants of the division into matters, chosen on the bundled record and the
// meetings.
const (
	leastIssue  = 3  // sentences of a matter before another may begin
	mostIssue   = 18 // sentences of a matter after which any loose end begins another
	lookBack    = 6  // sentences before a sentence that it may go on from
	lookAhead   = 3  // sentences that have to be about something else
	commonShare = .3 // share of sentences from which a word is the section's and no matter's
)

// issuesOf divides the sentences of a section into matters: where a speaker
// turns to something else, or where a matter was closed and what follows shares
// no words with it.
func issuesOf(all []spoken, title string) []issue {
	if len(all) == 0 {
		return nil
	}
	common := commonStems(all)
	for _, stem := range retrieval.Stems(title) {
		common[stem] = true
	}
	shares := func(i, from, to int) bool {
		for k := max(from, 0); k < to; k++ {
			for _, stem := range all[k].stems {
				if !common[stem] && slices.Contains(all[i].stems, stem) {
					return true
				}
			}
		}
		return false
	}
	var found []issue
	start := 0
	for i := 1; i < len(all); i++ {
		s := &all[i]
		length := i - start
		fresh := all[i-1].turn != s.turn || all[i-1].acts&outcomes != 0 || strings.Contains(s.turn.Text[all[i-1].end:s.start], "\n")
		if fresh && s.acts&shifts != 0 && length >= 2 && len(s.words) > 2 && s.acts&decides|s.acts&asks != 0 {
			found = append(found, issue{start, i})
			start = i
			continue
		}
		if s.replyTo >= start && s.acts&outcomes != 0 {
			continue // a reply stays with what it replies to
		}
		if closedBefore(all, start, i) && len(s.words) > 1 && !goesOn[s.words[0]] && !shares(i, exchangeBefore(all, start, i), i) {
			found = append(found, issue{start, i})
			start = i
			continue
		}
		if !fresh || length < leastIssue || len(s.stems) < 2 || all[i-1].acts&asks != 0 {
			continue
		}
		loose := true
		for k := i; k < min(i+lookAhead, len(all)) && loose; k++ {
			loose = !shares(k, max(start, i-lookBack), i)
		}
		if loose && (length >= mostIssue || all[i-1].turn != s.turn && s.replyTo < 0) {
			found = append(found, issue{start, i})
			start = i
		}
	}
	return append(found, issue{start, len(all)})
}

// goesOn are words that begin a sentence which goes on with the matter.
var goesOn = map[string]bool{"but": true, "and": true, "or": true, "so": true, "then": true, "because": true, "that": true, "this": true, "it": true, "no": true, "yes": true}

// closedBefore reports whether the turn or paragraph before sentence i closed
// the matter begun at start, for the time being.
func closedBefore(all []spoken, start, i int) bool {
	if all[i-1].turn == all[i].turn {
		between := all[i].turn.Text[all[i-1].end:all[i].start]
		return all[i-1].acts&(accepts|defers) != 0 && strings.Contains(between, "\n")
	}
	for k := i - 1; k >= start && all[k].turn == all[i-1].turn; k-- {
		if all[k].acts&(accepts|defers) != 0 {
			return k > start || k < i-1
		}
	}
	return false
}

// exchangeBefore returns the first sentence of the exchange that ends before
// sentence i: its last turn and what that replies to.
func exchangeBefore(all []spoken, start, i int) int {
	first := i - 1
	for first > start && all[first-1].turn == all[i-1].turn {
		first--
	}
	if to := all[first].replyTo; to >= start {
		first = to
	}
	return first
}

// commonStems returns the words that stand in so many sentences that they tell
// no matter from another.
func commonStems(all []spoken) map[string]bool {
	count := make(map[string]int)
	for i := range all {
		for _, stem := range slices.Compact(slices.Sorted(slices.Values(all[i].stems))) {
			count[stem]++
		}
	}
	common := make(map[string]bool)
	for stem, n := range count {
		if n > 3 && float64(n) > commonShare*float64(len(all)) {
			common[stem] = true
		}
	}
	return common
}
