package bot

import (
	"strings"

	"github.com/rivo/uniseg"

	"rapporteur/retrieval"
)

// textRange is a half-open range of bytes of a text.
type textRange struct{ start, end int }

// splitSentences returns where the sentences of a text stand. Initials and
// abbreviations (T. V. Soong, O.K.) do not end one.
func splitSentences(text string) []textRange {
	var found []textRange
	start := 0
	state := -1
	rest := text
	for at := 0; len(rest) > 0; {
		var sentence string
		sentence, rest, state = uniseg.FirstSentenceInString(rest, state)
		at += len(sentence)
		trimmed := strings.TrimSpace(text[start:at])
		if rest != "" && endsInInitial(trimmed) && !strings.HasSuffix(sentence, "\n") {
			continue
		}
		if trimmed != "" {
			from := start + strings.Index(text[start:at], trimmed)
			found = append(found, textRange{from, from + len(trimmed)})
		}
		start = at
	}
	return found
}

// endsInInitial reports whether a text ends in a single letter and a full stop.
func endsInInitial(s string) bool {
	n := len(s)
	return n >= 2 && s[n-1] == '.' && isLetter(s[n-2]) && (n == 2 || s[n-3] == ' ' || s[n-3] == '.')
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// bestSentences returns the range of a text to quote: all of it where it has at
// most limit words, otherwise the run of sentences of at most so many words
// that shares most with the question.
func bestSentences(text, question string, limit int) (start, end int) {
	if len(strings.Fields(text)) <= limit {
		return 0, len(text)
	}
	asked := make(map[string]bool)
	for _, stem := range retrieval.Stems(question) {
		asked[stem] = true
	}
	all := splitSentences(text)
	words := make([]int, len(all))
	scores := make([]float64, len(all))
	for i, s := range all {
		words[i] = len(strings.Fields(text[s.start:s.end]))
		for _, stem := range retrieval.Stems(text[s.start:s.end]) {
			if asked[stem] {
				scores[i]++
			}
		}
	}
	best, from, to := -1.0, 0, 0
	for i := range all {
		total, count := 0.0, 0
		for k := i; k < len(all) && (k == i || count+words[k] <= limit); k++ {
			total += scores[k]
			count += words[k]
			if value := total / float64(count+limit); value > best {
				best, from, to = value, i, k
			}
		}
	}
	return all[from].start, all[to].end
}
