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
	dim      int
	records  []recordVectors
}

type recordVectors struct {
	passages   []Passage
	collection *chromem.Collection
}

// embedBatch is how many passages are embedded in one call.
const embedBatch = 256

// newVectors embeds the passages of records. progress, if not nil, is called
// with how many passages are done of how many.
func newVectors(ctx context.Context, records []*corpus.Record, embedder Embedder, progress func(done, total int)) (*vectors, error) {
	v := &vectors{embedder: embedder, records: make([]recordVectors, len(records))}
	db := chromem.NewDB()
	total, done := 0, 0
	for i, r := range records {
		v.records[i].passages = Passages(r)
		total += len(v.records[i].passages)
	}
	for i, r := range records {
		passages := v.records[i].passages
		documents := make([]chromem.Document, 0, len(passages))
		for from := 0; from < len(passages); from += embedBatch {
			batch := passages[from:min(from+embedBatch, len(passages))]
			texts := make([]string, len(batch))
			for k, p := range batch {
				texts[k] = p.Text(r)
			}
			embedded, err := embedder.Embed(ctx, texts)
			if err != nil {
				return nil, fmt.Errorf("embedding %s: %w", r.ID, err)
			}
			if len(embedded) != len(batch) {
				return nil, fmt.Errorf("model %s gave %d vectors for %d texts", embedder.Name(), len(embedded), len(batch))
			}
			for k, vector := range embedded {
				if err := v.checkDim(vector); err != nil {
					return nil, fmt.Errorf("embedding %s: %w", r.ID, err)
				}
				if normalize(vector); !isZero(vector) {
					documents = append(documents, chromem.Document{ID: strconv.Itoa(from + k), Embedding: vector})
				}
			}
			if done += len(batch); progress != nil {
				progress(done, total)
			}
		}
		collection, err := db.CreateCollection(r.ID, nil, noEmbedding)
		if err != nil {
			return nil, err
		}
		if len(documents) > 0 {
			if err := collection.AddDocuments(ctx, documents, 1); err != nil {
				return nil, err
			}
		}
		v.records[i].collection = collection
	}
	return v, nil
}

// noEmbedding stands where chromem-go asks for a function that embeds: vectors
// are handed in.
func noEmbedding(context.Context, string) ([]float32, error) {
	return nil, errors.New("the store was given a text without its vector")
}

func (v *vectors) checkDim(vector []float32) error {
	if v.dim == 0 {
		v.dim = len(vector)
	}
	if len(vector) == 0 || len(vector) != v.dim {
		return fmt.Errorf("model %s gave a vector of %d dimensions after one of %d", v.embedder.Name(), len(vector), v.dim)
	}
	return nil
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

// similar returns how alike the question's vector is to the passage of each
// turn of a record, from 0 to 1, or nil where nothing can be said.
func (v *vectors) similar(ctx context.Context, question []float32, record, turns int) ([]float64, error) {
	r := &v.records[record]
	count := r.collection.Count()
	if count == 0 || len(question) != v.dim || isZero(question) {
		return nil, nil
	}
	// All passages are asked for: chromem-go breaks ties at a cut at random.
	found, err := r.collection.QueryEmbedding(ctx, question, count, nil, nil)
	if err != nil {
		return nil, err
	}
	values := make([]float64, turns)
	for _, f := range found {
		i, err := strconv.Atoi(f.ID)
		if err != nil {
			return nil, err
		}
		for turn := r.passages[i].First; turn < r.passages[i].End; turn++ {
			values[turn] = max(0, float64(f.Similarity)-leastLike) / (1 - leastLike)
		}
	}
	return values, nil
}
