package corpus

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed bundled/soong-molotov-1945-07-10.txt
var bundledText []byte

//go:embed bundled/soong-molotov-1945-07-10.yaml
var bundledSidecar []byte

// Bundled returns the record that comes with the program: the notes of the
// meeting of T. V. Soong and V. M. Molotov on 10 July 1945.
func Bundled() (*Record, error) {
	meta, err := ParseSidecar(bundledSidecar)
	if err != nil {
		return nil, fmt.Errorf("bundled sidecar: %w", err)
	}
	return Parse("bundled/soong-molotov-1945-07-10.txt", bundledText, meta)
}

// Parse reads a record; the extension of file chooses the reader. meta may be
// nil. The error is a [*FileError].
func Parse(file string, data []byte, meta *Sidecar) (*Record, error) {
	switch ext := strings.ToLower(filepath.Ext(file)); ext {
	case ".txt", ".text", "":
		return ParsePlain(file, data, meta)
	default:
		return nil, &FileError{File: file, Problem: fmt.Sprintf("%s files are not read", ext), Hint: "save the transcript as plain text (.txt)"}
	}
}

// readable reports whether a file in a folder is taken for a record.
func readable(name string) bool { return strings.EqualFold(filepath.Ext(name), ".txt") }

// Library is a set of records with different ids, in the order of their ids.
type Library struct {
	Records []*Record
}

// Options says which records a library holds.
type Options struct {
	Bundled bool
	Paths   []string // files and folders; folders are read with all below them
}

// Load reads the records of a library. Files that cannot be read do not keep
// the others from being served: the library holds all that could be read and
// the error joins what is wrong with the rest.
func Load(opts Options) (*Library, error) {
	lib := &Library{}
	var problems []error
	add := func(r *Record, err error) {
		if err == nil {
			err = lib.Add(r)
		}
		if err != nil {
			problems = append(problems, err)
		}
	}
	if opts.Bundled {
		add(Bundled())
	}
	for _, path := range opts.Paths {
		files, err := recordFiles(path)
		if err != nil {
			problems = append(problems, err)
		}
		for _, file := range files {
			add(ReadFile(file))
		}
	}
	return lib, errors.Join(problems...)
}

// Add puts a record into the library. A second record with an id is refused.
func (l *Library) Add(r *Record) error {
	at, found := slices.BinarySearchFunc(l.Records, r.ID, func(r *Record, id string) int { return strings.Compare(r.ID, id) })
	if found {
		return &FileError{File: r.File, Problem: fmt.Sprintf("the record id %q is taken by %s", r.ID, l.Records[at].File), Hint: "give one of them another id in its sidecar (NAME.yaml: “id: …”)"}
	}
	l.Records = slices.Insert(l.Records, at, r)
	return nil
}

// Record returns the record with an id.
func (l *Library) Record(id string) (*Record, error) {
	for _, r := range l.Records {
		if strings.EqualFold(r.ID, id) {
			return r, nil
		}
	}
	ids := make([]string, 0, len(l.Records))
	for _, r := range l.Records {
		ids = append(ids, r.ID)
	}
	if len(ids) > 8 {
		ids = append(ids[:8], "…")
	}
	return nil, fmt.Errorf("there is no record %q; there are: %s", id, strings.Join(ids, ", "))
}

// ReadFile reads a record from a file, with its sidecar if there is one.
func ReadFile(file string) (*Record, error) {
	data, err := readLimited(file)
	if err != nil {
		return nil, err
	}
	var meta *Sidecar
	for _, ext := range []string{".yaml", ".yml"} {
		sidecar := strings.TrimSuffix(file, filepath.Ext(file)) + ext
		text, err := os.ReadFile(sidecar)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fileError(sidecar, err)
		}
		if meta, err = ParseSidecar(text); err != nil {
			return nil, &FileError{File: sidecar, Problem: err.Error()}
		}
		break
	}
	return Parse(file, data, meta)
}

func readLimited(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	if !info.Mode().IsRegular() {
		return nil, &FileError{File: file, Problem: "this is not a regular file"}
	}
	if info.Size() > MaxFileBytes {
		return nil, &FileError{File: file, Problem: fmt.Sprintf("the file has %d bytes, more than the %d a record may have", info.Size(), MaxFileBytes)}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	return data, nil
}

// recordFiles returns the record files at path in a fixed order.
func recordFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != path && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() && readable(name) {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		return files, fileError(path, err)
	}
	if len(files) == 0 {
		return nil, &FileError{File: path, Problem: "the folder holds no records", Hint: "put transcripts (.txt) into it"}
	}
	return files, nil
}

// fileError says what the operating system found wrong, without its prefix.
func fileError(file string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &FileError{File: file, Problem: "there is no such file or folder"}
	case errors.Is(err, fs.ErrPermission):
		return &FileError{File: file, Problem: "reading it is not permitted"}
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return &FileError{File: file, Problem: err.Error()}
}
