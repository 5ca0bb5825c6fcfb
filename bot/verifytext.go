package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxStatement is the longest statement of a model that is read, in characters.
const maxStatement = 600

var (
	maskedLink     = regexp.MustCompile(`!?\[([^\[\]]*)\]\(\s*<?[^()\s]*>?[^()]*\)`)
	addressPattern = regexp.MustCompile(`(?i)<?\b(?:[a-z][a-z0-9+.-]{1,20}:/{1,3}|www\.|(?:discord(?:app)?\.(?:gg|com)|dsc\.gg)/)[^\s<>]*>?|\b(?:javascript|data|mailto):[^\s]+`)
	mentionPattern = regexp.MustCompile(`(?i)[@＠](?:everyone|here)\b|<(?:@[!&]?|#|/[^<>:]{1,64}:|a?:[^<>:\s]{1,64}:|t:)[^<>]{0,40}>`)
	tagPattern     = regexp.MustCompile(`</?[a-zA-Z][^<>]{0,200}>`)
	markPattern    = regexp.MustCompile(`[\[(【]\s*(?:refs?\.?:?\s*)?([^\[\]()【】]{1,80})\s*[\])】]`)
	listPattern    = regexp.MustCompile(`^(?:[-*•+–]|\d{1,2}[.)])\s+`)
)

// cleanStatement returns a model's text without anything that could make it
// look other than it reads or reach beyond it: control, invisible and
// directional characters, links, mentions, markup. Line breaks become spaces.
// Quotation marks are left for [quotedSpans]; block quotes and code become
// quotations.
func cleanStatement(text string) string {
	text = strings.ToValidUTF8(text, "")
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, ">"); ok {
			if rest = strings.Trim(rest, "> \t"); rest != "" {
				line = "“" + rest + "”"
			}
		}
		lines = append(lines, strings.TrimLeft(listPattern.ReplaceAllString(line, ""), "# "))
	}
	text = strings.Join(lines, " ")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == 0x00A0 || r == 0x202F || unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == utf8.RuneError,
			r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000:
			return -1
		}
		return r
	}, text)
	text = maskedLink.ReplaceAllString(text, "$1")
	text = addressPattern.ReplaceAllString(text, "")
	text = mentionPattern.ReplaceAllString(text, "")
	text = tagPattern.ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		switch r {
		case '*', '_', '~', '|', '\\', '@', '#', '<', '>', '＠', '＃', '{', '}':
			return ' '
		case '`':
			return '"' // what stands in code is shown as it stands
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// takeMarks cuts references in brackets ("[V.6]") out of a text and returns
// them.
func takeMarks(text string, isRef func(string) bool) (rest string, refs []string) {
	rest = markPattern.ReplaceAllStringFunc(text, func(m string) string {
		var found []string
		for _, s := range splitRefs(markPattern.FindStringSubmatch(m)[1]) {
			if !isRef(s) {
				return m
			}
			found = append(found, s)
		}
		refs = append(refs, found...)
		return ""
	})
	rest = strings.Join(strings.Fields(rest), " ")
	for _, sign := range []string{".", ",", ";", ":", "!", "?"} {
		rest = strings.ReplaceAll(rest, " "+sign, sign)
	}
	return rest, refs
}

// splitRefs takes apart what a model wrote as references: "IV.33, IV.34".
func splitRefs(s string) []string {
	var refs []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '&' }) {
		part = strings.Trim(part, "[](){}“”\"'` \t\n.")
		if part != "" {
			refs = append(refs, part)
		}
	}
	return refs
}

// quoteMarks are all characters used as quotation marks.
const quoteMarks = "\"“”„‟«»‹›「」『』＂〝〞〟❝❞❛❜‘‚‛ʻ′″"

// quotedSpans returns what a text puts in quotation marks of any kind, and the
// text without the marks. Apostrophes stay. open reports a mark that does not
// close: where the quotation ends cannot be known.
func quotedSpans(text string) (spans []string, rest string, open bool) {
	var b strings.Builder
	at := 0
	for _, s := range markedSpans(text) {
		_, before := utf8.DecodeLastRuneInString(text[:s.start])
		_, after := utf8.DecodeRuneInString(text[s.end:])
		spans = append(spans, text[s.start:s.end])
		b.WriteString(text[at : s.start-before])
		b.WriteString(text[s.start:s.end])
		at = s.end + after
	}
	b.WriteString(text[at:])
	rest = b.String()
	for len(rest) > 0 {
		inner := markedSpans(rest)
		if len(inner) == 0 {
			break
		}
		s := inner[0]
		_, before := utf8.DecodeLastRuneInString(rest[:s.start])
		_, after := utf8.DecodeRuneInString(rest[s.end:])
		spans = append(spans, rest[s.start:s.end])
		rest = rest[:s.start-before] + rest[s.start:s.end] + rest[s.end+after:]
	}
	rest = strings.ReplaceAll(rest, "‘", "’")
	if strings.ContainsAny(rest, strings.ReplaceAll(quoteMarks, "‘", "")) {
		open = true
	}
	// An apostrophe at the beginning of a word is a mark that does not close.
	last := ' '
	for i, r := range rest {
		next, _ := utf8.DecodeRuneInString(rest[i+utf8.RuneLen(r):])
		if isApostrophe(r) && !unicode.IsLetter(last) && !unicode.IsDigit(last) && unicode.IsLetter(next) {
			open = true
		}
		last = r
	}
	return spans, rest, open
}

// findSpan returns where the words of a span stand in a text, in the form in
// which quotations are compared; ok is false where they do not stand there in
// one piece.
func findSpan(text, span string) (at textSpan, ok bool) {
	want := splitWords(span, nil)
	have := splitWords(text, nil)
	if len(want) == 0 {
		return at, false
	}
	for i := 0; i+len(want) <= len(have); i++ {
		if slices.EqualFunc(want, have[i:i+len(want)], func(a, b textWord) bool { return a.folded == b.folded }) {
			return textSpan{have[i].start, withEnd(text, have[i+len(want)-1].end)}, true
		}
	}
	return at, false
}

// withEnd takes the mark that ends a sentence into a span.
func withEnd(text string, end int) int {
	if end < len(text) && strings.IndexByte(".!?", text[end]) >= 0 {
		end++
	}
	return end
}

// Limits of the search for the exact words that a model meant to quote.
const (
	leastRun   = 4   // words that a run of exact words has at least
	runShare   = .5  // of the span's words that the run has at least
	longestRun = 120 // words of a span that are looked at
)

// nearestSpan returns the exact words of a text that come nearest to a span:
// the longest run of words that both have; ok is false where they have little
// in common.
func nearestSpan(text, span string) (at textSpan, ok bool) {
	if at, ok = findSpan(text, span); ok {
		return at, true
	}
	want := splitWords(span, nil)
	want = want[:min(len(want), longestRun)]
	have := splitWords(text, nil)
	run := make([]int, len(have)+1) // length of the common run that ends with have[k-1]
	best, end := 0, 0
	for i := range want {
		for k := len(have); k > 0; k-- {
			run[k] = 0
			if want[i].folded == have[k-1].folded {
				if run[k] = run[k-1] + 1; run[k] > best {
					best, end = run[k], k
				}
			}
		}
	}
	if best < leastRun || float64(best) < runShare*float64(len(want)) {
		return at, false
	}
	return textSpan{have[end-best].start, withEnd(text, have[end-1].end)}, true
}
