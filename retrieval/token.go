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
// apostrophes inside. Han, Hiragana and Katakana give one word a character.
func tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/6+1)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isWordRune(r) {
			i += size
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
// digits, so that "three months" and "3 months" are the same.
func stemOf(word string) string {
	if digits, ok := numerals[word]; ok {
		return digits
	}
	return english.Stem(word, false)
}

var numerals = map[string]string{
	"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
	"eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
	"seventy": "70", "eighty": "80", "ninety": "90", "hundred": "100", "thousand": "1000", "million": "1000000",
}
