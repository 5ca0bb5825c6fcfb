package retrieval

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"rapporteur/corpus"
)

// Store keeps what was found out of records, so that a start need not find it
// out again: the parsed records, their analyses and vectors. It is a cache and
// never the source of truth. What it returns belongs to the very bytes of a
// record file and its sidecar; what is damaged or of another version of the
// program is made anew. A folder that cannot be read or written is a warning in
// the log, and everything works from memory.
//
// The folder holds a file for each record file (see storefile.go), the vectors
// of work that was broken off (journal.go) and a lock for those who write:
//
//	<SHA-256 of the record file's sum and the embedder's name>.entry
//	<the same of the embedder's name alone>.journal
//	lock
//
// Its methods may be called by several goroutines, Index by one at a time.
type Store struct {
	opts   StoreOptions
	folder string
	log    *slog.Logger

	mu      sync.Mutex
	stored  map[*corpus.Record]*Analysis // of records read from the folder or indexed last
	entries map[corpus.Sum]bool          // read from the folder, or written
	write   func(file string, data []byte) error
}

// StoreOptions configures a store; the zero value works.
type StoreOptions struct {
	Embedder Embedder     // as in Options
	Logger   *slog.Logger // nil: no logs
	// ReadOnly: what is stored is used and nothing is written.
	ReadOnly bool
	// Prune: what belongs to no record of the library is dropped.
	Prune bool
	// Wait is how long another writer is waited for before going on without
	// storing.
	Wait time.Duration
}

// Changes says how many records of a library are new, changed, removed and
// unchanged since the index was stored.
type Changes struct {
	Added, Changed, Removed, Unchanged int
	NotStored                          error // why nothing could be stored
}

const (
	entrySuffix   = ".entry"
	journalSuffix = ".journal"
	tempSuffix    = ".tmp"
	lockName      = "lock"
)

// NewStore returns a store in a folder, which is made when something is first
// written to it. Without a folder nothing is kept.
func NewStore(folder string, opts StoreOptions) *Store {
	opts.ReadOnly = opts.ReadOnly || folder == ""
	if opts.Embedder == nil {
		opts.Embedder = WordEmbedder{}
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return &Store{opts: opts, folder: folder, log: opts.Logger, stored: make(map[*corpus.Record]*Analysis), entries: make(map[corpus.Sum]bool), write: writeAtomically}
}

// free reports whether vectors cost nothing but a moment.
func (s *Store) free() bool { return s.opts.Embedder.Name() == WordEmbedder{}.Name() }

func (s *Store) fileOf(sum corpus.Sum) string {
	h := sha256.Sum256(append(sum[:], s.opts.Embedder.Name()...))
	return filepath.Join(s.folder, hex.EncodeToString(h[:])+entrySuffix)
}

func (s *Store) journalFile() string {
	h := sha256.Sum256([]byte(s.opts.Embedder.Name()))
	return filepath.Join(s.folder, hex.EncodeToString(h[:])+journalSuffix)
}

// Records returns the records that were parsed from a file with the sum given,
// or nil. It is meant for corpus.Options.
func (s *Store) Records(sum corpus.Sum) []*corpus.Record {
	if s.folder == "" {
		return nil
	}
	file := s.fileOf(sum)
	e, err := readEntry(file, s.opts.Embedder.Name())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, errForeign):
		s.log.Info("a part of the stored index is of another version and is built again", "file", file)
		return nil
	case err != nil:
		s.log.Warn("a part of the stored index cannot be read and is built again", "file", file, "error", err)
		return nil
	case e.Sum != sum:
		s.log.Warn("a part of the stored index has the name of another and is built again", "file", file)
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[sum] = true
	for i, r := range e.records {
		s.stored[r] = e.analyses[i]
	}
	return e.records
}

// Index makes the index of a library: of what is stored, and of what has to be
// analysed, which it stores. The error is the embedder's.
func (s *Store) Index(ctx context.Context, lib *corpus.Library, opts Options) (*Index, Changes, error) {
	opts.Embedder = s.opts.Embedder
	if err := opts.check(); err != nil {
		return nil, Changes{}, err
	}
	writer := s.begin(ctx, lib)
	defer writer.end()
	records, err := lib.Records()
	if err != nil {
		return nil, Changes{}, err
	}
	analyses, err := s.analyse(ctx, lib, records, opts.Progress, writer)
	if err != nil {
		return nil, Changes{}, err
	}
	index, err := Assemble(ctx, records, analyses, opts)
	if err != nil {
		return nil, Changes{}, err
	}
	writer.finish(lib)
	s.mu.Lock()
	clear(s.stored)
	for i, r := range records {
		s.stored[r] = analyses[i]
	}
	s.mu.Unlock()
	return index, writer.changes, nil
}

// analyse returns the analyses of a library's records in order. It works
// through several files at a time and stores each as soon as it is analysed.
func (s *Store) analyse(ctx context.Context, lib *corpus.Library, records []*corpus.Record, progress func(done, total int), w *storeWriter) ([]*Analysis, error) {
	at := make(map[*corpus.Entry]int, len(records))
	total, done := 0, 0
	for i, e := range lib.Entries {
		at[e] = i
		total += e.Turns
	}
	files := slices.Clone(lib.Files)
	ofFile := make(map[*corpus.Entry]bool)
	for _, f := range files {
		for _, e := range f.Entries {
			ofFile[e] = true
		}
	}
	for _, e := range lib.Entries {
		if !ofFile[e] { // added by hand
			files = append(files, corpus.File{Entries: []*corpus.Entry{e}})
		}
	}
	analyses := make([]*Analysis, len(records))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan corpus.File)
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			var m analyst
			for f := range next {
				var used []int // of its records in the library
				for _, e := range f.Entries {
					if i, ok := at[e]; ok {
						used = append(used, i)
					}
				}
				e, err := s.ofFile(ctx, f, records, used, &m, w.embedder)
				if err != nil {
					cancel(err)
					continue
				}
				if f.Path != "" && e.Records == len(f.Entries) {
					w.keep(f, e)
				}
				mu.Lock()
				for i, at := range used {
					analyses[at] = e.analyses[i]
				}
				done += e.Turns
				if progress != nil {
					progress(done, total)
				}
				mu.Unlock()
			}
		})
	}
	for _, f := range files {
		if ctx.Err() != nil {
			break
		}
		next <- f
	}
	close(next)
	workers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return analyses, nil
}

// ofFile returns an entry for those records of a file that are used.
func (s *Store) ofFile(ctx context.Context, f corpus.File, records []*corpus.Record, used []int, m *analyst, embedder Embedder) (*entry, error) {
	e := &entry{entryHeader: entryHeader{Parser: corpus.ParserVersion, Analysis: AnalysisVersion, Embedder: embedder.Name(), Source: f.Path, Sum: f.Sum}}
	for _, i := range used {
		r := records[i]
		s.mu.Lock()
		a := s.stored[r]
		s.mu.Unlock()
		if a == nil {
			var err error
			if a, err = m.analyse(ctx, r, embedder); err != nil {
				return nil, err
			}
		}
		e.records = append(e.records, r)
		e.analyses = append(e.analyses, a)
		e.Records++
		e.Turns += len(r.Turns)
		e.Dim = max(e.Dim, a.Dim)
	}
	return e, nil
}

// storeWriter writes what a call of Index has to store.
type storeWriter struct {
	*Store
	embedder Embedder
	lock     *flock.Flock // nil: nothing is written
	old      map[string]entryHeader
	journal  *carried
	changes  Changes

	failed sync.Once
	broken bool // guarded by mu
}

// begin prepares for writing, if there is something to write.
func (s *Store) begin(ctx context.Context, lib *corpus.Library) *storeWriter {
	w := &storeWriter{Store: s, embedder: s.opts.Embedder}
	missing := false
	for _, f := range lib.Files {
		missing = missing || !s.has(f.Sum)
	}
	if s.folder == "" || !missing && !s.opts.Prune {
		for _, f := range lib.Files {
			w.changes.Unchanged += len(f.Entries)
		}
		return w
	}
	if !s.opts.ReadOnly {
		if err := os.MkdirAll(s.folder, 0o700); err != nil {
			w.fail(err)
		} else {
			w.take(ctx)
		}
	}
	w.old = s.headers()
	w.compare(lib)
	if !s.free() && missing {
		w.journal = w.openJournal(lib)
		w.embedder = w.journal
	}
	return w
}

func (s *Store) has(sum corpus.Sum) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries[sum]
}

// take takes the lock, or says that nothing will be stored.
func (w *storeWriter) take(ctx context.Context) {
	lock := flock.New(filepath.Join(w.folder, lockName))
	locked, err := lock.TryLock()
	if err == nil && !locked && w.opts.Wait > 0 {
		w.log.Info("another process is writing the stored index; waiting for it", "folder", w.folder, "at_most", w.opts.Wait)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, w.opts.Wait)
		defer cancel()
		locked, _ = lock.TryLockContext(ctx, 50*time.Millisecond)
	}
	switch {
	case err != nil:
		w.fail(err)
	case !locked:
		w.log.Warn("another process is writing the stored index; this one goes on without storing", "folder", w.folder)
		w.changes.NotStored = errors.New("another process is writing it")
	default:
		w.lock = lock
	}
}

// fail says once that nothing is stored any more.
func (w *storeWriter) fail(err error) {
	w.failed.Do(func() {
		w.log.Warn("the index cannot be stored; going on in memory", "folder", w.folder, "error", err)
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.broken {
		w.broken, w.changes.NotStored = true, err
	}
}

func (w *storeWriter) writes() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lock != nil && !w.broken
}

// headers returns the headers of the entries in the folder, by file. Files that
// are no entries have an empty header.
func (s *Store) headers() map[string]entryHeader {
	found := make(map[string]entryHeader)
	if s.folder == "" {
		return nil
	}
	list, _ := os.ReadDir(s.folder)
	for _, d := range list {
		if !strings.HasSuffix(d.Name(), entrySuffix) {
			continue
		}
		file := filepath.Join(s.folder, d.Name())
		f, err := os.Open(file)
		if err != nil {
			continue
		}
		h, err := readHeader(f)
		f.Close()
		if err != nil {
			h = entryHeader{}
		}
		found[file] = h
	}
	return found
}

// compare counts the changes since the index was stored.
func (w *storeWriter) compare(lib *corpus.Library) {
	sums := make(map[corpus.Sum]bool)
	sources := make(map[string]bool)
	for _, h := range w.old {
		if h.Source != "" && h.Embedder == w.opts.Embedder.Name() {
			sums[h.Sum] = true
			sources[h.Source] = true
		}
	}
	now := make(map[string]bool)
	current := make(map[corpus.Sum]bool)
	for _, f := range lib.Files {
		now[f.Path] = true
		current[f.Sum] = true
		switch {
		case sums[f.Sum]:
			w.changes.Unchanged += len(f.Entries)
		case sources[f.Path]:
			w.changes.Changed += len(f.Entries)
		default:
			w.changes.Added += len(f.Entries)
		}
	}
	for _, h := range w.old {
		if h.Source != "" && h.Embedder == w.opts.Embedder.Name() && !now[h.Source] && !current[h.Sum] && !under(h.Source, lib.Unread) {
			w.changes.Removed += h.Records
		}
	}
}

// under reports whether a path is one of some paths or lies below one.
func under(path string, paths []string) bool {
	return slices.ContainsFunc(paths, func(above string) bool {
		inside, err := filepath.Rel(above, path)
		return err == nil && filepath.IsLocal(inside)
	})
}

// openJournal returns an embedder that knows the vectors of work that was broken
// off and of entries that the library has no more in this form.
func (w *storeWriter) openJournal(lib *corpus.Library) *carried {
	c := &carried{Embedder: w.opts.Embedder, known: make(map[textKey][]float32), warn: w.fail}
	current := make(map[corpus.Sum]bool)
	for _, f := range lib.Files {
		current[f.Sum] = w.has(f.Sum)
	}
	remember := func(key textKey, vector []float32) { c.known[key] = vector }
	for file, h := range w.old {
		if h.Embedder == w.opts.Embedder.Name() && !current[h.Sum] {
			if err := storedVectors(file, h.Embedder, remember); err != nil {
				w.log.Warn("the vectors in a part of the stored index cannot be read", "file", file, "error", err)
			}
		}
	}
	flags := os.O_RDONLY
	if w.writes() {
		flags = os.O_RDWR | os.O_CREATE
	}
	f, err := os.OpenFile(w.journalFile(), flags, 0o600)
	if err != nil {
		if w.writes() {
			w.fail(err)
		}
		return c
	}
	whole := readJournal(f, remember)
	if !w.writes() {
		f.Close()
		return c
	}
	if _, err := f.Seek(whole, 0); err != nil || f.Truncate(whole) != nil {
		f.Close()
		w.fail(cmp.Or(err, errors.New("the journal cannot be shortened")))
		return c
	}
	c.journal = f
	return c
}

// keep stores an entry unless it is stored already.
func (w *storeWriter) keep(f corpus.File, e *entry) {
	if !w.writes() || w.has(f.Sum) {
		return
	}
	data, err := e.encode()
	if err == nil {
		err = w.write(w.fileOf(f.Sum), data)
	}
	if err != nil {
		w.fail(err)
		return
	}
	w.mu.Lock()
	w.entries[f.Sum] = true
	w.mu.Unlock()
}

// finish drops what is no longer needed, now that all else is stored.
func (w *storeWriter) finish(lib *corpus.Library) {
	if !w.writes() {
		return
	}
	if err := syncFolder(w.folder); err != nil {
		w.fail(err)
		return
	}
	current := make(map[corpus.Sum]bool)
	sources := make(map[string]bool)
	for _, f := range lib.Files {
		current[f.Sum] = true
		sources[f.Path] = true
	}
	for file, h := range w.old {
		superseded := sources[h.Source] && !current[h.Sum] && h.Embedder == w.opts.Embedder.Name()
		removed := w.opts.Prune && !current[h.Sum] && !under(h.Source, lib.Unread)
		if superseded || removed {
			_ = os.Remove(file)
		}
	}
	temps, _ := filepath.Glob(filepath.Join(w.folder, "*"+tempSuffix))
	for _, temp := range temps {
		_ = os.Remove(temp)
	}
	if w.journal != nil {
		w.journal.mu.Lock()
		if w.journal.journal != nil {
			_ = w.journal.journal.Close()
			w.journal.journal = nil
			_ = os.Remove(w.journalFile())
		}
		w.journal.mu.Unlock()
	}
	_ = syncFolder(w.folder)
}

// end lets another write.
func (w *storeWriter) end() {
	if w.journal != nil && w.journal.journal != nil {
		_ = w.journal.journal.Close()
	}
	if w.lock != nil {
		_ = w.lock.Unlock()
	}
}

// check refuses options that nothing can be made of.
func (o Options) check() error {
	if o.Embedder == nil || o.Embedder.Name() == "" {
		return fmt.Errorf("the embedder has no name")
	}
	return nil
}
