package retrieval

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/philippgille/chromem-go"

	"rapporteur/corpus"
)

// vectors is the vector store: a chromem-go collection for each record, which
// holds its passages. Zero vectors are left out: chromem-go would make NaN of
// them.
type vectors struct {
	embedder Embedder
	learned  bool // the embedder is a language model, not the built-in one
	dim      int
	db       *chromem.DB
}

// add adds the vectors of a record and returns their collection.
func (v *vectors) add(ctx context.Context, r *corpus.Record, a *Analysis) (*chromem.Collection, error) {
	if a.Dim > 0 && v.dim == 0 {
		v.dim = a.Dim
	}
	if a.Dim > 0 && a.Dim != v.dim {
		return nil, fmt.Errorf("model %s gave %s vectors of %d dimensions and another record %d", v.embedder.Name(), r.ID, a.Dim, v.dim)
	}
	collection, err := v.db.CreateCollection(r.ID, nil, noEmbedding)
	if err != nil {
		return nil, err
	}
	for i := range a.Passages {
		if vector := a.vector(i); !isZero(vector) {
			if err := collection.AddDocument(ctx, chromem.Document{ID: strconv.Itoa(i), Embedding: vector}); err != nil {
				return nil, err
			}
		}
	}
	return collection, nil
}

// noEmbedding stands where chromem-go asks for a function that embeds: vectors
// are handed in.
func noEmbedding(context.Context, string) ([]float32, error) {
	return nil, errors.New("the store was given a text without its vector")
}

func isZero(vector []float32) bool {
	for _, x := range vector {
		if x != 0 {
			return false
		}
	}
	return true
}

// embed returns the vector of a question.
func (v *vectors) embed(ctx context.Context, question string) ([]float32, error) {
	embedded, err := v.embedder.Embed(ctx, []string{question})
	if err != nil {
		return nil, err
	}
	if len(embedded) != 1 {
		return nil, fmt.Errorf("model %s gave %d vectors for one text", v.embedder.Name(), len(embedded))
	}
	normalize(embedded[0])
	return embedded[0], nil
}

// leastLike is the cosine from which texts are alike at all: below it are
// texts that have nothing to do with each other.
const leastLike = .3

// similar returns how alike a question's vector is to the passage of each turn
// of a record, from 0 to 1, or nil where nothing can be said.
func (s *segment) similar(ctx context.Context, question []float32) ([]float64, error) {
	count := s.vectors.Count()
	if count == 0 || len(question) != s.Dim || isZero(question) {
		return nil, nil
	}
	// All passages are asked for: chromem-go breaks ties at a cut at random.
	found, err := s.vectors.QueryEmbedding(ctx, question, count, nil, nil)
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(s.Length))
	for _, f := range found {
		i, err := strconv.Atoi(f.ID)
		if err != nil {
			return nil, err
		}
		for turn := s.Passages[i].First; turn < s.Passages[i].End; turn++ {
			values[turn] = max(0, float64(f.Similarity)-leastLike) / (1 - leastLike)
		}
	}
	return values, nil
}
