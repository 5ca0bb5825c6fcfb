package retrieval

import (
	_ "embed"
	"strings"
)

//go:embed data/stopwords.txt
var stopwordsText string

//go:embed data/questionwords.txt
var questionwordsText string

//go:embed data/thesaurus.txt
var thesaurusText string

var (
	stopwords     = wordSet(stopwordsText)
	questionwords = wordSet(questionwordsText)
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
