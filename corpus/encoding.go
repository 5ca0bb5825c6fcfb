package corpus

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Limits on what is read. They keep a hostile file from taking the process
// down; no transcript comes near them.
const (
	MaxFileBytes = 64 << 20
	MaxLineBytes = 256 << 10 // of a line of a text file, and of a turn
	MaxLines     = 1 << 20   // of a file that are not blank
)

const emptyHint = "write a title line and turns such as “Name: words”"

// formats are the beginnings of files that are no text.
var formats = []struct{ magic, name string }{
	{"%PDF-", "a PDF file"},
	{"PK\x03\x04", "a ZIP archive, perhaps a Word or OpenDocument file"},
	{"\xd0\xcf\x11\xe0", "an old Word file"},
	{"{\\rtf", "an RTF file"},
	{"\x1f\x8b", "a gzip archive"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"ID3", "a sound file"},
	{"RIFF", "a sound or video file"},
}

// checkText reports data that is no text in UTF-8, naming what it seems to be.
func checkText(file string, data []byte) error {
	fail := func(at int, problem, hint string) error {
		e := &FileError{File: file, Problem: problem, Hint: hint}
		if at >= 0 {
			e.Line = lineOf(data, at)
		}
		return e
	}
	switch {
	case len(data) == 0:
		return fail(-1, "the file is empty", emptyHint)
	case len(data) > MaxFileBytes:
		return fail(-1, fmt.Sprintf("the file has %d bytes, more than the %d a record may have", len(data), MaxFileBytes), "split it into several records")
	}
	for _, f := range formats {
		if bytes.HasPrefix(data, []byte(f.magic)) {
			return fail(-1, "this is "+f.name+", not a text", "save the transcript as plain text in UTF-8")
		}
	}
	if name := wideEncoding(data); name != "" {
		return fail(-1, "the file is in "+name, "save it as UTF-8")
	}
	body := bytes.TrimSuffix(data, []byte("\x1a")) // DOS editors end a file so
	for at := 0; at < len(body); {
		if c := body[at]; c < utf8.RuneSelf {
			switch {
			case c == 0:
				return fail(at, "a NUL byte: this is a binary file, not a text", "save the transcript as plain text in UTF-8")
			case isControl(rune(c)):
				return fail(at, fmt.Sprintf("a control character (U+%04X)", c), "remove it, or save the transcript as plain text in UTF-8")
			}
			at++
			continue
		}
		r, size := utf8.DecodeRune(body[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			problem := fmt.Sprintf("byte 0x%02x is not UTF-8", body[at])
			if name := narrowEncoding(body); name != "" {
				problem += "; the file seems to be in " + name
			}
			return fail(at, problem, "save the file as UTF-8")
		case isControl(r):
			return fail(at, fmt.Sprintf("a control character (U+%04X)", r), "the file was converted wrongly; save it as UTF-8 from the original")
		}
		at += size
	}
	return nil
}

func lineOf(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }

// isControl reports control characters other than white space.
func isControl(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', '\u0085':
		return false
	}
	return r < ' ' || 0x7f <= r && r < 0xa0
}

// wideEncoding names an encoding of two or four bytes a character, known by
// its byte order mark or by where the zero bytes of Latin letters stand.
func wideEncoding(data []byte) string {
	for _, e := range []struct{ mark, name string }{
		{"\xff\xfe\x00\x00", "UTF-32"}, {"\x00\x00\xfe\xff", "UTF-32"}, {"\xff\xfe", "UTF-16"}, {"\xfe\xff", "UTF-16"},
	} {
		if bytes.HasPrefix(data, []byte(e.mark)) {
			return e.name
		}
	}
	sample := data[:min(len(data), 4096)]
	var zeros [4]int
	for i, c := range sample {
		if c == 0 {
			zeros[i%4]++
		}
	}
	most := func(n int) bool { return len(sample) >= 16 && n > len(sample)/4*8/10 }
	even, odd := most(zeros[0]) && most(zeros[2]), most(zeros[1]) && most(zeros[3])
	switch {
	case most(zeros[1]) && most(zeros[2]) && (even || odd):
		return "UTF-32"
	case even != odd:
		return "UTF-16"
	}
	return ""
}

// narrowEncoding names the encoding of one byte a character that data is
// likely in, or returns "".
func narrowEncoding(data []byte) string {
	valid, c1, high, letters := 0, 0, 0, 0
	for at := 0; at < len(data); {
		c := data[at]
		if c < utf8.RuneSelf {
			if c|0x20 >= 'a' && c|0x20 <= 'z' {
				letters++
			}
			at++
			continue
		}
		_, size := utf8.DecodeRune(data[at:])
		if size > 1 {
			valid++
		} else {
			high++
			if c < 0xa0 {
				c1++
			}
		}
		at += size
	}
	switch {
	case valid > high:
		return "" // UTF-8 that was damaged
	case high > letters:
		return "an encoding for another script, such as Windows-1251, KOI8-R, Shift JIS or GB 18030"
	case c1 > 0:
		return "Windows-1252"
	}
	return "Latin-1 (ISO 8859-1) or Windows-1252"
}
