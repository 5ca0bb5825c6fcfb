package corpus

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on what is read. They keep a hostile file from taking the process
// down; no transcript comes near them.
const (
	MaxFileBytes = 64 << 20
	MaxLineBytes = 256 << 10
)

// paragraph is a line of a file that is not blank.
type paragraph struct {
	text  string // without space around it
	line  int    // from 1
	blank int    // how many blank lines stand before it
}

// readParagraphs checks that data is text in UTF-8 and returns its lines that
// are not blank.
func readParagraphs(file string, data []byte) ([]paragraph, error) {
	if err := checkText(file, data); err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	var paragraphs []paragraph
	blank, number := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		if len(line) > MaxLineBytes {
			return nil, &FileError{File: file, Line: number,
				Problem: fmt.Sprintf("the line is %d bytes long, more than the %d a line may have", len(line), MaxLineBytes),
				Hint:    "put each turn on lines of its own"}
		}
		line = strings.TrimFunc(line, unicode.IsSpace)
		if line == "" {
			blank++
			continue
		}
		paragraphs = append(paragraphs, paragraph{text: line, line: number, blank: blank})
		blank = 0
	}
	if len(paragraphs) == 0 {
		return nil, &FileError{File: file, Problem: "the file has no text", Hint: "write a title line and turns such as “Name: words”"}
	}
	return paragraphs, nil
}

// checkText reports data that is no text in UTF-8, naming what it seems to be.
func checkText(file string, data []byte) error {
	lineOf := func(at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }
	switch {
	case len(data) == 0:
		return &FileError{File: file, Problem: "the file is empty", Hint: "write a title line and turns such as “Name: words”"}
	case len(data) > MaxFileBytes:
		return &FileError{File: file, Problem: fmt.Sprintf("the file has %d bytes, more than the %d a record may have", len(data), MaxFileBytes)}
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return &FileError{File: file, Problem: "the file is in UTF-16", Hint: "save it as UTF-8"}
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return &FileError{File: file, Line: lineOf(at), Problem: "a NUL byte: this is a binary file, not a text", Hint: "save the transcript as plain text in UTF-8"}
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return &FileError{File: file, Line: lineOf(at), Problem: fmt.Sprintf("byte 0x%02x is not UTF-8", data[at]), Hint: "save the file as UTF-8"}
		}
		at += size
	}
	return nil
}
