package retrieval

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// token is a word of a text.
type token struct {
	word       string // folded: lower case, without diacritics and apostrophes
	start, end int    // byte offsets in the text
}

// tokenize splits a text into words: runs of letters and digits, with
// apostrophes inside. Han, Hiragana and Katakana give one word a character,
// spelled abbreviations (U.S.S.R., L_C_D_) one word, and a transcriber's marks
// in braces ({pause}) none.
func tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/6+1)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == '{' {
			if end := strings.IndexByte(text[i:min(len(text), i+maxMark)], '}'); end > 0 {
				i += end + 1
				continue
			}
		}
		if !isWordRune(r) {
			i += size
			continue
		}
		if end := abbreviation(text, i); end > 0 {
			word := strings.NewReplacer(".", "", "_", "").Replace(strings.ToLower(text[i:end]))
			tokens = append(tokens, token{word: word, start: i, end: end})
			i = end
			continue
		}
		start := i
		i += size
		if !isIdeograph(r) {
			for i < len(text) {
				r, size = utf8.DecodeRuneInString(text[i:])
				if isIdeograph(r) {
					break
				}
				if isApostrophe(r) {
					next, _ := utf8.DecodeRuneInString(text[i+size:])
					if !unicode.IsLetter(next) {
						break
					}
				} else if !isWordRune(r) {
					break
				}
				i += size
			}
		}
		if word := fold(text[start:i]); word != "" {
			tokens = append(tokens, token{word: word, start: start, end: i})
		}
	}
	return tokens
}

// maxMark is how long a mark in braces may be.
const maxMark = 24

// abbreviation returns the end of an abbreviation that begins at i, single
// letters each with a full stop or an underscore behind it, or 0. A plural s
// may follow.
func abbreviation(text string, i int) int {
	letters := 0
	for i+1 < len(text) && isASCIILetter(text[i]) && (text[i+1] == '.' || text[i+1] == '_') {
		i += 2
		letters++
	}
	if letters == 0 {
		return 0
	}
	if i < len(text) && isASCIILetter(text[i]) {
		last := i+1 == len(text) || !isASCIILetter(text[i+1])
		if !last || text[i] != 's' && text[i-1] == '_' {
			return 0
		}
		if text[i] != 's' { // U.S.S.R without its last full stop
			letters++
		}
		i++
	}
	if letters < 2 {
		return 0
	}
	return i
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// Words returns the words of a text as they are compared: in lower case, without
// diacritics and apostrophes.
func Words(text string) []string {
	var words []string
	for _, t := range tokenize(text) {
		words = append(words, t.word)
	}
	return words
}

func isWordRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
		r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
}

func isIdeograph(r rune) bool {
	return r > 0x2E80 && (unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r))
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// fold brings a word to the form it is compared in: lower case, diacritics and
// apostrophes dropped, a possessive ending cut off.
func fold(word string) string {
	ascii := true
	for i := range len(word) {
		if c := word[i]; c >= utf8.RuneSelf || c == '\'' {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(word)
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		switch {
		case isApostrophe(r):
			b.WriteByte('\'')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	folded := strings.TrimSuffix(b.String(), "'s")
	return strings.ReplaceAll(folded, "'", "")
}

// stems reduces words to their Porter2 stems and remembers them. It is not safe
// for concurrent use; the zero value works.
type stems struct{ known map[string]string }

func (s *stems) stem(word string) string {
	if stem, ok := s.known[word]; ok {
		return stem
	}
	if s.known == nil {
		s.known = make(map[string]string)
	}
	stem := stemOf(word)
	s.known[word] = stem
	return stem
}

// stemOf returns the Porter2 stem of a folded word. Spelled numbers become
// digits, so that "three months" and "3 months" are the same, and British
// spellings American ones.
func stemOf(word string) string {
	if digits, ok := numerals[word]; ok {
		return digits
	}
	if len(word) > 4 {
		if i := strings.Index(word, "our"); i >= 2 {
			word = word[:i] + "or" + word[i+3:]
		}
		if i := strings.LastIndex(word, "is"); i >= 3 && (strings.HasPrefix(word[i+2:], "e") || strings.HasPrefix(word[i+2:], "ing") || strings.HasPrefix(word[i+2:], "ation")) {
			word = word[:i] + "iz" + word[i+2:]
		}
		if strings.HasSuffix(word, "tre") {
			word = word[:len(word)-2] + "er"
		}
	}
	return english.Stem(word, false)
}

var numerals = map[string]string{
	"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
	"eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
	"seventy": "70", "eighty": "80", "ninety": "90", "hundred": "100", "thousand": "1000", "million": "1000000",
}

// Stems returns the stems of the words of a text that are no stop words.
func Stems(text string) []string { return contentStems(Words(text)) }

// IsStopword reports whether a word as [Words] returns it carries no topic.
func IsStopword(word string) bool { return stopwords[word] || questionwords[word] }

// Stem returns the stem of a word as [Words] returns it.
func Stem(word string) string { return stemOf(word) }
