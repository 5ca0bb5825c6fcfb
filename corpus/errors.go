package corpus

import "fmt"

// FileError reports a file that cannot be read as a record: what is wrong,
// where, and what to do.
type FileError struct {
	File    string
	Line    int // from 1; 0 if the whole file is meant
	Problem string
	Hint    string
}

func (e *FileError) Error() string {
	at := e.File
	if e.Line > 0 {
		at = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	if e.Hint == "" {
		return at + ": " + e.Problem
	}
	return at + ": " + e.Problem + "; " + e.Hint
}
