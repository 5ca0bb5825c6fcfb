package corpus

import (
	"fmt"
	"slices"
	"strings"
)

// ParseTEI reads a record from TEI P5 XML. A div with a head is a section, an sp
// or u is a turn, a p outside of them a line nobody is named for. Notes stand
// below the record, pages (pb) are data. What TEI says by markup alone is put
// into brackets, as editors print it: a gap is [illegible], a stage direction
// inside a sentence [laughs], a correction or expansion follows the word of the
// document.
func ParseTEI(file string, data []byte, meta *Sidecar) (*Record, error) {
	root, err := readXML(file, data)
	if err != nil {
		return nil, err
	}
	tei := root.find("TEI")
	if tei == nil {
		tei = root.find("TEI.2")
	}
	text := root.find("text")
	if tei == nil && text == nil && root.isTEI() { // a document taken out of an edition
		text = root
	}
	if tei == nil && text == nil {
		return nil, &FileError{File: file, Line: root.children[0].line, Problem: fmt.Sprintf("this is no TEI document: it begins with <%s>", root.firstName()), Hint: "records in XML are TEI P5: <TEI><text><body>…"}
	}
	if text == nil {
		return nil, &FileError{File: file, Line: tei.line, Problem: "the TEI document has no <text>"}
	}
	t := &teiReader{draft: newDraft(file, "TEI"), persons: make(map[string]string)}
	if header := root.find("teiHeader"); header != nil {
		t.readHeader(header)
	}
	t.readText(text)
	t.findLabels()
	if !t.spoken {
		return nil, &FileError{File: file, Line: text.line, Problem: "no turns were found", Hint: "a turn is an <sp> with a <speaker>, a <u>, or a <p> of the body"}
	}
	for _, n := range t.notes {
		t.add(inNotes, n, n.Line)
	}
	return t.finish(meta)
}

// isTEI reports whether the outermost element is one of TEI by its namespace.
func (e *element) isTEI() bool {
	return slices.ContainsFunc(e.children, func(child *element) bool { return child.attr("xmlns") == "http://www.tei-c.org/ns/1.0" })
}

func (e *element) firstName() string {
	for _, child := range e.children {
		if child.name != "" {
			return child.name
		}
	}
	return "text"
}

// teiReader is a TEI document while it is read.
type teiReader struct {
	*draft
	persons map[string]string // names by xml:id
	// announced is who is said to speak next, by a note before a speech.
	announced string
	notes     []Turn
	spoken    bool
	paragraph []int // entries that are paragraphs outside of speeches
}

// readText reads front, body and back.
func (t *teiReader) readText(text *element) {
	body := text
	for _, child := range text.children {
		switch child.name {
		case "front":
			t.readFront(child)
		case "body":
			body = child
		}
	}
	if body == text && text.find("body") != nil {
		body = text.find("body")
	}
	t.readBody(body)
	for _, child := range text.children {
		if child.name == "back" {
			t.readBack(child)
		}
	}
}

// readFront numbers the lines of the title page and the like.
func (t *teiReader) readFront(front *element) {
	for _, e := range t.blocks(front) {
		if e.name == "pb" {
			t.page(e)
			continue
		}
		for _, text := range t.paragraphs(e) {
			if t.record.Title == "" {
				t.record.Title = text
			}
			t.add(inHead, Turn{Text: text, Line: e.line}, e.line)
		}
	}
	if t.record.Date == "" {
		t.readDate(front)
	}
}

func (t *teiReader) readBack(back *element) {
	for _, e := range t.blocks(back) {
		for _, text := range t.paragraphs(e) {
			t.notes = append(t.notes, Turn{Text: text, Line: e.line})
		}
	}
}

// blocks returns the elements below e that hold text, leaving out divisions.
func (t *teiReader) blocks(e *element) []*element {
	var found []*element
	for _, child := range e.children {
		switch {
		case isDivision(child.name), child.name == "titlePage", child.name == "docTitle", child.name == "listBibl", child.name == "body", child.name == "group":
			found = append(found, t.blocks(child)...)
		case child.name != "":
			found = append(found, child)
		}
	}
	return found
}

func isDivision(name string) bool {
	return name == "div" || len(name) == 4 && strings.HasPrefix(name, "div") || name == "text" || name == "floatingText"
}

// readBody reads the body. A division around everything is the document: its
// heading is no section's.
func (t *teiReader) readBody(body *element) {
	divisions, others := 0, 0
	var only *element
	for _, child := range body.children {
		switch {
		case isDivision(child.name):
			divisions++
			only = child
		case child.name != "" && child.name != "head" && child.name != "pb" && child.name != "opener":
			others++
		}
	}
	if divisions == 1 && others == 0 && (hasDivisions(only) || t.isDocument(only)) {
		for _, child := range body.children {
			if child != only {
				t.readBlock(child, "")
			}
		}
		t.readDocument(only)
		return
	}
	t.readDivision(body, true)
}

func hasDivisions(e *element) bool {
	for _, child := range e.children {
		if isDivision(child.name) {
			return true
		}
	}
	return false
}

// isDocument reports whether a division is the whole document, by its type or
// its heading.
func (t *teiReader) isDocument(e *element) bool {
	switch e.attr("type") {
	case "document", "transcript", "text", "record", "minutes":
		return true
	}
	for _, child := range e.children {
		if child.name == "head" {
			return strings.EqualFold(child.content(), t.record.Title)
		}
	}
	return true
}

// readDocument reads the division that holds all others.
func (t *teiReader) readDocument(e *element) {
	for _, child := range e.children {
		if child.name == "head" {
			t.readTitle(child)
			continue
		}
		t.readBlock(child, "")
	}
}

// readTitle reads the heading of the whole document.
func (t *teiReader) readTitle(head *element) {
	text := strings.Join(t.paragraphs(head), " ")
	if text == "" {
		return
	}
	if t.record.Title == "" {
		t.record.Title = text
	} else if !strings.EqualFold(t.record.Title, text) {
		t.doubt(head.line, fmt.Sprintf("the heading of the document is %q; the title is taken from the header of the file", text))
	}
	t.add(inHead, Turn{Text: text, Line: head.line}, head.line)
}

func (t *teiReader) readDivision(e *element, outermost bool) {
	if !outermost {
		h := heading{line: e.line}
		for _, child := range e.children {
			if child.name == "head" {
				h = t.readHeading(child)
				h.line = child.line
				break
			}
		}
		if n := e.attr("n"); h.label == "" && n != "" && len(n) < 12 && h.title != "" {
			h.label, h.text = n, ""
		}
		if h.title != "" || h.label != "" {
			t.open(h)
		}
	}
	headed := false
	for _, child := range e.children {
		if child.name == "head" && !headed {
			headed = true
			if outermost {
				t.readTitle(child)
			}
			continue
		}
		t.readBlock(child, "")
	}
}

// readHeading reads a head: its num is the label.
func (t *teiReader) readHeading(head *element) heading {
	text := strings.Join(t.paragraphs(head), " ")
	h := headingOf(&line{text: text})
	if num := head.find("num"); num != nil && h.label == "" {
		h.label = strings.Trim(num.content(), ". ")
		h.title = strings.TrimSpace(strings.TrimLeft(strings.TrimPrefix(text, num.content()), ".:—– "))
	}
	return h
}

// readBlock reads an element of the body. speaker is who speaks it, if it
// stands inside a speech.
func (t *teiReader) readBlock(e *element, speaker string) {
	switch {
	case e.name == "":
		if text := strings.Join(strings.Fields(e.text), " "); text != "" {
			t.line(e, text, speaker)
		}
	case isDivision(e.name):
		t.readDivision(e, false)
	case e.name == "sp" || e.name == "u":
		t.readSpeech(e)
	case e.name == "stage", e.name == "incident", e.name == "kinesic", e.name == "vocal", e.name == "writing":
		t.stage(e)
	case e.name == "pb":
		t.page(e)
	case e.name == "note" && e.attr("type") == "speaker":
		t.announced = strings.TrimSpace(strings.TrimRight(e.content(), ":.—– ")) // who speaks next
	case e.name == "note" && (e.attr("type") == "time" || e.attr("type") == "narrative" || e.attr("type") == "comment"):
		t.stage(&element{name: "stage", line: e.line, children: e.children})
	case e.name == "note":
		t.note(e)
	case e.name == "opener", e.name == "dateline", e.name == "argument", e.name == "byline", e.name == "docDate", e.name == "epigraph":
		if t.record.Date == "" {
			t.readDate(e)
		}
		for _, text := range t.paragraphs(e) {
			part := inBody
			if !t.spoken {
				part = inHead
			}
			t.add(part, Turn{Text: text, Line: e.line}, e.line)
		}
	case e.name == "milestone", e.name == "lb", e.name == "cb", e.name == "gb", e.name == "anchor", e.name == "pause", e.name == "shift", e.name == "fw":
		t.pagesIn(e)
	case e.name == "list" && !t.spoken && isPresentList(e):
		texts := t.paragraphs(e)
		for _, text := range texts {
			t.add(inHead, Turn{Text: text, Line: e.line}, e.line)
		}
		if len(t.record.Participants) == 0 {
			if e.find("head") != nil {
				texts = texts[1:]
			}
			t.record.Participants = readList(texts)
		}
	case e.name == "list" || e.name == "table" || e.name == "lg" || e.name == "quote" || e.name == "q" || e.name == "annotationBlock":
		if e.find("sp") != nil || e.find("u") != nil {
			for _, child := range e.children {
				t.readBlock(child, speaker)
			}
			return
		}
		t.line(e, strings.Join(t.paragraphs(e), "\n"), speaker)
	default:
		t.line(e, strings.Join(t.paragraphs(e), "\n"), speaker)
	}
}

// isPresentList reports whether a list says who takes part.
func isPresentList(e *element) bool {
	return e.attr("type") == "participants" || presentFields[bareField(e.find("head").content())]
}

// line adds a paragraph that stands in no speech.
func (t *teiReader) line(e *element, text, _ string) {
	if text == "" {
		return
	}
	t.spoken = true
	turn := Turn{Text: text, Line: e.line}
	if isBracketed(text) {
		turn.Stage = true
	} else if e.name == "p" || e.name == "ab" || e.name == "list" {
		t.paragraph = append(t.paragraph, len(t.entries))
	}
	t.add(inBody, turn, e.line)
}

// readSpeech reads an sp or u: a turn, or several where a stage direction
// stands between its paragraphs.
func (t *teiReader) readSpeech(e *element) {
	name, printed := t.speakerOf(e)
	var texts []string
	from := e.line
	flush := func(at int) {
		if len(texts) == 0 {
			return
		}
		t.spoken = true
		turn := Turn{Text: strings.Join(texts, "\n"), Line: from, Speaker: name, Label: printed}
		if name != "" {
			turn.Attribution = Stated
		} else {
			t.doubt(from, "nobody is named for this speech")
		}
		t.add(inBody, turn, at)
		texts = nil
	}
	inline := &element{name: "p", line: e.line} // words that stand in no paragraph
	inlines := func() {
		texts = append(texts, t.paragraphs(inline)...)
		inline = &element{name: "p", line: e.line}
	}
	for _, child := range e.children {
		switch child.name {
		case "speaker":
		case "stage", "incident", "kinesic", "vocal", "writing":
			if e.name == "u" || child.content() != "" && inline.content() != "" {
				inline.children = append(inline.children, child) // inside a sentence
				continue
			}
			flush(child.line)
			t.stage(child)
			from = child.line
		case "note":
			if child.attr("type") == "speaker" {
				continue
			}
			inline.children = append(inline.children, child)
		case "p", "ab", "seg", "lg", "list", "table", "quote", "l", "sp", "u":
			inlines()
			if len(texts) == 0 {
				from = child.line
			}
			texts = append(texts, t.paragraphs(child)...)
		default:
			inline.children = append(inline.children, child)
		}
	}
	inlines()
	flush(lastLine(e))
}

func lastLine(e *element) int {
	last := e.line
	for _, child := range e.children {
		last = max(last, lastLine(child))
	}
	return last
}

// speakerOf returns the name of who speaks: as the document prints it, or as the
// header names the one that who refers to.
func (t *teiReader) speakerOf(e *element) (name, printed string) {
	if speaker := e.find("speaker"); speaker != nil {
		printed = strings.Join(t.paragraphs(speaker), " ")
	} else if note := e.find("note"); note != nil && note.attr("type") == "speaker" {
		printed = note.content()
	}
	name = strings.TrimSpace(strings.TrimRight(printed, ":.—– "))
	if read := readLabel(name+":", 0); read.style == colonStyle && read.name != name {
		return read.name, name
	}
	if name != "" {
		return name, ""
	}
	announced := t.announced
	t.announced = ""
	for who := range strings.FieldsSeq(e.attr("who")) {
		id := who[strings.LastIndexByte(who, '#')+1:]
		if person := t.persons[id]; person != "" {
			return person, ""
		}
		if announced == "" && name == "" {
			name = strings.TrimLeft(id, "_")
			t.doubtOnce(e.line, fmt.Sprintf("the header does not say who %q is", id))
		}
	}
	if announced != "" {
		return announced, ""
	}
	return name, ""
}

func (t *teiReader) stage(e *element) {
	if text := strings.Join(t.paragraphs(e), " "); text != "" {
		t.add(inBody, Turn{Stage: true, Text: text, Line: e.line}, e.line)
	}
}

func (t *teiReader) page(e *element) {
	t.record.Pages = append(t.record.Pages, Page{Name: e.attr("n"), Line: e.line})
}

// pagesIn notes the pages that begin inside an element that is no text.
func (t *teiReader) pagesIn(e *element) {
	for _, child := range e.children {
		if child.name == "pb" {
			t.page(child)
		}
		t.pagesIn(child)
	}
}

// note keeps a note of the edition: it stands below the record.
func (t *teiReader) note(e *element) {
	texts := t.paragraphs(&element{name: "p", line: e.line, children: e.children})
	if len(texts) > 0 {
		t.notes = append(t.notes, Turn{Text: strings.Join(texts, "\n"), Label: e.attr("n"), Line: e.line})
	}
}
