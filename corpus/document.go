package corpus

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"path/filepath"
	"strings"
)

// ParserVersion changes whenever the same file is read as other records: those
// stored under another version are of no use. A test holds it to what the
// readers make of the example files.
const ParserVersion = 3

// Sum identifies what a file's records depend on: the name of the file without
// its folder, its bytes and those of its sidecar. It is a SHA-256 hash.
type Sum [sha256.Size]byte

func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// document is a record file with its sidecar, read but not parsed.
type document struct {
	file    string
	data    []byte
	sidecar string // its file, or "" if there is none
	meta    []byte
}

// readDocument reads a record file and its sidecar. The error is a
// [*FileError].
func readDocument(file string) (*document, error) {
	d := &document{file: file}
	var err error
	if d.data, err = readLimited(file, MaxFileBytes); err != nil {
		return nil, err
	}
	if d.sidecar, err = sidecarOf(file); err != nil || d.sidecar == "" {
		return d, err
	}
	d.meta, err = readLimited(d.sidecar, maxSidecarBytes)
	return d, err
}

func (d *document) sum() Sum {
	h := sha256.New()
	part := func(data []byte) {
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(data)))
		h.Write(size[:])
		h.Write(data)
	}
	part([]byte(filepath.Base(d.file)))
	part(d.data)
	if d.sidecar != "" {
		part(d.meta)
	}
	return Sum(h.Sum(nil))
}

// parse reads the records of a document: one, or as many as a JSON file holds.
func (d *document) parse() ([]*Record, error) {
	var meta *Sidecar
	if d.sidecar != "" {
		var err error
		if meta, err = ParseSidecar(d.meta); err != nil {
			return nil, in(d.sidecar, err)
		}
	}
	if strings.EqualFold(filepath.Ext(d.file), ".json") {
		if err := checkText(d.file, d.data); err != nil {
			return nil, err
		}
		return parseJSON(d.file, bytes.TrimPrefix(d.data, []byte("\uFEFF")), meta)
	}
	r, err := Parse(d.file, d.data, meta)
	if err != nil {
		return nil, err
	}
	return []*Record{r}, nil
}
