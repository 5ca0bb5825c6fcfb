package retrieval

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed data/stopwords.txt
var stopwordsText string

//go:embed data/questionwords.txt
var questionwordsText string

//go:embed data/weakwords.txt
var weakwordsText string

//go:embed data/thesaurus.txt
var thesaurusText string

var (
	stopwords     = wordSet(stopwordsText)
	questionwords = wordSet(questionwordsText)
	weakwords     = wordSet(weakwordsText)
	thesaurus     = parseThesaurus(thesaurusText)
)

// DataLines returns the lines of a data file without comments, which begin with
// #, and without blank lines.
func DataLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func wordSet(text string) map[string]bool {
	set := make(map[string]bool)
	for _, line := range DataLines(text) {
		for word := range strings.FieldsSeq(line) {
			set[fold(word)] = true
		}
	}
	return set
}

// synonyms are the entries of the thesaurus: what may stand for a word or for a
// phrase of a question.
type synonyms struct {
	words   map[string][][]string // by stem: the stems of other entries
	phrases map[string][]phrase   // by the stem of the first word, longest first
}

// phrase is an entry of several words.
type phrase struct {
	stems  []string // with stop words, as people write it
	others [][]string
}

// parseThesaurus reads groups of words that may stand for one another, a group
// a line, separated by commas.
func parseThesaurus(text string) synonyms {
	s := synonyms{words: make(map[string][][]string), phrases: make(map[string][]phrase)}
	for _, line := range DataLines(text) {
		entries := strings.Split(line, ",")
		for i, entry := range entries {
			var others [][]string
			for k, other := range entries {
				if stems := contentStems(Words(other)); k != i && len(stems) > 0 {
					others = append(others, stems)
				}
			}
			var stems []string
			for _, word := range Words(entry) {
				stems = append(stems, stemOf(word))
			}
			first := stems[0]
			if len(stems) > 1 {
				s.phrases[first] = append(s.phrases[first], phrase{stems, others})
				continue
			}
			for _, other := range others {
				if !slices.ContainsFunc(s.words[first], func(known []string) bool { return slices.Equal(known, other) }) {
					s.words[first] = append(s.words[first], other)
				}
			}
		}
	}
	for _, phrases := range s.phrases {
		slices.SortStableFunc(phrases, func(a, b phrase) int { return len(b.stems) - len(a.stems) })
	}
	return s
}

// phraseAt returns the phrase that begins with the first of some stems.
func (s *synonyms) phraseAt(stems []string) (phrase, bool) {
	if len(stems) == 0 {
		return phrase{}, false
	}
	for _, p := range s.phrases[stems[0]] {
		if len(p.stems) <= len(stems) && slices.Equal(p.stems, stems[:len(p.stems)]) {
			return p, true
		}
	}
	return phrase{}, false
}
