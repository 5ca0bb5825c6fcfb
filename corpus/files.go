package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// reader reads a file of one format. It gets data that [checkText] accepts.
type reader func(file string, data []byte, meta *Sidecar) (*Record, error)

// readers are the formats by the extensions of files.
var readers = map[string]reader{
	".txt": ParsePlain, ".text": ParsePlain, "": ParsePlain,
	".md": ParseMarkdown, ".markdown": ParseMarkdown,
	".html": ParseHTML, ".htm": ParseHTML, ".xhtml": ParseHTML,
	".vtt": ParseVTT, ".srt": ParseSRT,
	".json": ParseJSON,
	".xml":  ParseTEI, ".tei": ParseTEI,
}

// closedFormats are files people try that are no text.
var closedFormats = map[string]string{
	".pdf": "PDF", ".doc": "Word", ".docx": "Word", ".odt": "OpenDocument", ".rtf": "RTF", ".pages": "Pages", ".epub": "EPUB",
}

// Parse reads a record; the extension of file chooses the reader, unless the
// text itself shows its format. meta may be nil. The error is a [*FileError].
func Parse(file string, data []byte, meta *Sidecar) (*Record, error) {
	read, err := readerOf(file, data)
	if err != nil {
		return nil, err
	}
	if err := checkText(file, data); err != nil {
		return nil, err
	}
	return read(file, bytes.TrimPrefix(data, []byte("\uFEFF")), meta)
}

// readerOf chooses the reader for a file.
func readerOf(file string, data []byte) (reader, error) {
	ext := strings.ToLower(filepath.Ext(file))
	read, known := readers[ext]
	if name := closedFormats[ext]; name != "" {
		return nil, &FileError{File: file, Problem: name + " files are not read", Hint: "save the transcript as plain text (.txt) in UTF-8"}
	}
	if !known {
		return nil, &FileError{File: file, Problem: fmt.Sprintf("%s files are not read", printable(ext)), Hint: "records are " + strings.Join(extensions(), ", ")}
	}
	if other := readerByText(data[:min(len(data), 4096)]); other != nil && (ext == ".txt" || ext == ".text" || ext == "" || ext == ".xml") {
		return other, nil
	}
	return read, nil
}

// readerByText knows formats by how they begin, for files whose extension does
// not say.
func readerByText(start []byte) reader {
	start = bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\uFEFF")))
	small := bytes.ToLower(start)
	switch {
	case bytes.HasPrefix(start, []byte("WEBVTT")):
		return ParseVTT
	case bytes.HasPrefix(small, []byte("<!doctype html")), bytes.HasPrefix(small, []byte("<html")):
		return ParseHTML
	case bytes.HasPrefix(small, []byte("<?xml")) && bytes.Contains(small, []byte("<html")):
		return ParseHTML
	case bytes.HasPrefix(small, []byte("<?xml")), bytes.HasPrefix(start, []byte("<TEI")):
		return ParseTEI
	}
	for i, text := range bytes.SplitN(start, []byte("\n"), 3) {
		if i < 2 && timing.Match(bytes.TrimSpace(text)) {
			return ParseSRT
		}
	}
	return nil
}

// extensions returns the extensions of record files.
func extensions() []string {
	var names []string
	for ext := range readers {
		if ext != "" {
			names = append(names, ext)
		}
	}
	slices.Sort(names)
	return names
}

// readable reports whether a file in a folder is taken for a record. A folder's
// README and licence are none.
func readable(name string) bool {
	base := strings.ToLower(filepath.Base(name))
	ext := filepath.Ext(base)
	if readers[ext] == nil || ext == "" {
		return false
	}
	switch strings.TrimSuffix(base, ext) {
	case "readme", "license", "licence", "copying", "notice", "changelog", "contributing":
		return false
	}
	return true
}

// ReadFile reads a record from a file, with its sidecar if there is one. The
// error is a [*FileError].
func ReadFile(file string) (*Record, error) {
	records, err := ReadRecords(file)
	if err != nil {
		return nil, err
	}
	if len(records) != 1 {
		return nil, &FileError{File: file, Problem: fmt.Sprintf("the file holds %d records, not one", len(records))}
	}
	return records[0], nil
}

// ReadRecords reads the records of a file: one, or as many as a JSON file
// holds. The error is a [*FileError].
func ReadRecords(file string) ([]*Record, error) {
	d, err := readDocument(file)
	if err != nil {
		return nil, err
	}
	return d.parse()
}

// sidecarOf returns the sidecar of a record file, or "" if there is none.
func sidecarOf(file string) (string, error) {
	for _, ext := range []string{".yaml", ".yml"} {
		sidecar := strings.TrimSuffix(file, filepath.Ext(file)) + ext
		link, err := os.Lstat(sidecar)
		if err != nil || link.IsDir() {
			continue
		}
		if link.Mode()&fs.ModeSymlink != 0 && leavesFolder(filepath.Dir(file), sidecar) {
			return "", &FileError{File: sidecar, Problem: "a symbolic link out of the folder is not followed"}
		}
		return sidecar, nil
	}
	return "", nil
}

// readLimited reads a file of up to limit bytes.
func readLimited(file string, limit int) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	if !info.Mode().IsRegular() {
		return nil, &FileError{File: file, Problem: "this is not a regular file"}
	}
	if info.Size() > int64(limit) {
		return nil, &FileError{File: file, Problem: fmt.Sprintf("the file has %d bytes, more than the %d it may have", info.Size(), limit)}
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1)) // it may grow meanwhile
	if err != nil {
		return nil, fileError(file, err)
	}
	return data, nil
}

// recordFiles returns the record files at path in a fixed order. Symbolic links
// in a folder are not followed: they may lead out of it.
func recordFiles(path string) ([]string, error) {
	files, _, err := walkFolder(path)
	return files, err
}

// PassedOver returns what lies in a folder and is taken for no record, without
// an error: files of other kinds, pipes, hidden files and folders. Sidecars of
// records are left out.
func PassedOver(folder string) []string {
	files, passed, _ := walkFolder(folder)
	sidecars := make(map[string]bool)
	for _, file := range files {
		if sidecar, err := sidecarOf(file); err == nil && sidecar != "" {
			sidecars[sidecar] = true
		}
	}
	return slices.DeleteFunc(passed, func(name string) bool { return sidecars[name] })
}

// walkFolder returns the record files at path and, of a folder, what it passes
// over.
func walkFolder(path string) (files, passed []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fileError(path, err)
	}
	path = filepath.Clean(path)
	if !info.IsDir() {
		return []string{path}, nil, nil
	}
	var problems []error
	folder := path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		folder = real
	}
	err = filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		shown := path + strings.TrimPrefix(name, folder)
		switch {
		case err != nil:
			problems = append(problems, fileError(shown, err))
			if d != nil && d.IsDir() {
				return filepath.SkipDir
			}
		case name != folder && (strings.HasPrefix(d.Name(), ".") || d.IsDir() && isPageFolder(name)):
			passed = append(passed, shown)
			if d.IsDir() {
				return filepath.SkipDir
			}
		case d.Type()&fs.ModeSymlink != 0 && readable(name) && leavesFolder(folder, name):
			problems = append(problems, &FileError{File: shown, Problem: "a symbolic link out of the folder is not followed", Hint: "add the file it leads to by its own path"})
		case d.Type().IsRegular() && readable(name):
			files = append(files, shown)
		case !d.IsDir():
			passed = append(passed, shown)
		}
		return nil
	})
	if err != nil {
		problems = append(problems, fileError(path, err))
	}
	if len(files) == 0 && len(problems) == 0 {
		return nil, passed, &FileError{File: path, Problem: "the folder holds no records", Hint: "put transcripts into it: " + strings.Join(extensions(), ", ")}
	}
	return files, passed, errors.Join(problems...)
}

// leavesFolder reports whether a symbolic link leads out of a folder, or
// nowhere.
func leavesFolder(folder, link string) bool {
	target, err := filepath.EvalSymlinks(link)
	if err != nil {
		return true
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	inside, err := filepath.Rel(folder, target)
	return err != nil || !filepath.IsLocal(inside)
}

// isPageFolder reports whether a folder holds the pictures and scripts of a
// saved web page: NAME_files beside NAME.html.
func isPageFolder(name string) bool {
	page, ok := strings.CutSuffix(name, "_files")
	if !ok {
		return false
	}
	for _, ext := range []string{".html", ".htm", ".xhtml"} {
		if info, err := os.Stat(page + ext); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// fileError says what the operating system found wrong, without its prefix.
func fileError(file string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &FileError{File: file, Problem: "there is no such file or folder", Err: errGone}
	case errors.Is(err, fs.ErrPermission):
		return &FileError{File: file, Problem: "reading it is not permitted", Err: errUnreadable}
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return &FileError{File: file, Problem: err.Error(), Err: errUnreadable}
}
