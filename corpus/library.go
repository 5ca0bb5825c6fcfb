package corpus

import (
	_ "embed"
	"errors"
	"fmt"
	"path/filepath"
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
	meta, err := ParseSidecar(bundledSidecar)
	if err != nil {
		return nil, in("bundled/soong-molotov-1945-07-10.yaml", err)
	}
	return Parse("bundled/soong-molotov-1945-07-10.txt", bundledText, meta)
}

// Library is a set of records with different ids, in the order of their ids.
type Library struct {
	Records []*Record
}

// Options says which records a library holds.
type Options struct {
	Bundled bool
	Paths   []string // files and folders; folders are read with all below them
}

// Load reads the records of a library. Files that cannot be read do not keep
// the others from being served: the library holds all that could be read and
// the error joins what is wrong with the rest.
func Load(opts Options) (*Library, error) {
	lib := &Library{}
	var problems []error
	add := func(records []*Record, err error) {
		if err != nil {
			problems = append(problems, err)
		}
		for _, r := range records {
			if err := lib.Add(r); err != nil {
				problems = append(problems, err)
			}
		}
	}
	if opts.Bundled {
		r, err := Bundled()
		if err != nil {
			problems = append(problems, err)
		} else {
			add([]*Record{r}, nil)
		}
	}
	read := make(map[string]bool) // a file named twice is read once
	for _, path := range opts.Paths {
		files, err := recordFiles(path)
		if err != nil {
			problems = append(problems, err)
		}
		for _, file := range files {
			name, err := filepath.Abs(file)
			if err == nil && read[name] {
				continue
			}
			read[name] = true
			add(ReadRecords(file))
		}
	}
	return lib, errors.Join(problems...)
}

// Add puts a record into the library. A second record with an id is refused.
func (l *Library) Add(r *Record) error {
	at, found := slices.BinarySearchFunc(l.Records, r.ID, func(r *Record, id string) int { return strings.Compare(r.ID, id) })
	if found {
		return &FileError{File: r.File, Problem: fmt.Sprintf("the record id %q is taken by %s", r.ID, printable(l.Records[at].File)), Hint: "give one of them another id in its sidecar (NAME.yaml: “id: …”)", Err: ErrIDTaken}
	}
	l.Records = slices.Insert(l.Records, at, r)
	return nil
}

// Record returns the record with an id.
func (l *Library) Record(id string) (*Record, error) {
	for _, r := range l.Records {
		if strings.EqualFold(r.ID, id) {
			return r, nil
		}
	}
	ids := make([]string, 0, len(l.Records))
	for _, r := range l.Records {
		ids = append(ids, r.ID)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("there is no record %q; the library is empty", id)
	}
	if len(ids) > 8 {
		ids = append(ids[:8], "…")
	}
	return nil, fmt.Errorf("there is no record %q; there are: %s", id, strings.Join(ids, ", "))
}
