package corpus

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// draft is a record while it is read: its lines in order, not yet numbered.
// Every reader fills one, and finish numbers them all in the same way.
type draft struct {
	record  *Record
	entries []entry
	noted   map[string]bool // doubts said once
	listed  []Participant   // those whom the front matter lists
	dated   string          // the date a page says it has, for want of another
}

// part is where in a record an entry belongs.
type part int

const (
	inHead part = iota
	inBody
	inNotes
	isHeading
)

type entry struct {
	part    part
	turn    Turn
	last    int // line of the file where the turn ends
	heading heading
}

// heading opens a section. label and title are what it says; text is the line.
type heading struct {
	label, title, text string
	line               int
}

func newDraft(file, layout string) *draft {
	id, exact := idOf(file)
	d := &draft{record: &Record{Description: Description{ID: id, File: file}, Layout: layout}, noted: make(map[string]bool)}
	if !exact {
		d.doubt(0, fmt.Sprintf("the id %q was made from a file name with other letters; a sidecar (NAME.yaml) can give a better one", id))
	}
	return d
}

func (d *draft) add(p part, t Turn, last int) {
	if t.Attribution == "" {
		t.Attribution = Unattributed
	}
	d.entries = append(d.entries, entry{part: p, turn: t, last: max(last, t.Line)})
}

func (d *draft) open(h heading) {
	d.entries = append(d.entries, entry{part: isHeading, heading: h})
}

func (d *draft) doubt(line int, text string) {
	d.record.Doubts = append(d.record.Doubts, Doubt{Line: line, Text: text})
}

// doubtOnce notes a doubt that many lines raise, at the first of them.
func (d *draft) doubtOnce(line int, text string) {
	if !d.noted[text] {
		d.noted[text] = true
		d.doubt(line, text)
	}
}

// finish numbers the lines, checks the record and puts what the sidecar says
// over it.
func (d *draft) finish(meta *Sidecar) (*Record, error) {
	r := d.record
	labels := d.labels()
	counts := make(map[string]int)
	section, opened := -1, 0
	for _, e := range d.entries {
		if e.part == inHead && section >= 0 {
			e.part = inBody // a list of those present that stands below a heading
		}
		if e.part == isHeading {
			if section >= 0 {
				r.Sections[section].End = len(r.Turns)
			}
			if strings.ContainsFunc(e.heading.text+e.heading.title, isControl) {
				return nil, &FileError{File: r.File, Line: e.heading.line, Problem: "the heading has a control character", Hint: "remove it"}
			}
			section = len(r.Sections)
			r.Sections = append(r.Sections, Section{Label: labels[opened], Title: e.heading.title, Heading: e.heading.text, First: len(r.Turns), End: len(r.Turns), Line: e.heading.line})
			opened++
			continue
		}
		t := e.turn
		if len(t.Text) > MaxLineBytes {
			return nil, &FileError{File: r.File, Line: t.Line, Problem: fmt.Sprintf("the turn has %d bytes, more than the %d a turn may have", len(t.Text), MaxLineBytes), Hint: "put each turn on lines of its own"}
		}
		if strings.ContainsFunc(t.Text, isControl) || strings.ContainsFunc(t.Speaker+t.Label, isControl) { // written as an entity
			return nil, &FileError{File: r.File, Line: t.Line, Problem: "the turn has a control character", Hint: "remove it"}
		}
		name := ""
		t.Section = -1
		switch {
		case e.part == inNotes:
			name = Notes
		case e.part == inHead, len(labels) > 0 && section < 0:
			name = Head
		case section >= 0:
			t.Section, name = section, labels[section]
			r.Sections[section].End = len(r.Turns) + 1
		}
		counts[name]++
		t.Ref = Ref{Section: name, First: counts[name], Last: counts[name]}
		t.Number = len(r.Turns) + 1
		r.Turns = append(r.Turns, t)
	}
	if len(r.Turns) == 0 {
		return nil, &FileError{File: r.File, Problem: "no turns were found", Hint: "write each turn as “Name: words”"}
	}
	r.Title = strings.Map(func(c rune) rune {
		if isControl(c) {
			return -1
		}
		return c
	}, r.Title)
	d.placePages()
	d.derive()
	if meta != nil {
		meta.apply(r)
	}
	r.dropEmpty()
	slices.SortStableFunc(r.Doubts, func(a, b Doubt) int { return cmp.Compare(a.Line, b.Line) })
	return r, nil
}

// dropEmpty makes empty lists nil, so that equal records are deeply equal.
func (r *Record) dropEmpty() {
	r.Participants = orNil(r.Participants)
	r.Names = orNil(r.Names)
	r.Pages = orNil(r.Pages)
	r.Doubts = orNil(r.Doubts)
	for i := range r.Participants {
		r.Participants[i].Also = orNil(r.Participants[i].Also)
	}
	for i := range r.Names {
		r.Names[i].Also = orNil(r.Names[i].Also)
	}
}

func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// labels returns a label for each section, all different. Headings without a
// printed label are counted; among headings with one, they are known by the
// first word of their title.
func (d *draft) labels() []string {
	var labels []string
	printed := false
	for _, e := range d.entries {
		printed = printed || e.part == isHeading && e.heading.label != ""
	}
	taken := map[string]bool{strings.ToLower(Head): true, strings.ToLower(Notes): true}
	for _, e := range d.entries {
		if e.part != isHeading {
			continue
		}
		label := cleanLabel(e.heading.label)
		switch {
		case label == "" && printed:
			label = slug(firstWord(e.heading.title))
		case label == "":
			label = strconv.Itoa(len(labels) + 1)
		}
		if label == "" {
			label = "section"
		}
		unique := label
		for n := 2; taken[strings.ToLower(unique)]; n++ {
			unique = label + letterOf(n)
		}
		if unique != label {
			d.doubt(e.heading.line, fmt.Sprintf("there are several sections %s; this one is referred to as %s", label, unique))
		}
		taken[strings.ToLower(unique)] = true
		labels = append(labels, unique)
	}
	return labels
}

// letterOf tells repeated labels apart: b for the second, c for the third.
func letterOf(n int) string {
	if n <= 26 {
		return string(rune('a' + n - 1))
	}
	return "_" + strconv.Itoa(n)
}

// cleanLabel makes a printed label fit for references.
func cleanLabel(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' {
			return r
		}
		return -1
	}, s)
	s = strings.Trim(s, ".")
	if len(s) > 24 {
		return ""
	}
	return s
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}

// placePages says for each page at which turn it begins.
func (d *draft) placePages() {
	r := d.record
	ends := make([]int, 0, len(r.Turns))
	for _, e := range d.entries {
		if e.part != isHeading {
			ends = append(ends, e.last)
		}
	}
	turn := 0
	for i := range r.Pages {
		for turn < len(ends) && ends[turn] < r.Pages[i].Line {
			turn++
		}
		r.Pages[i].Turn = min(turn+1, len(ends))
	}
}

// derive fills in what the text implies and a sidecar may overrule.
func (d *draft) derive() {
	r := d.record
	if r.Title == "" {
		r.Title = r.ID
		d.doubt(1, "no title was found; the file's name stands for it")
	}
	if r.Date == "" && d.dated != "" {
		r.Date = d.dated
		d.doubt(1, "the date "+d.dated+" is taken from what the page says of itself")
	}
	if r.Date == "" {
		if date := dateInName(r.File); date != "" {
			r.Date = date
			d.doubt(1, "the date "+date+" is taken from the file's name")
		}
	}
	d.mergeParticipants()
	d.alikeSpeakers()
}

// mergeParticipants joins those the head lists with those who speak.
func (d *draft) mergeParticipants() {
	r := d.record
	listed := len(r.Participants)
	for _, name := range r.Speakers() {
		at := d.listedAs(name, listed)
		if at < 0 {
			r.Participants = append(r.Participants, Participant{Name: name})
			continue
		}
		p := &r.Participants[at]
		if p.Name != name {
			if p.Full == "" {
				p.Full = p.Name
			}
			p.Name = name
		}
	}
}

// listedAs returns the index of the one listed participant a label names, or
// -1.
func (d *draft) listedAs(name string, listed int) int {
	found := -1
	for i, p := range d.record.Participants[:listed] {
		switch {
		case strings.EqualFold(p.Name, name):
			return i
		case p.Full != "": // another label already stands for them
		case sameName(p.Name, name), p.Role != "" && sameName(p.Role, strings.TrimPrefix(strings.ToLower(name), "the ")):
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// sameName reports whether a label names the person of a list: they end in the
// same word, and what else the label says is not against it.
func sameName(listed, label string) bool {
	a, b := nameWords(listed), nameWords(label)
	if len(a) == 0 || len(b) == 0 || a[len(a)-1] != b[len(b)-1] {
		return false
	}
	for _, word := range b[:len(b)-1] {
		if !slices.Contains(a, word) && !slices.ContainsFunc(a, func(s string) bool { return s[:1] == word[:1] && (len(s) == 1 || len(word) == 1) }) {
			return false
		}
	}
	return true
}

// nameWords returns the words of a name without titles, in lower case.
func nameWords(s string) []string {
	var words []string
	for _, word := range strings.Fields(strings.ToLower(parentheses.ReplaceAllString(s, ""))) {
		for piece := range strings.FieldsFuncSeq(word, func(r rune) bool { return r == '.' || r == ',' }) {
			if !titles[piece] || roles[piece] {
				words = append(words, piece)
			}
		}
	}
	return words
}

// alikeSpeakers notes labels that differ only in case, points or parentheses.
func (d *draft) alikeSpeakers() {
	known := make(map[string]string)
	seen := make(map[string]bool)
	for i := range d.record.Turns {
		t := &d.record.Turns[i]
		if t.Speaker == "" || seen[t.Speaker] {
			continue
		}
		seen[t.Speaker] = true
		key := strings.Join(nameWords(t.Speaker), " ")
		if key == "" {
			continue
		}
		if other, ok := known[key]; !ok {
			known[key] = t.Speaker
		} else if other != t.Speaker {
			d.doubtOnce(t.Line, fmt.Sprintf("%q and %q may be one speaker", other, t.Speaker))
		}
	}
}
