package corpus

import (
	"strings"
)

// Entry is a record of a library: what it is, and its text when it is opened.
// It is safe for concurrent use and never changes; a record that is read again
// has another entry.
type Entry struct {
	Description
	Speakers []string // in order of first appearance
	Turns    int

	parts  map[string]int // by label in lower case: the turns of each part
	record *Record        // nil: the record is on a shelf
	shelf  *Shelf
	spot   spot
	opened opened
}

// NewEntry returns the entry of a record that stays in memory.
func NewEntry(r *Record) *Entry {
	e := &Entry{Description: r.Description, Speakers: r.Speakers(), Turns: len(r.Turns), parts: make(map[string]int), record: r}
	for i := range r.Turns {
		e.parts[strings.ToLower(r.Turns[i].Ref.Section)]++
	}
	return e
}

// Open returns the record. One that is read from a shelf stays in memory for as
// long as somebody holds it.
func (e *Entry) Open() (*Record, error) {
	if e.record != nil {
		return e.record, nil
	}
	return e.opened.get(func() (*Record, error) { return e.shelf.read(e.spot) })
}

// Has reports whether [Record.Lookup] finds a reference.
func (e *Entry) Has(ref Ref) bool {
	if e.sectionByLabel(ref) != nil || e.labelled(ref.String()) != nil {
		return true
	}
	count := e.parts[strings.ToLower(ref.Section)]
	return count > 0 && (ref.Whole() || ref.First <= ref.Last && ref.Last <= count)
}
