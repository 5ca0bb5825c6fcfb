package retrieval

import (
	_ "embed"
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

// dataLines returns the lines of a data file without comments and blanks.
func dataLines(text string) []string {
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
	for _, line := range dataLines(text) {
		for word := range strings.FieldsSeq(line) {
			set[fold(word)] = true
		}
	}
	return set
}

// parseThesaurus reads groups of words that may stand for one another, a group
// a line, separated by commas. It maps the stem of each single word to the stems
// of the other entries of its groups.
func parseThesaurus(text string) map[string][][]string {
	others := make(map[string][][]string)
	for _, line := range dataLines(text) {
		var entries [][]string
		for entry := range strings.SplitSeq(line, ",") {
			if stems := contentStems(wordsOf(entry)); len(stems) > 0 {
				entries = append(entries, stems)
			}
		}
		for i, entry := range entries {
			if len(entry) > 1 {
				continue
			}
			for k, other := range entries {
				if k != i {
					others[entry[0]] = append(others[entry[0]], other)
				}
			}
		}
	}
	return others
}
