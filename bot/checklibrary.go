package bot

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"rapporteur/corpus"
)

// mostLikely is how many records of a library that is not in memory a quotation
// is held against: those with the longest runs of its words.
const mostLikely = 32

// wordsFor returns an index to hold a quotation against and the record that is
// meant, nil for any. Of a library that is not in memory every record is looked
// through, but only those go into the index that the outcome can depend on.
func (b *Bot) wordsFor(ctx context.Context, quotation, record string) (*wordIndex, *corpus.Record, error) {
	var only *corpus.Record
	if record != "" {
		r, err := b.Record(record)
		if err != nil {
			return nil, nil, err
		}
		only = r
	}
	if b.lib.InMemory() {
		x, err := b.words()
		return x, only, err
	}
	weigh, err := b.weights()
	if err != nil {
		return nil, nil, err
	}
	if only != nil {
		x := newWordIndex([]*corpus.Record{only})
		weigh(x)
		return x, only, nil
	}
	records, err := likely(ctx, b.lib.Entries, quotation)
	if err != nil {
		return nil, nil, err
	}
	x := newWordIndex(records)
	weigh(x)
	return x, nil, nil
}

// libraryWeights returns what makes the words of an index weigh what they do
// among all records of a library.
func libraryWeights(lib *corpus.Library) (func(*wordIndex), error) {
	counts := make(map[string]int)
	total := 0
	for _, e := range lib.Entries {
		r, err := e.Open()
		if err != nil {
			return nil, err
		}
		x := newWordIndex([]*corpus.Record{r})
		for word, id := range x.ids {
			counts[word] += len(x.positions(id, x.bound(r)))
		}
		total += len(x.postings)
	}
	return func(x *wordIndex) {
		for word, id := range x.ids {
			x.weight[id] = wordWeight(counts[word], total)
		}
	}, nil
}

// likeness is what a record has of a quotation.
type likeness struct {
	has     []bool // by word of the quotation
	runs    []run  // of its words that stand in a row in the record
	heading bool   // whether it is a heading of the record
}

// score is the sum of the squares of what the runs weigh: the more in one run,
// the more it is. weight is by word.
func (l *likeness) score(weight []float64) float64 {
	total := 0.0
	square := func(words run) {
		sum := 0.0
		for _, w := range weight[words.from:words.to] {
			sum += w
		}
		total += sum * sum
	}
	for _, words := range l.runs {
		square(words)
	}
	if l.heading {
		square(run{0, int32(len(weight))})
	}
	return total
}

// likely returns the records that have the most of a quotation in a run, rare
// words before others, and for each of its words that stands in any record one
// that has it.
func likely(ctx context.Context, entries []*corpus.Entry, quotation string) ([]*corpus.Record, error) {
	words := splitWords(quotation, nil)
	found := make([]likeness, len(entries))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for i, e := range entries {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			r, err := e.Open()
			if err != nil {
				return cmp.Or(ctx.Err(), err)
			}
			found[i] = likenessOf(r, words, strings.TrimSpace(quotation))
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	weight := make([]float64, len(words))
	for w := range words {
		having := 0
		for i := range found {
			if found[i].has[w] {
				having++
			}
		}
		weight[w] = math.Log1p(float64(len(entries)) / float64(max(1, having)))
	}
	scores := make([]float64, len(found))
	for i := range found {
		scores[i] = found[i].score(weight)
	}
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	met := make([]bool, len(words))
	var chosen []int
	for n, i := range order {
		adds := false // a word that no record chosen has
		for w, has := range found[i].has {
			adds = adds || has && !met[w]
		}
		if n >= mostLikely && !adds || scores[i] == 0 {
			continue
		}
		chosen = append(chosen, i)
		for w, has := range found[i].has {
			met[w] = met[w] || has
		}
	}
	slices.Sort(chosen)
	records := make([]*corpus.Record, len(chosen))
	for n, i := range chosen {
		var err error
		if records[n], err = entries[i].Open(); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// likenessOf looks through a record for the words of a quotation.
func likenessOf(r *corpus.Record, words []textWord, quotation string) likeness {
	x := newWordIndex([]*corpus.Record{r})
	all := x.bound(r)
	l := likeness{has: make([]bool, len(words))}
	ids := make([]int32, len(words))
	for i, w := range words {
		ids[i] = x.id(w.folded)
		l.has[i] = ids[i] != separator
	}
	for i := 0; i < len(ids); {
		n := x.longest(ids[i:], all)
		if n > 0 {
			l.runs = append(l.runs, run{int32(i), int32(i + n)})
		}
		i += max(1, n)
	}
	folded := foldName(quotation)
	isHeading := func(s corpus.Section) bool { return folded == foldName(s.Name()) || folded == foldName(s.Title) }
	l.heading = slices.ContainsFunc(r.Sections, isHeading)
	return l
}
