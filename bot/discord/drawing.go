package discord

import (
	"sync"

	"rapporteur/corpus"
)

// maxDrawings is how many pictures of records are kept in memory.
const maxDrawings = 64

// drawings keeps pictures of records: drawing one takes longer than an answer.
// It is safe for concurrent use.
type drawings struct {
	draw func(r *corpus.Record) (png []byte, text string, err error)

	mu   sync.Mutex
	kept map[string]*drawing // by record
}

type drawing struct {
	record *corpus.Record // another one has its id once the library has changed
	once   sync.Once
	png    []byte
	text   string
	err    error
}

// of returns the picture of a record, which is drawn once.
func (d *drawings) of(r *corpus.Record) ([]byte, string, error) {
	d.mu.Lock()
	x := d.kept[r.ID]
	if x == nil || x.record != r {
		if d.kept == nil || len(d.kept) >= maxDrawings {
			d.kept = make(map[string]*drawing)
		}
		x = &drawing{record: r}
		d.kept[r.ID] = x
	}
	d.mu.Unlock()
	x.once.Do(func() { x.png, x.text, x.err = d.draw(r) })
	return x.png, x.text, x.err
}
