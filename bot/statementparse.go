package bot

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Limits of what is read of a model's reply.
const (
	mostReply  = 1 << 16 // bytes
	mostClaims = 40
)

// replyReader reads the statements of a model's reply as it arrives. It takes
// JSON in any wrapping: code fences, prose around it, an array, a line each, a
// reply that is cut off; and, where there is no JSON, sentences with references
// in brackets.
type replyReader struct {
	text     strings.Builder
	at       int   // what was scanned
	open     []int // where the open braces stand
	quoted   bool  // within a JSON string
	escaped  bool
	claims   int
	overflow bool
}

// feed takes the next piece of a reply and returns the statements that it
// completes.
func (r *replyReader) feed(piece string) []claim {
	if room := mostReply - r.text.Len(); len(piece) > room {
		piece, r.overflow = piece[:max(room, 0)], true
	}
	r.text.WriteString(piece)
	text := r.text.String()
	var found []claim
	for ; r.at < len(text); r.at++ {
		c := text[r.at]
		switch {
		case r.escaped:
			r.escaped = false
		case r.quoted && c == '\\':
			r.escaped = true
		case r.quoted && c == '\n' && startsObject(text[r.at+1:]):
			r.quoted = false // a string that was never closed
			if len(r.open) > 1 {
				r.open = r.open[:len(r.open)-1]
			}
		case c == '"' && len(r.open) > 0:
			r.quoted = !r.quoted
		case r.quoted:
		case c == '{':
			r.open = append(r.open, r.at)
		case c == '}' && len(r.open) > 0:
			start := r.open[len(r.open)-1]
			r.open = r.open[:len(r.open)-1]
			if got, ok := readClaim(text[start : r.at+1]); ok && r.claims < mostClaims {
				r.claims++
				found = append(found, got)
			}
		}
	}
	return found
}

var objectStart = regexp.MustCompile(`^\s*\{\s*"`)

func startsObject(s string) bool { return objectStart.MatchString(s) }

// finish returns the statements of a reply that held none as JSON objects.
func (r *replyReader) finish() []claim {
	if r.claims > 0 {
		return nil
	}
	text := r.text.String()
	start, end := strings.IndexAny(text, "{["), strings.LastIndexAny(text, "}]")
	if start >= 0 && end > start {
		var v any
		if decode(text[start:end+1], &v) == nil {
			if parts := stringsOf(v); len(parts) > 0 {
				text = strings.Join(parts, "\n")
			}
		}
	}
	claims := proseClaims(text)
	return claims[:min(len(claims), mostClaims)]
}

// stringsOf returns the strings of a JSON value in order.
func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, x := range v {
			list = append(list, stringsOf(x)...)
		}
		return list
	case map[string]any:
		for _, key := range []string{"statements", "answer", "text", "claims"} {
			if list := stringsOf(v[key]); len(list) > 0 {
				return list
			}
		}
	}
	return nil
}

var (
	trailingComma = regexp.MustCompile(`,\s*([}\]])`)
	rawControl    = regexp.MustCompile(`[\x00-\x1f]+`)
)

// decode reads JSON, mending what models often get wrong.
func decode(text string, v any) error {
	err := json.Unmarshal([]byte(text), v)
	if err != nil {
		err = json.Unmarshal([]byte(trailingComma.ReplaceAllString(rawControl.ReplaceAllString(text, " "), "$1")), v)
	}
	return err
}

// Names that models give the parts of a statement.
var (
	textKeys  = []string{"text", "statement", "claim", "sentence", "content"}
	refKeys   = []string{"refs", "references", "ref", "reference", "citations", "sources", "evidence", "cites"}
	quoteKeys = []string{"quote", "quotation", "span", "quotes"}
)

// readClaim reads a JSON object as a statement; ok is false for another object.
func readClaim(object string) (c claim, ok bool) {
	var fields map[string]any
	if decode(object, &fields) != nil {
		return c, false
	}
	for _, key := range textKeys {
		if s, is := fields[key].(string); is {
			c.Text, ok = s, true
			break
		}
	}
	if !ok {
		return c, false
	}
	for _, key := range refKeys {
		if v, is := fields[key]; is {
			c.Refs = refsIn(v)
			break
		}
	}
	for _, key := range quoteKeys {
		if list := stringsOf(fields[key]); len(list) > 0 {
			c.Quote = list[0]
			break
		}
	}
	return c, true
}

// refsIn returns the references in a JSON value.
func refsIn(v any) []string {
	switch v := v.(type) {
	case string:
		return splitRefs(v)
	case float64:
		return []string{strings.TrimSuffix(jsonNumber(v), ".0")}
	case []any:
		var list []string
		for _, x := range v {
			list = append(list, refsIn(x)...)
		}
		return list
	case map[string]any:
		for _, key := range refKeys {
			if list := refsIn(v[key]); len(list) > 0 {
				return list
			}
		}
	}
	return nil
}

func jsonNumber(v float64) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}

var afterSentence = regexp.MustCompile(`^(?:\s*[\[(【][^\[\]()【】\n]{1,80}[\])】])+[.]?`)

// proseClaims reads sentences with references in brackets in or behind them.
func proseClaims(text string) []claim {
	var claims []claim
	for line := range strings.Lines(text) {
		ends := splitSentences(line)
		for i := 0; i < len(ends); i++ {
			s := ends[i]
			marks := afterSentence.FindString(line[s.end:])
			for i+1 < len(ends) && ends[i+1].start < s.end+len(marks) {
				i++
				if rest := line[s.end+len(marks):]; ends[i].end > s.end+len(marks) && strings.TrimSpace(rest) != "" {
					ends[i].start = s.end + len(marks)
					i--
					break
				}
			}
			claims = append(claims, claim{Text: line[s.start:s.end] + marks})
		}
	}
	return claims
}
