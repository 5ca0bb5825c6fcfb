package retrieval

import (
	"math"
	"slices"

	"rapporteur/retrieval/wordvectors"
)

// concept is something a question is about, with the forms it may take in a
// record.
type concept struct {
	text  string // as in the question
	forms []form
	kind  conceptKind
	found []occurrence // in the record that is ranked
	idf   float64      // in that record
}

type conceptKind int

const (
	topic conceptKind = iota
	weakTopic
	pair // two words of the question that stand together
	name
	side // the name of a side: it says who more than what
)

// form is one way a record may write a concept.
type form struct {
	stems  []string
	weight float32
}

// has reports whether a single stem is already a form of the concept.
func (c *concept) has(stem string) bool {
	return slices.ContainsFunc(c.forms, func(f form) bool { return len(f.stems) == 1 && f.stems[0] == stem })
}

// in reports whether the concept, in the question's form or as another name for
// it, stands in a title.
func (c *concept) in(title []string) bool {
	return slices.ContainsFunc(c.forms, func(f form) bool {
		return f.weight >= otherName && !slices.ContainsFunc(f.stems, func(stem string) bool { return !slices.Contains(title, stem) })
	})
}

// weight says how much the concept counts in a question.
func (c *concept) weight(w *Weights) float64 {
	weight := math.Pow(c.idf, w.IDF)
	switch c.kind {
	case weakTopic:
		weight *= w.Weak * math.Pow(rarity(c.text), w.Rarity)
	case topic:
		weight *= math.Pow(rarity(c.text), w.Rarity)
	case pair:
		weight *= w.Pair
	case side:
		weight *= w.SideName
	}
	return weight
}

// rarity says how rare a word is in English, up to 1 beyond the 10,000 most
// frequent.
func rarity(word string) float64 {
	return min(1, math.Log(float64(wordvectors.Rank(word))+10)/math.Log(10000))
}

// locate finds a concept's occurrences; those in glosses have the weight given.
func (s *segment) locate(c *concept, gloss float64) {
	lists := make([][]occurrence, 0, len(c.forms))
	weights := make([]float32, 0, len(c.forms))
	for _, f := range c.forms {
		if found := s.occurrences(f.stems); len(found) > 0 {
			lists = append(lists, found)
			weights = append(weights, f.weight)
		}
		if !s.glossed || gloss == 0 {
			continue
		}
		if found := s.occurrences(inGloss(f.stems)); len(found) > 0 {
			lists = append(lists, found)
			weights = append(weights, f.weight*float32(gloss))
		}
	}
	c.found = union(lists, weights)
	c.idf = idf(c.found, float64(len(s.Length)))
}

// knownByGloss is how well a record knows a word that only a gloss has: as a
// synonym.
const knownByGloss = .6

// inGloss returns stems as a gloss has them.
func inGloss(stems []string) []string {
	marked := make([]string, len(stems))
	for i, stem := range stems {
		marked[i] = glossMark + stem
	}
	return marked
}

// idf is BM25's inverse document frequency, in Lucene's form that is never
// negative.
func idf(found []occurrence, documents float64) float64 {
	df := 0.0
	for _, o := range found {
		df += min(1, float64(o.count))
	}
	return math.Log(1 + (documents-df+.5)/(df+.5))
}

// known returns the weight of the concept's best form that occurs.
func (s *segment) known(c *concept) float64 {
	best := float32(0)
	for _, f := range c.forms {
		if f.weight > best && len(s.occurrences(f.stems)) > 0 {
			best = f.weight
		}
		if as := f.weight * knownByGloss; s.glossed && as > best && len(s.occurrences(inGloss(f.stems))) > 0 {
			best = as
		}
	}
	return float64(best)
}

// recordWeight says how much the concept counts in choosing records, but for its
// frequency.
func (c *concept) recordWeight(w *Weights) float64 {
	switch c.kind {
	case pair:
		return w.RecordPair
	case weakTopic:
		return w.Weak * power(rarity(c.text), w.Rarity)
	}
	return power(rarity(c.text), w.Rarity)
}
