package retrieval

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"rapporteur/corpus"
)

// shelf is a folder of record files with a store for their index.
type shelf struct {
	t       testing.TB
	records string
	folder  string
	log     bytes.Buffer
	mu      sync.Mutex
}

func newShelf(t testing.TB) *shelf {
	return &shelf{t: t, records: t.TempDir(), folder: filepath.Join(t.TempDir(), "index")}
}

func (s *shelf) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(p)
}

func (s *shelf) put(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.records, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// talk is a record in which somebody speaks of something.
func talk(topic string) string {
	var b strings.Builder
	b.WriteString("Talk of " + topic + "\n")
	for i := range 12 {
		fmt.Fprintf(&b, "\n\nAnn: Sentence %d of the talk says that %s is a matter for the committee and nobody else.\n\n\nBen: Then let us hear of %s again in the month number %d, when the harbour opens.\n", i, topic, topic, i)
	}
	return b.String()
}

// start does what a start of the program does.
func (s *shelf) start(opts StoreOptions) (*Index, *corpus.Library, Changes) {
	s.t.Helper()
	opts.Logger = slog.New(slog.NewTextHandler(s, nil))
	store := NewStore(s.folder, opts)
	return s.with(store)
}

func (s *shelf) with(store *Store) (*Index, *corpus.Library, Changes) {
	s.t.Helper()
	lib, err := corpus.Load(corpus.Options{Paths: []string{s.records}, Stored: store.Records})
	if err != nil {
		s.t.Fatal(err)
	}
	index, changes, err := store.Index(context.Background(), lib, Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	return index, lib, changes
}

func (s *shelf) entries() []string {
	names, _ := filepath.Glob(filepath.Join(s.folder, "*"+entrySuffix))
	return names
}

// same checks that an index and its library are those of the files as they are.
func (s *shelf) same(index *Index, lib *corpus.Library) {
	s.t.Helper()
	fresh, err := corpus.Load(corpus.Options{Paths: []string{s.records}})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(fresh.Entries) != len(lib.Entries) {
		s.t.Fatalf("%d records; want %d", len(lib.Entries), len(fresh.Entries))
	}
	loaded := recordsOf(s.t, lib)
	for i, r := range recordsOf(s.t, fresh) {
		if !reflect.DeepEqual(r, loaded[i]) {
			s.t.Errorf("%s is not as its file has it", r.ID)
		}
	}
	want, err := New(context.Background(), recordsOf(s.t, fresh), Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, q := range []string{"the crane", "what is said of coal", "harbour opens", "committee"} {
		got, err := index.Search(context.Background(), Query{Text: q, Explain: true})
		if err != nil {
			s.t.Fatal(err)
		}
		wanted, err := want.Search(context.Background(), Query{Text: q, Explain: true})
		if err != nil {
			s.t.Fatal(err)
		}
		for i := range wanted {
			if len(got) != len(wanted) || got[i].Record.ID != wanted[i].Record.ID || got[i].Turn.Text != wanted[i].Turn.Text || got[i].Score != wanted[i].Score {
				s.t.Fatalf("%q finds other turns than an index made anew", q)
			}
		}
	}
}

func TestStore(t *testing.T) {
	s := newShelf(t)
	for _, topic := range []string{"crane", "coal", "rope"} {
		s.put(topic+".txt", talk(topic))
	}
	step := func(name string, want Changes) {
		t.Helper()
		index, lib, got := s.start(StoreOptions{Prune: true})
		if got != want {
			t.Errorf("%s: %+v; want %+v", name, got, want)
		}
		s.same(index, lib)
		if n := len(s.entries()); n != len(lib.Entries) {
			t.Errorf("%s: %d entries for %d records", name, n, len(lib.Entries))
		}
	}
	step("new", Changes{Added: 3})
	step("again", Changes{Unchanged: 3})
	s.put("coal.txt", talk("coal and oil"))
	s.put("tar.txt", talk("tar"))
	if err := os.Remove(filepath.Join(s.records, "rope.txt")); err != nil {
		t.Fatal(err)
	}
	step("changed", Changes{Added: 1, Changed: 1, Removed: 1, Unchanged: 1})
	s.put("crane.yaml", "title: The crane\n")
	step("sidecar", Changes{Changed: 1, Unchanged: 2})
	if strings.Contains(s.log.String(), "WARN") {
		t.Error(s.log.String())
	}
}

// TestStoredIsUsed checks that what is stored is not parsed and not analysed
// again.
func TestStoredIsUsed(t *testing.T) {
	s := newShelf(t)
	s.put("crane.txt", talk("crane"))
	s.start(StoreOptions{})
	store := NewStore(s.folder, StoreOptions{})
	index, lib, _ := s.with(store)
	if !store.has(lib.Files[0].Sum) {
		t.Error("the record was parsed again")
	}
	if a := store.stored[recordsOf(t, lib)[0]]; a == nil || a != index.segments[0].Analysis {
		t.Error("the record was analysed again")
	}
}

// TestStoreDamaged damages an entry in every way and gets the record right all
// the same.
func TestStoreDamaged(t *testing.T) {
	s := newShelf(t)
	s.put("crane.txt", talk("crane"))
	s.put("coal.txt", talk("coal"))
	s.start(StoreOptions{})
	file := s.entries()[0]
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damages := map[string]func() []byte{
		"empty":   func() []byte { return nil },
		"foreign": func() []byte { return []byte("a letter to my aunt\n") },
		"newer":   func() []byte { d := slices.Clone(whole); d[len(entryMagic)-1]++; return d },
		"longer":  func() []byte { return append(slices.Clone(whole), 'x') },
		"other's": func() []byte { d, _ := os.ReadFile(s.entries()[1]); return d },
	}
	for _, at := range []int{1, 9, 20, 60, 200, len(whole) / 4, len(whole) / 2, len(whole) - 1} {
		damages[fmt.Sprintf("cut at %d", at)] = func() []byte { return whole[:at] }
		damages[fmt.Sprintf("bit of byte %d", at)] = func() []byte { d := slices.Clone(whole); d[at] ^= 4; return d }
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			s.log.Reset()
			if err := os.WriteFile(file, damage(), 0o600); err != nil {
				t.Fatal(err)
			}
			index, lib, _ := s.start(StoreOptions{})
			s.same(index, lib)
			if !strings.Contains(s.log.String(), "built again") {
				t.Errorf("the log does not say that it was built again: %s", s.log.String())
			}
			if now, err := os.ReadFile(file); err != nil || len(now) != len(whole) {
				t.Errorf("it was not built again: %d bytes, %v", len(now), err)
			}
		})
	}
}

// TestStoreUnwritable works from memory where nothing can be written.
func TestStoreUnwritable(t *testing.T) {
	s := newShelf(t)
	s.put("crane.txt", talk("crane"))
	check := func(store *Store, want string) {
		t.Helper()
		s.log.Reset()
		index, lib, changes := s.with(store)
		s.same(index, lib)
		if changes.NotStored == nil || strings.Count(s.log.String(), want) != 1 {
			t.Errorf("%v; log: %s", changes.NotStored, s.log.String())
		}
	}
	opts := StoreOptions{Logger: slog.New(slog.NewTextHandler(s, nil)), Wait: 20 * time.Millisecond}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	check(NewStore(filepath.Join(file, "index"), opts), "going on in memory")

	full := NewStore(s.folder, opts)
	full.write = func(string, []byte) error { return errors.New("no space left on device") }
	check(full, "no space left on device")
	if n := len(s.entries()); n != 0 {
		t.Errorf("%d entries on a full disk", n)
	}
	lock := flock.New(filepath.Join(s.folder, lockName))
	if ok, err := lock.TryLock(); err != nil || !ok {
		t.Fatal(ok, err)
	}
	check(NewStore(s.folder, opts), "goes on without storing")
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if _, _, changes := s.start(StoreOptions{}); changes.NotStored != nil || len(s.entries()) != 1 {
		t.Errorf("nothing is stored after the lock is free: %v", changes.NotStored)
	}
}

// TestStoreReaders checks that readers are not kept out by a writer, and write
// nothing.
func TestStoreReaders(t *testing.T) {
	s := newShelf(t)
	s.put("crane.txt", talk("crane"))
	s.start(StoreOptions{})
	s.put("coal.txt", talk("coal"))
	lock := flock.New(filepath.Join(s.folder, lockName))
	if ok, err := lock.TryLock(); err != nil || !ok {
		t.Fatal(ok, err)
	}
	defer func() { _ = lock.Unlock() }()
	index, lib, changes := s.start(StoreOptions{ReadOnly: true})
	s.same(index, lib)
	if changes.NotStored != nil || changes.Added != 1 || changes.Unchanged != 1 || len(s.entries()) != 1 || strings.Contains(s.log.String(), "WARN") {
		t.Errorf("%+v, %d entries, log %s", changes, len(s.entries()), s.log.String())
	}
}

// costly is an embedder that counts the texts it is paid for. It stops after
// some.
type costly struct {
	name string
	mu   sync.Mutex
	paid map[string]int
	left int
}

var errBroke = errors.New("no money left")

func (c *costly) Name() string { return c.name }

func (c *costly) Embed(_ context.Context, texts []string) ([][]float32, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var vectors [][]float32
	if c.left -= len(texts); c.left < 0 {
		return nil, errBroke
	}
	for _, text := range texts {
		c.paid[text]++
		vectors = append(vectors, []float32{float32(len(text)), float32(strings.Count(text, "a")), 1})
	}
	return vectors, nil
}

// TestNothingIsPaidTwice breaks work off, changes records, and never asks for
// the vector of a text again.
func TestNothingIsPaidTwice(t *testing.T) {
	s := newShelf(t)
	topics := []string{"crane", "coal", "rope", "tar"}
	for _, topic := range topics {
		s.put(topic+".txt", talk(topic))
	}
	model := &costly{name: "paid-model", paid: make(map[string]int), left: 14}
	opts := StoreOptions{Embedder: model, Prune: true}
	lib, err := corpus.Load(corpus.Options{Paths: []string{s.records}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := NewStore(s.folder, opts).Index(t.Context(), lib, Options{}); !errors.Is(err, errBroke) {
		t.Fatalf("%v; want %v", err, errBroke)
	}
	if len(model.paid) == 0 {
		t.Fatal("nothing was embedded before the end")
	}
	model.left = 1 << 30
	s.start(opts)
	total := len(model.paid)
	if names, _ := filepath.Glob(filepath.Join(s.folder, "*"+journalSuffix)); len(names) != 0 {
		t.Errorf("the journal is kept: %q", names)
	}
	// A changed record pays for what is new alone.
	s.put("rope.txt", talk("rope")+"\n\nAnn: A word that is new, at the end of it all.\n")
	s.start(opts)
	if added := len(model.paid) - total; added < 1 || added > 2 {
		t.Errorf("%d texts were embedded after a small change", added)
	}
	// So does one that moves to another name, and a start with the built-in
	// vectors in between.
	if err := os.Rename(filepath.Join(s.records, "tar.txt"), filepath.Join(s.records, "pitch.txt")); err != nil {
		t.Fatal(err)
	}
	s.start(StoreOptions{})
	s.start(opts)
	for text, times := range model.paid {
		if times > 1 {
			t.Errorf("paid %d times for %q", times, text)
		}
	}
}

// TestJournalTorn reads a journal that ends anywhere.
func TestJournalTorn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "journal")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &carried{Embedder: &costly{name: "m", paid: make(map[string]int), left: 100}, journal: f, known: map[textKey][]float32{}}
	if _, err := c.Embed(t.Context(), []string{"one", "two", "three"}); err != nil {
		t.Fatal(err)
	}
	f.Close()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	frame := len(whole) / 3
	for n := range len(whole) + 1 {
		got := 0
		end := readJournal(bytes.NewReader(whole[:n]), func(textKey, []float32) { got++ })
		if got != n/frame || end != int64(got*frame) {
			t.Fatalf("%d bytes: %d vectors up to %d", n, got, end)
		}
	}
}

func FuzzReadEntry(f *testing.F) {
	r, err := corpus.Parse("crane.txt", []byte(talk("crane")), nil)
	if err != nil {
		f.Fatal(err)
	}
	a, err := Analyse(context.Background(), r, nil)
	if err != nil {
		f.Fatal(err)
	}
	name := WordEmbedder{}.Name()
	e := &entry{entryHeader{Parser: corpus.ParserVersion, Analysis: AnalysisVersion, Embedder: name, Dim: a.Dim, Source: "/x", Records: 1, Turns: len(r.Turns)}, []*corpus.Record{r}, []*Analysis{a}}
	data, err := e.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:100])
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := decodeEntry(bytes.NewReader(data), name)
		if err != nil {
			if got != nil && !errors.Is(err, errDamaged) && !errors.Is(err, errForeign) {
				t.Errorf("%v", err)
			}
			return
		}
		if !reflect.DeepEqual(got.records[0], r) || !slices.Equal(got.analyses[0].Vectors, a.Vectors) || !slices.Equal(got.analyses[0].Positions, a.Positions) {
			t.Error("another entry than was written")
		}
	})
}
