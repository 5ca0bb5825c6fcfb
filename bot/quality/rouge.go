package quality

import (
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
)

// Likeness is how much of a text is in a reference text and the reverse: the F1
// of ROUGE-1, ROUGE-2 and ROUGE-L.
type Likeness struct{ R1, R2, RL float64 }

// Compared measures the likeness of a text to one reference by ROUGE. Lin, ROUGE:
// A Package for Automatic Evaluation of Summaries, ACL workshop Text
// Summarization Branches Out (2004).
//
// ROUGE-N counts the runs of N words that both have, each as often as in the text
// that has it less often (clipped counts); ROUGE-L is the longest common
// subsequence of words. With m in common, precision P = m / those of the text,
// recall R = m / those of the reference and F1 = 2PR/(P+R), 0 where m is 0.
//
// Choices: one reference; words are runs of letters and digits in lower case;
// words of more than three letters are stemmed, as ROUGE-1.5.5 does with -m, here
// by the newer Porter2; stop words stay; ROUGE-L takes each text as one sequence
// rather than sentence by sentence.
func Compared(text, reference string) Likeness {
	a, b := rougeWords(text), rougeWords(reference)
	return Likeness{
		R1: overlap(a, b, 1),
		R2: overlap(a, b, 2),
		RL: f1(longestCommon(a, b), len(a), len(b)),
	}
}

func rougeWords(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		if len(word) > 3 {
			words[i] = english.Stem(word, true)
		}
	}
	return words
}

// overlap is ROUGE-N of two sequences of words.
func overlap(a, b []string, n int) float64 {
	left := runs(b, n)
	common := 0
	for run, count := range runs(a, n) {
		common += min(count, left[run])
	}
	return f1(common, len(a)-n+1, len(b)-n+1)
}

// runs counts the runs of n words.
func runs(words []string, n int) map[string]int {
	counts := make(map[string]int)
	for i := 0; i+n <= len(words); i++ {
		counts[strings.Join(words[i:i+n], " ")]++
	}
	return counts
}

// longestCommon returns the length of the longest common subsequence.
func longestCommon(a, b []string) int {
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for k := range b {
			above := row[k+1]
			if a[i] == b[k] {
				row[k+1] = diagonal + 1
			} else {
				row[k+1] = max(above, row[k])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

func f1(common, ofText, ofReference int) float64 {
	if common == 0 {
		return 0
	}
	p, r := float64(common)/float64(ofText), float64(common)/float64(ofReference)
	return 2 * p * r / (p + r)
}
