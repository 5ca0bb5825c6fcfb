package retrieval

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"rapporteur/corpus"
)

// Fill brings an engine to hold a library and nothing else. Only
// what has changed is analysed; an update that was cut off goes on where it was.
// Of the options it heeds the embedder and the progress.
func Fill(ctx context.Context, engine Engine, lib *corpus.Library, opts Options) (Changes, error) {
	embedder := opts.Embedder
	if embedder == nil {
		embedder = WordEmbedder{}
	}
	model := embedder.Name()
	var changes Changes
	u, err := engine.Update(ctx, model)
	if err != nil {
		return changes, err
	}
	defer u.Close()
	f := &filling{engine: engine, update: u, sums: newStatistics(), fresh: make(map[Held]*outline)}
	seen, held := u.Seen(), u.Held()
	if u.View().Generation > 0 {
		if err := unpack(u.View().Statistics, f.sums); err != nil {
			return changes, err
		}
	}
	total, done := 0, 0
	wanted := make(map[string]Held, len(lib.Entries))
	for _, e := range lib.Entries {
		total += e.Turns
		r, err := e.Open()
		if err != nil {
			return changes, err
		}
		version, err := versionOf(r, model)
		if err != nil {
			return changes, fmt.Errorf("%s: %w", r.ID, err)
		}
		wanted[r.ID] = Held{r.ID, version}
	}
	var m analyst
	for _, e := range lib.Entries {
		h := wanted[e.ID]
		switch before, ok := seen[e.ID]; {
		case !ok:
			changes.Added++
		case before != h:
			changes.Changed++
		default:
			changes.Unchanged++
		}
		if held[e.ID] != h {
			r, err := e.Open()
			if err != nil {
				return changes, err
			}
			a, err := m.analyse(ctx, r, embedder)
			if err != nil {
				return changes, err
			}
			if err := f.put(ctx, h, r, a); err != nil {
				return changes, err
			}
		}
		if done += e.Turns; opts.Progress != nil {
			opts.Progress(done, total)
		}
	}
	for id := range held {
		if _, ok := wanted[id]; !ok {
			if err := u.Drop(ctx, id); err != nil {
				return changes, err
			}
		}
	}
	for id := range seen {
		if _, ok := wanted[id]; !ok {
			changes.Removed++
		}
	}
	if changes.Added+changes.Changed+changes.Removed == 0 && u.View().Generation > 0 && u.View().Model == model {
		return changes, nil
	}
	if err := f.count(ctx, seen, wanted); err != nil {
		return changes, err
	}
	packed, err := pack(f.sums)
	if err != nil {
		return changes, err
	}
	return changes, u.Publish(ctx, packed)
}

// filling is an update in the making.
type filling struct {
	engine Engine
	update Update
	sums   *statistics
	fresh  map[Held]*outline // of records put by this run
}

// manyTimes is how often a stem is put into an entry at most. An engine reads the
// stems of each record it finds, and by BM25 it hardly matters which records are
// among the candidates whether a word stands there eight times or eighty.
const manyTimes = 8

func (f *filling) put(ctx context.Context, h Held, r *corpus.Record, a *Analysis) error {
	o := newOutline(newSegment(r, a, nil))
	packed, err := pack(o)
	if err != nil {
		return err
	}
	e := Entry{Held: h, Names: o.nameKeys(), Outline: packed}
	for i, stem := range o.Stems {
		for range min(o.Counts[i], manyTimes) {
			e.Terms = append(e.Terms, stem)
		}
	}
	for i, p := range a.Passages {
		if vector := a.vector(i); !isZero(vector) {
			e.Passages = append(e.Passages, EntryPassage{Index: i, Ref: r.Turns[p.First].Ref.String(), Vector: vector})
		}
	}
	f.fresh[h] = o
	return f.update.Put(ctx, e)
}

// count brings the sums from what was seen to what is wanted.
func (f *filling) count(ctx context.Context, seen, wanted map[string]Held) error {
	change := func(from, to map[string]Held, sign int) error {
		for _, id := range slices.Sorted(maps.Keys(from)) {
			h := from[id]
			if to[id] == h {
				continue
			}
			o := f.fresh[h]
			if o == nil {
				packed, err := f.engine.Outlines(ctx, f.update.View(), []Held{h})
				if err != nil {
					return err
				}
				o = &outline{}
				if err := unpack(packed[0], o); err != nil {
					return err
				}
			}
			f.sums.add(o, sign)
		}
		return nil
	}
	if err := change(seen, wanted, -1); err != nil {
		return err
	}
	return change(wanted, seen, 1)
}
