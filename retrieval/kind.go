package retrieval

import "strings"

// timeWords are words that say when.
var timeWords = wordSet(`january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday tonight evening morning afternoon noon midnight`)

// timeUnits say when or how long after a number.
var timeUnits = wordSet("second seconds minute minutes hour hours day days week weeks month months year years")

// kinds reports whether the words of a turn hold a number, and a date or a time.
func kinds(words []token) (number, time bool) {
	for i, t := range words {
		word := t.word
		isNumber := numerals[word] != "" || word == "half" || word == "dozen" || word == "percent" || '0' <= word[0] && word[0] <= '9'
		number = number || isNumber
		time = time || timeWords[word] || isNumber && (isOrdinal(word) || isYear(word) || i+1 < len(words) && timeUnits[words[i+1].word])
	}
	return number, time
}

// isOrdinal reports whether a word is a day of a month such as 13th.
func isOrdinal(word string) bool {
	return len(word) >= 3 && strings.ContainsAny(word[:1], "0123456789") &&
		(strings.HasSuffix(word, "st") || strings.HasSuffix(word, "nd") || strings.HasSuffix(word, "rd") || strings.HasSuffix(word, "th"))
}

func isYear(word string) bool { return len(word) == 4 && "1500" <= word && word < "2100" }
