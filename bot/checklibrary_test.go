package bot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rapporteur/corpus"
)

// A library on a shelf is searched for quotations as one in memory; which
// passages are shown as near hangs on where they stand in the index.
func TestCheckShelved(t *testing.T) {
	folder := t.TempDir()
	towns := strings.Fields("Alder Birch Cedar Elm Fir Hazel Juniper Larch Maple Oak Pine Rowan Spruce Willow Yew")
	for i := range 4 * mostLikely {
		town := towns[i%len(towns)]
		text := fmt.Sprintf("Council of %s, meeting %d\n\nI. Bridges\n\nAnn Lee: The bridge at %s will cost %d crowns before the winter.\n\n"+
			"Ben Ruiz: We cannot pay that without the province (he sits down), and the toll was never asked for.\n\nAnn Lee: Then we ask for ferry number %d again.\n", town, i, town, 100+i, i)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("council-%03d.txt", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opts := corpus.Options{Bundled: true, Paths: []string{folder}}
	memory, err := corpus.Load(opts)
	if err != nil {
		t.Fatal(err)
	}
	if opts.Shelf, err = corpus.NewShelf(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	shelved, err := corpus.Load(opts)
	if err != nil {
		t.Fatal(err)
	}
	want := newBot(t, memory)
	got := New(shelved, want.index, Options{})
	queries := []CheckQuery{
		{Quotation: "Then we ask for ferry number 77 again.", Speaker: "Ann Lee"},
		{Quotation: "Then we ask for ferry number 77 again.", Speaker: "Ben Ruiz"},
		{Quotation: "The bridge at Yew will cost 114 crowns before the winter."},
		{Quotation: "The bridge at Yew will not cost 114 crowns before the winter."},
		{Quotation: "will cost 201 crowns … for ferry number 101 again"},
		{Quotation: "Stalin said yesterday the question of railways, ports"},
		{Quotation: "The submarine will arrive in Vladivostok on Christmas day with oranges."},
		{Quotation: "the xylophone at Hazel"},
		{Quotation: "Bridges"},
		{Quotation: "We cannot pay that without the province, and the toll was never asked for.", Record: "council-003"},
	}
	for _, q := range queries {
		a, err := want.Check(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		b, err := got.Check(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b, cmpopts.IgnoreFields(Check{}, "TookMS", "Nearest")); diff != "" {
			t.Errorf("%q: in memory (-) and on a shelf (+):\n%s", q.Quotation, diff)
		}
	}
	for _, words := range []string{"ferry number", "toll", "Vladivostok", "zebra"} {
		a, err := want.Concordance(t.Context(), ConcordanceQuery{Words: words})
		if err != nil {
			t.Fatal(err)
		}
		b, err := got.Concordance(t.Context(), ConcordanceQuery{Words: words})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b, cmpopts.IgnoreFields(Concordance{}, "TookMS")); diff != "" {
			t.Errorf("%q: in memory (-) and on a shelf (+):\n%s", words, diff)
		}
	}
	for _, address := range []string{"I.2", "IV.12", "council-040 I.3", "head.1", "XX.1"} {
		a, wantErr := want.Quote(address, "")
		b, gotErr := got.Quote(address, "")
		if diff := cmp.Diff(fmt.Sprint(wantErr), fmt.Sprint(gotErr)); diff != "" || (a == nil) != (b == nil) || a != nil && a.ID != b.ID {
			t.Errorf("%s: %s", address, diff)
		}
	}
}
