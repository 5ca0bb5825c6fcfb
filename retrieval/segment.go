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
	record   *corpus.Record
	number   int32  // of the record in the index
	terms    *terms // of the index
	names    *nameBook
	speaker  []int32 // by turn: the number of its speaker among speakers; -1 for none
	speakers []string
	titles   []sectionTitle
	part     []int32 // by turn: turns share context within a part, a section or the record
	words    int     // in all turns
	glossed  bool    // whether turns have glosses
	vectors  *chromem.Collection
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
	s.speakers = r.Speakers()
	numbers := make(map[string]int32, len(s.speakers))
	for i, label := range s.speakers {
		numbers[label] = int32(i)
	}
	s.speaker = make([]int32, len(r.Turns))
	part := int32(0)
	for i := range r.Turns {
		label := r.Turns[i].Ref.Section
		if i > 0 && (label != r.Turns[i-1].Ref.Section || label == corpus.Head || label == corpus.Notes) {
			part++
		}
		s.part[i] = part
		s.speaker[i] = -1
		if number, ok := numbers[r.Turns[i].Speaker]; ok && r.Turns[i].Speaker != "" {
			s.speaker[i] = number
		}
		s.words += int(a.Length[i])
		s.glossed = s.glossed || r.Turns[i].Gloss != ""
	}
	return s
}

// find returns the number of a stem in the record, or -1.
func (s *segment) find(stem string) int32 {
	if s.terms != nil {
		return s.terms.find(stem, s.number)
	}
	return s.Analysis.find(stem)
}

// occurrence says how often something occurs in a turn.
type occurrence struct {
	turn  int32
	count float32
	best  float32 // weight of the best form that occurs
}

// occurrences returns where a sequence of stems occurs: a single stem, or stems
// that stand next to each other (at most one word between).
func (s *segment) occurrences(sequence []string) []occurrence {
	terms := make([]int32, len(sequence))
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
			found = append(found, occurrence{s.Turns[k], float32(n), 1})
		}
	}
	return found
}

// positions returns where a term stands in a turn.
func (s *segment) positions(term int32, turn int32) []uint16 {
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
func (s *segment) follows(terms []int32, turn int32, position uint16) bool {
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
	var sum []occurrence
	for i, list := range lists {
		sum = addTo(sum, list, weights[i])
	}
	return sum
}

// addTo adds occurrences, each times a weight, to others.
func addTo(sum, list []occurrence, weight float32) []occurrence {
	merged := make([]occurrence, 0, len(sum)+len(list))
	for _, o := range list {
		for len(sum) > 0 && sum[0].turn < o.turn {
			merged, sum = append(merged, sum[0]), sum[1:]
		}
		count, best := weight*o.count, weight*o.best
		if len(sum) > 0 && sum[0].turn == o.turn {
			count += sum[0].count
			best = max(best, sum[0].best)
			sum = sum[1:]
		}
		merged = append(merged, occurrence{o.turn, count, best})
	}
	return append(merged, sum...)
}

// saidBy returns a function that says whether a turn is said by one of some
// speakers.
func (s *segment) saidBy(who []string) func(i int) bool {
	is := make([]bool, len(s.speakers))
	for i, label := range s.speakers {
		is[i] = slices.Contains(who, label)
	}
	return func(i int) bool {
		speaker := s.speaker[i]
		return speaker >= 0 && is[speaker]
	}
}
