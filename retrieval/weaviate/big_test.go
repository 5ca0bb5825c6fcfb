package weaviate

import (
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
	lib, err := corpus.Load(corpus.Options{Paths: []string{folder}})
	if err != nil {
		t.Fatal(err)
	}
	x, err := retrieval.Connect(t.Context(), s, lib.Records, retrieval.Options{})
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
	slices.Sort(took)
	t.Logf("%d searches: p50 %v, p95 %v, longest %v", len(took), took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
}
