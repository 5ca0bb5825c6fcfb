package bot

import (
	"cmp"
	_ "embed"
	"math"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// wordIndex finds exact runs of words in a set of records:
//
//	stream   word word word … separator word word …    all records, in order
//	pieces   [turn][turn][turn]     [turn][aside]      what each stretch is of
//	postings word → its positions in the stream, in order
//
// Turns of one section follow each other without a separator, so that a run of
// words may cross from one to the next. Asides of a turn and stage directions
// stand apart at the end of their record: the words around them run on. It is
// immutable and safe for concurrent use.
type wordIndex struct {
	records  []*corpus.Record
	ids      map[string]int32
	stream   []int32
	pieces   []piece
	starts   []int32 // of each word's postings, one more than words
	postings []int32
	bounds   []run     // of each record in the stream
	weight   []float32 // by word: how much it says, 0 to 1
}

// piece is a stretch of the stream, of at least a word, that comes from one
// turn.
type piece struct {
	start  int32 // in the stream; it ends before the separator or the next piece
	record int32
	turn   int32
	aside  textSpan // of the turn's text, if it is an aside; else zero
}

// run is a half-open range of positions in the stream.
type run struct{ from, to int32 }

// separator stands in the stream where a run of words may not cross.
const separator = -1

func newWordIndex(records []*corpus.Record) *wordIndex {
	x := &wordIndex{records: records, ids: make(map[string]int32)}
	for i, r := range records {
		from := int32(len(x.stream))
		x.addRecord(int32(i), r)
		x.bounds = append(x.bounds, run{from, int32(len(x.stream))})
	}
	x.pieces = append(x.pieces, piece{start: int32(len(x.stream)), record: -1})
	x.post()
	return x
}

func (x *wordIndex) addRecord(record int32, r *corpus.Record) {
	var apart []piece
	var before *corpus.Turn
	for i := range r.Turns {
		t := &r.Turns[i]
		if t.Stage {
			apart = append(apart, piece{record: record, turn: int32(i), aside: textSpan{0, len(t.Text)}})
			continue
		}
		if before == nil || !runsOn(before, t) {
			x.stream = append(x.stream, separator)
		}
		before = t
		at := int32(len(x.stream))
		spans := asides(t.Text)
		for _, s := range spans {
			if t.Text[s.start] == '{' {
				continue // a code is no word
			}
			apart = append(apart, piece{record: record, turn: int32(i), aside: s})
		}
		if x.addText(t.Text, spans); int(at) < len(x.stream) {
			x.pieces = append(x.pieces, piece{start: at, record: record, turn: int32(i)})
		}
	}
	for _, p := range apart {
		x.stream = append(x.stream, separator)
		p.start = int32(len(x.stream))
		if x.addText(r.Turns[p.turn].Text[p.aside.start:p.aside.end], nil); int(p.start) < len(x.stream) {
			x.pieces = append(x.pieces, p)
		}
	}
	x.stream = append(x.stream, separator)
}

// runsOn reports whether a passage may run from one turn to the next.
func runsOn(before, t *corpus.Turn) bool {
	return before.Ref.Section == t.Ref.Section && t.Ref.Section != corpus.Head && t.Ref.Section != corpus.Notes
}

// addText adds the words of a text that stand in none of the asides.
func (x *wordIndex) addText(text string, asides []textSpan) {
	eachWord(text, func(folded []byte, start, end int) {
		for len(asides) > 0 && asides[0].end <= start {
			asides = asides[1:]
		}
		if len(asides) > 0 && asides[0].start <= start {
			return
		}
		id, ok := x.ids[string(folded)]
		if !ok {
			id = int32(len(x.ids))
			x.ids[string(folded)] = id
		}
		x.stream = append(x.stream, id)
	})
}

// post makes the postings of a complete stream.
func (x *wordIndex) post() {
	x.starts = make([]int32, len(x.ids)+1)
	total := 0
	for _, id := range x.stream {
		if id >= 0 {
			x.starts[id+1]++
			total++
		}
	}
	for i := range len(x.ids) {
		x.starts[i+1] += x.starts[i]
	}
	next := slices.Clone(x.starts)
	x.postings = make([]int32, total)
	for at, id := range x.stream {
		if id >= 0 {
			x.postings[next[id]] = int32(at)
			next[id]++
		}
	}
	x.weight = make([]float32, len(x.ids))
	for id := range x.weight {
		x.weight[id] = wordWeight(int(x.starts[id+1]-x.starts[id]), total)
	}
}

// wordWeight is how much a word says that is n of all words.
func wordWeight(n, words int) float32 {
	return float32(math.Max(.25, 1-math.Log(float64(n))/math.Log(float64(words)/8+2)))
}

// id returns the number of a folded word, or separator if no record has it.
func (x *wordIndex) id(folded string) int32 {
	if id, ok := x.ids[folded]; ok {
		return id
	}
	return separator
}

// positions returns where a word stands within bounds.
func (x *wordIndex) positions(id int32, bounds run) []int32 {
	if id < 0 {
		return nil
	}
	list := x.postings[x.starts[id]:x.starts[id+1]]
	if bounds.from == 0 && int(bounds.to) == len(x.stream) {
		return list
	}
	from, _ := slices.BinarySearch(list, bounds.from)
	to, _ := slices.BinarySearch(list, bounds.to)
	return list[from:to]
}

// find returns where a run of words begins within bounds, at most limit places.
func (x *wordIndex) find(ids []int32, bounds run, limit int) []int32 {
	if len(ids) == 0 || limit <= 0 {
		return nil
	}
	rarest, list := 0, []int32(nil)
	for i, id := range ids {
		l := x.positions(id, bounds)
		if len(l) == 0 {
			return nil
		}
		if i == 0 || len(l) < len(list) {
			rarest, list = i, l
		}
	}
	var found []int32
	for _, at := range list {
		start := int(at) - rarest
		if start < int(bounds.from) || start+len(ids) > int(bounds.to) {
			continue
		}
		if slices.Equal(x.stream[start:start+len(ids)], ids) {
			if found = append(found, int32(start)); len(found) == limit {
				break
			}
		}
	}
	return found
}

// longest returns how many of the words, from the first on, stand in a run
// within bounds.
func (x *wordIndex) longest(ids []int32, bounds run) int {
	known := slices.Index(ids, separator)
	if known < 0 {
		known = len(ids)
	}
	// What begins a run is a run: widen, then bisect.
	lo, hi := 0, known
	for step := 4; lo < hi; step *= 2 {
		try := min(lo+step, hi)
		if len(x.find(ids[:try], bounds, 1)) > 0 {
			lo = try
			continue
		}
		hi = try - 1
		break
	}
	for lo < hi {
		try := (lo + hi + 1) / 2
		if len(x.find(ids[:try], bounds, 1)) > 0 {
			lo = try
		} else {
			hi = try - 1
		}
	}
	return lo
}

// pieceAt returns the index of the piece a position belongs to.
func (x *wordIndex) pieceAt(at int32) int {
	i, found := slices.BinarySearchFunc(x.pieces, at, func(p piece, at int32) int { return cmp.Compare(p.start, at) })
	if !found {
		i--
	}
	return max(i, 0)
}

func (x *wordIndex) turn(p *piece) (*corpus.Record, *corpus.Turn) {
	r := x.records[p.record]
	return r, &r.Turns[p.turn]
}

// words returns the words of a piece, those that stand in the stream, with
// their offsets in the turn's text.
func (x *wordIndex) words(p *piece) []textWord {
	_, t := x.turn(p)
	if p.aside.end > 0 {
		words := splitWords(t.Text[p.aside.start:p.aside.end], nil)
		for i := range words {
			words[i].start += p.aside.start
			words[i].end += p.aside.start
		}
		return words
	}
	return slices.DeleteFunc(wordsOf(t.Text), func(w textWord) bool { return w.aside })
}

// bound returns the range of the stream that holds a record, or all of it for
// a nil record.
func (x *wordIndex) bound(r *corpus.Record) run {
	for i := range x.records {
		if x.records[i] == r {
			return x.bounds[i]
		}
	}
	return run{0, int32(len(x.stream))}
}

// weightOf is how much a word says: 1 for a word no record has, little for one
// that stands everywhere.
func (x *wordIndex) weightOf(id int32) float64 {
	if id < 0 {
		return 1
	}
	return float64(x.weight[id])
}

//go:embed data/negations.txt
var negationsText string

// negations are the words that turn a statement round.
var negations = dataWords(negationsText)

// dataWords reads the words of a data file: separated by space, # begins a
// comment.
func dataWords(text string) map[string]bool {
	words := make(map[string]bool)
	for _, line := range retrieval.DataLines(text) {
		for w := range strings.FieldsSeq(line) {
			words[w] = true
		}
	}
	return words
}
