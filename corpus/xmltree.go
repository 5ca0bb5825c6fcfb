package corpus

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Limits on markup (XML, web pages, Markdown), which takes more memory than its
// text.
const (
	maxMarkupBytes = 32 << 20
	maxElements    = 1 << 20
	maxDepth       = 200
)

// element is an element of an XML document. Text stands in elements without a
// name.
type element struct {
	name     string
	text     string
	attrs    []xml.Attr
	children []*element
	line     int
}

var (
	xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']`)
	errEntity   = errors.New("the document defines entities")
)

// readXML reads an XML document. Document type definitions with entities are
// refused, nothing outside the file is ever read, and size and depth are
// limited.
func readXML(file string, data []byte) (*element, error) {
	fail := func(line int, problem, hint string) error {
		return &FileError{File: file, Line: line, Problem: problem, Hint: hint}
	}
	if len(data) > maxMarkupBytes {
		return nil, fail(0, fmt.Sprintf("the file has %d bytes, more than the %d an XML file may have", len(data), maxMarkupBytes), "split it into several records")
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Entity = xml.HTMLEntity
	if m := xmlEncoding.FindSubmatch(data[:min(len(data), 256)]); m != nil {
		switch name := strings.ToLower(string(m[1])); name {
		case "utf-8", "utf8", "us-ascii", "ascii":
		default:
			return nil, fail(1, fmt.Sprintf("the file says it is in %s", name), "save it as UTF-8 and change its first line")
		}
	}
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // it was checked to be UTF-8
	root := &element{line: 1}
	open := []*element{root}
	elements := 0
	for {
		line, _ := d.InputPos()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var syntax *xml.SyntaxError
			if errors.As(err, &syntax) {
				return nil, fail(syntax.Line, xmlProblem(syntax.Msg), "")
			}
			return nil, fail(line, strings.TrimPrefix(err.Error(), "xml: "), "save it as UTF-8")
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			if elements++; elements > maxElements || len(token.Attr) > 256 {
				return nil, fail(line, fmt.Sprintf("the file has more than %d elements", maxElements), "split it into several records")
			}
			if len(open) > maxDepth {
				return nil, fail(line, fmt.Sprintf("elements are nested more than %d deep", maxDepth), "")
			}
			child := &element{name: token.Name.Local, attrs: token.Attr, line: line}
			top.children = append(top.children, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 1 {
				if elements++; elements > 2*maxElements {
					return nil, fail(line, "the file has too many pieces of text", "split it into several records")
				}
				top.children = append(top.children, &element{text: string(token), line: line})
			}
		case xml.Directive:
			if at := bytes.IndexByte(token, '['); at >= 0 || bytes.Contains(bytes.ToUpper(token), []byte("ENTITY")) {
				return nil, fail(line, errEntity.Error(), "remove the document type definition; entities are not read")
			}
		}
	}
	if len(root.children) == 0 {
		return nil, fail(0, "the file has no elements", "")
	}
	return root, nil
}

func xmlProblem(message string) string {
	if strings.Contains(message, "unexpected EOF") {
		return "the file ends in the midst of an element"
	}
	return message
}

// attr returns the value of an attribute, without its namespace.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// find returns the first element below e with a name, or nil.
func (e *element) find(name string) *element {
	for _, child := range e.children {
		if child.name == name {
			return child
		}
		if found := child.find(name); found != nil {
			return found
		}
	}
	return nil
}

// findAll returns all elements below e with a name, outermost first.
func (e *element) findAll(name string) []*element {
	var found []*element
	for _, child := range e.children {
		if child.name == name {
			found = append(found, child)
		}
		found = append(found, child.findAll(name)...)
	}
	return found
}

// content returns the text of an element with white space made plain.
func (e *element) content() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	e.write(&b)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (e *element) write(b *strings.Builder) {
	b.WriteString(e.text)
	for _, child := range e.children {
		child.write(b)
	}
}
