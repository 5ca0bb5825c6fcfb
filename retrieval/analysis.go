package retrieval

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"rapporteur/corpus"
)

// AnalysisVersion changes whenever the same record and embedder give another
// [Analysis]; one stored under another version is of no use.
const AnalysisVersion = 2

// Analysis is what an index knows of one record alone: all that is expensive to
// find out. It depends on the words of the record's turns, glosses and section titles,
// on its speakers and section labels, on the embedder and on [AnalysisVersion],
// on nothing else, and can be stored. It is not changed once made and is safe
// for concurrent use.
type Analysis struct {
	// Words are the distinct words of the turns in alphabetical order, with
	// how often each occurs and whether it is also written in lower case: a
	// capital letter tells the Chair from a chair.
	Words      []string
	WordCounts []int32
	WordPlain  []bool

	// Stems are the distinct stems in alphabetical order. The occurrences of
	// stem i are Turns[First[i]:First[i+1]], ascending, and its positions in
	// the turn at Turns[k] are Positions[Starts[k]:Starts[k+1]]: an inverted
	// index.
	Stems     []string
	First     []int32
	Turns     []int32
	Starts    []int32
	Positions []uint16

	// Of each turn: its words, whether it ends in a question, whether it has a
	// number, and whether it has a date or a time.
	Length  []int32
	Asks    []bool
	Numbers []bool
	Times   []bool

	// Passages are the record's passages, each with its vector of Dim numbers
	// of length 1 (zeros where the embedder can say nothing), one after the
	// other.
	Passages []Passage
	Dim      int
	Vectors  []float32
}

// Analyse analyses a record; a nil embedder means [WordEmbedder]. The error is
// the embedder's.
func Analyse(ctx context.Context, r *corpus.Record, embedder Embedder) (*Analysis, error) {
	return new(analyst).analyse(ctx, r, embedder)
}

// analyst analyses records one after the other and remembers the stems it met.
// The zero value works.
type analyst struct{ stems stems }

func (m *analyst) analyse(ctx context.Context, r *corpus.Record, embedder Embedder) (*Analysis, error) {
	a := m.words(r)
	if embedder == nil {
		embedder = WordEmbedder{}
	}
	if err := a.embed(ctx, r, embedder); err != nil {
		return nil, err
	}
	return a, nil
}

// words analyses a record without making vectors.
func (m *analyst) words(r *corpus.Record) *Analysis {
	a := &Analysis{}
	var p postingsBuilder
	for i := range r.Turns {
		text := r.Turns[i].Text
		words := tokenize(text)
		p.addTurn(int32(i), text, words, &m.stems)
		p.addGloss(int32(i), tokenize(r.Turns[i].Gloss), &m.stems)
		number, time := kinds(words)
		a.Length = append(a.Length, int32(len(words)))
		a.Numbers = append(a.Numbers, number)
		a.Times = append(a.Times, time)
		a.Asks = append(a.Asks, strings.HasSuffix(strings.TrimRight(text, " \"'”’)"), "?"))
	}
	p.fill(a)
	a.Passages = Passages(r)
	return a
}

// embedBatch is how many passages are embedded in one call.
const embedBatch = 256

func (a *Analysis) embed(ctx context.Context, r *corpus.Record, embedder Embedder) error {
	for batch := range slices.Chunk(a.Passages, embedBatch) {
		texts := make([]string, len(batch))
		for i, p := range batch {
			texts[i] = p.Text(r)
		}
		embedded, err := embedder.Embed(ctx, texts)
		if err != nil {
			return fmt.Errorf("embedding %s: %w", r.ID, err)
		}
		if len(embedded) != len(batch) {
			return fmt.Errorf("embedding %s: model %s gave %d vectors for %d texts", r.ID, embedder.Name(), len(embedded), len(batch))
		}
		for _, vector := range embedded {
			if a.Dim == 0 {
				a.Dim = len(vector)
				a.Vectors = make([]float32, 0, len(a.Passages)*a.Dim)
			}
			if len(vector) == 0 || len(vector) != a.Dim {
				return fmt.Errorf("embedding %s: model %s gave a vector of %d dimensions after one of %d", r.ID, embedder.Name(), len(vector), a.Dim)
			}
			normalize(vector)
			a.Vectors = append(a.Vectors, vector...)
		}
	}
	return nil
}

// vector returns the vector of passage i.
func (a *Analysis) vector(i int) []float32 { return a.Vectors[i*a.Dim : (i+1)*a.Dim : (i+1)*a.Dim] }

// find returns the number of a stem, or -1.
func (a *Analysis) find(stem string) int32 {
	if i := sort.SearchStrings(a.Stems, stem); i < len(a.Stems) && a.Stems[i] == stem {
		return int32(i)
	}
	return -1
}

// count returns how often stem i occurs.
func (a *Analysis) count(i int) int32 { return a.Starts[a.First[i+1]] - a.Starts[a.First[i]] }

// plain reports whether the record writes a word in lower case too.
func (a *Analysis) plain(word string) bool {
	i := sort.SearchStrings(a.Words, word)
	return i < len(a.Words) && a.Words[i] == word && a.WordPlain[i]
}

// postingsBuilder gathers the words and stems of a record's turns.
type postingsBuilder struct {
	words map[string]*wordUse
	terms map[string]int
	stems []string    // by term
	lists []occupancy // by term
}

type wordUse struct {
	count int32
	plain bool
	term  int // -1 for a stop word
}

// occupancy is where a term stands.
type occupancy struct {
	turns     []int32
	counts    []int32 // positions of each turn
	positions []uint16
}

func (b *postingsBuilder) addTurn(turn int32, text string, words []token, stems *stems) {
	if b.words == nil {
		b.words = make(map[string]*wordUse)
		b.terms = make(map[string]int)
	}
	for at, t := range words {
		use := b.words[t.word]
		if use == nil {
			use = &wordUse{term: -1}
			b.words[t.word] = use
			if !stopwords[t.word] {
				use.term = b.term(stems.stem(t.word))
			}
		}
		if use.term < 0 && !stopwords[t.word] {
			use.term = b.term(stems.stem(t.word)) // met in a gloss before
		}
		use.count++
		use.plain = use.plain || !startsUpper(text[t.start:])
		if use.term < 0 {
			continue
		}
		b.lists[use.term].add(turn, at)
	}
}

// glossMark stands before the stems of glosses: what a gloss says is no word of
// the turn.
const glossMark = "~"

func (b *postingsBuilder) addGloss(turn int32, words []token, stems *stems) {
	for at, t := range words {
		if b.words[t.word] == nil {
			b.words[t.word] = &wordUse{term: -1} // known, but not in the turns
		}
		if !stopwords[t.word] {
			b.lists[b.term(glossMark+stems.stem(t.word))].add(turn, at)
		}
	}
}

func (o *occupancy) add(turn int32, at int) {
	if n := len(o.turns); n == 0 || o.turns[n-1] != turn {
		o.turns = append(o.turns, turn)
		o.counts = append(o.counts, 0)
	}
	o.counts[len(o.counts)-1]++
	o.positions = append(o.positions, uint16(min(at, math.MaxUint16)))
}

func (b *postingsBuilder) term(stem string) int {
	id, ok := b.terms[stem]
	if !ok {
		id = len(b.lists)
		b.terms[stem] = id
		b.stems = append(b.stems, stem)
		b.lists = append(b.lists, occupancy{})
	}
	return id
}

// fill puts what was gathered into an analysis.
func (b *postingsBuilder) fill(a *Analysis) {
	for word := range b.words {
		a.Words = append(a.Words, word)
	}
	slices.Sort(a.Words)
	for _, word := range a.Words {
		a.WordCounts = append(a.WordCounts, b.words[word].count)
		a.WordPlain = append(a.WordPlain, b.words[word].plain)
	}
	a.Stems = b.stems
	slices.Sort(a.Stems)
	a.First = append(a.First, 0)
	a.Starts = append(a.Starts, 0)
	for _, stem := range a.Stems {
		o := &b.lists[b.terms[stem]]
		a.Turns = append(a.Turns, o.turns...)
		a.First = append(a.First, int32(len(a.Turns)))
		for _, n := range o.counts {
			a.Starts = append(a.Starts, a.Starts[len(a.Starts)-1]+n)
		}
		a.Positions = append(a.Positions, o.positions...)
	}
}
