package bot

import (
	"slices"
	"strings"

	"rapporteur/corpus"
)

// Limits on the parts a stitched quotation is made of. Short runs of words
// stand in any long record: the longer the record, the longer a part has to be.
const (
	maxParts        = 6
	leastPart       = 3 // words of a part in a record of up to 5,000 words
	wordsPerMore    = 20
	shortOmission   = 3   // words left out without an ellipsis that are a change, wherever they stood
	longestOmission = 6   // words left out within sentences that are a change
	closeAt         = .88 // similarity below which shorter parts explain a quotation better than changes
)

// leastPartIn returns how many words a part of a stitched quotation needs in a
// record of n words.
func leastPartIn(n int) int {
	least := leastPart
	for n > 5000 {
		n /= wordsPerMore
		least++
	}
	return least
}

// maxLikely is in how many records the parts of a quotation are looked for.
const maxLikely = 4

// cover returns the parts that a quotation was put together from, each as it
// stands in one record, or nil.
func (v *verdictMaker) cover(best *alignment) occurrence {
	for _, r := range v.likely {
		if o := v.coverIn(r, best); o != nil {
			return o
		}
	}
	return nil
}

func (v *verdictMaker) coverIn(r *corpus.Record, best *alignment) occurrence {
	var all occurrence
	bounds := v.x.bound(r)
	least := leastPartIn(int(bounds.to - bounds.from))
	if len(v.parts) > 1 || v.isAltered(best) && best.similarity < closeAt {
		least-- // an ellipsis says that these are parts; the likeness, that it is about this record
	}
	n := 0
	for k, ids := range v.ids {
		cuts := v.cutUp(k, ids, bounds)
		if cuts == nil {
			return nil
		}
		for i, from := range cuts {
			to := len(ids)
			if i+1 < len(cuts) {
				to = cuts[i+1]
			}
			places := v.choose(ids[from:to], k, from, to, bounds, least, all)
			if places == nil {
				return nil
			}
			for _, p := range places {
				p.first += from
				all = append(all, p)
			}
			n++
		}
	}
	if n < 2 || n > maxParts {
		return nil
	}
	return all
}

// cutUp returns where the parts of a run of words begin that stand in a record,
// as few as possible, or nil.
func (v *verdictMaker) cutUp(part int, ids []int32, bounds run) []int {
	cuts := []int{0}
	for from := 0; ; {
		n := v.x.longest(ids[from:], bounds)
		next := from + n
		switch {
		case n == 0 || next < len(ids) && len(cuts) == maxParts:
			return nil
		case next == len(ids):
			return cuts
		}
		from = v.meeting(part, ids, from, next, bounds)
		cuts = append(cuts, from)
	}
}

// meeting returns where the part that begins at from and may go on to next
// ends, given that the part after it may begin earlier: where a sentence ends,
// else as late as leaves enough of the part after it.
func (v *verdictMaker) meeting(part int, ids []int32, from, next int, bounds run) int {
	first := next
	for first > from+1 && v.x.longest(ids[first-1:], bounds) >= min(len(ids)-first+1, next-first+leastPart) {
		first--
	}
	for cut := next; cut >= first; cut-- {
		if v.q.stops[v.parts[part][cut]] {
			return cut
		}
	}
	if len(ids)-next >= leastPart {
		return next
	}
	return max(first, len(ids)-leastPart-1)
}

// choose returns the places of a part: near the parts before it, of the person
// claimed if there is one. It returns nil for a part too short to tell.
func (v *verdictMaker) choose(ids []int32, part, from, to int, bounds run, least int, before occurrence) []place {
	words := v.parts[part]
	sentence := v.q.stops[words[from]] && (to == len(words) || v.q.stops[words[to]])
	var best []place
	bestScore := -1
	for _, at := range v.x.find(ids, bounds, maxOccurrences) {
		places := v.x.places(at, len(ids), part)
		whole := sentence && beginsSentence(places[0]) && endsSentence(places[len(places)-1])
		if to-from < least && !whole {
			continue
		}
		score := 0
		if whole {
			score += 2
		}
		if v.says(places[0]) {
			score += 4
		}
		if len(before) > 0 && before[len(before)-1].turn == places[0].turn {
			score++
		}
		if score > bestScore {
			best, bestScore = places, score
		}
	}
	return best
}

func beginsSentence(p place) bool {
	before := strings.TrimRight(p.turn.Text[:p.start], " \"'“‘(«\u00a0")
	return before == "" || strings.ContainsAny(before[len(before)-1:], ".!?\n")
}

func endsSentence(p place) bool {
	after := strings.TrimLeft(p.turn.Text[p.end:], " \"'”’)»\u00a0")
	return after == "" || strings.ContainsAny(p.turn.Text[p.end-1:p.end], ".!?") || strings.ContainsAny(after[:1], ".!?\n")
}

// rather reports whether a quotation is better explained as one passage with
// words changed than as parts put together.
func (v *verdictMaker) rather(a *alignment, parts occurrence) bool {
	if a == nil || len(v.parts) > 1 && parts[len(parts)-1].part+1 == len(parts) {
		return false // every part between ellipses stands in the record
	}
	if !v.isAltered(a) && a.edits > shortOmission {
		return false
	}
	joins := 0 // between what runs on in the record
	for i := 1; i < len(parts); i++ {
		if parts[i].part != parts[i-1].part || parts[i].turn != parts[i-1].turn || parts[i].start != parts[i-1].end {
			joins++
		}
	}
	turn := parts[0].turn
	apart := slices.ContainsFunc(parts, func(p place) bool { return p.turn != turn })
	switch {
	case a.edits < shortOmission:
		return true
	case apart && joins == 1:
		return false
	case a.edits <= shortOmission*joins:
		return true
	case apart:
		return false
	}
	// Words of one sentence left out, or put in another order.
	from, to := parts[0].start, parts[0].end
	left := 0
	atStops := true
	for i, p := range parts {
		if i > 0 && p.start >= parts[i-1].end {
			left += len(splitWords(turn.Text[parts[i-1].end:p.start], nil))
			atStops = atStops && endsSentence(parts[i-1]) && beginsSentence(p)
		}
		from, to = min(from, p.start), max(to, p.end)
	}
	if !strings.ContainsAny(strings.TrimRight(turn.Text[from:to], ".!?"), ".!?\n") {
		return true
	}
	return left > 0 && left <= longestOmission && !atStops
}
