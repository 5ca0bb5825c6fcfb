package corpus

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FileError reports a file that cannot be read as a record: what is wrong,
// where, and what to do.
type FileError struct {
	File    string
	Line    int // from 1; 0 if the whole file is meant
	Problem string
	Hint    string
	Err     error // a sentinel of this package, if there is one for the problem
}

// ErrIDTaken says that another record has the id already.
var ErrIDTaken = errors.New("the record id is taken")

// Unwrap returns e.Err.
func (e *FileError) Unwrap() error { return e.Err }

func (e *FileError) Error() string {
	text := e.Problem
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) { // of the file, perhaps
			return ' '
		}
		return r
	}, text)
	switch {
	case e.File == "" && e.Line > 0:
		return fmt.Sprintf("line %d: %s", e.Line, text)
	case e.File == "":
		return text
	case e.Line > 0:
		return fmt.Sprintf("%s:%d: %s", printable(e.File), e.Line, text)
	}
	return printable(e.File) + ": " + text
}

// printable returns a file's name as it can be shown: quoted, if it has
// characters that a terminal would act on or that are not to be seen.
func printable(name string) string {
	for _, r := range name {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return strconv.Quote(name)
		}
	}
	if name == "" || name != strings.TrimSpace(name) {
		return strconv.Quote(name)
	}
	return name
}

// in puts the file's name to an error that lacks it.
func in(file string, err error) error {
	var e *FileError
	if errors.As(err, &e) {
		named := *e
		named.File = file
		return &named
	}
	return &FileError{File: file, Problem: err.Error()}
}
