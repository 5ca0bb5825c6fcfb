package bot

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"rapporteur/corpus"
)

// textWord is a word of a text in the form in which quotations are compared: what
// typography may change (letter case, diacritics, ligatures, apostrophes,
// spaces, dots of abbreviations) is folded away.
type textWord struct {
	folded     string
	start, end int  // byte offsets in the text
	aside      bool // within an editorial mark or a parenthesis: may be left out
}

// wordsOf splits a text of a record into words, marking those of its asides.
func wordsOf(text string) []textWord { return splitWords(text, asides(text)) }

func splitWords(text string, asides []textSpan) []textWord {
	words := make([]textWord, 0, len(text)/5+1)
	eachWord(text, func(folded []byte, start, end int) {
		for len(asides) > 0 && asides[0].end <= start {
			asides = asides[1:]
		}
		aside := len(asides) > 0 && asides[0].start <= start
		if aside && text[asides[0].start] == '{' {
			return // a code is no word
		}
		words = append(words, textWord{folded: string(folded), start: start, end: end, aside: aside})
	})
	return words
}

// textSpan is a half-open range of byte offsets.
type textSpan struct{ start, end int }

// asidePattern finds what stands in a record without being part of what was
// said: directions in round brackets. Round brackets around a single word ("2(b)") are no direction.
var asidePattern = regexp.MustCompile(`\([^()\n]*[\pL\pN][^()\n]*\s[^()\n]*[\pL\pN][^()\n]*\)`)

// codePattern finds the codes transcribers put for noises: {pause}.
var codePattern = regexp.MustCompile(`\{[A-Za-z]{1,20}\}`)

// asides returns the ranges of a text that a quotation may leave out, in order.
func asides(text string) []textSpan {
	if !strings.ContainsAny(text, "[({") {
		return nil
	}
	spans := markSpans(text)
	for _, pattern := range []*regexp.Regexp{asidePattern, codePattern} {
		for _, at := range pattern.FindAllStringIndex(text, -1) {
			spans = append(spans, textSpan{at[0], at[1]})
		}
	}
	return mergeSpans(spans)
}

func markSpans(text string) []textSpan {
	var spans []textSpan
	for _, m := range corpus.Marks(text) {
		spans = append(spans, textSpan{m.Start, m.End})
	}
	return spans
}

// eachWord calls f with each word of a text: folded, and its byte offsets. The
// slice is only valid during the call. Signs that change a number or an amount
// (4+3, 50%, $5) count as words; other punctuation does not.
func eachWord(text string, f func(folded []byte, start, end int)) {
	var buf []byte
	lastDigit := false // the word before ended in a digit
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case isWordRune(r):
			end := wordEnd(text, i)
			buf = appendFolded(buf[:0], text[i:end])
			if len(buf) > 0 {
				f(buf, i, end)
				lastDigit = isDigit(buf[len(buf)-1])
			}
			i = end
			continue
		case r == '&':
			f(append(buf[:0], "and"...), i, i+size)
			lastDigit = false
		case r == '+' || r == '=' || r == '%' || r == '§' || unicode.Is(unicode.Sc, r):
			f(append(buf[:0], text[i:i+size]...), i, i+size)
			lastDigit = false
		case lastDigit && (r == '/' || isDash(r)) && digitFollows(text[i+size:]):
			sign := byte('-')
			if r == '/' {
				sign = '/'
			}
			f(append(buf[:0], sign), i, i+size)
			lastDigit = false
		case !unicode.IsSpace(r):
			lastDigit = lastDigit && isDash(r)
		}
		i += size
	}
}

// wordEnd returns where the word that begins at start ends.
func wordEnd(text string, start int) int {
	r, size := utf8.DecodeRuneInString(text[start:])
	i := start + size
	if isIdeograph(r) {
		return i
	}
	letters := 1 // letters since the start or the last dot of an abbreviation
	for i < len(text) {
		last := r
		r, size = utf8.DecodeRuneInString(text[i:])
		rest := text[i+size:]
		switch {
		case isIdeograph(r):
			return i
		case isWordRune(r):
			letters++
		case isApostrophe(r) && letterFollows(rest) && unicode.IsLetter(last) && !isClitic(rest):
		case r == '.' && letters == 1 && unicode.IsLetter(last) && initialFollows(rest): // O.K.
			letters = 0
		case (r == '.' || r == ',' || r == ':') && isASCIIDigit(last) && len(rest) > 0 && isDigit(rest[0]): // 1,000
		default:
			return i + notEnd(text[i:])
		}
		i += size
	}
	return i
}

// isClitic reports whether s begins with what an apostrophe ties to the word
// before it and transcripts often write apart: it's, it 's. It counts as a word.
func isClitic(s string) bool {
	n := 0
	for n < len(s) && n < 3 && (s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z') {
		n++
	}
	if r, _ := utf8.DecodeRuneInString(s[n:]); n < len(s) && (isWordRune(r) || isApostrophe(r)) {
		return false
	}
	switch strings.ToLower(s[:n]) {
	case "s", "m", "d", "re", "ve", "ll":
		return true
	}
	return false
}

// notPattern finds the second half of a negation that is written apart: do n't.
var notPattern = regexp.MustCompile(`^ (?:n['’ʼ]|['’ʼ])[tT](?:[^\pL\pN'’ʼ]|$)`)

// notEnd returns the length of the "n't" a text begins with, or 0.
func notEnd(text string) int {
	if len(text) < 3 || text[0] != ' ' || text[1] != 'n' && text[1] != '\'' && text[1] < utf8.RuneSelf {
		return 0
	}
	m := notPattern.FindString(text)
	return strings.LastIndexAny(m, "tT") + 1
}

// appendFolded appends the folded form of a word.
func appendFolded(buf []byte, s string) []byte {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return appendFoldedUnicode(buf, s)
		}
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z':
			buf = append(buf, c+'a'-'A')
		case c == '\'' || c == ',' || c == ' ' || c == '.' && !isDigit(s[0]):
		default:
			buf = append(buf, c)
		}
	}
	return buf
}

// foldedLetters are letters that Unicode does not take apart.
var foldedLetters = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i"}

func appendFoldedUnicode(buf []byte, s string) []byte {
	for _, r := range norm.NFKD.String(s) {
		r = unicode.ToLower(r)
		if letters, ok := foldedLetters[r]; ok {
			buf = append(buf, letters...)
			continue
		}
		switch {
		case 0x300 <= r && r <= 0x36F, unicode.Is(unicode.Cf, r), isApostrophe(r), unicode.IsSpace(r), r == ',':
		case r == '.' && (len(buf) == 0 || !isDigit(buf[0])):
		default:
			buf = utf8.AppendRune(buf, r)
		}
	}
	return buf
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || unicode.Is(unicode.Cf, r))
}

func isIdeograph(r rune) bool {
	return r >= 0x2E80 && (unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r))
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '`' || r == '´' }

func isDash(r rune) bool { return unicode.Is(unicode.Pd, r) || r == '−' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isASCIIDigit(r rune) bool { return '0' <= r && r <= '9' }

func letterFollows(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

func digitFollows(s string) bool {
	s = strings.TrimLeft(s, " \u00a0")
	return s != "" && isDigit(s[0])
}

// initialFollows reports whether s begins with a single letter, as in the K of
// O.K.
func initialFollows(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(r) || isIdeograph(r) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[size:])
	return size == len(s) || !isWordRune(next)
}

// mergeSpans sorts ranges and joins those that overlap.
func mergeSpans(spans []textSpan) []textSpan {
	slices.SortFunc(spans, func(a, b textSpan) int { return cmp.Compare(a.start, b.start) })
	var merged []textSpan
	for _, s := range spans {
		if n := len(merged); n > 0 && s.start < merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, s.end)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}
