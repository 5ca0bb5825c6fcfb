package main

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"rapporteur/bot"
	"rapporteur/corpus"
)

// When files are looked at again while the bot runs. They are variables for
// tests alone.
var (
	// reloadQuiet is how long nothing may happen before files are read: a file
	// is written in many steps.
	reloadQuiet = 400 * time.Millisecond
	// reloadAtMost is how long that is waited for.
	reloadAtMost = 5 * time.Second
	// rescanEvery is how often files are looked at where nothing was heard:
	// folders on other machines do not tell of changes.
	rescanEvery = 30 * time.Second
)

// watch reads files that change, appear or go until ctx is done, and hands over
// a new bot each time: complete, so that a question sees the library as it was
// or as it is and never a mix. What cannot be read stays as it was.
func (l *library) watch(ctx context.Context, paths []string, log *slog.Logger, replace func(*bot.Bot)) {
	if len(paths) == 0 && l.engine == nil {
		return
	}
	var events chan fsnotify.Event
	var faults chan error
	watcher, err := fsnotify.NewWatcher()
	if err == nil {
		defer watcher.Close()
		events, faults = watcher.Events, watcher.Errors
		err = watchFolders(watcher, paths)
	}
	if err != nil {
		log.Warn("not every change of the records is noticed at once", "looked_at_every", rescanEvery, "error", err)
	}
	rescan := time.NewTicker(rescanEvery)
	defer rescan.Stop()
	quiet := time.NewTimer(0) // what changed while the bot was starting
	defer quiet.Stop()
	var since time.Time // of the first change not read yet
	for {
		select {
		case <-ctx.Done():
			return
		case err := <-faults:
			log.Warn("a change of the records may have been missed", "error", err)
			quiet.Reset(reloadQuiet)
			continue
		case e := <-events:
			if e.Op == fsnotify.Chmod {
				continue
			}
			if since.IsZero() {
				since = time.Now()
			}
			quiet.Reset(max(0, min(reloadQuiet, reloadAtMost-time.Since(since))))
			continue
		case <-l.engine.news():
		case <-quiet.C:
		case <-rescan.C:
		}
		since = time.Time{}
		if watcher != nil {
			_ = watchFolders(watcher, paths) // new ones
		}
		l.reload(ctx, log, replace)
	}
}

// reload reads what has changed and says what that was.
func (l *library) reload(ctx context.Context, log *slog.Logger, replace func(*bot.Bot)) {
	start, before := time.Now(), l.lib
	b, err := l.refresh(ctx, func(problem string) { log.Warn("some records cannot be read", "problem", problem) })
	if err != nil && ctx.Err() == nil {
		log.Error("the records were not read again", "error", err)
	}
	if b == nil {
		return
	}
	replace(b)
	added, removed := difference(before.Entries, l.lib.Entries)
	log.Info("the records have changed", "new_or_changed", added, "gone_or_changed", removed, "records", len(l.lib.Entries), "took", time.Since(start).Round(time.Millisecond))
}

// difference returns the ids of records that only one of two libraries has in
// this form.
func difference(before, after []*corpus.Entry) (added, removed []string) {
	only := func(a, b []*corpus.Entry) []string {
		other := make(map[*corpus.Entry]bool, len(b))
		for _, r := range b {
			other[r] = true
		}
		ids := []string{}
		for _, r := range a {
			if !other[r] {
				ids = append(ids, r.ID)
			}
		}
		return ids
	}
	return only(after, before), only(before, after)
}

// watchFolders watches the folders of some paths and those below them.
func watchFolders(w *fsnotify.Watcher, paths []string) error {
	var first error
	add := func(folder string) {
		if err := w.Add(folder); err != nil && first == nil {
			first = err
		}
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			add(filepath.Dir(path))
			continue
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		_ = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // the loader says so
			case !d.IsDir():
				return nil
			case name != path && strings.HasPrefix(d.Name(), "."):
				return filepath.SkipDir
			}
			add(name)
			return nil
		})
	}
	return first
}
