// Package corpus turns record files into checked, addressable data.
//
// A record is one archival document, typically the transcript of a meeting.
// Parsing keeps every word of the file exactly as it stands and gives each
// line a stable [Ref]. What the text alone cannot say (who is meant by a
// title, how to cite the document) comes from a sidecar file; see [Sidecar].
package corpus

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Attribution says how a turn's speaker is known.
type Attribution string

const (
	// Stated: the record names the speaker.
	Stated Attribution = "stated"
	// Inferred: the line continues the last speaker after a stage direction.
	Inferred Attribution = "inferred"
	// Unattributed: nobody is named for the line.
	Unattributed Attribution = "none"
)

// Description says what a record is, all but its text.
type Description struct {
	ID           string
	Title        string
	Date         string // ISO 8601, as exact as known: 1945-07-10, 1945-07, 1945; or empty
	Time         string // time of day as the record writes it; or empty
	Kind         string // what kind of record this is, in words, for readers; or empty
	Participants []Participant
	Sections     []Section
	Names        []Name // other names for persons, places and terms of the record
	Source       Source
	Rights       string
	File         string // where the record was read from
}

// Record is one document. It is read-only once parsed and safe for concurrent
// use.
type Record struct {
	Description
	Turns  []Turn  // every numbered line in order: head, sections, notes
	Pages  []Page  // the pages of the original, where the file marks them
	Layout string  // how the file was read, in words, for readers
	Doubts []Doubt // what the parser was not sure of, in order of lines
}

// Page is a page of the original document.
type Page struct {
	Name string `json:"page"` // as printed: 3, xii; or empty
	Turn int    `json:"turn"` // number of the first turn with words on it
	Line int    `json:"line,omitempty"`
}

// Participant is somebody who took part in the meeting.
type Participant struct {
	Name string   `json:"name"` // as the record writes it
	Full string   `json:"full_name,omitempty"`
	Side string   `json:"side,omitempty"` // the delegation, if there are several
	Role string   `json:"role,omitempty"`
	Also []string `json:"also,omitempty"`
}

// Name links the form a record uses to the other forms readers may type.
type Name struct {
	Name string   `json:"name"`           // as the record writes it
	Full string   `json:"full,omitempty"` // the unambiguous form, if Name is short
	Kind NameKind `json:"kind,omitempty"` // what is named
	Also []string `json:"also,omitempty"` // other forms
	Note string   `json:"note,omitempty"` // why, for readers
}

// NameKind says what a [Name] names.
type NameKind string

// The kinds of names a sidecar may list.
const (
	Person NameKind = "person"
	Place  NameKind = "place"
	Party  NameKind = "side" // a delegation: its name stands for those who speak for it
	Term   NameKind = "term"
)

// Source says where a record comes from and how to cite it.
type Source struct {
	URL         string `json:"url,omitempty"` // public page of the document
	Archive     string `json:"archive,omitempty"`
	Collection  string `json:"collection,omitempty"`
	Box         string `json:"box,omitempty"`
	Folder      string `json:"folder,omitempty"`
	Repository  string `json:"repository,omitempty"` // who publishes it
	Contributor string `json:"contributor,omitempty"`
	Credit      string `json:"credit,omitempty"` // the archive's own line
}

// Section is a titled part of a record.
type Section struct {
	Label   string `json:"label"` // what stands before the title: IV
	Title   string `json:"title"`
	Heading string `json:"-"` // the line as written: IV. Railways
	First   int    `json:"-"` // index in Turns of the first turn
	End     int    `json:"-"` // index after the last turn
	Line    int    `json:"-"` // line of the file
}

// Name is the heading as readers write it: the label and the title.
func (s Section) Name() string {
	if s.Heading != "" {
		return s.Heading
	}
	return s.Label + ". " + s.Title
}

// Turn is one numbered line of a record: a speaker's utterance of one or more
// paragraphs, or a line nobody is named for.
type Turn struct {
	Ref         Ref
	Number      int // counts all numbered lines of the record, from 1
	Section     int // index in Record.Sections, or -1 outside any section
	Speaker     string
	Attribution Attribution
	Stage       bool          // a stage direction, such as "(He reads the agreement)."
	Text        string        // paragraphs joined by a line break; every word as in the file
	Label       string        // the label as printed, where it is more than the speaker: [10:32] Smith (laughing), or a paragraph's number
	Time        string        // the time printed with the label: 10:32; or empty
	Start, End  time.Duration // where in a recording the turn is heard; both 0 if it is not timed
	Gloss       string        // what it says in other words, by the sidecar: helps to find the turn, is never shown; or empty
	Line        int           // line of the file where the turn begins, from 1
}

// Paragraphs returns the paragraphs of the turn.
func (t *Turn) Paragraphs() []string { return strings.Split(t.Text, "\n") }

// Spoken reports whether the turn is somebody's words: neither a stage
// direction nor a line of the head or the notes nobody is named for.
func (t *Turn) Spoken() bool {
	return !t.Stage && (t.Speaker != "" || t.Ref.Section != Head && t.Ref.Section != Notes)
}

// When returns the time of the turn for readers: as printed, or its place in
// the recording (1:02:03). It is empty if the turn is not timed.
func (t *Turn) When() string {
	if t.Time != "" || t.Start == 0 && t.End == 0 {
		return t.Time
	}
	s := int(t.Start / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Doubt is something a reader of the file should look at.
type Doubt struct {
	Line int    `json:"line"`
	Text string `json:"doubt"`
}

// SectionOf returns the section a turn stands in, or nil.
func (d *Description) SectionOf(t *Turn) *Section {
	if t.Section < 0 {
		return nil
	}
	return &d.Sections[t.Section]
}

// SectionName returns the heading of the section a turn stands in, or "".
func (d *Description) SectionName(t *Turn) string {
	if s := d.SectionOf(t); s != nil {
		return s.Name()
	}
	return ""
}

// FindSection returns the index of the section with the label or the title
// given, in any letter case, or -1.
func (d *Description) FindSection(name string) int {
	name = strings.TrimSuffix(strings.TrimSpace(name), ".")
	return slices.IndexFunc(d.Sections, func(s Section) bool {
		return strings.EqualFold(s.Label, name) || strings.EqualFold(s.Title, name) || strings.EqualFold(s.Name(), name)
	})
}

// Speakers returns the speakers in order of first appearance.
func (r *Record) Speakers() []string {
	var names []string
	seen := make(map[string]bool)
	for i := range r.Turns {
		if s := r.Turns[i].Speaker; s != "" && !seen[s] {
			seen[s] = true
			names = append(names, s)
		}
	}
	return names
}

// Side returns the side a speaker belongs to, or "".
func (d *Description) Side(speaker string) string {
	for _, p := range d.Participants {
		if p.Name == speaker {
			return p.Side
		}
	}
	return ""
}

// Lookup returns the half-open range of indexes in Turns that ref addresses.
// Labels match in any letter case. The error is a [*RefError].
func (r *Record) Lookup(ref Ref) (first, end int, err error) {
	if section := r.sectionByLabel(ref); section != nil {
		return section.First, section.End, nil
	}
	first = -1
	count := 0 // turns of that section
	for i := range r.Turns {
		t := r.Turns[i].Ref
		if !strings.EqualFold(t.Section, ref.Section) {
			continue
		}
		count++
		if ref.Whole() || ref.First <= t.First && t.First <= ref.Last {
			if first < 0 {
				first = i
			}
			end = i + 1
		}
	}
	if first < 0 {
		if section := r.labelled(ref.String()); section != nil { // a section labelled 2.1
			return section.First, section.End, nil
		}
	}
	switch {
	case count == 0:
		return 0, 0, &RefError{Ref: ref.String(), Record: r.ID, Sections: r.labels()}
	case first < 0 || ref.Last > count:
		return 0, 0, &RefError{Ref: ref.String(), Record: r.ID, Part: ref.Section, Count: count}
	}
	return first, end, nil
}

// sectionByLabel returns the section that ref addresses as a whole, or nil. A
// plain number is a section where sections are numbered in arabic numerals.
func (d *Description) sectionByLabel(ref Ref) *Section {
	label := ref.Section
	if label == "" && ref.First == ref.Last {
		label = strconv.Itoa(ref.First)
	} else if !ref.Whole() {
		return nil
	}
	return d.labelled(label)
}

func (d *Description) labelled(label string) *Section {
	for i := range d.Sections {
		if strings.EqualFold(d.Sections[i].Label, label) {
			return &d.Sections[i]
		}
	}
	return nil
}

func (d *Description) labels() []string {
	var labels []string
	for _, s := range d.Sections {
		labels = append(labels, s.Label)
	}
	return labels
}
