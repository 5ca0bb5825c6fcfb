package corpus

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// Loader reads a library and, later, what has changed of it. It is not safe for
// concurrent use.
type Loader struct {
	opts    Options
	bundled *File
	known   map[string]*loaded // by absolute path, of the last load
}

// loaded is a file as it was read.
type loaded struct {
	file File
	err  error // why it could not be read; file is then what was read before
	// The file and its sidecar when they were read, to see whether they have
	// changed since.
	stamp, sidecar stamp
	read           time.Time
}

// stamp is what the file system says of a file; the zero value is no file.
type stamp struct {
	size    int64
	changed time.Time
}

// NewLoader returns a loader of a library that has read nothing yet.
func NewLoader(opts Options) *Loader { return &Loader{opts: opts} }

// Load reads the records of the library. What was read by an earlier call and
// has not changed since is not read again. Files that cannot be read do not keep
// the others from being served: the library holds all that could be read, of a
// file that could be read before what was read then, and the error joins what is
// wrong with the rest.
func (l *Loader) Load(ctx context.Context) (*Library, error) {
	found, problems := l.find()
	lib := &Library{}
	for _, problem := range problems {
		lib.Unread = append(lib.Unread, unreadable(problem)...)
	}
	results := l.read(ctx, found)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	add := func(f File) {
		lib.Files = append(lib.Files, f)
		for _, e := range f.Entries {
			if err := lib.add(e); err != nil {
				problems = append(problems, err)
			}
		}
	}
	if l.opts.Bundled {
		if l.bundled == nil {
			if f, err := l.parse(bundled()); err != nil {
				problems = append(problems, err)
			} else {
				f.Path = "bundled"
				l.bundled = &f
			}
		}
		if l.bundled != nil {
			add(*l.bundled)
		}
	}
	l.known = make(map[string]*loaded, len(found))
	for i, result := range results {
		l.known[found[i].path] = result
		if result.err != nil {
			problems = append(problems, result.err)
			if result.file.Entries == nil && !errors.Is(result.err, errGone) {
				lib.Unread = append(lib.Unread, found[i].path)
			}
		}
		if result.file.Entries != nil {
			add(result.file)
		}
	}
	return lib, errors.Join(problems...)
}

// place is a record file that was found.
type place struct{ name, path string } // path is absolute

// find returns the record files of the library in a fixed order, each once.
// Where a folder cannot be read for now, the files that were found there before
// stand in.
func (l *Loader) find() ([]place, []error) {
	var found []place
	var problems []error
	seen := make(map[string]bool)
	add := func(name string) {
		path, err := filepath.Abs(name)
		if err != nil {
			path = name
		}
		if !seen[path] {
			seen[path] = true
			found = append(found, place{name, path})
		}
	}
	for _, path := range l.opts.Paths {
		files, err := recordFiles(path)
		for _, file := range files {
			add(file)
		}
		if err == nil {
			continue
		}
		problems = append(problems, err)
		for _, name := range l.before(unreadable(err)) {
			add(name)
		}
	}
	return found, problems
}

// unreadable returns the absolute paths of the files and folders that err says
// cannot be read for now: they are still there.
func unreadable(err error) []string {
	var paths []string
	for _, problem := range unjoin(err) {
		var file *FileError
		if errors.As(problem, &file) && errors.Is(problem, errUnreadable) {
			if path, err := filepath.Abs(file.File); err == nil {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// before returns the names of known files at or below some paths, in order.
func (l *Loader) before(paths []string) []string {
	var names []string
	for _, path := range paths {
		for known, k := range l.known {
			if inside, err := filepath.Rel(path, known); err == nil && filepath.IsLocal(inside) {
				names = append(names, k.file.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// unjoin returns the parts of a joined error.
func unjoin(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// read reads files, several at a time, and returns what came of each.
func (l *Loader) read(ctx context.Context, found []place) []*loaded {
	results := make([]*loaded, len(found))
	next := make(chan int)
	var workers sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range min(runtime.GOMAXPROCS(0), len(found)) {
		workers.Go(func() {
			for i := range next {
				results[i] = l.readOne(found[i])
				if l.opts.Progress != nil {
					mu.Lock()
					done++
					l.opts.Progress(done, len(found))
					mu.Unlock()
				}
			}
		})
	}
	for i := range found {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	return results
}

// settled is how old a file must have been when it was read for its stamp to
// show every later change: clocks of file systems are coarse.
const settled = 3 * time.Second

// readOne reads a file unless it is known and has not changed.
func (l *Loader) readOne(p place) *loaded {
	now := &loaded{read: time.Now(), file: File{Name: p.name, Path: p.path}, stamp: fileStamp(p.path)}
	if sidecar, err := sidecarOf(p.path); err == nil && sidecar != "" {
		now.sidecar = fileStamp(sidecar)
	}
	before := l.known[p.path]
	if before != nil && before.stamp == now.stamp && before.sidecar == now.sidecar && before.err == nil &&
		before.read.Sub(before.stamp.changed) > settled && before.read.Sub(before.sidecar.changed) > settled {
		return before
	}
	d, err := readDocument(p.name)
	if err == nil {
		if sum := d.sum(); before != nil && before.file.Entries != nil && sum == before.file.Sum {
			now.file = before.file
			return now
		}
		now.file, err = l.parse(d)
		now.file.Path = p.path
	}
	if err != nil {
		now.err = err
		var problem *FileError
		if before != nil && before.file.Entries != nil && !errors.Is(err, errGone) && errors.As(err, &problem) {
			kept := *problem
			kept.Hint = strings.TrimPrefix(problem.Hint+"; what was read from it before is still served", "; ")
			now.file, now.err = before.file, &kept
		}
	}
	return now
}

// parse returns the records of a document, as stored if they are.
func (l *Loader) parse(d *document) (File, error) {
	f := File{Name: d.file, Sum: d.sum()}
	var records []*Record
	if l.opts.Stored != nil {
		records = l.opts.Stored(f.Sum)
		for _, r := range records {
			r.File = d.file
		}
	}
	if records == nil {
		var err error
		if records, err = d.parse(); err != nil {
			return f, err
		}
	}
	for _, r := range records {
		f.Entries = append(f.Entries, l.entry(r))
	}
	return f, nil
}

// entry returns the entry of a record that was read; on the shelf if there is
// one and it takes the record.
func (l *Loader) entry(r *Record) *Entry {
	shelf := l.opts.Shelf
	if shelf == nil {
		return NewEntry(r)
	}
	spot, err := shelf.add(r)
	if err != nil {
		return NewEntry(r)
	}
	// The texts of what was parsed hold the whole file; what is read back holds
	// nothing but itself.
	back, err := shelf.read(spot)
	if err != nil {
		return NewEntry(r)
	}
	e := NewEntry(back)
	e.record, e.shelf, e.spot = nil, shelf, spot
	return e
}

func fileStamp(file string) stamp {
	info, err := os.Stat(file)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime()}
}

// errGone and errUnreadable are why the operating system could not open a file
// or folder.
var (
	errGone       = fs.ErrNotExist
	errUnreadable = errors.New("cannot be read for now")
)
