package retrieval

import (
	"slices"

	"github.com/philippgille/chromem-go"

	"rapporteur/corpus"
)

// segment is one record of an index: its analysis with what follows quickly
// from the record. Ranking the turns of a record touches its segment alone.
type segment struct {
	*Analysis
	record  *corpus.Record
	names   *nameBook
	titles  []sectionTitle
	part    []int32 // by turn: turns share context within a part, a section or the record
	words   int     // in all turns
	glossed bool    // whether turns have glosses
	vectors *chromem.Collection
}

// sectionTitle is a section's title with the turns below it.
type sectionTitle struct {
	span
	stems []string
}

// span is a half-open range of turns of a record.
type span struct{ from, to int32 }

func newSegment(r *corpus.Record, a *Analysis, vectors *chromem.Collection) *segment {
	s := &segment{Analysis: a, record: r, names: newNameBook(r, a.plain), part: make([]int32, len(r.Turns)), vectors: vectors}
	for i := range r.Sections {
		section := &r.Sections[i]
		s.titles = append(s.titles, sectionTitle{span{int32(section.First), int32(section.End)}, contentStems(Words(section.Title))})
	}
	part := int32(0)
	for i := range r.Turns {
		label := r.Turns[i].Ref.Section
		if i > 0 && (label != r.Turns[i-1].Ref.Section || label == corpus.Head || label == corpus.Notes) {
			part++
		}
		s.part[i] = part
		s.words += int(a.Length[i])
		s.glossed = s.glossed || r.Turns[i].Gloss != ""
	}
	return s
}

// occurrence says how often something occurs in a turn.
type occurrence struct {
	turn  int32
	count float32
}

// occurrences returns where a sequence of stems occurs: a single stem, or stems
// that stand next to each other (at most one word between).
func (s *segment) occurrences(sequence []string) []occurrence {
	terms := make([]int, len(sequence))
	for i, stem := range sequence {
		if terms[i] = s.find(stem); terms[i] < 0 {
			return nil
		}
	}
	first := terms[0]
	from, to := s.First[first], s.First[first+1]
	found := make([]occurrence, 0, to-from)
	for k := from; k < to; k++ {
		positions := s.Positions[s.Starts[k]:s.Starts[k+1]]
		n := len(positions)
		if len(terms) > 1 {
			n = 0
			for _, position := range positions {
				if s.follows(terms[1:], s.Turns[k], position) {
					n++
				}
			}
		}
		if n > 0 {
			found = append(found, occurrence{s.Turns[k], float32(n)})
		}
	}
	return found
}

// positions returns where a term stands in a turn.
func (s *segment) positions(term int, turn int32) []uint16 {
	from := s.First[term]
	k, ok := slices.BinarySearch(s.Turns[from:s.First[term+1]], turn)
	if !ok {
		return nil
	}
	k += int(from)
	return s.Positions[s.Starts[k]:s.Starts[k+1]]
}

// follows reports whether each term stands next after the one before, the first
// after a position.
func (s *segment) follows(terms []int, turn int32, position uint16) bool {
	for _, term := range terms {
		next := s.positions(term, turn)
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
