package corpus_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/corpus"
)

// TestLoaderReadsWhatChanged counts what is parsed.
func TestLoaderReadsWhatChanged(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "a.txt", talk)
	write(t, folder, "b.txt", talk)
	var asked atomic.Int32 // once for each file that is not known
	loader := corpus.NewLoader(corpus.Options{Paths: []string{folder}, Stored: func(corpus.Sum) []*corpus.Record { asked.Add(1); return nil }})
	load := func(files int) *corpus.Library {
		t.Helper()
		asked.Store(0)
		lib, err := loader.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n := int(asked.Load()); n != files {
			t.Errorf("%d files were read; want %d", n, files)
		}
		return lib
	}
	first := load(2)
	second := load(0)
	for i := range first.Entries {
		if first.Entries[i] != second.Entries[i] {
			t.Errorf("%s is another record", first.Entries[i].ID)
		}
	}
	// A new time alone changes nothing; other bytes of the same size and time do.
	b := filepath.Join(folder, "b.txt")
	now := time.Now()
	if err := os.Chtimes(b, now, now); err != nil {
		t.Fatal(err)
	}
	load(0)
	write(t, folder, "b.txt", strings.Replace(talk, "crane", "crate", 1))
	if err := os.Chtimes(b, now, now); err != nil {
		t.Fatal(err)
	}
	if lib := load(1); !strings.Contains(corpus.Print(opened(t, lib.Entries[1])), "crate") || lib.Entries[0] != first.Entries[0] {
		t.Error("the change was not read, or more than it")
	}
	write(t, folder, "a.yaml", "title: Another title\n")
	if lib := load(1); lib.Entries[0].Title != "Another title" {
		t.Error("the sidecar was not read")
	}
}

// TestLoaderKeeps checks that a file that cannot be read for now stays as it
// was, and one that is gone goes.
func TestLoaderKeeps(t *testing.T) {
	folder := t.TempDir()
	a := write(t, folder, "a.txt", talk)
	write(t, folder, "b.txt", talk)
	loader := corpus.NewLoader(corpus.Options{Paths: []string{folder}})
	if _, err := loader.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	write(t, folder, "a.txt", "Talk\x00")
	lib, err := loader.Load(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), a+":1: a NUL byte") || !strings.HasSuffix(err.Error(), "still served") || len(lib.Entries) != 2 {
		t.Errorf("%d records, %v", len(lib.Entries), err)
	}
	if err := os.Remove(a); err != nil {
		t.Fatal(err)
	}
	if lib, err = loader.Load(t.Context()); err != nil || len(lib.Entries) != 1 || lib.Entries[0].ID != "b" {
		t.Errorf("%d records, %v", len(lib.Entries), err)
	}
	fresh, err := corpus.Load(corpus.Options{Paths: []string{folder}})
	if err != nil || len(fresh.Unread) != 0 {
		t.Errorf("unread %q, %v", fresh.Unread, err)
	}
	write(t, folder, "c.txt", "no turns\n")
	if lib, err = corpus.Load(corpus.Options{Paths: []string{folder}}); err == nil || len(lib.Unread) != 1 || filepath.Base(lib.Unread[0]) != "c.txt" {
		t.Errorf("unread %q, %v", lib.Unread, err)
	}
}

// parsed is what the readers of corpus.ParserVersion make of the example files.
// When this test fails because a reader reads them otherwise, raise
// ParserVersion and put the new sum here: records that were stored before must
// not be used any more.
const parsed = "1eda351f46185097"

func TestParserVersion(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/*", "testdata/*/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	sort.Strings(files)
	h := sha256.New()
	read := 0
	for _, file := range files {
		switch filepath.Ext(file) {
		case ".txt", ".md", ".html", ".vtt", ".srt", ".xml", ".json":
		default:
			continue
		}
		records, err := corpus.ReadRecords(file)
		if err != nil {
			continue
		}
		read++
		for _, r := range records {
			data, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			h.Write(data)
		}
	}
	if got := hex.EncodeToString(h.Sum(nil))[:16]; got != parsed || read < 5 {
		t.Errorf("the %d example files are read as %s under version %d, not as %s", read, got, corpus.ParserVersion, parsed)
	}
}

// TestNoRegularFiles checks that pipes and devices are never opened.
func TestNoRegularFiles(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "a.txt", talk)
	write(t, folder, "b.txt", talk)
	for _, name := range []string{"pipe.txt", "b.yaml"} { // a sidecar too
		if err := exec.Command("mkfifo", filepath.Join(folder, name)).Run(); err != nil {
			t.Skip("there are no pipes: ", err)
		}
	}
	lib, err := corpus.Load(corpus.Options{Paths: []string{folder, filepath.Join(folder, "pipe.txt"), os.DevNull}})
	if err == nil || len(lib.Entries) != 1 || lib.Entries[0].ID != "a" {
		t.Fatalf("%d records, %v", len(lib.Entries), err)
	}
	for _, file := range []string{filepath.Join(folder, "b.yaml"), filepath.Join(folder, "pipe.txt"), os.DevNull} {
		if !strings.Contains(err.Error(), file+": this is not a regular file") {
			t.Errorf("nothing is said of %s: %v", file, err)
		}
	}
}

func opened(t *testing.T, e *corpus.Entry) *corpus.Record {
	t.Helper()
	r, err := e.Open()
	if err != nil {
		t.Fatal(err)
	}
	return r
}
