package retrieval

import (
	"context"
	"errors"
	"testing"

	"rapporteur/corpus"
)

// distant is an embedder behind a network that can be down.
type distant struct {
	WordEmbedder
	down  *bool
	asked *int
}

var errDown = errors.New("no connection")

func (distant) Name() string { return "distant" }

func (e distant) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	*e.asked++
	if *e.down {
		return nil, errDown
	}
	return e.WordEmbedder.Embed(ctx, texts)
}

// An embedder that is down leaves a search words alone, and says so; a quick
// search does not ask it.
func TestEmbedderDown(t *testing.T) {
	lib, err := corpus.Load(corpus.Options{Bundled: true})
	if err != nil {
		t.Fatal(err)
	}
	down, asked := false, 0
	index, err := New(t.Context(), recordsOf(t, lib), Options{Embedder: distant{down: &down, asked: &asked}})
	if err != nil {
		t.Fatal(err)
	}
	search := func(q Query) (first string, reason error) {
		t.Helper()
		q.Text = "who ensures the supply of coal"
		q.WithoutVectors = func(err error) { reason = err }
		found, err := index.Search(t.Context(), q)
		if err != nil || len(found) == 0 {
			t.Fatalf("found %d turns, %v", len(found), err)
		}
		return found[0].Turn.Ref.String(), reason
	}
	asked = 0
	if first, reason := search(Query{Answer: true}); first != "IV.11" || reason != nil || asked != 1 {
		t.Errorf("found %s, reason %v, asked %d times", first, reason, asked)
	}
	if _, reason := search(Query{Quick: true}); reason != nil || asked != 1 {
		t.Errorf("a quick search: reason %v, asked %d times", reason, asked)
	}
	down = true
	if first, reason := search(Query{Answer: true}); first != "IV.11" || !errors.Is(reason, errDown) {
		t.Errorf("found %s, reason %v", first, reason)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := index.Search(cancelled, Query{Text: "coal"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a search that was given up: %v", err)
	}
}

func recordsOf(t testing.TB, lib *corpus.Library) []*corpus.Record {
	t.Helper()
	records, err := lib.Records()
	if err != nil {
		t.Fatal(err)
	}
	return records
}
