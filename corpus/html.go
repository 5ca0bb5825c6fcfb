package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ParseHTML reads a record from a saved web page: its readable part, without
// navigation, forms and other furniture of the site. Headings are sections;
// labels are found as in plain text, and where they are bold, in a cell of their
// own or marked as a speaker.
func ParseHTML(file string, data []byte, meta *Sidecar) (*Record, error) {
	if err := checkText(file, data); err != nil {
		return nil, err
	}
	root, err := readHTML(file, data)
	if err != nil {
		return nil, err
	}
	d := newDraft(file, "web page")
	page := readPage(root, d)
	x := &pageText{key: lineKey, number: 1}
	x.children(page.content)
	x.end()
	if len(x.lines) == 0 {
		return nil, &FileError{File: file, Problem: "the page has no text", Hint: "save the page with its text (“Web page, complete” or “HTML only”)"}
	}
	if !page.titled {
		d.record.Title = page.titleOf(x.lines)
	}
	return readLayout(d, x.lines, meta)
}

const lineKey = "data-line"

// readHTML parses a page with the line of each element as an attribute.
func readHTML(file string, data []byte) (*html.Node, error) {
	if len(data) > maxMarkupBytes {
		return nil, &FileError{File: file, Problem: fmt.Sprintf("the page has %d bytes, more than the %d it may have", len(data), maxMarkupBytes), Hint: "split it into several records"}
	}
	numbered, err := numberLines(file, data)
	if err != nil {
		return nil, err
	}
	root, err := html.Parse(bytes.NewReader(numbered))
	if err != nil {
		return nil, &FileError{File: file, Problem: strings.TrimPrefix(err.Error(), "html: ")}
	}
	return root, nil
}

// numberLines writes the line of each element into its start tag.
func numberLines(file string, data []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(data) + len(data)/4)
	z := html.NewTokenizer(bytes.NewReader(data))
	line, elements, depth := 1, 0, 0
	for {
		kind := z.Next()
		raw := z.Raw()
		switch kind {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return nil, &FileError{File: file, Line: line, Problem: err.Error()}
			}
			return out.Bytes(), nil
		case html.StartTagToken, html.SelfClosingTagToken:
			if elements++; elements > maxElements {
				return nil, &FileError{File: file, Line: line, Problem: fmt.Sprintf("the page has more than %d elements", maxElements), Hint: "split it into several records"}
			}
			if kind == html.StartTagToken {
				depth++
			}
			end := 1
			for end < len(raw) && !strings.ContainsRune(" \t\r\n\f/>", rune(raw[end])) {
				end++
			}
			line += bytes.Count(raw, []byte("\n"))
			out.Write(raw[:end])
			fmt.Fprintf(&out, ` %s="%d"`, lineKey, line)
			out.Write(raw[end:])
		default:
			line += bytes.Count(raw, []byte("\n"))
			out.Write(raw)
		}
	}
}

// page is the readable part of a web page and what its head says.
type page struct {
	content *html.Node
	title   string // of the page, as browsers show it
	titled  bool   // the content has a heading of the first level
}

// readPage finds the content and reads the head.
func readPage(root *html.Node, d *draft) page {
	p := page{content: root}
	var body, best *html.Node
	most := 0
	walk(root, func(n *html.Node) {
		if n.Type == html.CommentNode && d.record.Source.URL == "" {
			if m := savedFrom.FindStringSubmatch(n.Data); m != nil {
				d.record.Source.URL = m[1]
			}
		}
		if n.Type != html.ElementNode {
			return
		}
		switch n.DataAtom {
		case atom.Title:
			if p.title == "" {
				p.title = strings.Join(strings.Fields(textOf(n)), " ")
			}
		case atom.Meta:
			d.readMeta(n)
		case atom.Link:
			if url := attr(n, "href"); attr(n, "rel") == "canonical" && isURL(url) {
				d.record.Source.URL = url
			}
		case atom.Body:
			body = n
		case atom.Main, atom.Article:
			if size := readableSize(n); size > most {
				best, most = n, size
			}
		default:
			if attr(n, "role") == "main" {
				if size := readableSize(n); size > most {
					best, most = n, size
				}
			}
		}
	})
	if body != nil {
		p.content = body
		if best != nil && 2*most > readableSize(body) {
			p.content = best
		}
	}
	walk(p.content, func(n *html.Node) { p.titled = p.titled || n.DataAtom == atom.H1 && !isFurniture(n) })
	return p
}

var (
	savedFrom = regexp.MustCompile(`^\s*saved from url=\(\d+\)(https?://\S+)`)
	siteTitle = regexp.MustCompile(`\s+[|–—·»]\s+|\s+-\s+`)
)

// readMeta reads what a page says of its document.
func (d *draft) readMeta(n *html.Node) {
	name := strings.ToLower(attr(n, "name") + attr(n, "property"))
	value := strings.TrimSpace(attr(n, "content"))
	if value == "" {
		return
	}
	r := d.record
	switch name {
	case "og:site_name", "citation_publisher", "dc.publisher", "dcterms.publisher":
		r.Source.Repository = value
	case "og:url":
		if r.Source.URL == "" && isURL(value) {
			r.Source.URL = value
		}
	case "dc.rights", "dcterms.rights", "copyright":
		r.Rights = value
	case "dc.date", "dcterms.date", "dc.date.created", "dcterms.created":
		if d.dated = value; !isDate(value) {
			d.dated, _ = FindDate(value)
		}
	}
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// titleOf returns the title of a page without a heading: the line of the text
// that the browser's title begins with, or that title if it says something. It
// is empty if the text has to tell.
func (p *page) titleOf(lines []line) string {
	for _, l := range lines[:min(len(lines), 30)] {
		if len(l.text) > 8 && strings.HasPrefix(p.title, l.text) {
			return l.text
		}
	}
	short := siteTitle.Split(p.title, 2)[0]
	if style := readLabel(lines[0].text, lines[0].marked).style; len(strings.Fields(short)) < 3 && (style == noLabel || style == ownStyle) {
		return ""
	}
	return short
}

// walk calls visit for a node and all below it.
func walk(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		walk(child, visit)
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	walk(n, func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	})
	return b.String()
}

// readableSize counts the letters of the readable text of an element.
func readableSize(n *html.Node) int {
	size := 0
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch {
		case child.Type == html.TextNode:
			size += len(strings.TrimSpace(child.Data))
		case child.Type == html.ElementNode && !isFurniture(child):
			size += readableSize(child)
		}
	}
	return size
}

// furnitureNames are parts of names that sites give to what is no content.
var furnitureNames = set(`nav, navbar, navigation, menu, menus, breadcrumb, breadcrumbs, sidebar, share, sharing, social, cookie, cookies, newsletter, subscribe,
	pagination, pager, advert, advertisement, ads, login, search, skip, promo, popup, modal, footer, masthead, toolbar, related, comments, banner, sitenav, donate, noprint`)

// isFurniture reports elements that are no part of a page's content.
func isFurniture(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Object, atom.Embed, atom.Video, atom.Audio, atom.Canvas, atom.Svg, atom.Math,
		atom.Nav, atom.Form, atom.Button, atom.Select, atom.Input, atom.Textarea, atom.Aside, atom.Head, atom.Dialog, atom.Img, atom.Picture:
		return true
	case atom.Footer:
		return !inside(n, atom.Article, atom.Main)
	case atom.Header:
		return !inside(n, atom.Article, atom.Main) && !contains(n, atom.H1)
	case atom.Html, atom.Body, atom.Main, atom.Article:
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			if a.Val == "true" {
				return true
			}
		case "style":
			if strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none") {
				return true
			}
		case "role":
			switch a.Val {
			case "navigation", "search", "banner", "contentinfo", "complementary", "dialog":
				return true
			}
		case "class", "id":
			for name := range strings.FieldsFuncSeq(strings.ToLower(a.Val), func(r rune) bool { return r == ' ' || r == '-' || r == '_' }) {
				if furnitureNames[name] || name == "header" && !inside(n, atom.Article, atom.Main) && !contains(n, atom.H1) {
					return true
				}
			}
		}
	}
	return false
}

func inside(n *html.Node, atoms ...atom.Atom) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		for _, a := range atoms {
			if up.DataAtom == a {
				return true
			}
		}
	}
	return false
}

func contains(n *html.Node, a atom.Atom) bool {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom == a || contains(child, a) {
			return true
		}
	}
	return false
}

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
			x.write(x.itemNumber(n))
			x.children(n)
		})
	case atom.P, atom.Div, atom.Blockquote, atom.Section, atom.Article, atom.Main, atom.Dd, atom.Dl, atom.Ul, atom.Ol, atom.Table, atom.Tbody,
		atom.Figure, atom.Figcaption, atom.Caption, atom.Header, atom.Footer, atom.Address, atom.Details, atom.Summary, atom.Center, atom.Fieldset, atom.Hgroup:
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
	cells := 0
	label := 0
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom != atom.Td && child.DataAtom != atom.Th {
			continue
		}
		cells++
		x.node(child)
		if text := string(bytes.TrimSpace(x.text)); cells == 1 || cells == 2 && stampPattern.MatchString(string(x.text[:min(label, len(x.text))])+" ") {
			label = len(text)
		}
	}
	if cells > 1 && label <= maxLabel {
		x.marked = label
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
		l := line{text: text, number: x.from, last: x.number, blank: x.blank, level: x.level, soft: x.soft, stage: x.stage}
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
		x.soft = false
	}
	x.text, x.marked, x.italic = x.text[:0], 0, 0
}
