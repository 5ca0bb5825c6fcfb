package corpus

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"
	"weak"
)

// Shelf holds records in a file of its own, so that a library can be larger than
// the memory. Records are added and never removed: what has been read stays as
// it was, whatever becomes of the files it came from. The file has no name and
// goes with the process. Its methods may be called by several goroutines.
type Shelf struct {
	mu   sync.Mutex
	file *os.File
	end  int64
}

// spot is where a record stands on a shelf.
type spot struct {
	start, length int64
	sum           uint32 // CRC-32
}

// NewShelf returns a shelf in a folder, or where the system keeps such files if
// folder is empty.
func NewShelf(folder string) (*Shelf, error) {
	file, err := os.CreateTemp(folder, "rapporteur-records-*.tmp")
	if err != nil {
		return nil, err
	}
	// Where an open file cannot be removed, the system removes it in time.
	_ = os.Remove(file.Name())
	return &Shelf{file: file}, nil
}

// add puts a record on the shelf.
func (s *Shelf) add(r *Record) (spot, error) {
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(r); err != nil {
		return spot{}, err
	}
	p := spot{length: int64(data.Len()), sum: crc32.ChecksumIEEE(data.Bytes())}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.start = s.end
	if _, err := s.file.WriteAt(data.Bytes(), p.start); err != nil {
		return spot{}, err
	}
	s.end += p.length
	return p, nil
}

// read reads a record from the shelf.
func (s *Shelf) read(p spot) (*Record, error) {
	data := make([]byte, p.length)
	if _, err := io.ReadFull(io.NewSectionReader(s.file, p.start, p.length), data); err != nil {
		return nil, fmt.Errorf("reading a record again: %w", err)
	}
	if crc32.ChecksumIEEE(data) != p.sum {
		return nil, errors.New("reading a record again: it is damaged on the disk")
	}
	r := &Record{}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(r); err != nil {
		return nil, fmt.Errorf("reading a record again: %w", err)
	}
	return r, nil
}

// opened is a record in memory for as long as somebody holds it.
type opened struct {
	mu     sync.Mutex
	record weak.Pointer[Record]
}

// get returns the record, which read reads if nobody holds it.
func (o *opened) get(read func() (*Record, error)) (*Record, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r := o.record.Value(); r != nil {
		return r, nil
	}
	r, err := read()
	if err == nil {
		o.record = weak.Make(r)
	}
	return r, err
}
