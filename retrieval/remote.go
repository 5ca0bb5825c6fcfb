package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"rapporteur/corpus"
)

// remote is an index whose candidates an [Engine] finds. It holds the statistics
// of the library, and of its records only those that were searched last.
type remote struct {
	engine     Engine
	view       View
	statistics *statistics
	library    map[string]*corpus.Entry // by id in lower case
	outlines   *cache[*remoteOutline]   // by version
	segments   *cache[*segment]         // by record
	versions   sync.Map                 // of the records searched, by id
	analysts   sync.Pool                // of *analyst, which know the stems of words
}

// remoteOutline is an outline with its name book.
type remoteOutline struct {
	*outline
	book *nameBook
}

const (
	// foundRecords is how many records the engine is asked for: more than are
	// searched, for its order is not ours.
	foundRecords = 48
	// cachedTurns is how many turns are kept with their analysis: of meetings, each
	// takes 450 bytes.
	cachedTurns = 80_000
	// cachedOutlines is how many stems of outlines are kept, at most 40 bytes
	// each.
	cachedOutlines = 600_000
)

// Connect makes an index of a library that an engine holds: the one that [New]
// makes, but that the engine finds the candidates. Records are opened when they
// are searched, and not kept for long. Those that the engine does not hold
// are only found where a query names them. The index is of the view published
// last; a later one needs another index.
func Connect(ctx context.Context, engine Engine, lib *corpus.Library, opts Options) (*Index, error) {
	view, err := engine.View(ctx)
	if err != nil {
		return nil, err
	}
	x := &Index{weights: DefaultWeights(), across: LibraryWeights(), answer: AnswerWeights(), vectors: vectors{embedder: opts.Embedder}}
	if opts.Weights != nil {
		x.weights = *opts.Weights
	}
	if opts.Library != nil {
		x.across = *opts.Library
	}
	if opts.Answer != nil {
		x.answer = *opts.Answer
	}
	if opts.Embedder == nil {
		x.vectors.embedder = WordEmbedder{}
	}
	x.weighMeaning()
	if model := x.vectors.embedder.Name(); view.Model != model {
		return nil, fmt.Errorf("the search engine holds vectors of the model %s, but %s is configured; run “rapporteur index”", view.Model, model)
	}
	s := newStatistics()
	if err := unpack(view.Statistics, s); err != nil {
		return nil, err
	}
	view.Statistics = nil
	r := &remote{engine: engine, view: view, statistics: s, library: make(map[string]*corpus.Entry, len(lib.Entries)),
		outlines: newCache[*remoteOutline](cachedOutlines), segments: newCache[*segment](cachedTurns)}
	for _, e := range lib.Entries {
		r.library[strings.ToLower(e.ID)] = e
	}
	x.remote, x.vocabulary, x.speller = r, s, spellerOf(s.WordCounts)
	return x, nil
}

// segment returns a record of the library, analysed; the only one where no id is
// given; or nil.
func (r *remote) segment(id string) (*segment, error) {
	id = strings.ToLower(id)
	if id == "" && len(r.library) == 1 {
		for id = range r.library {
		}
	}
	entry := r.library[id]
	if entry == nil {
		return nil, nil
	}
	if s, ok := r.segments.get(id); ok {
		return s, nil
	}
	record, err := entry.Open()
	if err != nil {
		return nil, err
	}
	m, _ := r.analysts.Get().(*analyst)
	if m == nil {
		m = &analyst{}
	}
	s := newSegment(record, m.words(record), nil)
	r.analysts.Put(m)
	s.Words, s.WordCounts, s.WordPlain = nil, nil, nil // they are in the statistics
	r.segments.put(id, s, len(record.Turns))
	return s, nil
}

// candidates returns the records to search, in the order of their ids.
func (r *remote) candidates(ctx context.Context, x *Index, q Query, typed *typed) ([]candidate, error) {
	if q.Record != "" || len(r.library) == 1 {
		s, err := r.segment(q.Record)
		if s == nil || err != nil {
			return nil, err
		}
		version, err := r.version(s.record)
		if err != nil {
			return nil, err
		}
		return r.compared([]*segment{s}, []float64{1}, []Held{{s.record.ID, version}}, false), nil
	}
	w := &x.across
	read := x.read(typed, nil, w)
	found, outlines, err := r.find(ctx, x, read, q.Text)
	if err != nil {
		return nil, err
	}
	words := tokenize(q.Text)
	named := make([]int, len(outlines))
	for i, o := range outlines {
		named[i] = o.book.count(q.Text, words)
	}
	list := scoreRecords(&scored{r.statistics, outlines}, read, named, w)
	loaded := make([]*segment, len(found))
	var group errgroup.Group
	for _, l := range list {
		group.Go(func() error {
			var err error
			loaded[l.record], err = r.segment(found[l.record].Record)
			return cmp.Or(err, ctx.Err())
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	best := bestRecords(list, func(record int) *segment { return loaded[record] }, read, r.statistics.Records, w)
	segments, scores, held := make([]*segment, len(best)), make([]float64, len(best)), make([]Held, len(best))
	for i, b := range best {
		segments[i], scores[i], held[i] = loaded[b.record], b.score, found[b.record]
	}
	return r.compared(segments, scores, held, true), nil
}

// find asks the engine for records that a question may be about. What it returns
// is in the library, in the order of ids.
func (r *remote) find(ctx context.Context, x *Index, q *reading, question string) ([]Held, []*remoteOutline, error) {
	sought := Sought{Terms: make(map[string]int), Names: soughtNames(tokenize(question)), Limit: foundRecords}
	for _, c := range q.concepts {
		for _, f := range c.forms {
			if len(f.stems) != 1 || !r.statistics.has(f.stems[0]) {
				continue
			}
			weight := float64(f.weight) * (.5 + rarity(c.text))
			if c.kind == weakTopic {
				weight *= x.across.Weak
			}
			sought.Terms[f.stems[0]] = max(sought.Terms[f.stems[0]], termWeight(weight))
		}
	}
	if len(sought.Terms) == 0 && len(sought.Names) == 0 {
		return nil, nil, nil
	}
	found, err := r.engine.Find(ctx, r.view, sought)
	if err != nil {
		return nil, nil, err
	}
	found = slices.DeleteFunc(found, func(h Held) bool { return r.library[strings.ToLower(h.Record)] == nil })
	slices.SortFunc(found, func(a, b Held) int { return strings.Compare(a.Record, b.Record) })
	found = slices.CompactFunc(found, func(a, b Held) bool { return a.Record == b.Record })
	outlines := make([]*remoteOutline, len(found))
	var missing []Held
	for i, h := range found {
		var ok bool
		if outlines[i], ok = r.outlines.get(h.Version); !ok {
			missing = append(missing, h)
		}
	}
	if len(missing) == 0 {
		return found, outlines, nil
	}
	packed, err := r.engine.Outlines(ctx, r.view, missing)
	if err != nil {
		return nil, nil, err
	}
	for k, h := range missing {
		o := &outline{}
		if err := unpack(packed[k], o); err != nil {
			return nil, nil, err
		}
		o.Words, o.WordCount = nil, nil // they are in the statistics
		ro := &remoteOutline{o, o.names()}
		r.outlines.put(h.Version, ro, len(o.Stems))
		outlines[slices.Index(found, h)] = ro
	}
	return found, outlines, nil
}

// version returns the version of a record, to ask the engine for its passages.
func (r *remote) version(record *corpus.Record) (string, error) {
	if v, ok := r.versions.Load(record.ID); ok {
		return v.(string), nil
	}
	v, err := versionOf(record, r.view.Model)
	if err == nil {
		r.versions.Store(record.ID, v)
	}
	return v, err
}

// compared returns candidates whose passages the engine compares with a vector,
// all at once when the first is needed.
func (r *remote) compared(segments []*segment, scores []float64, held []Held, among bool) []candidate {
	var once sync.Once
	var likeness map[Held][]Likeness
	var problem error
	found := make([]candidate, len(segments))
	for i, s := range segments {
		found[i] = candidate{s, scores[i], among, func(ctx context.Context, vector []float32) ([]float64, error) {
			if isZero(vector) {
				return nil, nil
			}
			once.Do(func() {
				var all []Likeness
				all, problem = r.engine.Similar(ctx, r.view, vector, leastLike, held)
				likeness = make(map[Held][]Likeness)
				for _, l := range all {
					likeness[l.Held] = append(likeness[l.Held], l)
				}
			})
			if problem != nil {
				return nil, problem
			}
			values := make([]float64, len(s.Length))
			for _, l := range likeness[held[i]] {
				if l.Passage < 0 || l.Passage >= len(s.Passages) {
					continue // not of this record
				}
				for turn := s.Passages[l.Passage].First; turn < s.Passages[l.Passage].End; turn++ {
					values[turn] = max(0, float64(l.Cosine)-leastLike) / (1 - leastLike)
				}
			}
			return values, nil
		}}
	}
	return found
}

// scored are the records that an engine found for a question.
type scored struct {
	statistics *statistics
	outlines   []*remoteOutline
}

func (s *scored) count() int                 { return s.statistics.Records }
func (s *scored) words(record int32) float64 { return float64(s.outlines[record].Total) }
func (s *scored) averageWords() float64 {
	return float64(s.statistics.Words) / max(1, float64(s.statistics.Records))
}

func (s *scored) records(stem string) []recordTerm {
	var found []recordTerm
	for i, o := range s.outlines {
		if n := o.occurrences(stem); n > 0 {
			found = append(found, recordTerm{record: int32(i), count: n})
		}
	}
	return found
}

func (s *scored) beyond(forms []form) float64 {
	return s.statistics.beyond(forms, len(s.outlines), func(stem string) int { return len(s.records(stem)) })
}
