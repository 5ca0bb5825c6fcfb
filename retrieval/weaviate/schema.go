package weaviate

import (
	"context"
	"net/http"

	"github.com/weaviate/weaviate/entities/models"
)

// ensure makes a collection unless it is there.
func (s *Store) ensure(ctx context.Context, class *models.Class) error {
	exists, err := s.client.Schema().ClassExistenceChecker().WithClassName(class.Class).Do(ctx)
	if err == nil && exists {
		return nil
	}
	class.Vectorizer = "none"
	class.ReplicationConfig = &models.ReplicationConfig{Factor: int64(s.opts.Replicas), AsyncEnabled: s.opts.Replicas > 1, DeletionStrategy: models.ReplicationConfigDeletionStrategyTimeBasedResolution}
	class.ShardingConfig = map[string]any{"desiredCount": s.opts.Shards}
	err = s.client.Schema().ClassCreator().WithClass(class).Do(ctx)
	if isStatus(err, http.StatusUnprocessableEntity) {
		if exists, _ := s.client.Schema().ClassExistenceChecker().WithClassName(class.Class).Do(ctx); exists {
			return nil // another request made it
		}
	}
	return failed("making the collection "+class.Class, err)
}

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

// BM25's constants, those of the ranking of records.
const (
	bm25K1 = 1.2
	bm25B  = .5
)

func invertedIndex() *models.InvertedIndexConfig {
	return &models.InvertedIndexConfig{Bm25: &models.BM25Config{K1: bm25K1, B: bm25B}, Stopwords: &models.StopwordConfig{Preset: "none"}}
}

func (s *Store) recordClass() *models.Class {
	return &models.Class{
		Class:       s.records(),
		Description: "records of Rapporteur: what candidates are found by",
		// A collection without vectors.
		VectorIndexType: "hnsw", VectorIndexConfig: map[string]any{"skip": true},
		InvertedIndexConfig: invertedIndex(),
		Properties: []*models.Property{
			{Name: "record", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: no()},
			{Name: "version", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: no()},
			{Name: "terms", DataType: []string{"text"}, Tokenization: "whitespace", IndexFilterable: no(), IndexSearchable: yes()},
			{Name: "names", DataType: []string{"text[]"}, Tokenization: "field", IndexSearchable: no()},
			{Name: "since", DataType: []string{"int"}, IndexRangeFilters: yes()},
			{Name: "until", DataType: []string{"int"}, IndexRangeFilters: yes()},
		},
	}
}

func (s *Store) outlineClass() *models.Class {
	return &models.Class{
		Class:           s.outlines(),
		Description:     "outlines of records of Rapporteur",
		VectorIndexType: "hnsw", VectorIndexConfig: map[string]any{"skip": true},
		Properties: []*models.Property{
			{Name: "record", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: no(), IndexFilterable: no()},
			{Name: "version", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: no(), IndexFilterable: no()},
			{Name: "outline", DataType: []string{"blob"}},
		},
	}
}

func (s *Store) passageClass(model string) *models.Class {
	return &models.Class{
		Class:           s.passages(model),
		Description:     "passages of records of Rapporteur with vectors of " + model,
		VectorIndexType: "hnsw", VectorIndexConfig: map[string]any{"distance": "cosine", "efConstruction": 64, "maxConnections": 16},
		InvertedIndexConfig: invertedIndex(),
		Properties: []*models.Property{
			{Name: "entry", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: no()},
			{Name: "ref", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: no(), IndexFilterable: no()},
			{Name: "passage", DataType: []string{"int"}, IndexFilterable: no()},
		},
	}
}

func (s *Store) stateClass() *models.Class {
	return &models.Class{
		Class:           s.state(),
		Description:     "what Rapporteur published last",
		VectorIndexType: "hnsw", VectorIndexConfig: map[string]any{"skip": true},
		Properties: []*models.Property{
			{Name: "generation", DataType: []string{"int"}},
			{Name: "model", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: no()},
			{Name: "published", DataType: []string{"number"}},
			{Name: "statistics", DataType: []string{"blob"}},
			{Name: "owner", DataType: []string{"text"}, Tokenization: "field", IndexSearchable: no()},
			{Name: "expires", DataType: []string{"number"}},
		},
	}
}
