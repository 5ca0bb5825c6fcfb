package retrieval

import (
	"math"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// lexicon is an inverted index of the turns of many records. Turns of one
// record stand together, in order. It is immutable once built.
type lexicon struct {
	terms    map[string]int32
	stems    []string   // by term
	postings []postings // by term
	length   []float32  // words of each turn
	part     []int32    // turns share context within a part: a record or its section
	asks     []bool     // whether a turn ends in a question
	numbers  []bool     // whether it has a number
	times    []bool     // whether it has a date or a time
	titles   []sectionTitle
}

// sectionTitle is a section's title with the turns below it.
type sectionTitle struct {
	span
	stems []string
}

// postings are the occurrences of a term, in the order of turns.
type postings struct {
	turns     []int32
	starts    []int32 // start of each turn's positions, one more than turns
	positions []uint16
}

func (p *postings) count(i int) int { return int(p.starts[i+1] - p.starts[i]) }

// lexiconBuilder gathers turns for a lexicon.
type lexiconBuilder struct {
	lexicon
	words map[string]int // how often each word occurs
	stems stems
	group int32
}

// addRecord adds the turns of a record. It returns the words that the record
// also writes in lower case: a capital letter tells the Chair from a chair.
func (b *lexiconBuilder) addRecord(r *corpus.Record) (plain map[string]bool) {
	if b.terms == nil {
		b.terms = make(map[string]int32)
		b.words = make(map[string]int)
	}
	plain = make(map[string]bool)
	from := int32(len(b.length))
	for _, s := range r.Sections {
		b.titles = append(b.titles, sectionTitle{span{from + int32(s.First), from + int32(s.End)}, contentStems(Words(s.Title))})
	}
	for i := range r.Turns {
		t := &r.Turns[i]
		label := t.Ref.Section
		if i == 0 || label != r.Turns[i-1].Ref.Section || label == corpus.Head || label == corpus.Notes {
			b.group++
		}
		b.addTurn(t.Text, plain)
	}
	b.group++
	return plain
}

func (b *lexiconBuilder) addTurn(text string, plain map[string]bool) {
	turn := int32(len(b.length))
	words := tokenize(text)
	for at, word := range words {
		b.words[word.word]++
		if !startsUpper(text[word.start:]) {
			plain[word.word] = true
		}
		if stopwords[word.word] {
			continue
		}
		stem := b.stems.stem(word.word)
		id, ok := b.terms[stem]
		if !ok {
			id = int32(len(b.postings))
			b.terms[stem] = id
			b.lexicon.stems = append(b.lexicon.stems, stem)
			b.postings = append(b.postings, postings{starts: []int32{0}})
		}
		p := &b.postings[id]
		if n := len(p.turns); n == 0 || p.turns[n-1] != turn {
			p.turns = append(p.turns, turn)
			p.starts = append(p.starts, p.starts[n])
		}
		p.positions = append(p.positions, uint16(min(at, math.MaxUint16)))
		p.starts[len(p.turns)]++
	}
	b.length = append(b.length, float32(len(words)))
	b.part = append(b.part, b.group)
	number, time := kinds(words)
	b.numbers = append(b.numbers, number)
	b.times = append(b.times, time)
	b.asks = append(b.asks, strings.HasSuffix(strings.TrimRight(text, " \"'”’)"), "?"))
}

// timeWords are words that say when.
var timeWords = wordSet(`january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday tonight evening morning afternoon noon midnight`)

// timeUnits say when or how long after a number.
var timeUnits = wordSet("second seconds minute minutes hour hours day days week weeks month months year years")

// kinds reports whether the words of a turn hold a number, and a date or a time.
func kinds(words []token) (number, time bool) {
	for i, t := range words {
		word := t.word
		isNumber := numerals[word] != "" || word == "half" || word == "dozen" || word == "percent" || '0' <= word[0] && word[0] <= '9'
		number = number || isNumber
		time = time || timeWords[word] || isNumber && (isOrdinal(word) || isYear(word) || i+1 < len(words) && timeUnits[words[i+1].word])
	}
	return number, time
}

// isOrdinal reports whether a word is a day of a month such as 13th.
func isOrdinal(word string) bool {
	return len(word) >= 3 && strings.ContainsAny(word[:1], "0123456789") &&
		(strings.HasSuffix(word, "st") || strings.HasSuffix(word, "nd") || strings.HasSuffix(word, "rd") || strings.HasSuffix(word, "th"))
}

func isYear(word string) bool { return len(word) == 4 && "1500" <= word && word < "2100" }

// span is a half-open range of turns of the index.
type span struct{ from, to int32 }

// occurrence says how often something occurs in a turn.
type occurrence struct {
	turn  int32
	count float32
}

// find returns the occurrences of a sequence of stems within a span: a single
// stem, or stems that stand next to each other (at most one word between).
func (x *lexicon) find(sequence []string, within span) []occurrence {
	lists := make([]*postings, len(sequence))
	for i, stem := range sequence {
		id, ok := x.terms[stem]
		if !ok {
			return nil
		}
		lists[i] = &x.postings[id]
	}
	first := lists[0]
	from, _ := slices.BinarySearch(first.turns, within.from)
	to, _ := slices.BinarySearch(first.turns, within.to)
	found := make([]occurrence, 0, to-from)
	at := make([]int, len(lists))
	for i := from; i < to; i++ {
		turn := first.turns[i]
		n := first.count(i)
		if len(lists) > 1 {
			n = 0
			ok := true
			for k := 1; k < len(lists) && ok; k++ {
				at[k], ok = slices.BinarySearch(lists[k].turns, turn)
			}
			if !ok {
				continue
			}
			for _, position := range first.positions[first.starts[i]:first.starts[i+1]] {
				if follows(lists[1:], at[1:], position) {
					n++
				}
			}
		}
		if n > 0 {
			found = append(found, occurrence{turn, float32(n)})
		}
	}
	return found
}

// follows reports whether each list has a position next after the one before.
func follows(lists []*postings, at []int, position uint16) bool {
	for k, list := range lists {
		i := at[k]
		next := list.positions[list.starts[i]:list.starts[i+1]]
		if j, ok := slices.BinarySearch(next, position+1); ok {
			position++
		} else if j < len(next) && next[j] == position+2 {
			position += 2
		} else {
			return false
		}
	}
	return true
}

// union adds up occurrences of several forms, each with its weight.
func union(lists [][]occurrence, weights []float32) []occurrence {
	if len(lists) == 1 && weights[0] == 1 {
		return lists[0]
	}
	sum := make(map[int32]float32)
	for i, list := range lists {
		for _, o := range list {
			sum[o.turn] += weights[i] * o.count
		}
	}
	merged := make([]occurrence, 0, len(sum))
	for turn, count := range sum {
		merged = append(merged, occurrence{turn, count})
	}
	slices.SortFunc(merged, func(a, b occurrence) int { return int(a.turn - b.turn) })
	return merged
}
