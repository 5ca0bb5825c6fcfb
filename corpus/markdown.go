package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	markup "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

const sourceKey = "data-source-line"

// dashedPage matches the mark of a page that Markdown takes for a list: - 4 -
var dashedPage = regexp.MustCompile(`(?m)^- (\d{1,4} -)$`)

// ParseMarkdown reads a record from Markdown: headings are sections, bold text
// at the beginning of a paragraph may be a label, a line break is a space, and
// the front matter gives title, date, participants and source.
//
// Markdown is made HTML and read as a web page is.
func ParseMarkdown(file string, data []byte, meta *Sidecar) (*Record, error) {
	lines, err := readLines(file, data)
	if err != nil {
		return nil, err
	}
	if len(data) > maxMarkupBytes/2 {
		return nil, &FileError{File: file, Problem: fmt.Sprintf("the file has %d bytes, more than the %d a Markdown file may have", len(data), maxMarkupBytes/2), Hint: "split it into several records"}
	}
	if err := checkNesting(file, lines); err != nil {
		return nil, err
	}
	data = bytes.ReplaceAll(bytes.TrimPrefix(data, []byte("\uFEFF")), []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	d := newDraft(file, "Markdown")
	front, data, err := cutFrontMatter(file, data)
	if err != nil {
		return nil, err
	}
	d.readFrontMatter(front)
	data = dashedPage.ReplaceAll(data, []byte(`\- $1`))
	root, err := readHTML(file, renderMarkdown(data))
	if err != nil {
		return nil, err
	}
	x := &pageText{key: sourceKey, number: 1, breaks: true}
	x.children(root)
	x.end()
	if len(x.lines) == 0 {
		return nil, &FileError{File: file, Problem: "the file has no text", Hint: emptyHint}
	}
	restoreBlanks(x.lines, data)
	return readLayout(d, x.lines, meta)
}

// maxMarkWork bounds the work on marks of emphasis and links: a reader compares
// those of a paragraph with each other. It lets pass 40,000 marks in one
// paragraph, or a thousand in each of two thousand.
const maxMarkWork = 2_000_000_000

// checkNesting refuses what readers of Markdown are slow on: quotations and
// lists nested deeper than any text, and paragraphs that are all marks.
func checkNesting(file string, lines []line) error {
	if len(lines) > maxPageElements {
		return &FileError{File: file, Line: lines[maxPageElements].number, Problem: fmt.Sprintf("the file has more than %d lines", maxPageElements), Hint: "split it into several records"}
	}
	marks, work := 0, 0
	for i, l := range lines {
		prefix := l.text[:len(l.text)-len(strings.TrimLeft(l.text, "> -+*0123456789.)\t"))]
		if strings.Count(prefix, ">")+strings.Count(prefix, " ")/2 > 50 || l.indent > 400 {
			return &FileError{File: file, Line: l.number, Problem: "quotations or lists are nested too deep"}
		}
		if l.blank > 0 || i == 0 {
			work += marks * marks
			marks = 0
		}
		for _, c := range []byte(l.text) {
			switch c {
			case '*', '_', '[', ']', '!', '<', '`', '~':
				marks++
			}
		}
		if work+marks*marks > maxMarkWork {
			return &FileError{File: file, Line: l.number, Problem: "there are too many marks such as * and [ in one paragraph", Hint: "put a blank line between turns"}
		}
	}
	return nil
}

// renderMarkdown makes HTML with the lines of the source as attributes.
func renderMarkdown(data []byte) []byte {
	md := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithRendererOptions(markup.WithUnsafe()))
	doc := md.Parser().Parse(text.NewReader(data), parser.WithContext(parser.NewContext()))
	line, counted := 1, 0
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
			if at := n.Lines().At(0).Start; at >= counted && at <= len(data) {
				line += bytes.Count(data[counted:at], []byte("\n"))
				counted = at
			}
			n.SetAttributeString(sourceKey, []byte(strconv.Itoa(line)))
			if up := n.Parent(); up != nil && up.Kind() == ast.KindListItem {
				up.SetAttributeString(sourceKey, []byte(strconv.Itoa(line)))
			}
		}
		return ast.WalkContinue, nil
	})
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, data, doc); err != nil {
		return nil // a buffer does not fail
	}
	return out.Bytes()
}

// restoreBlanks tells lines apart that stand two blank lines apart in the
// source, which Markdown does not.
func restoreBlanks(lines []line, data []byte) {
	var blanks []int // above each line of the source
	blank := 0
	for source := range bytes.SplitSeq(data, []byte("\n")) {
		blanks = append(blanks, blank)
		if blank++; len(bytes.TrimSpace(source)) > 0 {
			blank = 0
		}
	}
	for i := range lines {
		if n := lines[i].number - 1; lines[i].blank > 0 && n >= 0 && n < len(blanks) {
			lines[i].blank = max(lines[i].blank, min(blanks[n], 2))
		}
	}
}

// cutFrontMatter returns the YAML between two lines "---" at the beginning, and
// the text with blank lines in its place.
func cutFrontMatter(file string, data []byte) (map[string]any, []byte, error) {
	if !bytes.HasPrefix(data, []byte("---\n")) {
		return nil, data, nil
	}
	end := bytes.Index(data[4:], []byte("\n---\n"))
	if end < 0 {
		if end = bytes.Index(data[4:], []byte("\n...\n")); end < 0 {
			return nil, data, nil
		}
	}
	front := data[4 : 4+end+1]
	if !bytes.Contains(front, []byte(":")) {
		return nil, data, nil
	}
	if err := checkSidecar(front); err != nil {
		return nil, nil, in(file, err)
	}
	var values map[string]any
	if err := decodeYAML(front, &values); err != nil {
		var e *FileError
		errors.As(in(file, err), &e)
		e.Problem, e.Hint = "front matter: "+e.Problem, "it is YAML between two lines “---”"
		if e.Line > 0 {
			e.Line++
		}
		return nil, nil, e
	}
	rest := data[4+end+5:]
	return values, append(bytes.Repeat([]byte("\n"), bytes.Count(front, []byte("\n"))+2), rest...), nil
}

// readFrontMatter takes over what the front matter says of the record.
func (d *draft) readFrontMatter(values map[string]any) {
	r := d.record
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value := values[key]
		text, isText := value.(string)
		if !isText && value != nil {
			text = strings.TrimSpace(fmt.Sprint(value))
		}
		switch strings.ToLower(key) {
		case "title":
			r.Title = text
		case "date":
			day, _, _ := strings.Cut(text, "T")
			day, _, _ = strings.Cut(day, " ")
			if isDate(day) {
				r.Date = day
			} else if r.Date, _ = FindDate(text); r.Date == "" {
				d.doubt(1, fmt.Sprintf("the date %q of the front matter is not read; write 1945-07-10", text))
			}
		case "time":
			if isText {
				r.Time = text
			}
		case "id", "slug":
			if isText && idPattern.MatchString(text) {
				r.ID = text
			}
		case "kind":
			r.Kind = text
		case "url", "source", "permalink", "canonical":
			if isText && isURL(text) {
				r.Source.URL = text
			} else if isText && strings.EqualFold(key, "source") {
				r.Source.Credit = text
			}
		case "archive":
			r.Source.Archive = text
		case "collection":
			r.Source.Collection = text
		case "rights", "license", "licence", "copyright":
			r.Rights = text
		case "participants", "attendees", "present", "speakers":
			d.listParticipants(value)
		}
	}
}

// listParticipants reads a list of names, or of entries as a sidecar has them.
func (d *draft) listParticipants(value any) {
	switch value := value.(type) {
	case string:
		d.listed = append(d.listed, readList([]string{value})...)
	case []any:
		for _, item := range value {
			switch item := item.(type) {
			case string:
				d.listed = addParticipant(d.listed, item, "")
			case map[string]any:
				text := func(key string) string { s, _ := item[key].(string); return s }
				p := Participant{Name: text("name"), Full: text("full_name"), Side: text("side"), Role: text("role")}
				if p.Name != "" {
					d.listed = append(d.listed, p)
				}
			}
		}
	}
}
