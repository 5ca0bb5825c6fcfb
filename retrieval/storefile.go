package retrieval

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"rapporteur/corpus"
)

// An entry of the stored index is a file of its own, made once and never
// changed:
//
//	"RAPPIDX" and the format, 8 bytes
//	length of the header, 4 bytes, little-endian
//	SHA-256 of the header, 32 bytes
//	header, JSON: see entryHeader; it has the length and SHA-256 of each part
//	part 1, the records, gob
//	part 2, their analyses without vectors, gob
//	part 3, the vectors: for each passage the SHA-256 of its text, 32 bytes, and
//	        Dim little-endian float32
//
// A file that is not exactly so is as good as none.
const entryMagic = "RAPPIDX\x01"

const maxEntryHeader = 1 << 20

type entryHeader struct {
	Parser   int        `json:"parser"`   // corpus.ParserVersion
	Analysis int        `json:"analysis"` // AnalysisVersion
	Embedder string     `json:"embedder"`
	Dim      int        `json:"dim"`
	Source   string     `json:"source"` // path of the record file
	Sum      corpus.Sum `json:"sum"`    // of the record file
	Records  int        `json:"records"`
	Turns    int        `json:"turns"`
	Parts    []partSum  `json:"parts"`
}

type partSum struct {
	Length int64  `json:"length"`
	Sum    []byte `json:"sha256"`
}

// entry is what is stored of a record file.
type entry struct {
	entryHeader
	records  []*corpus.Record
	analyses []*Analysis
}

// textKey identifies the text of a passage.
type textKey [sha256.Size]byte

func keyOf(text string) textKey { return sha256.Sum256([]byte(text)) }

// encode returns the bytes of an entry's file.
func (e *entry) encode() ([]byte, error) {
	var records, analyses, vectors bytes.Buffer
	if err := gob.NewEncoder(&records).Encode(e.records); err != nil {
		return nil, err
	}
	bare := make([]Analysis, len(e.analyses))
	for i, a := range e.analyses {
		bare[i] = *a
		bare[i].Vectors = nil
		for k, p := range a.Passages {
			key := keyOf(p.Text(e.records[i]))
			vectors.Write(key[:])
			for _, x := range a.vector(k) {
				vectors.Write(binary.LittleEndian.AppendUint32(vectors.AvailableBuffer(), math.Float32bits(x)))
			}
		}
	}
	if err := gob.NewEncoder(&analyses).Encode(bare); err != nil {
		return nil, err
	}
	parts := [][]byte{records.Bytes(), analyses.Bytes(), vectors.Bytes()}
	h := e.entryHeader
	h.Parts = nil
	for _, part := range parts {
		sum := sha256.Sum256(part)
		h.Parts = append(h.Parts, partSum{int64(len(part)), sum[:]})
	}
	header, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	out := []byte(entryMagic)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(header)))
	sum := sha256.Sum256(header)
	out = append(append(out, sum[:]...), header...)
	return append(out, bytes.Join(parts, nil)...), nil
}

var (
	errDamaged = errors.New("damaged")
	errForeign = errors.New("of another version of the program")
)

// readHeader reads the header of an entry's file.
func readHeader(r io.Reader) (entryHeader, error) {
	var h entryHeader
	start := make([]byte, len(entryMagic)+4+sha256.Size)
	if _, err := io.ReadFull(r, start); err != nil {
		return h, errDamaged
	}
	switch magic := string(start[:len(entryMagic)]); {
	case magic[:len(magic)-1] != entryMagic[:len(entryMagic)-1]:
		return h, errDamaged
	case magic != entryMagic:
		return h, errForeign
	}
	size := binary.LittleEndian.Uint32(start[len(entryMagic):])
	if size > maxEntryHeader {
		return h, errDamaged
	}
	header := make([]byte, size)
	if _, err := io.ReadFull(r, header); err != nil || sha256.Sum256(header) != [sha256.Size]byte(start[len(entryMagic)+4:]) {
		return h, errDamaged
	}
	if err := json.Unmarshal(header, &h); err != nil || len(h.Parts) != 3 || h.Dim < 0 {
		return h, errDamaged
	}
	return h, nil
}

// readPart reads the next part of an entry's file.
func (h *entryHeader) readPart(r io.Reader, i int) ([]byte, error) {
	size := h.Parts[i].Length
	if size < 0 || size > 64*corpus.MaxFileBytes {
		return nil, errDamaged
	}
	var part bytes.Buffer
	if n, err := io.CopyN(&part, r, size); err != nil || n != size {
		return nil, errDamaged
	}
	if sum := sha256.Sum256(part.Bytes()); !bytes.Equal(sum[:], h.Parts[i].Sum) {
		return nil, errDamaged
	}
	return part.Bytes(), nil
}

// readEntry reads an entry for the embedder named. The error is errDamaged,
// errForeign or the file system's.
func readEntry(file, embedder string) (*entry, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return decodeEntry(f, embedder)
}

// decodeEntry reads an entry. gob is not made for hostile input, which the sums
// keep away from it; should it panic all the same, the entry is damaged.
func decodeEntry(r io.Reader, embedder string) (e *entry, err error) {
	defer func() {
		if recover() != nil {
			e, err = nil, errDamaged
		}
	}()
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if h.Parser != corpus.ParserVersion || h.Analysis != AnalysisVersion || h.Embedder != embedder {
		return nil, errForeign
	}
	e = &entry{entryHeader: h}
	var parts [3][]byte
	for i := range parts {
		if parts[i], err = h.readPart(r, i); err != nil {
			return nil, err
		}
	}
	if n, _ := r.Read(make([]byte, 1)); n > 0 {
		return nil, errDamaged
	}
	if gob.NewDecoder(bytes.NewReader(parts[0])).Decode(&e.records) != nil || gob.NewDecoder(bytes.NewReader(parts[1])).Decode(&e.analyses) != nil {
		return nil, errDamaged
	}
	return e, e.fill(parts[2])
}

// fill puts the vectors into the analyses and checks that all fits together.
func (e *entry) fill(vectors []byte) error {
	if len(e.records) != e.Records || len(e.analyses) != e.Records || e.Records == 0 {
		return errDamaged
	}
	for i, a := range e.analyses {
		if a == nil || e.records[i] == nil || !a.fits(e.records[i]) || a.Dim != e.Dim && a.Dim != 0 {
			return errDamaged
		}
		a.Vectors = make([]float32, 0, len(a.Passages)*a.Dim)
		for range a.Passages {
			if len(vectors) < sha256.Size+4*a.Dim {
				return errDamaged
			}
			vectors = vectors[sha256.Size:]
			for range a.Dim {
				a.Vectors = append(a.Vectors, math.Float32frombits(binary.LittleEndian.Uint32(vectors)))
				vectors = vectors[4:]
			}
		}
	}
	if len(vectors) > 0 {
		return errDamaged
	}
	return nil
}

// fits reports whether an analysis can be that of a record: no number in it
// leads out of another list.
func (a *Analysis) fits(r *corpus.Record) bool {
	turns := len(r.Turns)
	ascends := func(list []int32, n, last int) bool {
		return len(list) == n+1 && list[0] == 0 && list[n] == int32(last) && slices.IsSorted(list)
	}
	if len(a.Length) != turns || len(a.Asks) != turns || len(a.Numbers) != turns || len(a.Times) != turns ||
		len(a.WordCounts) != len(a.Words) || len(a.WordPlain) != len(a.Words) ||
		!ascends(a.First, len(a.Stems), len(a.Turns)) || !ascends(a.Starts, len(a.Turns), len(a.Positions)) {
		return false
	}
	for _, turn := range a.Turns {
		if turn < 0 || int(turn) >= turns {
			return false
		}
	}
	return slices.Equal(a.Passages, Passages(r))
}

// storedVectors calls f with the vectors of an entry's file, by the texts of
// their passages, also where the rest is of another version.
func storedVectors(file, embedder string, f func(textKey, []float32)) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	h, err := readHeader(in)
	if err != nil || h.Embedder != embedder || h.Dim == 0 {
		return err
	}
	if _, err := in.Seek(h.Parts[0].Length+h.Parts[1].Length, io.SeekCurrent); err != nil {
		return err
	}
	part, err := h.readPart(in, 2)
	if err != nil {
		return err
	}
	for size := sha256.Size + 4*h.Dim; len(part) >= size; part = part[size:] {
		f(textKey(part[:sha256.Size]), floats(part[sha256.Size:size]))
	}
	return nil
}

func floats(data []byte) []float32 {
	vector := make([]float32, len(data)/4)
	for i := range vector {
		vector[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return vector
}

// writeAtomically writes a file that is either there in full or not at all,
// also after a loss of power once its folder is synced.
func writeAtomically(file string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+"-*"+tempSuffix)
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}

// syncFolder makes renames and removals in a folder last.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
