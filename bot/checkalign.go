package bot

import (
	_ "embed"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// recordWord is a word of a window of a record that a quotation is laid beside.
type recordWord struct {
	textWord
	turn   *corpus.Turn
	record *corpus.Record
	weight float64
}

// pair is a step of an alignment: word q of the quotation beside word r of the
// window. One of them is -1 where the other side has nothing.
type pair struct {
	q, r int
	same bool
}

// alignment is the cheapest way to lay a quotation beside a part of a window.
type alignment struct {
	window []recordWord
	pairs  []pair // from the first to the last word that both have
	edits  int    // words changed, added or left out
	cut    bool   // the quotation begins or ends within a word
	// similarity is the weight of what both have against the weight of both,
	// from 0 to 1.
	similarity float64
	swapped    bool // the same words in another order
}

// Moves of the alignment's table.
const (
	moveNone = iota
	movePair
	moveAdd   // a word only the quotation has
	moveSkip  // a word only the record has
	moveSplit // one word of the quotation, several of the record
	moveJoin  // several words of the quotation, one of the record
)

const maxJoined = 4 // words that typography may write as one

// align lays a quotation beside a window. Words of asides cost nothing on
// either side, nor does what the record has at an ellipsis.
func align(q *quotation, weights []float64, window []recordWord) alignment {
	n, m := len(q.words), len(window)
	width := m + 1
	cost := make([]int16, (n+1)*width)
	move := make([]uint8, (n+1)*width)
	back := make([]uint8, (n+1)*width) // words taken by a split or a join
	for i := 1; i <= n; i++ {
		cost[i*width] = cost[(i-1)*width] + charge(q.words[i-1].aside)
		move[i*width] = moveAdd
		for j := 1; j <= m; j++ {
			at := i*width + j
			best, how, taken := cost[at-width]+charge(q.words[i-1].aside), uint8(moveAdd), 1
			skip := cost[at-1] + charge(window[j-1].aside)
			if i < n && q.gaps[i] {
				skip = cost[at-1]
			}
			if i < n && skip < best || i == n && skip < best && window[j-1].aside {
				best, how = skip, moveSkip
			}
			c := cost[at-width-1]
			if !sameWord(q, i-1, window[j-1].folded) {
				c++
			}
			if c <= best {
				best, how = c, movePair
			}
			if k := splitInto(q.words[i-1].folded, window[:j]); k > 1 && cost[at-width-k] < best {
				best, how, taken = cost[at-width-k], moveSplit, k
			}
			if k := joinedFrom(q.words[:i], window[j-1].folded); k > 1 && cost[at-k*width-1] < best {
				best, how, taken = cost[at-k*width-1], moveJoin, k
			}
			cost[at], move[at], back[at] = best, how, uint8(taken)
		}
	}
	end := 0
	for j := range width {
		switch at := n*width + j; {
		case cost[at] < cost[n*width+end]:
			end = j
		case cost[at] == cost[n*width+end] && j == end+1 && j > 1 && move[at] == movePair && sameSentence(window[j-2], window[j-1]):
			end = j // the last word was changed rather than added
		}
	}
	a := alignment{window: window}
	for i, j := n, end; i > 0; {
		at := i*width + j
		k := int(back[at])
		switch move[at] {
		case movePair:
			i, j = i-1, j-1
			a.pairs = append(a.pairs, pair{i, j, sameWord(q, i, window[j].folded)})
		case moveAdd:
			i--
			a.pairs = append(a.pairs, pair{i, -1, false})
		case moveSkip:
			j--
			a.pairs = append(a.pairs, pair{-1, j, false})
		case moveSplit:
			i--
			for range k {
				j--
				a.pairs = append(a.pairs, pair{i, j, true})
			}
		case moveJoin:
			j--
			for range k {
				i--
				a.pairs = append(a.pairs, pair{i, j, true})
			}
		}
	}
	slices.Reverse(a.pairs)
	a.trim()
	a.measure(q, weights)
	return a
}

func charge(free bool) int16 {
	if free {
		return 0
	}
	return 1
}

// sameWord reports whether word i of a quotation is a word of the record, or
// what a cut left of it at the quotation's edge.
func sameWord(q *quotation, i int, folded string) bool {
	w := q.words[i].folded
	return w == folded || len(w) < len(folded) && (i == 0 || i == len(q.words)-1) && cutFrom(q, i, folded)
}

// leastCut is how many words a quotation needs before a part of a word at its
// edge counts as cut, and not as another word.
const leastCut = 4

// cutFrom reports whether word i of a quotation, its first or last, is the end
// or the beginning of a word of the record that was cut there. An ending cut
// off ("year" for "years") is a change, and so is a word that lost its "not".
func cutFrom(q *quotation, i int, folded string) bool {
	w := q.words[i].folded
	if len(q.words) < leastCut || len(w) < 2 || negations[folded] || len(folded)-len(w) < 3 {
		return false
	}
	if commonWords[w] {
		return false
	}
	if i == 0 {
		lost, ok := strings.CutSuffix(folded, w)
		return ok && !slices.Contains([]string{"dis", "mis", "non", "anti", "over", "under", "inter", "counter"}, lost)
	}
	lost, ok := strings.CutPrefix(folded, w)
	if !ok {
		return false
	}
	switch lost {
	case "ing", "tion", "ally", "ment", "ness", "able", "ers", "ies", "ion", "ions", "ity", "ive", "ful", "less", "ism", "ist", "ists", "ian", "ians", "ese", "ance", "ence", "ments", "ation":
		return false
	}
	return true
}

// splitInto returns how many words at the end of a window are, written as one,
// the word given; 0 if none are.
func splitInto(folded string, window []recordWord) int {
	length := 0
	for k := 1; k <= maxJoined && k <= len(window); k++ {
		w := window[len(window)-k].folded
		length += len(w)
		if length > len(folded) || folded[len(folded)-length:len(folded)-length+len(w)] != w {
			return 0
		}
		if length == len(folded) {
			return k
		}
		if at := len(folded) - length; isDigit(folded[at]) && isDigit(folded[at-1]) {
			return 0
		}
	}
	return 0
}

// joinedFrom returns how many words at the end of words are, written as one,
// the word given; 0 if none are.
func joinedFrom(words []textWord, folded string) int {
	length := 0
	for k := 1; k <= maxJoined && k <= len(words); k++ {
		w := words[len(words)-k].folded
		length += len(w)
		if length > len(folded) || folded[len(folded)-length:len(folded)-length+len(w)] != w {
			return 0
		}
		if length == len(folded) {
			return k
		}
		if at := len(folded) - length; isDigit(folded[at]) && isDigit(folded[at-1]) {
			return 0
		}
	}
	return 0
}

// sameSentence reports whether a word and one after it stand in one sentence of
// one turn.
func sameSentence(a, b recordWord) bool {
	return a.turn == b.turn && a.end <= b.start && !strings.ContainsAny(a.turn.Text[a.end:b.start], ".!?\n")
}

// trim cuts the record's words before the first and after the last word that
// both have, as far as they belong to other sentences.
func (a *alignment) trim() {
	first := slices.IndexFunc(a.pairs, func(p pair) bool { return p.same })
	if first < 0 {
		for i := range a.pairs {
			a.pairs[i].r = -1
		}
		a.pairs = slices.DeleteFunc(a.pairs, func(p pair) bool { return p.q < 0 })
		return
	}
	last := len(a.pairs) - 1
	for !a.pairs[last].same {
		last--
	}
	for i := range first {
		if p := &a.pairs[i]; p.r >= 0 && !sameSentence(a.window[p.r], a.window[a.pairs[first].r]) {
			p.r = -1
		}
	}
	for i := last + 1; i < len(a.pairs); i++ {
		if p := &a.pairs[i]; p.r >= 0 && !sameSentence(a.window[a.pairs[last].r], a.window[p.r]) {
			p.r = -1
		}
	}
	a.pairs = slices.DeleteFunc(a.pairs, func(p pair) bool { return p.q < 0 && p.r < 0 })
}

// measure counts the edits of an alignment and how alike both sides are.
func (a *alignment) measure(q *quotation, weights []float64) {
	var both, quoted, recorded float64
	var added, left []string
	gapOpen := false
	counted := -1 // the last word of the quotation counted
	for _, p := range a.pairs {
		if p.q >= 0 && p.q != counted {
			counted = p.q
			gapOpen = false
			if !q.words[p.q].aside || p.same {
				quoted += weights[p.q]
			}
			if p.same {
				both += 2 * weights[p.q]
			}
		}
		switch {
		case p.same:
			recorded += a.window[p.r].weight
			w := q.words[p.q].folded
			if len(w) < len(a.window[p.r].folded) && cutFrom(q, p.q, a.window[p.r].folded) {
				a.cut = true
			}
		case p.q >= 0 && p.r >= 0:
			a.edits++
			recorded += a.window[p.r].weight
			added, left = append(added, q.words[p.q].folded), append(left, a.window[p.r].folded)
		case p.q >= 0:
			if !q.words[p.q].aside {
				a.edits++
				added = append(added, q.words[p.q].folded)
			}
		default:
			if !gapOpen {
				gapOpen = counted+1 < len(q.words) && counted >= 0 && q.gaps[counted+1]
			}
			if !gapOpen && !a.window[p.r].aside {
				a.edits++
				recorded += a.window[p.r].weight
				left = append(left, a.window[p.r].folded)
			}
		}
	}
	if quoted+recorded > 0 {
		a.similarity = min(1, both/(quoted+recorded))
	}
	slices.Sort(added)
	slices.Sort(left)
	a.swapped = len(added) > 0 && slices.Equal(added, left)
}

//go:embed data/commonwords.txt
var commonWordsText string

// commonWords are whole words, whatever longer word they begin or end.
var commonWords = dataWords(commonWordsText)
