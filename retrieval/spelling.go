package retrieval

import (
	"slices"

	"rapporteur/retrieval/wordvectors"
)

// speller corrects typing errors in questions: a word that is neither English
// nor in the records becomes the word of the records it was most likely meant
// for.
type speller struct {
	words  map[string]int // how often the records have a word
	byRune map[rune][]string
}

// newSpeller gathers the words and names of records.
func newSpeller(segments []*segment) *speller {
	words := make(map[string]int)
	for _, s := range segments {
		for i, word := range s.Words {
			words[word] += int(s.WordCounts[i])
		}
		s.names.eachWord(func(word string) { words[word]++ })
	}
	return spellerOf(words)
}

// spellerOf makes a speller of words and how often they occur.
func spellerOf(words map[string]int) *speller {
	s := &speller{words: words, byRune: make(map[rune][]string)}
	for word := range words {
		if len(word) >= shortestCorrected && !stopwords[word] {
			first := firstRune(word)
			s.byRune[first] = append(s.byRune[first], word)
		}
	}
	for _, list := range s.byRune {
		slices.Sort(list)
	}
	return s
}

const (
	shortestCorrected = 4 // shorter words are too like one another
	longWord          = 8 // words from this length may have two errors
)

// correct returns the word meant, or the word itself. Errors in the first letter
// are not looked for.
func (s *speller) correct(word string) string {
	_, known := s.words[word]
	if len(word) < shortestCorrected || known || stopwords[word] || questionwords[word] ||
		wordvectors.Rank(word) < wordvectors.Words || !isLetters(word) {
		return word
	}
	best, distance, count := word, 2, 0
	if len(word) >= longWord {
		distance = 3
	}
	for _, candidate := range s.byRune[firstRune(word)] {
		if d := editDistance(word, candidate, distance); d < distance || d == distance && best != word && s.words[candidate] > count {
			best, distance, count = candidate, d, s.words[candidate]
		}
	}
	return best
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func isLetters(word string) bool {
	for i := range len(word) {
		if '0' <= word[i] && word[i] <= '9' {
			return false
		}
	}
	return true
}

// editDistance returns the number of insertions, deletions, substitutions and
// swaps of neighbours that make b of a (optimal string alignment), or limit+1
// where it is more than limit.
func editDistance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if abs(len(x)-len(y)) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(y)], limit+1)
}

func abs(n int) int { return max(n, -n) }
