package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// Sidecar is what a record's text alone cannot say, kept in a YAML file beside
// it: NAME.yaml for NAME.txt. Every key is optional and wins over what the
// text says; a key that is not known is an error. For example:
//
//	id: north-line-1946-05-05      # a-z, 0-9, dots, hyphens, underscores; the file's name if empty
//	title: Hearing on the Northern Line
//	date: 1946-05-05               # or 1946-05, or 1946
//	time: 10.30 a.m.
//	kind: verbatim transcript      # what kind of record this is, in words
//	participants:                  # all who took part, instead of those the text names
//	  - name: Smith                # as the record writes the speaker
//	    full_name: John Smith
//	    side: the Committee        # the delegation, if there are several
//	    role: chairman
//	    also: [The Chairman]       # other names readers may type
//	names:                         # other names of persons, places and terms
//	  - name: Dairen               # as the record writes it
//	    full: the port of Dairen   # if the name is short
//	    kind: place                # person, place, side or term
//	    also: [Dalian, Dalny]
//	    note: Dairen and Dalian are one port.
//	source:                        # where the record is kept, and how to cite it
//	  url: https://example.org/record
//	  archive: National Archives
//	  collection: Railway Papers
//	  box: "6"
//	  folder: "9"
//	  repository: Example Digital Archive
//	  contributor: Jane Doe
//	  credit: Railway Papers, box 6, folder 9, National Archives.
//	rights: Public domain.
//	furniture: [Skip to content]   # lines of the file that are no part of the record
//	notes_from: Archivist's note   # how the first line below the last turn begins
//	glosses:                       # what passages say in other words: helps to find them, is never shown
//	  V.9: One inlet is kept for warships.
type Sidecar struct {
	ID           string        `yaml:"id"`
	Title        string        `yaml:"title"`
	Date         string        `yaml:"date"` // 1945-07-10, 1945-07 or 1945
	Time         string        `yaml:"time"`
	Kind         string        `yaml:"kind"`
	Participants []Participant `yaml:"participants"`
	Names        []Name        `yaml:"names"`
	Source       Source        `yaml:"source"`
	Rights       string        `yaml:"rights"`
	// Furniture lists lines of the head and the notes that are no part of the
	// record, such as a web page's "Skip to content".
	Furniture []string `yaml:"furniture"`
	// NotesFrom is how the first line below the last turn begins, where the
	// layout does not show it.
	NotesFrom string `yaml:"notes_from"`
	// Glosses say by reference what single turns say in other words.
	Glosses map[string]string `yaml:"glosses"`
}

var (
	idPattern   = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	datePattern = regexp.MustCompile(`^\d{4}(?:-\d{2}(?:-\d{2})?)?$`)
)

const maxSidecarBytes = 256 << 10

// ParseSidecar reads a sidecar strictly: an unknown key, a wrong type or a bad
// value is an error that names line and key. The error is a [*FileError]
// without a file.
func ParseSidecar(data []byte) (*Sidecar, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if err := checkSidecar(data); err != nil {
		return nil, err
	}
	var s Sidecar
	if err := decodeYAML(data, &s, yaml.Strict()); err != nil {
		return nil, err
	}
	if err := s.check(data); err != nil {
		return nil, err
	}
	return &s, nil
}

// decodeYAML reads YAML into a value. The library panics on some input that is
// no YAML; that is an error like any other.
func decodeYAML(data []byte, into any, options ...yaml.DecodeOption) (err error) {
	defer func() {
		if recover() != nil {
			err = &FileError{Problem: "this is not YAML"}
		}
	}()
	err = yaml.NewDecoder(bytes.NewReader(data), options...).Decode(into)
	if err != nil && !errors.Is(err, io.EOF) {
		return yamlError(data, err)
	}
	return nil
}

// checkSidecar refuses what the YAML reader would be slow on.
func checkSidecar(data []byte) error {
	if len(data) > maxSidecarBytes {
		return &FileError{Problem: fmt.Sprintf("the sidecar has %d bytes, more than the %d it may have", len(data), maxSidecarBytes)}
	}
	if len(data) > 0 {
		if err := checkText("", data); err != nil {
			return err
		}
	}
	depth := 0
	for i, c := range data {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		}
		if depth > 32 {
			return &FileError{Line: lineOf(data, i), Problem: "brackets are nested too deep for a sidecar"}
		}
	}
	number := 0
	for text := range bytes.SplitSeq(data, []byte("\n")) {
		number++
		if len(bytes.Fields(text)) > 8 && len(bytes.Trim(text, "-? \t")) < len(text)-64 && bytes.ContainsAny(bytes.TrimSpace(text)[:8], "-?") {
			return &FileError{Line: number, Problem: "lists are nested too deep for a sidecar"}
		}
	}
	return nil
}

// check refuses values that no sidecar can have.
func (s *Sidecar) check(data []byte) error {
	switch {
	case s.ID != "" && !idPattern.MatchString(s.ID):
		return valueError(data, "$.id", fmt.Sprintf("id: %q is no record id", s.ID), "use up to 64 lower-case letters, digits, dots, hyphens and underscores")
	case s.Date != "" && !isDate(s.Date):
		return valueError(data, "$.date", fmt.Sprintf("date: %q is no date", s.Date), "write 1945-07-10, 1945-07 or 1945")
	}
	for i, p := range s.Participants {
		if p.Name == "" {
			return valueError(data, fmt.Sprintf("$.participants[%d]", i), "participants: an entry has no name", "write “name: …” as the record writes it")
		}
	}
	for i, n := range s.Names {
		at := fmt.Sprintf("$.names[%d]", i)
		if n.Name == "" {
			return valueError(data, at, "names: an entry has no name", "write “name: …” as the record writes it")
		}
		switch n.Kind {
		case "", Person, Place, Party, Term:
		default:
			return valueError(data, at+".kind", fmt.Sprintf("kind: %q of %q is not known", n.Kind, n.Name), "use person, place, side or term")
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.Glosses)) {
		if ref, err := ParseRef(key); err != nil || ref.Whole() || ref.First != ref.Last {
			return valueError(data, "$.glosses."+key, fmt.Sprintf("glosses: %q is no reference of a single passage", key), "write “V.9: …”, or “12: …” in a record without sections")
		}
	}
	return nil
}

func isDate(s string) bool {
	if !datePattern.MatchString(s) {
		return false
	}
	_, err := time.Parse(time.DateOnly, s+"-01-01"[:len("1945-07-10")-len(s)])
	return err == nil
}

func valueError(data []byte, path, problem, hint string) (err error) {
	e := &FileError{Problem: problem, Hint: hint}
	defer func() {
		if recover() != nil {
			err = e
		}
	}()
	if at, err := yaml.PathString(path); err == nil {
		if file, err := parser.ParseBytes(data, 0); err == nil {
			if node, err := at.FilterFile(file); err == nil && node != nil {
				e.Line = node.GetToken().Position.Line
			}
		}
	}
	return e
}

// yamlError says in one line what the YAML reader found wrong.
func yamlError(data []byte, err error) error {
	e := &FileError{Problem: err.Error()}
	var found yaml.Error
	if errors.As(err, &found) {
		e.Problem = found.GetMessage()
		if token := found.GetToken(); token != nil && token.Position != nil {
			e.Line = token.Position.Line
		}
	}
	e.Problem, _, _ = strings.Cut(e.Problem, "\n")
	key := keyAt(data, e.Line)
	var unknown *yaml.UnknownFieldError
	switch {
	case errors.As(err, &unknown):
		e.Problem = strings.Replace(e.Problem, "unknown field", "unknown key", 1)
		e.Hint = "known keys: " + knownKeys
	case strings.Contains(e.Problem, "cannot unmarshal"), strings.Contains(e.Problem, "was used where"):
		e.Problem = "the value has the wrong form"
		if key != "" {
			e.Problem = fmt.Sprintf("%s: the value has the wrong form", key)
		}
		e.Hint = "texts stand after the colon, lists in [brackets] or below it after hyphens"
	case key != "" && !strings.Contains(e.Problem, `"`+key+`"`):
		e.Problem = key + ": " + e.Problem
	}
	return e
}

const knownKeys = "id, title, date, time, kind, participants (name, full_name, side, role, also), names (name, full, kind, also, note), " +
	"source (url, archive, collection, box, folder, repository, contributor, credit), rights, furniture, notes_from, glosses"

var keyPattern = regexp.MustCompile(`^[\s-]*([A-Za-z_]{1,40})\s*:`)

// keyAt returns the key on a line of YAML, or "".
func keyAt(data []byte, line int) string {
	for text := range bytes.SplitSeq(data, []byte("\n")) {
		if line--; line == 0 {
			if m := keyPattern.FindSubmatch(text); m != nil {
				return string(m[1])
			}
		}
	}
	return ""
}

// apply puts what the sidecar says over what the text said.
func (s *Sidecar) apply(r *Record) {
	set := func(field *string, value string) {
		if value != "" {
			*field = value
		}
	}
	set(&r.ID, s.ID)
	set(&r.Title, s.Title)
	set(&r.Date, s.Date)
	set(&r.Time, s.Time)
	set(&r.Kind, s.Kind)
	set(&r.Rights, s.Rights)
	set(&r.Source.URL, s.Source.URL)
	set(&r.Source.Archive, s.Source.Archive)
	set(&r.Source.Collection, s.Source.Collection)
	set(&r.Source.Box, s.Source.Box)
	set(&r.Source.Folder, s.Source.Folder)
	set(&r.Source.Repository, s.Source.Repository)
	set(&r.Source.Contributor, s.Source.Contributor)
	set(&r.Source.Credit, s.Source.Credit)
	if s.Names != nil {
		r.Names = s.Names
	}
	if s.Participants != nil {
		r.Participants = s.Participants
	}
	for _, key := range slices.Sorted(maps.Keys(s.Glosses)) {
		ref, err := ParseRef(key)
		if err != nil {
			continue // refused by check
		}
		if i, _, err := r.Lookup(ref); err == nil {
			r.Turns[i].Gloss = s.Glosses[key]
		} else {
			r.Doubts = append(r.Doubts, Doubt{Text: fmt.Sprintf("the sidecar has a gloss of %s, a passage that the record does not have", key)})
		}
	}
}
