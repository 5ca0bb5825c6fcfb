package retrieval

import (
	"slices"
	"strings"

	"rapporteur/retrieval/wordvectors"
)

// reading is what a query is understood to ask of a record.
type reading struct {
	concepts []*concept
	speakers []string // labels of the speakers named
	names    []*nameGroup
}

// read understands a question about a record. The words that name a speaker
// count as such and not as topics, unless nothing else is left.
func (x *Index) read(text string, book *nameBook) *reading {
	words := tokenize(text)
	q := &reading{}
	named := make([]bool, len(words)) // words that name a speaker
	group := make([]*nameGroup, len(words))
	if book != nil {
		for i := 0; i < len(words); {
			labels, n := book.speakerAt(text, words, i)
			if n > 0 {
				for _, label := range labels {
					if !slices.Contains(q.speakers, label) {
						q.speakers = append(q.speakers, label)
					}
				}
				for k := range n {
					named[i+k] = true
				}
				i += n
				continue
			}
			if g, n := book.aliasAt(words, i); n > 0 {
				q.names = append(q.names, g)
				for k := range n {
					group[i+k] = g
				}
				i += n
				continue
			}
			i++
		}
	}
	topical := func(i int) bool {
		return !named[i] && (group[i] != nil || !stopwords[words[i].word] && !questionwords[words[i].word])
	}
	var kept []int
	for i := range words {
		if topical(i) {
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
	seen := map[string]bool{}
	for k, i := range kept {
		word := words[i].word
		stem := stemOf(word)
		if g := group[i]; g != nil {
			if !seen[g.name] {
				seen[g.name] = true
				q.concepts = append(q.concepts, nameConcept(g))
			}
		} else if !seen[stem] {
			seen[stem] = true
			q.concepts = append(q.concepts, x.topicConcept(word, stem))
		}
		if k > 0 && i-kept[k-1] <= 2 {
			a := stemOf(words[kept[k-1]].word)
			key := a + " " + stem
			if !seen[key] && a != stem {
				seen[key] = true
				q.concepts = append(q.concepts, &concept{text: key, kind: pair, forms: []form{{stems: strings.Fields(key), weight: 1}}})
			}
		}
	}
	return q
}

// maxSimilar is how many words like one of the question's are looked for.
const maxSimilar = 5

// topicConcept is a word of the question with the words that may stand for it.
func (x *Index) topicConcept(word, stem string) *concept {
	c := &concept{text: word, forms: []form{{stems: []string{stem}, weight: 1}}}
	if weakwords[word] {
		c.kind = weakTopic
	}
	for _, synonym := range thesaurus[stem] {
		c.forms = append(c.forms, form{stems: synonym, weight: float32(x.weights.Synonym)})
	}
	similar := 0
	for _, near := range wordvectors.Nearest(word) {
		like := stemOf(near.Word)
		if _, known := x.lexicon.terms[like]; known && !c.has(like) && similar < maxSimilar {
			c.forms = append(c.forms, form{stems: []string{like}, weight: float32(x.weights.Similar * near.Similarity)})
			similar++
		}
	}
	return c
}

func (c *concept) has(stem string) bool {
	for _, f := range c.forms {
		if len(f.stems) == 1 && f.stems[0] == stem {
			return true
		}
	}
	return false
}

func nameConcept(g *nameGroup) *concept {
	c := &concept{text: g.name, kind: name}
	for _, words := range g.forms {
		if stems := contentStems(words); len(stems) > 0 {
			c.forms = append(c.forms, form{stems: stems, weight: 1})
		}
	}
	return c
}

// contentStems are the stems of the words that are no stop words.
func contentStems(words []string) []string {
	var stems []string
	for _, w := range words {
		if !stopwords[w] {
			stems = append(stems, stemOf(w))
		}
	}
	return stems
}
