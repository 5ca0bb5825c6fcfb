package weaviate

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/retrievaltest"
)

// urls returns the nodes of a cluster for tests, which .ci/weaviate starts.
func urls(t testing.TB) []string {
	list := os.Getenv("RAPPORTEUR_TEST_WEAVIATE")
	if list == "" {
		t.Skip("no Weaviate: name the nodes in RAPPORTEUR_TEST_WEAVIATE (RAPPORTEUR_TEST_WEAVIATE=$(.ci/weaviate start))")
	}
	return strings.Split(list, ",")
}

var collections atomic.Int64

// open returns a store of its own collections, which are removed at the end.
func open(t testing.TB) *Store {
	t.Helper()
	s, err := New(Options{URLs: urls(t), Collection: fmt.Sprintf("Test%d_%d", time.Now().UnixNano(), collections.Add(1)), Shards: 3, Replicas: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.removeAll(t); s.Close() })
	return s
}

func (s *Store) removeAll(t testing.TB) {
	ctx := context.Background()
	schema, err := s.client.Schema().Getter().Do(ctx)
	if err != nil {
		t.Error(err)
		return
	}
	for _, class := range schema.Classes {
		if strings.HasPrefix(class.Class, s.collection) {
			if err := s.client.Schema().ClassDeleter().WithClassName(class.Class).Do(ctx); err != nil {
				t.Error(err)
			}
		}
	}
}

type subject struct{ store *Store }

func (s subject) Update(ctx context.Context, records []*corpus.Record, embedder retrieval.Embedder) (retrieval.Changes, error) {
	lib, err := libraryOf(records)
	if err != nil {
		return retrieval.Changes{}, err
	}
	return retrieval.Fill(ctx, s.store, lib, retrieval.Options{Embedder: embedder})
}

func (s subject) Index(ctx context.Context, records []*corpus.Record, embedder retrieval.Embedder) (*retrieval.Index, error) {
	lib, err := libraryOf(records)
	if err != nil {
		return nil, err
	}
	return retrieval.Connect(ctx, s.store, lib, retrieval.Options{Embedder: embedder})
}

func libraryOf(records []*corpus.Record) (*corpus.Library, error) {
	lib := &corpus.Library{}
	for _, r := range records {
		if err := lib.Add(r); err != nil {
			return nil, err
		}
	}
	return lib, nil
}

func TestContract(t *testing.T) {
	retrievaltest.Run(t, func(t *testing.T) retrievaltest.Subject { return subject{open(t)} })
}
