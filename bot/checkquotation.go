package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
)

// quotation is a text somebody gives as the record's words, taken apart as
// people write quotations: with a speaker's label before it, a reference or a
// name after it, ellipses and brackets within.
type quotation struct {
	text   string     // the words quoted, as they were typed
	words  []textWord // offsets in text
	gaps   []bool     // an ellipsis stands before words[i]
	stops  []bool     // a sentence or line ended before words[i]
	lines  []bool     // a line ended before words[i]
	labels []label    // in order
	tail   string     // the name written after the quotation
	ref    string     // the reference written after the quotation
}

// label is a speaker's label within a quotation.
type label struct {
	at   int // index of the first word the label stands before
	name string
}

var (
	gapPattern       = regexp.MustCompile(`…|\.\s?\.\s?\.`)
	linkPattern      = regexp.MustCompile(`(\[[^\[\]\n]*\])\(<?https?://[^()\s]*>?\)`)
	blockPattern     = regexp.MustCompile(`(?m)^[ \t]*(?:>>>|>)[ \t]?`)
	remarkPattern    = regexp.MustCompile(`(?i)\((?:sic|illegible|inaudible|unintelligible|laughter|pause|emphasis|italics|my emphasis)\b[^()\n]{0,40}\)`)
	labelPattern     = regexp.MustCompile(`(?:^|[\n.!?…"“”»)\]])[\s"“”„«‘'*_]*([\pL][\pL\pN .'’_-]{0,60}?)[*_]{0,3}\s?:[*_]{0,3}\s`)
	tailRefPattern   = regexp.MustCompile(`[\s—–-]*[\[(]\s*(?:([a-z0-9][a-z0-9._-]{2,63})\s+)?((?:[\pL\pN]{1,12}\.)?\d{1,6}(?:[-–]\d{1,6})?|[IVXLC]{1,7})\s*[\])][\s.]*$`)
	tailNamePattern  = regexp.MustCompile(`(?:[\s"“”»’'.!?…*_]\s*[-–—―~]{1,2}|[\n"“”»]\s*,|\()\s*([\pL][^\n()—–―~"“”]{0,60}?)[*_.)\s]*$`)
	lettersInBracket = regexp.MustCompile(`^\[\pL{1,3}\]$`)
)

// readQuotation takes a quotation apart. known reports whether a text names
// somebody of the records. A label that names nobody known counts only where
// strangers is set, and only at the beginning.
func readQuotation(text string, known func(string) bool, strangers bool) quotation {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = blockPattern.ReplaceAllString(text, "")
	text = strings.TrimSpace(linkPattern.ReplaceAllString(text, "$1"))
	q := quotation{}
	q.cutTail(&text, known)
	q.text = text

	// Labels are taken out of the words, not out of the text.
	type cut struct {
		textSpan
		name string
	}
	var cuts []cut
	for from := 0; from < len(text); {
		m := labelPattern.FindStringSubmatchIndex(text[from:])
		if m == nil {
			break
		}
		name := strings.TrimSpace(text[from+m[2] : from+m[3]])
		if known(name) || strangers && from == 0 && looksLikeName(name) && strings.TrimSpace(text[from+m[1]:]) != "" {
			cuts = append(cuts, cut{textSpan{from + m[2], from + m[1]}, name})
		}
		from += max(m[3]-1, 1)
		for from < len(text) && !utf8.RuneStart(text[from]) {
			from++
		}
	}
	for _, w := range splitWords(text, quotedAsides(text)) {
		if len(cuts) > 0 && w.start >= cuts[0].start {
			if w.start < cuts[0].end {
				continue
			}
			q.labels = append(q.labels, label{len(q.words), cuts[0].name})
			cuts = cuts[1:]
			if len(cuts) > 0 && w.start >= cuts[0].start {
				continue
			}
		}
		between := text[:w.start]
		if n := len(q.words); n > 0 {
			between = text[q.words[n-1].end:w.start]
		}
		q.words = append(q.words, w)
		q.gaps = append(q.gaps, len(q.words) > 1 && gapPattern.MatchString(between))
		q.lines = append(q.lines, strings.ContainsRune(between, '\n'))
		q.stops = append(q.stops, len(q.words) == 1 || strings.ContainsAny(between, ".!?\n…"))
	}
	return q
}

// cutTail cuts what is written after a quotation to say whose it is or where
// it stands: — Molotov, [V.6], (Soong, IV.42).
func (q *quotation) cutTail(text *string, known func(string) bool) {
	for range 3 {
		if m := tailRefPattern.FindStringSubmatchIndex(*text); m != nil && m[0] > 0 && q.ref == "" {
			ref := (*text)[m[4]:m[5]]
			if strings.HasSuffix(strings.TrimRight(*text, " ."), "]") || strings.Contains(ref, ".") {
				q.ref = ref
				*text = (*text)[:m[0]]
				continue
			}
		}
		m := tailNamePattern.FindStringSubmatchIndex(*text)
		if m == nil || m[0] == 0 || q.tail != "" {
			return
		}
		name, rest, _ := strings.Cut((*text)[m[2]:m[3]], ",")
		name = strings.TrimSpace(name)
		if !known(name) {
			return
		}
		q.tail = name
		if ref, err := corpus.ParseRef(rest); err == nil && strings.TrimSpace(rest) != "" && !ref.Whole() {
			q.ref = ref.String()
		}
		cutAt := m[0]
		if r, size := utf8.DecodeRuneInString((*text)[cutAt:]); r != '(' && !isDash(r) {
			cutAt += size // the punctuation that ends the quotation
		}
		*text = strings.TrimSpace((*text)[:cutAt])
	}
}

// quotedAsides returns the ranges of a quotation that are its editor's: marks,
// remarks and glosses in square brackets. A bracket that only changes a letter
// ("[w]e") is none, nor is one that turns the statement round ("[not]").
func quotedAsides(text string) []textSpan {
	var spans []textSpan
	for _, s := range markSpans(text) {
		mark := text[s.start:s.end]
		if lettersInBracket.MatchString(mark) && (letterFollows(text[s.end:]) || letterPrecedes(text[:s.start])) {
			continue
		}
		if !slices.ContainsFunc(splitWords(mark, nil), func(w textWord) bool { return negations[w.folded] }) {
			spans = append(spans, s)
		}
	}
	for _, pattern := range []*regexp.Regexp{remarkPattern, codePattern} {
		for _, at := range pattern.FindAllStringIndex(text, -1) {
			spans = append(spans, textSpan{at[0], at[1]})
		}
	}
	return mergeSpans(spans)
}

func letterPrecedes(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r)
}

// looksLikeName reports whether a text may be a name: one to four words that
// begin with capitals.
func looksLikeName(s string) bool {
	fields := strings.Fields(s)
	for _, f := range fields {
		if r, _ := utf8.DecodeRuneInString(f); !unicode.IsUpper(r) {
			return false
		}
	}
	return 0 < len(fields) && len(fields) <= 4
}

// claimAt returns the name under which words[i] is quoted, or "".
func (q *quotation) claimAt(i int) string {
	name := ""
	for _, l := range q.labels {
		if l.at <= i {
			name = l.name
		}
	}
	if name == "" {
		return q.tail
	}
	return name
}

// parts returns the ranges of words between ellipses, without asides.
func (q *quotation) parts() [][]int {
	var parts [][]int
	var part []int
	for i := range q.words {
		if q.gaps[i] && len(part) > 0 {
			parts = append(parts, part)
			part = nil
		}
		if !q.words[i].aside {
			part = append(part, i)
		}
	}
	if len(part) > 0 {
		parts = append(parts, part)
	}
	return parts
}
