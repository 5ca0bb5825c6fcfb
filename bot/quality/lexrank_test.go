package quality

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Baselines of extractive summaries: what one gets for a meeting without looking
// at the question.

var sentenceEnd = regexp.MustCompile(`[.?!]+(?:\s+|$)`)

// sentencesOf returns the sentences that people say in a record, in order.
func sentencesOf(r *corpus.Record) []string {
	var all []string
	for i := range r.Turns {
		if !r.Turns[i].Spoken() {
			continue
		}
		text, from := r.Turns[i].Text, 0
		for _, end := range sentenceEnd.FindAllStringIndex(text, -1) {
			all = append(all, strings.TrimSpace(text[from:end[1]]))
			from = end[1]
		}
		if rest := strings.TrimSpace(text[from:]); rest != "" {
			all = append(all, rest)
		}
	}
	return all
}

// lead returns the first n sentences that are not short.
func lead(sentences []string, n int) string {
	var first []string
	for _, s := range sentences {
		if len(first) < n && !short(s) {
			first = append(first, s)
		}
	}
	return strings.Join(first, " ")
}

// LexRank: Erkan and Radev, LexRank: Graph-based Lexical Centrality as Salience in
// Text Summarization, JAIR 22 (2004), with the values they recommend.
const (
	edge      = .1   // cosine of tf-idf vectors above which sentences are joined
	damping   = .15  // probability of jumping to any sentence
	converged = 1e-6 // sum of changes at which the iteration ends
	rounds    = 100
)

// lexRank returns the most central sentences, up to about so many words, in the
// order of the record. Sentences equal to a chosen one are left out.
func lexRank(sentences []string, words int) string {
	score := centrality(sentences)
	order := make([]int, len(sentences))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	var chosen []int
	have := make(map[string]bool)
	for _, i := range order {
		n := len(strings.Fields(sentences[i]))
		if words < n || have[sentences[i]] {
			continue
		}
		have[sentences[i]] = true
		chosen = append(chosen, i)
		words -= n
	}
	slices.Sort(chosen)
	var parts []string
	for _, i := range chosen {
		parts = append(parts, sentences[i])
	}
	return strings.Join(parts, " ")
}

// centrality is the stationary distribution of a random walk on the graph of
// similar sentences.
func centrality(sentences []string) []float64 {
	neighbours := similarSentences(sentences)
	n := float64(len(sentences))
	score := make([]float64, len(sentences))
	for i := range score {
		score[i] = 1 / n
	}
	for range rounds {
		next := make([]float64, len(score))
		for i := range next {
			next[i] = damping / n
		}
		for i, near := range neighbours {
			share := (1 - damping) * score[i] / float64(len(near))
			for _, k := range near {
				next[k] += share
			}
		}
		change := 0.0
		for i := range next {
			change += math.Abs(next[i] - score[i])
		}
		score = next
		if change < converged {
			break
		}
	}
	return score
}

// similarSentences joins sentences whose tf-idf vectors are alike, each also to
// itself.
func similarSentences(sentences []string) [][]int {
	type weighted struct {
		sentence int
		weight   float64
	}
	postings := make(map[string][]weighted)
	terms := make([][]string, len(sentences)) // distinct, sorted: sums have one order
	for i, s := range sentences {
		count := make(map[string]float64)
		for _, stem := range retrieval.Stems(s) {
			count[stem]++
		}
		for stem, tf := range count {
			terms[i] = append(terms[i], stem)
			postings[stem] = append(postings[stem], weighted{i, tf})
		}
		slices.Sort(terms[i])
	}
	length := make([]float64, len(sentences))
	for i := range sentences {
		for _, term := range terms[i] {
			list := postings[term]
			at, _ := slices.BinarySearchFunc(list, i, func(w weighted, i int) int { return w.sentence - i })
			idf := math.Log(float64(len(sentences)) / float64(len(list)))
			list[at].weight *= idf
			length[i] += list[at].weight * list[at].weight
		}
		length[i] = math.Sqrt(length[i])
	}
	neighbours := make([][]int, len(sentences))
	product := make([]float64, len(sentences))
	for i := range sentences {
		clear(product)
		for _, term := range terms[i] {
			list := postings[term]
			at, _ := slices.BinarySearchFunc(list, i, func(w weighted, i int) int { return w.sentence - i })
			for _, w := range list {
				product[w.sentence] += list[at].weight * w.weight
			}
		}
		for k, p := range product {
			if k == i || p > edge*length[i]*length[k] && p > 0 {
				neighbours[i] = append(neighbours[i], k)
			}
		}
	}
	return neighbours
}
