package retrieval

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"slices"
	"sync"
)

// carried is an embedder that asks another only for texts whose vectors are not
// known yet, and writes down at once what it was given: a model that costs
// money is not asked twice.
//
// The journal is a run of
//
//	key of the text, 32 bytes; number of dimensions, 4 bytes; as many float32;
//	CRC-32C of all that, 4 bytes; all little-endian
//
// of which the first that is not whole is the end.
type carried struct {
	Embedder
	mu      sync.Mutex
	known   map[textKey][]float32
	journal *os.File // nil: nothing is written down
	warn    func(error)
}

// maxDim bounds what a journal is believed about dimensions.
const maxDim = 1 << 16

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Embed implements [Embedder].
func (c *carried) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	var missing []string
	var at []int
	c.mu.Lock()
	for i, text := range texts {
		if v, ok := c.known[keyOf(text)]; ok {
			vectors[i] = slices.Clone(v)
		} else {
			missing = append(missing, text)
			at = append(at, i)
		}
	}
	c.mu.Unlock()
	if len(missing) == 0 {
		return vectors, nil
	}
	embedded, err := c.Embedder.Embed(ctx, missing)
	if err != nil {
		return nil, err
	}
	if len(embedded) != len(missing) {
		return nil, fmt.Errorf("model %s gave %d vectors for %d texts", c.Name(), len(embedded), len(missing))
	}
	c.write(missing, embedded)
	for k, i := range at {
		vectors[i] = embedded[k]
	}
	return vectors, nil
}

// write writes vectors down. Where that fails, work goes on without.
func (c *carried) write(texts []string, vectors [][]float32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.journal == nil {
		return
	}
	var out []byte
	for i, text := range texts {
		start := len(out)
		key := keyOf(text)
		out = append(out, key[:]...)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(vectors[i])))
		for _, x := range vectors[i] {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
		}
		out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(out[start:], castagnoli))
	}
	_, err := c.journal.Write(out)
	if err == nil {
		err = c.journal.Sync()
	}
	if err != nil {
		c.warn(err)
		_ = c.journal.Close()
		c.journal = nil
	}
}

// readJournal calls f with the vectors of a journal and returns how long the
// part is that is whole.
func readJournal(r io.Reader, f func(textKey, []float32)) (whole int64) {
	for {
		head := make([]byte, len(textKey{})+4)
		if _, err := io.ReadFull(r, head); err != nil {
			return whole
		}
		dim := binary.LittleEndian.Uint32(head[len(textKey{}):])
		if dim > maxDim {
			return whole
		}
		rest := make([]byte, 4*dim+4)
		if _, err := io.ReadFull(r, rest); err != nil {
			return whole
		}
		sum := crc32.Update(crc32.Checksum(head, castagnoli), castagnoli, rest[:4*dim])
		if sum != binary.LittleEndian.Uint32(rest[4*dim:]) {
			return whole
		}
		f(textKey(head), floats(rest[:4*dim]))
		whole += int64(len(head) + len(rest))
	}
}
