package corpus

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a line of text that is not blank, with what the layout says of it.
// The readers of plain text, Markdown and web pages all give such lines.
type line struct {
	text   string // without space around it
	number int    // line of the file, from 1
	blank  int    // how many blank lines stand before it
	indent int    // columns of space before it
	width  int    // columns in all
	marked int    // bytes of text set apart at its beginning (bold, a table's first cell)
	level  int    // 1 to 6 for a heading marked as such
	stage  bool   // marked as a stage direction
	item   bool   // an item of a list, by markup
	soft   bool   // the line break before it is only a space
	paged  bool   // a page begins just before it
	ruled  bool   // a rule (-----) stands just before it
	field  bool   // a header field, such as "DATE: 5 May 1946"
	speech label  // the label it begins with, if any
	last   int    // number of the last line joined to it
}

// readLines checks that data is text in UTF-8 and returns its lines that are
// not blank.
func readLines(file string, data []byte) ([]line, error) {
	if err := checkText(file, data); err != nil {
		return nil, err
	}
	text := string(bytes.TrimPrefix(data, []byte("\uFEFF")))
	text = strings.TrimSuffix(text, "\x1a")
	if strings.Contains(text, "\r") {
		text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	}
	lines := make([]line, 0, min(strings.Count(text, "\n")/2+1, MaxLines))
	blank, number := 0, 0
	for raw := range strings.SplitSeq(text, "\n") {
		number++
		if len(raw) > MaxLineBytes {
			return nil, &FileError{File: file, Line: number,
				Problem: fmt.Sprintf("the line is %d bytes long, more than the %d a line may have", len(raw), MaxLineBytes),
				Hint:    "put each turn on lines of its own"}
		}
		raw = plainSpaces(raw)
		l := line{text: strings.TrimFunc(raw, unicode.IsSpace), number: number, last: number, blank: blank}
		if l.text == "" {
			if !strings.Contains(raw, "\f") { // a page break is no blank line
				blank++
			}
			continue
		}
		if len(lines) == MaxLines {
			return nil, &FileError{File: file, Line: number, Problem: fmt.Sprintf("the file has more than %d lines", MaxLines), Hint: "split it into several records"}
		}
		l.indent = indentOf(raw)
		l.width = l.indent + utf8.RuneCountInString(l.text)
		lines = append(lines, l)
		blank = 0
	}
	if len(lines) == 0 {
		return nil, &FileError{File: file, Problem: "the file has no text", Hint: emptyHint}
	}
	return lines, nil
}

// plainSpaces makes no-break spaces ordinary ones where labels, titles and dates
// stand: in the first maxLabel bytes of a line. Further on they are kept as part
// of the text.
func plainSpaces(s string) string {
	end := min(len(s), maxLabel)
	for end < len(s) && !utf8.RuneStart(s[end]) {
		end--
	}
	for _, space := range noBreak {
		if strings.Contains(s[:end], space) {
			plain := strings.ReplaceAll(s[:end], space, " ")
			s, end = plain+s[end:], len(plain)
		}
	}
	return s
}

var noBreak = []string{"\u00a0", "\u202f", "\u2007"}

// indentOf counts the columns of space at the start of a line; a tab goes to
// the next multiple of eight.
func indentOf(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '\t':
			n += 8 - n%8
		case unicode.IsSpace(r):
			n++
		default:
			return n
		}
	}
	return n
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// endsSentence reports whether a text ends as a sentence does.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"'”’»)]*_`)
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".?!:;…。？！", r)
}
