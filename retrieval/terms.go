package retrieval

import (
	"cmp"
	"slices"
)

// terms says which records have a stem and how often: the index of a library
// over its records' own.
type terms struct {
	ids   map[string]int32
	first []int32      // entries of stem i are in[first[i]:first[i+1]]
	in    []recordTerm // ascending by record
}

// recordTerm is a stem in a record.
type recordTerm struct {
	record int32
	term   int32 // the stem's number in the record
	count  int32
}

// gatherTerms merges the stems of records.
func gatherTerms(segments []*segment) *terms {
	t := &terms{ids: make(map[string]int32)}
	var records []int32 // by stem: how many records have it
	all := 0
	ids := make([][]int32, len(segments))
	for i, s := range segments {
		ids[i] = make([]int32, len(s.Stems))
		all += len(s.Stems)
		for k, stem := range s.Stems {
			id, ok := t.ids[stem]
			if !ok {
				id = int32(len(records))
				t.ids[stem] = id
				records = append(records, 0)
			}
			records[id]++
			ids[i][k] = id
		}
	}
	t.first = make([]int32, len(records)+1)
	for id, n := range records {
		t.first[id+1] = t.first[id] + n
	}
	t.in = make([]recordTerm, all)
	next := records
	copy(next, t.first)
	for i, s := range segments {
		for k, id := range ids[i] {
			t.in[next[id]] = recordTerm{record: int32(i), term: int32(k), count: s.count(k)}
			next[id]++
		}
	}
	return t
}

// has reports whether any record has a stem.
func (t *terms) has(stem string) bool {
	_, ok := t.ids[stem]
	return ok
}

// records returns the records that have a stem.
func (t *terms) records(stem string) []recordTerm {
	id, ok := t.ids[stem]
	if !ok {
		return nil
	}
	return t.in[t.first[id]:t.first[id+1]]
}

// find returns the number of a stem in a record, or -1.
func (t *terms) find(stem string, record int32) int32 {
	in := t.records(stem)
	i, ok := slices.BinarySearchFunc(in, record, func(in recordTerm, record int32) int { return cmp.Compare(in.record, record) })
	if !ok {
		return -1
	}
	return in[i].term
}
