package openai

import "strings"

// Marks around what some models think before they reply.
const (
	thoughtBegins = "<think>"
	thoughtEnds   = "</think>"
)

// thought cuts what a model thinks aloud off the beginning of its reply. The
// zero value is at the reply's beginning.
type thought struct {
	state thoughtState
	held  string // not yet known to be thought or reply
}

type thoughtState int

const (
	beforeThought thoughtState = iota
	inThought
	afterThought
)

// cut returns what of the next piece belongs to the reply.
func (t *thought) cut(piece string) string {
	if t.state == afterThought {
		return piece
	}
	t.held += piece
	if t.state == beforeThought {
		begin := strings.TrimLeft(t.held, " \t\r\n")
		switch {
		case strings.HasPrefix(begin, thoughtBegins):
			t.state = inThought
			t.held = begin[len(thoughtBegins):]
		case strings.HasPrefix(thoughtBegins, begin):
			return "" // it may still become a mark
		default:
			return t.rest()
		}
	}
	if _, after, found := strings.Cut(t.held, thoughtEnds); found {
		t.state, t.held = afterThought, ""
		return strings.TrimLeft(after, " \t\r\n")
	}
	t.held = t.held[max(0, len(t.held)-len(thoughtEnds)+1):] // it may end with a part of the mark
	return ""
}

// rest returns what was held back and turns out to belong to the reply.
func (t *thought) rest() string {
	if t.state == inThought {
		return ""
	}
	t.state = afterThought
	held := t.held
	t.held = ""
	return held
}
