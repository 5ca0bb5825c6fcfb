package retrieval

import "strings"

// understand turns a question into concepts.
func understand(text string, names map[string]bool, w Weights) []*concept {
	words := tokenize(text)
	var kept []int
	for i, t := range words {
		if !stopwords[t.word] && !questionwords[t.word] && !names[t.word] {
			kept = append(kept, i)
		}
	}
	if len(kept) == 0 {
		for i, t := range words {
			if !stopwords[t.word] {
				kept = append(kept, i)
			}
		}
	}
	var concepts []*concept
	seen := map[string]bool{}
	for k, i := range kept {
		stem := stemOf(words[i].word)
		if !seen[stem] {
			seen[stem] = true
			concepts = append(concepts, &concept{text: words[i].word, weight: 1, forms: []form{{stems: []string{stem}, weight: 1}}})
		}
		if k > 0 && i-kept[k-1] <= 2 && w.Pair > 0 {
			a := stemOf(words[kept[k-1]].word)
			key := a + " " + stem
			if !seen[key] {
				seen[key] = true
				concepts = append(concepts, &concept{text: key, weight: w.Pair, pair: true, forms: []form{{stems: strings.Fields(key), weight: 1}}})
			}
		}
	}
	return concepts
}
