package weaviate

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// How long a search takes in a collection that “rapporteur index” has filled:
//
//	RAPPORTEUR_TEST_COLLECTION=Name RAPPORTEUR_TEST_CORPUS=folder RAPPORTEUR_TEST_QUERIES=file go test ./retrieval/weaviate -run TestFilled -v
//
// The file has the lines of “search --batch”.
func TestFilled(t *testing.T) {
	name, folder, file := os.Getenv("RAPPORTEUR_TEST_COLLECTION"), os.Getenv("RAPPORTEUR_TEST_CORPUS"), os.Getenv("RAPPORTEUR_TEST_QUERIES")
	if name == "" || folder == "" || file == "" {
		t.Skip("no collection, corpus and queries are named to measure with")
	}
	s, err := New(Options{URLs: urls(t), Collection: name})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	shelf, err := corpus.NewShelf(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	lib, err := corpus.Load(corpus.Options{Paths: []string{folder}, Shelf: shelf})
	if err != nil {
		t.Fatal(err)
	}
	engine := &timed{Engine: s}
	x, err := retrieval.Connect(t.Context(), engine, lib, retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var took []time.Duration
	for line := range strings.Lines(string(data)) {
		var q struct{ Query string }
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := x.Search(t.Context(), retrieval.Query{Text: q.Query}); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	for what, took := range map[string][]time.Duration{"searches": took, "requests of records": engine.find, "requests of outlines": engine.outlines} {
		slices.Sort(took)
		if n := len(took); n > 0 {
			t.Logf("%d %s: p50 %v, p95 %v, longest %v", n, what, took[n/2], took[n*95/100], took[n-1])
		}
	}
}

// timed is an engine that notes how long it takes, of one search at a time.
type timed struct {
	retrieval.Engine
	find, outlines []time.Duration
}

func (e *timed) Find(ctx context.Context, v retrieval.View, s retrieval.Sought) ([]retrieval.Held, error) {
	start := time.Now()
	defer func() { e.find = append(e.find, time.Since(start)) }()
	return e.Engine.Find(ctx, v, s)
}

func (e *timed) Outlines(ctx context.Context, v retrieval.View, records []retrieval.Held) ([][]byte, error) {
	start := time.Now()
	defer func() { e.outlines = append(e.outlines, time.Since(start)) }()
	return e.Engine.Outlines(ctx, v, records)
}
