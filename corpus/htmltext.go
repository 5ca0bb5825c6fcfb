package corpus

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pageText makes lines of the content of a page.
type pageText struct {
	key      string // the attribute that has the line of an element
	lines    []line
	text     []byte
	number   int                // line of the file
	from     int                // where the line of text begins
	blank    int                // blank lines before the next line
	level    int                // of the heading it stands in
	marked   int                // bytes set apart at its beginning
	bold     int                // depth of bold elements
	italic   int                // bytes in italics
	slanted  bool               // inside an italic element
	soft     bool               // the line break before it is a space
	item     bool               // an item of a list begins
	ruled    bool               // notes below the document begin here
	breaks   bool               // line breaks of the source are soft ones (Markdown)
	verbatim bool               // inside pre
	stage    bool               // inside an element marked as a stage direction
	counts   map[*html.Node]int // the last number of a list
}

func (x *pageText) children(n *html.Node) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		x.node(child)
	}
}

func (x *pageText) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		x.write(n.Data)
	case html.ElementNode:
		if !isFurniture(n) {
			x.element(n)
		}
	case html.DocumentNode:
		x.children(n)
	}
}

func (x *pageText) element(n *html.Node) {
	if at, err := strconv.Atoi(attr(n, x.key)); err == nil {
		x.number = at
	}
	if isSpeakerClass(attr(n, "class")) && len(x.text) == 0 || n.DataAtom == atom.Dt {
		x.speaker(n)
		return
	}
	switch n.DataAtom {
	case atom.Br:
		x.end()
		if n.NextSibling != nil && n.NextSibling.DataAtom == atom.Br {
			x.blank = max(x.blank, 1)
		}
	case atom.Hr:
		x.block(func() { x.text = append(x.text, "-----"...) })
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		x.block(func() {
			x.level = int(n.Data[1] - '0')
			x.children(n)
		})
		x.level = 0
	case atom.B, atom.Strong:
		start := x.atStart() || x.marked > 0 && x.marked == len(x.text)
		x.bold++
		x.children(n)
		if x.bold--; start && x.bold == 0 {
			x.marked = len(x.text)
		}
	case atom.I, atom.Em, atom.Cite:
		outer, start := x.slanted, x.atStart()
		x.slanted = true
		x.children(n)
		x.slanted = outer
		if next := n.NextSibling; start && (bytes.HasSuffix(bytes.TrimSpace(x.text), []byte(":")) || next != nil && strings.HasPrefix(next.Data, ":")) {
			x.marked = len(x.text)
		}
	case atom.Sup:
		x.superscript(n)
	case atom.Pre:
		x.block(func() {
			x.verbatim = true
			x.children(n)
			x.end()
		})
		x.verbatim = false
	case atom.Tr:
		x.row(n)
	case atom.Td, atom.Th:
		if len(x.text) > 0 {
			x.text = append(x.text, ' ')
		}
		x.children(n)
	case atom.Li:
		x.block(func() {
			x.item = true
			x.write(x.itemNumber(n))
			x.children(n)
		})
	case atom.P, atom.Div, atom.Blockquote, atom.Section, atom.Article, atom.Main, atom.Dd, atom.Dl, atom.Ul, atom.Ol, atom.Table, atom.Tbody,
		atom.Figure, atom.Figcaption, atom.Caption, atom.Header, atom.Footer, atom.Address, atom.Details, atom.Summary, atom.Center, atom.Fieldset, atom.Hgroup:
		if isNotesClass(attr(n, "class")) {
			x.end()
			x.ruled = true
		}
		stage := x.stage
		x.stage = stage || isStageClass(attr(n, "class"))
		x.block(func() { x.children(n) })
		x.stage = stage
	default:
		x.children(n)
	}
}

// atStart reports whether the line has no words yet; a time is none.
func (x *pageText) atStart() bool {
	text := string(bytes.TrimSpace(x.text))
	return text == "" || len(text) < 20 && stampPattern.FindString(text+" ") == text+" "
}

// itemNumber returns the number that stands before an item of a numbered list.
func (x *pageText) itemNumber(n *html.Node) string {
	list := n.Parent
	if list == nil || list.DataAtom != atom.Ol {
		return ""
	}
	number, begun := x.counts[list]
	if !begun {
		if start, err := strconv.Atoi(attr(list, "start")); err == nil {
			number = start - 1
		}
	}
	if x.counts == nil {
		x.counts = make(map[*html.Node]int)
	}
	x.counts[list] = number + 1
	return strconv.Itoa(number+1) + ". "
}

// block writes an element that stands on lines of its own.
func (x *pageText) block(write func()) {
	x.end()
	x.blank = max(x.blank, 1)
	write()
	x.end()
	x.blank = max(x.blank, 1)
}

// speaker writes an element that holds the name of a speaker.
func (x *pageText) speaker(n *html.Node) {
	alone := n.DataAtom != atom.Span && n.DataAtom != atom.B && n.DataAtom != atom.Strong && n.DataAtom != atom.A
	if alone {
		x.end()
		x.blank = max(x.blank, 1)
	}
	x.children(n)
	x.marked = len(x.text)
	if alone {
		x.end()
		x.blank = 0
	}
}

func isSpeakerClass(class string) bool {
	for name := range strings.FieldsSeq(strings.ToLower(class)) {
		switch name {
		case "speaker", "speaker-name", "speakername", "speaker_name", "who", "name", "tei-speaker", "transcript-speaker", "author":
			return true
		}
	}
	return false
}

func isStageClass(class string) bool {
	for name := range strings.FieldsSeq(strings.ToLower(class)) {
		switch name {
		case "stage", "stage-direction", "stagedirection", "tei-stage":
			return true
		}
	}
	return false
}

// isNotesClass reports whether an element holds the notes below a document.
func isNotesClass(class string) bool {
	for name := range strings.FieldsSeq(strings.ToLower(class)) {
		switch name {
		case "footnotes", "endnotes", "tei-notes", "tei-footnotes", "references", "reflist":
			return true
		}
	}
	return false
}

// superscript writes the number of a footnote in brackets, so that it does not
// grow together with the word before it.
func (x *pageText) superscript(n *html.Node) {
	mark := strings.TrimSpace(textOf(n))
	if mark != "" && len(mark) <= 4 && (strings.Trim(mark, "0123456789") == "" || strings.Trim(mark, "*†‡§") == "") {
		x.write("[" + mark + "]")
		return
	}
	x.children(n)
}

// row writes a row of a table: the first cell, or the first two if one is a
// time, is set apart as a label may be.
func (x *pageText) row(n *html.Node) {
	x.end()
	cells, label := 0, 0
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom != atom.Td && child.DataAtom != atom.Th {
			continue
		}
		if cells > 0 && label <= maxLabel {
			x.marked = label // before what may break the line
		}
		cells++
		x.node(child)
		if text := string(bytes.TrimSpace(x.text)); cells == 1 || cells == 2 && stampPattern.MatchString(string(x.text[:min(label, len(x.text))])+" ") {
			label = len(text)
		}
	}
	x.end()
	x.blank = max(x.blank, 1)
}

// write adds text; white space is one space, but in pre.
func (x *pageText) write(s string) {
	if x.verbatim || x.breaks {
		for i, part := range strings.Split(s, "\n") {
			if i > 0 {
				x.number++
				x.newline()
			}
			x.add(part)
		}
		return
	}
	x.add(s)
	x.number += strings.Count(s, "\n")
}

// newline ends a line of pre or of a paragraph of Markdown.
func (x *pageText) newline() {
	if x.verbatim && len(bytes.TrimSpace(x.text)) == 0 {
		x.text = x.text[:0]
		x.blank++
		return
	}
	if len(bytes.TrimSpace(x.text)) == 0 {
		return
	}
	x.end()
	x.soft = !x.verbatim
}

func (x *pageText) add(s string) {
	if len(x.text) < maxLabel {
		s = plainSpaces(s)
	}
	if !x.verbatim {
		s = collapse(s, len(x.text) == 0 || x.text[len(x.text)-1] == ' ')
	}
	if s == "" {
		return
	}
	if len(x.text) == 0 {
		x.from = x.number
	}
	x.text = append(x.text, s...)
	if x.slanted {
		x.italic += len(strings.TrimSpace(s))
	}
}

// collapse makes white space one space; a no-break space stays.
func collapse(s string, spaced bool) string {
	var b strings.Builder
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\v' {
			if !spaced {
				b.WriteByte(' ')
			}
			spaced = true
			continue
		}
		b.WriteRune(r)
		spaced = false
	}
	return b.String()
}

// end ends the line of text.
func (x *pageText) end() {
	raw := string(x.text)
	text := strings.TrimFunc(raw, unicode.IsSpace)
	if text != "" {
		l := line{text: text, number: x.from, last: x.number, blank: x.blank, level: x.level, ruled: x.ruled, item: x.item, soft: x.soft, stage: x.stage}
		if x.verbatim {
			l.indent = indentOf(raw)
		}
		l.width = l.indent + utf8.RuneCountInString(text)
		lead := len(raw) - len(strings.TrimLeftFunc(raw, unicode.IsSpace))
		if l.marked = min(max(x.marked-lead, 0), len(text)); l.level > 0 {
			l.marked = 0
		}
		if x.italic > 0 && x.italic >= len(text)-strings.Count(text, " ")-2 && len(text) <= 200 && l.level == 0 {
			l.stage = true
		}
		if len(x.lines) < MaxLines {
			x.lines = append(x.lines, l)
		}
		x.blank = 0
		x.soft, x.ruled, x.item = false, false, false
	}
	x.text, x.marked, x.italic = x.text[:0], 0, 0
}
