package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// storing says when the index is stored.
type storing int

const (
	// storeIfNamed: in a data folder that somebody named, or where vectors cost
	// money. An index stored by another command is used all the same.
	storeIfNamed storing = iota
	storeAlways          // where the system keeps data, if no folder is named
)

// lockWait is how long “index” waits for another process that writes.
const lockWait = 10 * time.Second

// library are the records as they stand in their files, and the index of them.
type library struct {
	app    *app
	loader *corpus.Loader
	store  *retrieval.Store
	folder string  // of the stored index, or empty
	engine *engine // instead of store, or nil
	show   *progress

	embedder retrieval.Embedder // nil: the built-in one
	model    bot.Model          // nil: none

	lib     *corpus.Library
	changes retrieval.Changes
	problem string // what was wrong with the files last, as it was told
}

// load reads the records and indexes them once. A path of the command line that
// cannot be read is an error, and so is an id given twice; a bad file inside a
// folder is a warning: the other records are still served.
func (a *app) load(ctx context.Context) (*bot.Bot, error) {
	if a.bot != nil {
		return a.bot, nil
	}
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	l := &library{app: a, show: &progress{}}
	if l.embedder, l.model, err = a.loadModels(ctx); err != nil {
		return nil, err
	}
	if l.engine, err = a.openEngine(c); err != nil {
		return nil, err
	}
	if err := l.engine.check(ctx); err != nil {
		return nil, err
	}
	l.open(c)
	defer l.show.end()
	lib, err := l.loader.Load(ctx)
	if err != nil {
		if lib == nil || len(lib.Entries) == 0 || a.named(err) {
			return nil, err
		}
		l.problem = oneLine(err)
		fmt.Fprintln(a.err, "rapporteur: "+l.problem)
	}
	if len(lib.Entries) == 0 {
		return nil, errors.New("there are no records; name some with --corpus PATH or corpus.paths, or leave out --no-bundled and corpus.bundled: false")
	}
	if a.flags.record != "" {
		if _, err := lib.Find(a.flags.record); err != nil {
			return nil, err
		}
	}
	if a.bot, err = l.index(ctx, lib); err != nil {
		return nil, err
	}
	a.library = l
	return a.bot, nil
}

// open prepares for reading the library of the configuration.
func (l *library) open(c *config) {
	a := l.app
	if a.shown != nil {
		l.show = a.shown
	}
	var shelf *corpus.Shelf // nil: the records stay in memory, where the index is
	switch {
	case l.engine != nil:
		l.openStore(true)
		shelf = a.openShelf()
	case a.storing == storeAlways || c.DataDir != "" || l.embedder != nil:
		folder, err := a.dataFolder()
		if err != nil {
			a.commandLogger().Warn("the index cannot be stored; going on in memory", "error", err)
		} else {
			l.folder = filepath.Join(folder, "index")
		}
		l.openStore(false)
	default:
		if folder := a.usualDataFolder(); folder != "" {
			l.folder = filepath.Join(folder, "index")
		}
		if info, err := os.Stat(l.folder); err != nil || !info.IsDir() {
			l.folder = ""
		}
		l.openStore(true)
	}
	l.loader = corpus.NewLoader(corpus.Options{
		Bundled: c.Corpus.Bundled, Paths: c.Corpus.Paths, Shelf: shelf, Progress: l.show.files,
		Stored: func(sum corpus.Sum) []*corpus.Record { return l.store.Records(sum) },
	})
}

// openShelf returns a shelf in the data folder or, where that cannot be written,
// wherever the system keeps such files; nil if there is no such place.
func (a *app) openShelf() *corpus.Shelf {
	folder, _ := a.dataFolder()
	shelf, err := corpus.NewShelf(folder)
	if err != nil {
		a.commandLogger().Warn("the text of the records is kept in memory", "error", err)
	}
	return shelf
}

func (l *library) openStore(readOnly bool) {
	opts := retrieval.StoreOptions{Embedder: l.embedder, Logger: l.app.commandLogger(), ReadOnly: readOnly, Prune: l.app.storing == storeAlways}
	if l.app.shown != nil {
		opts.Wait = lockWait
	}
	l.store = retrieval.NewStore(l.folder, opts)
}

// index makes the bot of a library. At the start, where the embedding model is
// down, it goes on with the built-in vectors.
func (l *library) index(ctx context.Context, lib *corpus.Library) (*bot.Bot, error) {
	opts := retrieval.Options{Progress: l.show.turns}
	if l.engine != nil {
		opts.Embedder = l.embedder
		index, changes, err := l.engine.index(ctx, lib, opts)
		if err != nil {
			return nil, err
		}
		return l.botOf(lib, index, changes), nil
	}
	if l.embedder != nil && l.app.shown == nil {
		opts.Progress = l.app.progress("turns embedded")
	}
	index, changes, err := l.store.Index(ctx, lib, opts)
	if l.lib == nil && l.embedder != nil && errors.Is(err, bot.ErrModelDown) {
		l.app.commandLogger().Warn("the records could not be embedded; searching with the built-in vectors until the next start", "error", err)
		l.embedder = nil
		l.openStore(true)
		index, changes, err = l.store.Index(ctx, lib, opts)
	}
	if err != nil {
		return nil, err
	}
	return l.botOf(lib, index, changes), nil
}

func (l *library) botOf(lib *corpus.Library, index *retrieval.Index, changes retrieval.Changes) *bot.Bot {
	l.lib, l.changes = lib, changes
	return bot.New(lib, index, bot.Options{
		Model: l.model, ModelTime: time.Duration(l.app.config.OpenAI.TimeoutSeconds) * time.Second, Summaries: summaryStore{l.app},
	})
}

// refresh reads what has changed and returns the bot of it, or nil where
// nothing has. What is wrong with the files is told once.
func (l *library) refresh(ctx context.Context, tell func(problem string)) (*bot.Bot, error) {
	lib, err := l.loader.Load(ctx)
	if lib == nil {
		return nil, err
	}
	problem := ""
	if err != nil {
		problem = oneLine(err)
	}
	if problem != l.problem && problem != "" {
		tell(problem)
	}
	l.problem = problem
	if slices.Equal(lib.Entries, l.lib.Entries) && !l.engine.published() {
		return nil, nil
	}
	if len(lib.Entries) == 0 {
		return nil, errors.New("all records are gone; what was read before is still served")
	}
	return l.index(ctx, lib)
}

// refresh brings the bot up to the files, between two questions of a chat.
func (a *app) refresh(ctx context.Context) {
	if a.library == nil {
		return
	}
	tell := func(problem string) { fmt.Fprintln(a.err, "rapporteur: "+problem) }
	b, err := a.library.refresh(ctx, tell)
	if err != nil {
		tell(oneLine(err))
	}
	if b != nil {
		a.bot = b
	}
}
