package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

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
		return nil, &FileError{File: file, Problem: "the page is not read: " + strings.TrimPrefix(err.Error(), "html: "),
			Hint: "save its readable part as plain text or Markdown"}
	}
	return root, nil
}

// maxPageElements bounds the elements of a page; a parser repeats those left
// open, so that a few can become many.
const maxPageElements = 1 << 18

// inlineElements are the elements a parser opens again in each paragraph if
// they were not closed.
var inlineElements = set(`a, b, big, code, em, font, i, nobr, s, small, strike, strong, tt, u`)

// numberLines writes the line of each element into its start tag. Elements that
// only change the look of text lose their attributes, so that open ones are
// not repeated without end.
func numberLines(file string, data []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(data) + len(data)/4)
	z := html.NewTokenizer(bytes.NewReader(data))
	line, elements, repeated := 1, 0, 0
	open := make(map[string]int)
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
			elements++
			for _, n := range open {
				repeated += min(n, 3)
			}
			if elements > maxPageElements || repeated > 16*maxPageElements {
				return nil, &FileError{File: file, Line: line, Problem: fmt.Sprintf("the page has more than %d elements, or leaves too many open", maxPageElements), Hint: "split it into several records"}
			}
			end := 1
			for end < len(raw) && !strings.ContainsRune(" \t\r\n\f/>", rune(raw[end])) {
				end++
			}
			name := strings.ToLower(string(raw[1:end]))
			line += bytes.Count(raw, []byte("\n"))
			out.Write(raw[:end])
			if inlineElements[name] {
				open[name]++
				out.WriteByte('>')
				continue
			}
			fmt.Fprintf(&out, ` %s="%d"`, lineKey, line)
			out.Write(raw[end:])
		case html.EndTagToken:
			name, _ := z.TagName()
			if n := open[string(name)]; n > 0 {
				open[string(name)] = n - 1
			}
			line += bytes.Count(raw, []byte("\n"))
			out.Write(raw)
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
