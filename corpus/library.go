package corpus

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed bundled/soong-molotov-1945-07-10.txt
var bundledText []byte

//go:embed bundled/soong-molotov-1945-07-10.yaml
var bundledSidecar []byte

// Bundled returns the record that comes with the program: the notes of the
// meeting of T. V. Soong and V. M. Molotov on 10 July 1945.
func Bundled() (*Record, error) {
	records, err := bundled().parse()
	if err != nil {
		return nil, err
	}
	return records[0], nil
}

func bundled() *document {
	const name = "bundled/soong-molotov-1945-07-10"
	return &document{file: name + ".txt", data: bundledText, sidecar: name + ".yaml", meta: bundledSidecar}
}

// Library is a set of records with different ids, in the order of their ids.
type Library struct {
	Entries []*Entry
	Files   []File // what the records were read from, where they were loaded
	// Unread are the absolute paths of files and folders that could not be read;
	// what was known of them before may still hold.
	Unread []string
}

// File is a file of records as it was when it was read.
type File struct {
	Name    string // as it was found
	Path    string // absolute; "bundled" for what comes with the program
	Sum     Sum    // of all that its records depend on
	Entries []*Entry
}

// Options says which records a library holds; see also [Loader].
type Options struct {
	Bundled bool
	Paths   []string // files and folders; folders are read with all below them
	// Stored, if not nil, returns the records that were parsed earlier from a
	// file with that sum by this version of the parser, or nil. It is called by
	// several goroutines.
	Stored func(Sum) []*Record
	// Shelf, if not nil, holds the text of the records, which is read when one is
	// opened: only what they are stays in memory. What it cannot take, because
	// its disk is full, stays in memory too.
	Shelf *Shelf
	// Progress, if not nil, is called after each file that was read, one call
	// at a time.
	Progress func(done, total int)
}

// Load reads the records of a library. Files that cannot be read do not keep
// the others from being served: the library holds all that could be read and
// the error joins what is wrong with the rest.
func Load(opts Options) (*Library, error) {
	return NewLoader(opts).Load(context.Background())
}

// Add puts a record into the library, where it stays in memory. A second record
// with an id is refused.
func (l *Library) Add(r *Record) error { return l.add(NewEntry(r)) }

func (l *Library) add(e *Entry) error {
	at, found := slices.BinarySearchFunc(l.Entries, e.ID, func(e *Entry, id string) int { return strings.Compare(e.ID, id) })
	if found {
		return &FileError{File: e.File, Problem: fmt.Sprintf("the record id %q is taken by %s", e.ID, printable(l.Entries[at].File)), Hint: "give one of them another id in its sidecar (NAME.yaml: “id: …”)", Err: ErrIDTaken}
	}
	l.Entries = slices.Insert(l.Entries, at, e)
	return nil
}

// Find returns the entry of the record with an id.
func (l *Library) Find(id string) (*Entry, error) {
	for _, e := range l.Entries {
		if strings.EqualFold(e.ID, id) {
			return e, nil
		}
	}
	ids := make([]string, 0, len(l.Entries))
	for _, e := range l.Entries {
		ids = append(ids, e.ID)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("there is no record %q; the library is empty", id)
	}
	if len(ids) > 8 {
		ids = append(ids[:8], "…")
	}
	return nil, fmt.Errorf("there is no record %q; there are: %s", id, strings.Join(ids, ", "))
}

// InMemory reports whether the text of all records is in memory.
func (l *Library) InMemory() bool {
	return !slices.ContainsFunc(l.Entries, func(e *Entry) bool { return e.record == nil })
}

// Record opens the record with an id.
func (l *Library) Record(id string) (*Record, error) {
	e, err := l.Find(id)
	if err != nil {
		return nil, err
	}
	return e.Open()
}

// Records opens all records, in the order of their ids.
func (l *Library) Records() ([]*Record, error) {
	records := make([]*Record, len(l.Entries))
	for i, e := range l.Entries {
		var err error
		if records[i], err = e.Open(); err != nil {
			return nil, err
		}
	}
	return records, nil
}
