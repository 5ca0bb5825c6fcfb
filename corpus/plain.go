package corpus

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The plain layout, as the bundled record has it:
//
//	Title, date, participants: the head, a line each
//	                           (any number of blank lines)
//	I. Title of a section      (optional; numbered in order)
//
//
//	Speaker: words             two blank lines between turns
//
//	more words                 a blank line or a line break inside a turn
//
//
//	(A stage direction.)       no speaker
//
//
//	Document Information       the archive's notes, if any
//
// Files that separate their turns by fewer blank lines are read too: there a
// turn begins where a line begins with the label of a speaker who has several.

// ParsePlain reads a record in the plain layout. file names it in errors and
// gives the id if meta has none; meta may be nil.
func ParsePlain(file string, data []byte, meta *Sidecar) (*Record, error) {
	if meta == nil {
		meta = &Sidecar{}
	}
	paragraphs, err := readParagraphs(file, data)
	if err != nil {
		return nil, err
	}
	p := &plainParser{paragraphs: withoutFurniture(paragraphs, meta.Furniture), record: &Record{ID: idOf(file), File: file}}
	p.spaced = p.isSpaced()
	p.findSpeakers()
	p.findHeadings()
	p.findBounds(meta.NotesFrom)
	p.readHead()
	p.readBody()
	p.readNotes()
	if !slices.ContainsFunc(p.record.Turns, func(t Turn) bool { return t.Speaker != "" }) {
		return nil, &FileError{File: file, Problem: "no turns were found", Hint: "write each turn as “Name: words”, with two blank lines between turns"}
	}
	p.record.derive()
	meta.apply(p.record)
	return p.record, nil
}

type plainParser struct {
	paragraphs []paragraph
	record     *Record
	spaced     bool            // two blank lines separate turns
	speakers   map[string]int  // how many turns each label begins
	headings   map[int]heading // by index of the paragraph
	body, end  int             // the body is paragraphs[body:end]
}

type heading struct{ label, title string }

// begins reports whether paragraph i begins a block of the spaced layout.
func (p *plainParser) begins(i int) bool {
	return i == 0 || !p.spaced || p.paragraphs[i].blank >= 2 || p.isHeading(i-1)
}

func (p *plainParser) isHeading(i int) bool { _, ok := p.headings[i]; return ok }

var (
	labelPattern = regexp.MustCompile(`^([\p{L}\p{N}][^:\n]{0,99}?)\s*:(?:\s+(.*))?$`)
	parentheses  = regexp.MustCompile(`\([^()]*(?:\([^()]*\)[^()]*)*\)`)
	sentenceEnd  = regexp.MustCompile(`\p{Ll}{4,}[.]\s|[?!;"“”]`)
)

// fieldNames are labels of header fields and remarks: they name no speaker.
var fieldNames = map[string]bool{
	"date": true, "time": true, "place": true, "location": true, "venue": true, "present": true, "also present": true,
	"absent": true, "apologies": true, "participants": true, "attendees": true, "in attendance": true, "subject": true,
	"title": true, "source": true, "from": true, "to": true, "cc": true, "re": true, "classification": true,
	"language": true, "note": true, "notes": true, "editor's note": true, "nb": true, "n.b": true, "agenda": true,
	"copies": true, "distribution": true, "file": true, "record": true, "transcript": true, "recorded by": true,
	"translation": true, "translated by": true, "minutes": true, "meeting": true, "costs": true, "summary": true, "ps": true,
}

// splitLabel returns the speaker's label at the start of a line and the words
// after it.
func splitLabel(text string) (label, words string, ok bool) {
	m := labelPattern.FindStringSubmatch(text)
	if m == nil {
		return "", "", false
	}
	label, words = m[1], m[2]
	first, _ := utf8.DecodeRuneInString(label)
	bare := parentheses.ReplaceAllString(label, "")
	switch {
	case unicode.IsLower(first),
		len(strings.Fields(bare)) > 7,
		strings.ContainsAny(bare, "()[]{}"),
		sentenceEnd.MatchString(bare),
		fieldNames[strings.ToLower(strings.TrimRight(bare, "."))],
		!strings.ContainsFunc(label, unicode.IsLetter):
		return "", "", false
	}
	return label, words, true
}

// isSpaced reports whether labels stand mostly after two blank lines.
func (p *plainParser) isSpaced() bool {
	after, within := 0, 0
	for i, para := range p.paragraphs {
		if _, _, ok := splitLabel(para.text); ok {
			if i == 0 || para.blank >= 2 {
				after++
			} else {
				within++
			}
		}
	}
	return after >= within
}

// findSpeakers counts the labels that begin turns. In the spaced layout the
// place of a label shows that it is one; elsewhere it must come back.
func (p *plainParser) findSpeakers() {
	p.speakers = make(map[string]int)
	for i, para := range p.paragraphs {
		if label, _, ok := splitLabel(para.text); ok && p.begins(i) {
			p.speakers[label]++
		}
	}
	if !p.spaced {
		for label, n := range p.speakers {
			if n < 2 {
				delete(p.speakers, label)
			}
		}
	}
}

// speakerAt returns the label and the words of a turn that begins at i.
func (p *plainParser) speakerAt(i int) (label, words string, ok bool) {
	if !p.begins(i) {
		return "", "", false
	}
	label, words, ok = splitLabel(p.paragraphs[i].text)
	return label, words, ok && p.speakers[label] > 0
}

// schemes are the ways to number sections, each with a value for a label.
var schemes = []struct {
	pattern *regexp.Regexp
	value   func(string) int
}{
	{regexp.MustCompile(`^([IVXLC]{1,7})(?:[.):]|\s*[—–])\s+(\S.*)$`), romanValue},
	{regexp.MustCompile(`^(\d{1,3})(?:[.):]|\s*[—–])\s+(\S.*)$`), arabicValue},
	{regexp.MustCompile(`^(?:(?i:agenda item|item|section|part|chapter))\s+(\d{1,3})(?:[.:]?\s*[—–-]\s*|[.:]\s+)(\S.*)$`), arabicValue},
	{regexp.MustCompile(`^(?:(?i:agenda item|item|section|part|chapter))\s+([IVXLC]{1,7})(?:[.:]?\s*[—–-]\s*|[.:]\s+)(\S.*)$`), romanValue},
}

// findHeadings finds the section headings: short lines that begin a block,
// numbered 1, 2, 3 … in one of the schemes.
func (p *plainParser) findHeadings() {
	for _, scheme := range schemes {
		found := make(map[int]heading)
		for i, para := range p.paragraphs {
			m := scheme.pattern.FindStringSubmatch(para.text)
			if m == nil || !p.begins(i) || !isTitle(m[2]) || scheme.value(m[1]) != len(found)+1 {
				continue
			}
			found[i] = heading{label: m[1], title: m[2]}
		}
		if len(found) > len(p.headings) {
			p.headings = found
		}
	}
}

// isTitle reports whether a heading's text reads as a title, not as a sentence.
func isTitle(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return len(s) <= 120 && !unicode.IsLower(first) && !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ":") &&
		len(strings.Fields(s)) <= 15
}

func arabicValue(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func romanValue(s string) int {
	digits := map[rune]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100}
	n, last := 0, 0
	for _, c := range s {
		d := digits[c]
		if d > last {
			n -= 2 * last
		}
		n += d
		last = d
	}
	return n
}

// notesMarkers are lines that archives put between a document and what they
// say about it.
var notesMarkers = map[string]bool{
	"document information": true, "document details": true, "document summary": true, "about this document": true,
	"provenance": true, "source information": true, "rights information": true, "archival information": true,
	"end of transcript": true, "end notes": true, "endnotes": true, "footnotes": true,
}

// findBounds finds where the head ends and the notes begin. The notes begin
// with the block that holds a marker: what stands above the marker in it is the
// archive's summary.
func (p *plainParser) findBounds(notesFrom string) {
	p.body, p.end = len(p.paragraphs), len(p.paragraphs)
	for i := range p.paragraphs {
		if _, _, speaks := p.speakerAt(i); p.isHeading(i) || speaks && len(p.headings) == 0 {
			p.body = i
			break
		}
	}
	for i := len(p.paragraphs) - 1; i > p.body; i-- {
		para := p.paragraphs[i]
		if notesFrom != "" && strings.HasPrefix(para.text, notesFrom) {
			p.end = i
			return
		}
		if _, _, speaks := p.speakerAt(i); speaks || p.isHeading(i) {
			return
		}
		if !notesMarkers[strings.ToLower(strings.TrimRight(para.text, ":"))] {
			continue
		}
		p.end = i
		for j := i; j > p.body; j-- {
			if _, _, speaks := p.speakerAt(j); speaks || p.isHeading(j) {
				break
			}
			if p.spaced && p.paragraphs[j].blank >= 2 {
				p.end = j
				break
			}
		}
		return
	}
}

func (p *plainParser) add(t Turn, section string) {
	n := 1
	for i := len(p.record.Turns) - 1; i >= 0 && p.record.Turns[i].Ref.Section == section; i-- {
		n = p.record.Turns[i].Ref.First + 1
		break
	}
	t.Ref = Ref{Section: section, First: n, Last: n}
	t.Number = len(p.record.Turns) + 1
	if t.Attribution == "" {
		t.Attribution = Unattributed
	}
	p.record.Turns = append(p.record.Turns, t)
}

// readHead numbers the lines above the first section. In a record without
// sections the title line has no number, so that turns count from 1.
func (p *plainParser) readHead() {
	r := p.record
	title := -1
	for i, para := range p.paragraphs[:p.body] {
		if name, value, ok := headerField(para.text); ok {
			if name == "title" {
				title, r.Title = i, value
				break
			}
			continue
		}
		if _, words := FindDate(para.text); title < 0 && words != para.text {
			title, r.Title = i, para.text
		}
	}
	for i, para := range p.paragraphs[:p.body] {
		if i == title && len(p.headings) == 0 {
			continue
		}
		p.add(Turn{Section: -1, Text: para.text, Line: para.line}, Head)
	}
	for _, para := range p.paragraphs[:p.body] {
		date, _ := FindDate(para.text)
		if date != "" && (r.Date == "" || findTime(para.text) != "") {
			r.Date = date
		}
		if r.Time == "" {
			r.Time = findTime(para.text)
		}
	}
}

// headerField splits a line of the head such as "DATE: 5 May 1946".
func headerField(text string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(text, ":")
	name = strings.ToLower(strings.TrimSpace(name))
	return name, strings.TrimSpace(value), ok && fieldNames[name]
}

// readBody reads sections and turns.
func (p *plainParser) readBody() {
	r := p.record
	section, label := -1, ""
	for i := p.body; i < p.end; {
		if h, ok := p.headings[i]; ok {
			r.Sections = append(r.Sections, Section{Label: h.label, Title: h.title, Heading: p.paragraphs[i].text, First: len(r.Turns), Line: p.paragraphs[i].line})
			section, label = len(r.Sections)-1, h.label
			i++
			continue
		}
		next := i + 1
		for next < p.end && !p.isHeading(next) && !p.separates(next) {
			next++
		}
		p.add(p.readTurn(i, next, section), label)
		i = next
	}
	for i := range r.Sections {
		end := len(r.Turns)
		if i+1 < len(r.Sections) {
			end = r.Sections[i+1].First
		}
		r.Sections[i].End = end
	}
}

// separates reports whether a new turn begins at paragraph i.
func (p *plainParser) separates(i int) bool {
	if p.spaced {
		return p.begins(i)
	}
	if _, _, speaks := p.speakerAt(i); speaks {
		return true
	}
	return isStage(p.paragraphs[i].text) || isStage(p.paragraphs[i-1].text)
}

// readTurn reads the turn in paragraphs[from:to].
func (p *plainParser) readTurn(from, to, section int) Turn {
	t := Turn{Section: section, Line: p.paragraphs[from].line}
	var texts []string
	for _, para := range p.paragraphs[from:to] {
		texts = append(texts, para.text)
	}
	if label, words, ok := p.speakerAt(from); ok && (words != "" || len(texts) > 1) {
		t.Speaker, t.Attribution = label, Stated
		texts[0] = words
		if words == "" {
			texts = texts[1:]
		}
		if p.spaced && p.speakers[label] == 1 {
			p.doubt(t.Line, fmt.Sprintf("%q speaks only once: is this a speaker?", label))
		}
	} else if len(texts) == 1 && isStage(texts[0]) {
		t.Stage = true
	} else {
		t.Speaker, t.Attribution = p.inferSpeaker(section)
		if t.Speaker == "" {
			p.doubt(t.Line, "nobody is named for this line")
		}
	}
	t.Text = strings.Join(texts, "\n")
	return t
}

// inferSpeaker names the speaker whose words go on after a stage direction.
func (p *plainParser) inferSpeaker(section int) (string, Attribution) {
	turns := p.record.Turns
	n := len(turns)
	if n < 2 || !turns[n-1].Stage || turns[n-1].Section != section {
		return "", Unattributed
	}
	for i := n - 2; i >= 0 && turns[i].Section == section; i-- {
		if !turns[i].Stage {
			if turns[i].Speaker == "" {
				break
			}
			return turns[i].Speaker, Inferred
		}
	}
	return "", Unattributed
}

var stagePattern = regexp.MustCompile(`^(?:\([^()]+\)|\[[^\[\]]+\])[.]?$`)

// isStage reports whether a paragraph is wholly a stage direction.
func isStage(text string) bool { return stagePattern.MatchString(text) }

func (p *plainParser) readNotes() {
	for _, para := range p.paragraphs[p.end:] {
		p.add(Turn{Section: -1, Text: para.text, Line: para.line}, Notes)
	}
}

func (p *plainParser) doubt(line int, text string) {
	p.record.Doubts = append(p.record.Doubts, Doubt{Line: line, Text: text})
}

// siteFurniture are lines of web pages that are no part of any record.
var siteFurniture = map[string]bool{
	"skip to content": true, "skip to main content": true, "skip to navigation": true, "back to top": true, "print this page": true,
}

func withoutFurniture(paragraphs []paragraph, more []string) []paragraph {
	kept := paragraphs[:0]
	blank := 0
	for _, para := range paragraphs {
		if siteFurniture[strings.ToLower(para.text)] || slices.Contains(more, para.text) {
			blank += para.blank
			continue
		}
		para.blank += blank
		blank = 0
		kept = append(kept, para)
	}
	return kept
}

// derive fills in what the text implies and a sidecar may overrule.
func (r *Record) derive() {
	if r.Title == "" {
		r.Title = r.ID
		r.Doubts = append(r.Doubts, Doubt{Line: 1, Text: "no title line was found"})
	}
	for _, name := range r.Speakers() {
		r.Participants = append(r.Participants, Participant{Name: name})
	}
}

var notSlug = regexp.MustCompile(`[^a-z0-9._-]+`)

// idOf makes a record id from a file's name.
func idOf(file string) string {
	name := filepath.Base(file)
	name = strings.ToLower(strings.TrimSuffix(name, filepath.Ext(name)))
	id := strings.Trim(notSlug.ReplaceAllString(name, "-"), "-._")
	if len(id) > 64 {
		id = strings.Trim(id[:64], "-._")
	}
	if id == "" {
		return "record"
	}
	return id
}
