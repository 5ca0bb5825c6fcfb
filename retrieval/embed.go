package retrieval

import (
	"context"
	"hash/fnv"
	"math"

	"rapporteur/retrieval/wordvectors"
)

// Embedder turns texts into vectors that lie near one another where the texts
// mean the same. It is safe for concurrent use.
type Embedder interface {
	// Name says which model makes the vectors: those of different names are
	// never compared.
	Name() string
	// Embed returns a vector for each text, in order, all of one dimension. A
	// text it can say nothing of has a vector of zeros.
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}

// WordEmbedder is the embedder that comes with the program: the mean of the
// vectors of a text's words, frequent words weighing less (smooth inverse
// frequency; Arora, Liang and Ma, "A Simple but Tough-to-Beat Baseline for
// Sentence Embeddings", ICLR 2017).
type WordEmbedder struct{}

var _ Embedder = WordEmbedder{}

// Name implements [Embedder].
func (WordEmbedder) Name() string { return "words-glove-6b-100-v1" }

// Embed implements [Embedder]. It never fails.
func (WordEmbedder) Embed(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = embedWords(text)
	}
	return vectors, nil
}

// smoothing is the constant a of smooth inverse frequency, at the value of its
// authors.
const smoothing = 1e-3

func embedWords(text string) []float32 {
	vector := make([]float32, wordvectors.Dim)
	for _, t := range tokenize(text) {
		if stopwords[t.word] {
			continue
		}
		if !wordvectors.Add(vector, t.word, float32(smoothing/(smoothing+frequency(t.word)))) {
			addUnknown(vector, t.word)
		}
	}
	normalize(vector)
	return vector
}

// frequency estimates a word's share of English text from its rank, by Zipf's
// law: about 0.1 / rank.
func frequency(word string) float64 { return .1 / float64(wordvectors.Rank(word)+1) }

// addUnknown adds a direction of its own for a word that has no vector, such as
// a name, so that texts with the same unknown words are alike.
func addUnknown(vector []float32, word string) {
	h := fnv.New64a()
	h.Write([]byte(word))
	state := h.Sum64()
	scale := float32(1 / math.Sqrt(float64(len(vector))))
	for i := range vector {
		// xorshift64*
		state ^= state >> 12
		state ^= state << 25
		state ^= state >> 27
		if (state*0x2545F4914F6CDD1D)>>63 == 0 {
			vector[i] += scale
		} else {
			vector[i] -= scale
		}
	}
}

// normalize scales a vector to length 1; zeros stay zeros.
func normalize(vector []float32) {
	sum := 0.0
	for _, x := range vector {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range vector {
		vector[i] *= scale
	}
}
