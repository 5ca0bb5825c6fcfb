package retrieval

import (
	"context"
	"errors"
	"time"
)

// Engine keeps the index of a library outside the program, in a search engine of
// one machine or several. It says which records a question may be about and how
// alike their passages are to it; which turns answer it, and in what order, is
// this package's own ranking. It is safe for concurrent use. An error that is
// an [ErrUnavailable] may be gone at the next try.
type Engine interface {
	// View returns what was published last. The error is an [ErrNotIndexed]
	// where nothing has been.
	View(ctx context.Context) (View, error)
	// Generation returns the generation published last, or 0.
	Generation(ctx context.Context) (int64, error)
	// Find returns records of a view that a question may be about, in no
	// particular order.
	Find(ctx context.Context, v View, s Sought) ([]Held, error)
	// Outlines returns the outlines that the records were put with, in their
	// order.
	Outlines(ctx context.Context, v View, records []Held) ([][]byte, error)
	// Similar returns passages of the records whose vector has at least that
	// cosine with the one given: all, or of many the most alike.
	Similar(ctx context.Context, v View, vector []float32, least float64, records []Held) ([]Likeness, error)
	// Update begins an update for vectors of a model. There is one at a time.
	Update(ctx context.Context, model string) (Update, error)
	// Close ends what the engine does in the background.
	Close()
}

var (
	// ErrUnavailable: the search engine does not answer.
	ErrUnavailable = errors.New("the search engine does not answer")
	// ErrNotIndexed: nothing has been put into the search engine.
	ErrNotIndexed = errors.New("the search engine holds no records yet; put them there with “rapporteur index”")
)

// View is one published state of an [Engine]: what a search sees, from begin to
// end, whatever is being put into the engine meanwhile.
type View struct {
	Generation int64  // counts the updates published
	Model      string // whose vectors the passages have; see Embedder.Name
	Published  time.Time
	Statistics []byte // as published
}

// Held is a record as an [Engine] holds it.
type Held struct {
	Record  string // its id
	Version string // see Entry.Version
}

// Sought is what an [Engine] looks for. A record is found by any of it.
type Sought struct {
	// Terms are stems, each with a weight from 1 (least) to 8.
	Terms map[string]int
	// Names are keys of names; see Entry.Names.
	Names []string
	Limit int // at most so many records by terms, and as many by names
}

// Likeness is how alike a passage is to a vector: their cosine.
type Likeness struct {
	Held
	Passage int // its index in Passages
	Cosine  float32
}

// Entry is a record as it is put into an [Engine].
type Entry struct {
	Held              // Version changes with anything else in the entry
	Terms    []string // the stems of all turns, each as often as it occurs or many times
	Names    []string // keys of the names of those who speak
	Outline  []byte
	Passages []EntryPassage
}

// EntryPassage is a passage with its vector, which is not all zeros.
type EntryPassage struct {
	Index  int
	Ref    string // of its first turn
	Vector []float32
}

// Update changes what an [Engine] holds. Nothing of it is seen before it is
// published. An update that was cut off is taken up by the next.
type Update interface {
	// View is the state that the update starts from; zero if there is none.
	View() View
	// Seen returns the records of the view by id.
	Seen() map[string]Held
	// Held returns the records that would be published now, by id: those of the
	// view, and those that were put after it.
	Held() map[string]Held
	// Put adds a record, in place of any of the same id. Putting what is held
	// already changes nothing.
	Put(ctx context.Context, e Entry) error
	// Drop removes a record.
	Drop(ctx context.Context, record string) error
	// Publish shows what was put and dropped to new views, all at once.
	Publish(ctx context.Context, statistics []byte) error
	// Close ends the update.
	Close()
}
