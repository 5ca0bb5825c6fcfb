package corpus_test

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"rapporteur/corpus"
)

// examples are the example files of the readers that are records.
func examples(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	for _, pattern := range []string{"testdata/*", "testdata/*/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if _, err := corpus.ReadRecords(file); err != nil {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(file, string(filepath.Separator), "-")), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return folder
}

// A library on a shelf is the one in memory, also when its files have gone.
func TestShelf(t *testing.T) {
	folder, shelved := examples(t), t.TempDir()
	shelf, err := corpus.NewShelf(shelved)
	if err != nil {
		t.Fatal(err)
	}
	opts := corpus.Options{Bundled: true, Paths: []string{folder}}
	memory, _ := corpus.Load(opts)
	opts.Shelf = shelf
	lib, _ := corpus.Load(opts)
	if len(lib.Entries) != len(memory.Entries) || len(lib.Entries) < 5 || lib.InMemory() || !memory.InMemory() {
		t.Fatalf("%d entries, in memory %d", len(lib.Entries), len(memory.Entries))
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i, e := range lib.Entries {
				runtime.GC() // so that some are read again
				got, err := e.Open()
				if err != nil {
					t.Error(err)
					continue
				}
				want, _ := memory.Entries[i].Open()
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s is not as it was read", e.ID)
				}
				if !reflect.DeepEqual(e.Description, want.Description) || !reflect.DeepEqual(e.Speakers, want.Speakers()) || e.Turns != len(want.Turns) {
					t.Errorf("%s is not described as it is", e.ID)
				}
				if again, err := e.Open(); again != got {
					t.Errorf("%s was read twice while it was held: %v", e.ID, err)
				}
				runtime.KeepAlive(got)
			}
		})
	}
	readers.Wait()
	if left, _ := os.ReadDir(shelved); len(left) > 0 && runtime.GOOS != "windows" {
		t.Errorf("%s is left behind", left[0].Name())
	}
	if _, err := corpus.NewShelf(filepath.Join(shelved, "none")); err == nil {
		t.Error("there is a shelf in a folder that is not there")
	}
}

func TestEntryHas(t *testing.T) {
	lib, _ := corpus.Load(corpus.Options{Bundled: true, Paths: []string{examples(t)}})
	for _, e := range lib.Entries {
		r := opened(t, e)
		refs := []string{"1", "0.1", "I", "I.1-2", "I.0", "x.1", "99", "head.1", "Notes.1", "notes", "2.1", "I.2-400"}
		for i := range r.Turns {
			refs = append(refs, r.Turns[i].Ref.String(), strings.ToLower(r.Turns[i].Ref.String())+"-3")
		}
		for _, s := range r.Sections {
			refs = append(refs, s.Label, s.Label+".1", s.Label+".1-999")
		}
		for _, written := range refs {
			ref, err := corpus.ParseRef(written)
			if err != nil {
				continue
			}
			if _, _, err := r.Lookup(ref); e.Has(ref) != (err == nil) {
				t.Errorf("%s has %s: %t, but %v", e.ID, written, e.Has(ref), err)
			}
		}
	}
}
