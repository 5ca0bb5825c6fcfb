package bot

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quoted is a quotation found in a message or a question.
type Quoted struct {
	Text    string // the words quoted, without the marks around them
	Speaker string // who is said to have said it, or ""
	Marked  bool   // quotation marks or a block quote show where it begins and ends
	Start   int    // byte offsets of Text in the message
	End     int
}

// marksOf gives the closing marks of an opening quotation mark.
var marksOf = map[rune]string{
	'“': "”\"“", '„': "“”\"", '‟': "”", '«': "»", '»': "«", '‹': "›", '‘': "’'", '‚': "‘’", '「': "」", '『': "』", '"': "\"”", '＂': "＂",
	'\'': "'", '`': "`'",
}

// ParseQuotations returns the quotations in a message in order: in quotation
// marks of any style, in block quotes, and, if there are none of either, the
// whole message less what leads to it ("did Molotov really say …"). known
// reports whether a text names somebody of the records; it may be nil.
func ParseQuotations(text string, known func(string) bool) []Quoted {
	if known == nil {
		known = func(string) bool { return false }
	}
	var found []Quoted
	for _, part := range blocks(text) {
		if part.quoted {
			found = append(found, Quoted{Text: part.text, Marked: true, Start: part.start, End: part.start + len(part.text)})
			continue
		}
		for _, s := range markedSpans(part.text) {
			found = append(found, Quoted{Text: part.text[s.start:s.end], Marked: true, Start: part.start + s.start, End: part.start + s.end})
		}
	}
	found = slices.DeleteFunc(found, func(q Quoted) bool { return len(splitWords(q.Text, nil)) == 0 })
	if len(found) == 0 {
		return unmarked(text, known)
	}
	for i := range found {
		from, to := 0, len(text)
		if i > 0 {
			from = found[i-1].End
		}
		if i+1 < len(found) {
			to = found[i+1].Start
		}
		found[i].Speaker = speakerAround(text[from:found[i].Start], text[found[i].End:to], known)
	}
	return found
}

// block is a part of a message: a block quote or other text.
type block struct {
	text   string
	start  int
	quoted bool
}

var quotedLine = regexp.MustCompile(`^[ \t]*>[ \t]?`)

// blocks splits a message into block quotes and the rest. The lines of a block
// quote keep their prefixes; readQuotation drops them.
func blocks(text string) []block {
	var parts []block
	at, rest := 0, false
	for line := range strings.Lines(text) {
		quoted := rest || quotedLine.MatchString(line)
		rest = rest || strings.HasPrefix(strings.TrimLeft(line, " \t"), ">>> ")
		if n := len(parts); n > 0 && parts[n-1].quoted == quoted {
			parts[n-1].text += line
		} else {
			parts = append(parts, block{line, at, quoted})
		}
		at += len(line)
	}
	return parts
}

// markedSpans returns what stands in quotation marks, outermost only.
func markedSpans(text string) []textSpan {
	var spans []textSpan
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		closing := marksOf[r]
		if closing == "" || !opens(text, i, size) {
			i += size
			continue
		}
		end := closingMark(text, i+size, r, closing)
		if end < 0 {
			i += size
			continue
		}
		spans = append(spans, textSpan{i + size, end})
		_, size = utf8.DecodeRuneInString(text[end:])
		i = end + size
	}
	return spans
}

// opens reports whether the mark at i stands where a quotation may begin.
func opens(text string, i, size int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i+size:])
	return i+size < len(text) && !unicode.IsSpace(after) && (i == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before))
}

// closingMark returns where the mark stands that closes a quotation begun
// before from, or -1. Marks of the same kind inside are followed as far as
// they pair up; an apostrophe closes nothing.
func closingMark(text string, from int, open rune, closing string) int {
	depth, last := 1, -1
	for i := from; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch before, _ := utf8.DecodeLastRuneInString(text[:i]); {
		case r == '\n' && strings.HasPrefix(strings.TrimLeft(text[i+size:], " \t\r"), "\n") && last >= 0:
			return last // a new paragraph
		case strings.ContainsRune(closing, r) && i > from && closes(text, i, size, r):
			if depth--; depth == 0 {
				if !ambiguous(r) || !closesLater(text, i+size, open, r) {
					return i
				}
				depth = 1
			}
			last = i
		case r == open && (unicode.IsSpace(before) || strings.ContainsRune("([—–-", before)) && opens(text, i, size) && !ambiguous(r):
			depth++
		}
		i += size
	}
	return last
}

// ambiguous reports whether a mark is also an apostrophe.
func ambiguous(r rune) bool { return r == '\'' || r == '’' }

// closes reports whether a mark stands where a quotation may end.
func closes(text string, i, size int, r rune) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, n := utf8.DecodeRuneInString(text[i+size:])
	if n == 0 {
		return true
	}
	if ambiguous(r) || r == '"' {
		return !unicode.IsLetter(after) && !unicode.IsDigit(after) && !(unicode.IsSpace(before) && r == '"' && !unicode.IsSpace(after) && !unicode.IsPunct(after))
	}
	return true
}

// closesLater reports whether the apostrophe before from belongs to a word
// ("the Soviets' view"), since the same mark closes later without another
// quotation beginning before that.
func closesLater(text string, from int, open, r rune) bool {
	before := text[:from-utf8.RuneLen(r)]
	if !strings.HasSuffix(before, "s") {
		return false
	}
	if after, _ := utf8.DecodeRuneInString(text[from:]); !unicode.IsSpace(after) {
		return false
	}
	for i := from; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		prev, _ := utf8.DecodeLastRuneInString(text[:i])
		switch {
		case c == open && unicode.IsSpace(prev) && opens(text, i, size), c == '\n':
			return false
		case c == r && !unicode.IsSpace(prev) && closes(text, i, size, c):
			return true
		}
		i += size
	}
	return false
}

//go:embed data/sayings.txt
var sayingsText string

// sayings are verbs that stand between a speaker and his words.
var sayings = dataWords(sayingsText)

var (
	clauseStart = regexp.MustCompile(`[.!?;\n…]\s`)
	lastComma   = regexp.MustCompile(`^[\s"”’'»,.!?…*_]*`)
)

// speakerAround returns who is said to have said a quotation, from the words
// before and after it.
func speakerAround(before, after string, known func(string) bool) string {
	if at := clauseStart.FindAllStringIndex(before, -1); at != nil {
		before = before[at[len(at)-1][1]:]
	}
	if name := speakerIn(before, known, true); name != "" {
		return name
	}
	after = after[len(lastComma.FindString(after)):]
	if at := clauseStart.FindStringIndex(after); at != nil {
		after = after[:at[0]]
	}
	return speakerIn(after, known, false)
}

// speakerIn returns whom a clause names as the speaker: the one before a verb
// of saying ("Soong told Molotov"), after "by" or "according to", before a
// colon; or the only one named.
func speakerIn(clause string, known func(string) bool, leads bool) string {
	words := splitWords(clause, nil)
	type named struct {
		from, to int
		name     string
	}
	var names []named
	for i := 0; i < len(words); i++ {
		for n := min(4, len(words)-i); n > 0; n-- {
			if name := clause[words[i].start:words[i+n-1].end]; known(name) && !sayings[words[i].folded] {
				names = append(names, named{i, i + n, name})
				i += n - 1
				break
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	for _, n := range names {
		for k := n.to; k < min(n.to+4, len(words)); k++ {
			if sayings[words[k].folded] {
				return n.name
			}
		}
	}
	for _, n := range names {
		if n.from > 0 && slices.Contains([]string{"by", "to", "from", "quoted", "quoting", "quotes"}, words[n.from-1].folded) {
			return n.name
		}
	}
	if leads {
		return names[len(names)-1].name
	}
	return names[0].name
}

// leadLimit is within how many words of a message a verb of saying introduces
// a quotation without marks.
const leadLimit = 9

// unmarked returns a message as one quotation, less what leads to it.
func unmarked(text string, known func(string) bool) []Quoted {
	words := splitWords(text, nil)
	if len(words) == 0 {
		return nil
	}
	start, speaker := words[0].start, ""
	for i := 1; i < min(leadLimit, len(words)-1); i++ {
		if !sayings[words[i].folded] {
			continue
		}
		lead := text[:words[i].end]
		if speaker = speakerIn(lead, known, true); speaker == "" {
			continue
		}
		next := i + 1
		for next < len(words)-1 && slices.Contains([]string{"that", "as", "like"}, words[next].folded) {
			next++
		}
		start = words[next].start
		break
	}
	end := len(strings.TrimRightFunc(text, unicode.IsSpace))
	if start == words[0].start {
		start = len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	}
	return []Quoted{{Text: text[start:end], Speaker: speaker, Start: start, End: end}}
}

// Quotations returns the quotations in a message; see [ParseQuotations]. Names
// are those of the bot's records.
func (b *Bot) Quotations(text string) []Quoted { return ParseQuotations(text, b.known) }
