package bot

import (
	"cmp"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// place is a stretch of a turn that holds words of a quotation.
type place struct {
	record     *corpus.Record
	turn       *corpus.Turn
	start, end int // byte offsets in the turn's text
	part       int // of the quotation, from 0
	first      int // index in the part of the first word here
	aside      bool
}

// occurrence is one way in which all of a quotation stands in a record: its
// places in the order of the quotation.
type occurrence []place

const (
	maxOccurrences = 200  // places at which the same words are looked for
	maxStarts      = 2000 // places at which a part of a quotation with ellipses is tried
)

// occurrences returns where the parts of a quotation, the words between its
// ellipses, follow each other within one speech.
func (x *wordIndex) occurrences(parts [][]int32, bounds run) []occurrence {
	if len(parts) == 1 {
		var found []occurrence
		for _, at := range x.find(parts[0], bounds, maxOccurrences) {
			found = append(found, x.places(at, len(parts[0]), 0))
		}
		return found
	}
	// The part that stands at fewest places says in which speeches to look.
	var places []int32
	for k, part := range parts {
		at := x.find(part, bounds, maxStarts)
		if len(at) == 0 {
			return nil
		}
		if k == 0 || len(at) < len(places) {
			places = at
		}
	}
	var found []occurrence
	done := run{-1, -1}
	for _, at := range places {
		speech := x.speech(at)
		if speech == done {
			continue
		}
		done = speech
		chain := x.chain(parts, speech)
		if chain == nil {
			continue
		}
		var o occurrence
		for k, from := range chain {
			o = append(o, x.places(from, len(parts[k]), k)...)
		}
		if found = append(found, o); len(found) == maxOccurrences {
			break
		}
	}
	return found
}

// chain returns where the parts stand one after the other in a speech, as close
// together as the last of them allows, or nil.
func (x *wordIndex) chain(parts [][]int32, speech run) []int32 {
	first := x.find(parts[0], speech, 1)
	if len(first) == 0 {
		return nil
	}
	chain := []int32{first[0]}
	end := first[0] + int32(len(parts[0]))
	for _, part := range parts[1:] {
		next := x.find(part, run{end, speech.to}, 1)
		if len(next) == 0 {
			return nil
		}
		chain = append(chain, next[0])
		end = next[0] + int32(len(part))
	}
	for k := len(parts) - 2; k >= 0; k-- {
		from := chain[k]
		for _, later := range x.find(parts[k], run{from, chain[k+1]}, maxOccurrences) {
			from = later
		}
		chain[k] = from
	}
	return chain
}

// places returns the stretches of turns that n words of the stream come from.
func (x *wordIndex) places(at int32, n, part int) []place {
	var places []place
	first := 0
	for p := x.pieceAt(at); n > 0; p++ {
		next := x.pieces[p+1].start
		words := x.words(&x.pieces[p])
		from := int(at - x.pieces[p].start)
		to := min(from+n, len(words))
		r, t := x.turn(&x.pieces[p])
		if from < to {
			places = append(places, place{record: r, turn: t, part: part, first: first,
				start: words[from].start, end: closeSentence(t.Text, words[to-1].end), aside: x.pieces[p].aside.end > 0})
		}
		n -= to - from
		first += to - from
		at = next
	}
	return places
}

// closeSentence returns the end of a quotation with the mark that ends its
// sentence, if that follows.
func closeSentence(text string, end int) int {
	for end < len(text) && strings.IndexByte(".!?", text[end]) >= 0 {
		end++
	}
	return end
}

// zone returns the stretch of the stream around a position that no separator
// interrupts, at most reach words to both sides.
func (x *wordIndex) zone(at int32, reach int) run {
	z := run{at, at}
	for z.from > 0 && x.stream[z.from-1] != separator && int(at-z.from) < reach {
		z.from--
	}
	for int(z.to) < len(x.stream) && x.stream[z.to] != separator && int(z.to-at) < reach {
		z.to++
	}
	return z
}

// maxSpeech is how much of a speech is looked at, in words to both sides.
const maxSpeech = 6000

// speech returns the stretch of the stream around a position that one speaker
// says without interruption.
func (x *wordIndex) speech(at int32) run {
	zone := x.zone(at, maxSpeech)
	p := x.pieceAt(at)
	_, t := x.turn(&x.pieces[p])
	s := run{max(zone.from, x.pieces[p].start), zone.to}
	for k := p; k > 0 && x.pieces[k].start > zone.from; k-- {
		if _, before := x.turn(&x.pieces[k-1]); !sameSpeaker(before, t) {
			break
		}
		s.from = max(zone.from, x.pieces[k-1].start)
	}
	for k := p + 1; k < len(x.pieces) && x.pieces[k].start < zone.to; k++ {
		if _, next := x.turn(&x.pieces[k]); !sameSpeaker(next, t) {
			s.to = x.pieces[k].start
			break
		}
	}
	return s
}

// window returns the words of a stretch of the stream, with the asides among
// them.
func (x *wordIndex) window(within run) []recordWord {
	var window []recordWord
	for p := x.pieceAt(within.from); p+1 < len(x.pieces) && x.pieces[p].start < within.to; p++ {
		r, t := x.turn(&x.pieces[p])
		at := x.pieces[p].start
		words := wordsOf(t.Text)
		if x.pieces[p].aside.end > 0 {
			words = x.words(&x.pieces[p])
		}
		for _, w := range words {
			if at >= within.from && at < within.to {
				window = append(window, recordWord{w, t, r, x.weightOf(x.id(w.folded))})
			}
			if !w.aside {
				at++
			}
		}
	}
	return window
}

const (
	maxWindows   = 14      // passages a quotation is laid beside
	diagonalStep = 16      // passages closer than this many words are one
	hopeful      = .4      // share of the most votes from which a passage is looked at
	voteBudget   = 100_000 // occurrences of rare words that are looked at
	maxRunPlaces = 40      // occurrences of a run of words that are looked at
)

// anchors returns positions of the stream at which words of a quotation stand
// as they do in it, best first. ids may hold separators for unknown words.
func (x *wordIndex) anchors(ids []int32, bounds run) []int32 {
	votes := make(map[int32]float64)
	vote := func(at int32, i, n int) {
		key := (at - int32(i)) / diagonalStep
		weight := 0.0
		for _, id := range ids[i : i+n] {
			weight += x.weightOf(id)
		}
		votes[key] += weight
		votes[key+1] += weight / 2
		votes[key-1] += weight / 2
	}
	for i := 0; i < len(ids); {
		n := x.longest(ids[i:], bounds)
		if n >= 2 {
			for _, at := range x.find(ids[i:i+n], bounds, maxRunPlaces) {
				vote(at, i, n)
			}
		}
		i += max(n, 1)
	}
	rare := make([]int, 0, len(ids))
	for i := range ids {
		if ids[i] != separator {
			rare = append(rare, i)
		}
	}
	slices.SortStableFunc(rare, func(a, b int) int {
		return len(x.positions(ids[a], bounds)) - len(x.positions(ids[b], bounds))
	})
	budget := voteBudget
	for k, i := range rare {
		list := x.positions(ids[i], bounds)
		if budget -= len(list); budget < 0 && k >= 2 {
			break
		}
		for _, at := range list {
			vote(at, i, 1)
		}
	}
	most := 0.0
	for _, n := range votes {
		most = max(most, n)
	}
	type tally struct {
		key   int32
		votes float64
	}
	var best []tally
	for key, n := range votes {
		if n >= hopeful*most {
			best = append(best, tally{key, n})
		}
	}
	slices.SortFunc(best, func(a, b tally) int {
		return cmp.Or(cmp.Compare(b.votes, a.votes), cmp.Compare(a.key, b.key))
	})
	var found []int32
	for _, t := range best {
		if len(found) == maxWindows {
			break
		}
		if !slices.Contains(found, (t.key-1)*diagonalStep) && !slices.Contains(found, (t.key+1)*diagonalStep) {
			found = append(found, t.key*diagonalStep)
		}
	}
	return found
}

// respell returns the words of a part with those no record has taken apart
// where the record writes them as two ("nonmilitary" for "non-military").
func (x *wordIndex) respell(q *quotation, part []int, bounds run) []int32 {
	var ids []int32
	for _, at := range part {
		folded := q.words[at].folded
		id := x.id(folded)
		if id == separator {
			if two := x.split(folded, bounds); two != nil {
				ids = append(ids, two...)
				continue
			}
		}
		ids = append(ids, id)
	}
	return ids
}

// split returns two words of the records that follow each other and are,
// written as one, the word given; or nil.
func (x *wordIndex) split(folded string, bounds run) []int32 {
	for at := 2; at+2 <= len(folded); at++ {
		two := []int32{x.id(folded[:at]), x.id(folded[at:])}
		if two[0] != separator && two[1] != separator && len(x.find(two, bounds, 1)) > 0 {
			return two
		}
	}
	return nil
}

// windows returns the stretches of the stream that a quotation is laid beside.
func (x *wordIndex) windows(parts [][]int32, bounds run) []run {
	var ids []int32
	for _, part := range parts {
		ids = append(ids, part...)
	}
	var windows []run
	add := func(w run) {
		w.from, w.to = max(w.from, bounds.from), min(w.to, bounds.to)
		if w.from < w.to && !slices.Contains(windows, w) {
			windows = append(windows, w)
		}
	}
	if len(parts) > 1 {
		for _, part := range parts {
			for _, at := range x.anchors(part, bounds) {
				if at = x.wordAt(at+int32(len(part)/2), bounds); at >= 0 {
					add(x.speech(at))
				}
			}
		}
		return windows[:min(len(windows), 2*maxWindows)]
	}
	pad := int32(len(ids)/2 + diagonalStep)
	for _, at := range x.anchors(ids, bounds) {
		// Separators cut a window; both sides of one may hold the passage.
		from, to := max(at-pad, bounds.from), min(at+int32(len(ids))+pad, bounds.to)
		for from < to {
			for from < to && x.stream[from] == separator {
				from++
			}
			end := from
			for end < to && x.stream[end] != separator {
				end++
			}
			add(run{from, end})
			from = end
		}
	}
	return windows
}

// wordAt returns the position of a word at or near a position, or -1.
func (x *wordIndex) wordAt(at int32, bounds run) int32 {
	at = min(max(at, bounds.from), bounds.to-1)
	for d := range int32(3 * diagonalStep) {
		for _, p := range []int32{at + d, at - d} {
			if p >= bounds.from && p < bounds.to && x.stream[p] != separator {
				return p
			}
		}
	}
	return -1
}
