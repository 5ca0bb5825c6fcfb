package retrieval

import (
	"bytes"
	"context"
	"encoding/gob"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
)

// stored returns what reading an analysis back from a store gives.
func stored(t *testing.T, a *Analysis) *Analysis {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(a); err != nil {
		t.Fatal(err)
	}
	read := &Analysis{}
	if err := gob.NewDecoder(&b).Decode(read); err != nil {
		t.Fatal(err)
	}
	return read
}

// An index of stored analyses ranks like one made anew.
func TestAssembleStored(t *testing.T) {
	r, err := corpus.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	other := plain(t, "other", "Another meeting\n\n\nAnn: Let us talk about the railway and its ownership.\n\n\nBen: And about the coal.\n")
	ctx := context.Background()
	records := []*corpus.Record{other, r}
	var analyses []*Analysis
	for _, r := range records {
		a, err := Analyse(ctx, r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, stored(t, a)); diff != "" {
			t.Fatal(diff)
		}
		analyses = append(analyses, stored(t, a))
	}
	x, err := Assemble(ctx, records, analyses, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"who owns the railway", "Molotov on troops", "how is Dalian governed"} {
		if diff := cmp.Diff(search(t, newIndex(t, records...), Query{Text: query}), search(t, x, Query{Text: query})); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}

func TestAssembleRefusesOthersAnalyses(t *testing.T) {
	one := plain(t, "one", "One\n\n\nAnn: Coal.\n")
	two := plain(t, "two", "Two\n\n\nAnn: Coal.\n\n\nBen: Ore.\n")
	a, err := Analyse(context.Background(), one, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Assemble(context.Background(), []*corpus.Record{two}, []*Analysis{a}, Options{}); err == nil || !strings.Contains(err.Error(), "two has 2 turns") {
		t.Errorf("the analysis of another record gives %v", err)
	}
}
