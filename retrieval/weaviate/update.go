package weaviate

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/weaviate/weaviate-go-client/v5/weaviate/filters"
	"github.com/weaviate/weaviate/entities/models"

	"rapporteur/retrieval"
)

const (
	unseen  = 1 << 29 // an entry from this generation is still being written
	forever = 1 << 30 // within the 32 bits that GraphQL gives a number
)

// How many replicas must have written what is written. A search asks one of
// them, so that all should have it; where one is down most must do, and the
// engine brings it up to the others later.
const (
	every  = "ALL"
	quorum = "QUORUM"
)

// update implements [retrieval.Update].
type update struct {
	store   *Store
	base    retrieval.View
	model   string
	next    int64
	entries map[string]*entry // by id
	lease   *lease
	level   string // every, until a replica fails
}

// entry is an object of the collection of records, without what is large.
type entry struct {
	retrieval.Held
	since, until int64
}

func (e *entry) seenAt(generation int64) bool { return e.since <= generation && generation < e.until }

// Update implements [retrieval.Engine].
func (s *Store) Update(ctx context.Context, model string) (retrieval.Update, error) {
	for _, class := range []*models.Class{s.stateClass(), s.recordClass(), s.outlineClass(), s.passageClass(model)} {
		if err := s.ensure(ctx, class); err != nil {
			return nil, err
		}
	}
	l, err := s.acquire(ctx)
	if err != nil {
		return nil, err
	}
	u := &update{store: s, model: model, lease: l, level: every}
	if u.base, err = s.View(ctx); err != nil && !errors.Is(err, retrieval.ErrNotIndexed) {
		l.release()
		return nil, err
	}
	u.next = u.base.Generation + 1
	if err = u.list(ctx); err == nil {
		err = u.clean(ctx)
	}
	if err != nil {
		l.release()
		return nil, err
	}
	return u, nil
}

// list reads all entries.
func (u *update) list(ctx context.Context) error {
	const page = 500
	u.entries = make(map[string]*entry)
	after := ""
	for {
		query := fmt.Sprintf(`{Get{%s(limit:%d,after:%s,consistencyLevel:QUORUM){record version since until _additional{id}}}}`, u.store.records(), page, quoted(after))
		got, err := u.store.query(ctx, "listing records", query)
		if err != nil {
			return err
		}
		list := got[u.store.records()]
		for _, p := range list {
			more, _ := p["_additional"].(map[string]any)
			after = text(more["id"])
			u.entries[after] = &entry{heldOf(p), int64(number(p["since"])), int64(number(p["until"]))}
		}
		if len(list) < page {
			return nil
		}
	}
}

// clean removes what no reader sees any more.
func (u *update) clean(ctx context.Context) error {
	if time.Since(u.base.Published) < u.store.opts.Grace {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(u.entries)) {
		if u.entries[id].until <= u.base.Generation {
			if err := u.remove(ctx, id); err != nil {
				return err
			}
		}
	}
	schema, err := u.store.client.Schema().Getter().Do(ctx)
	if err != nil {
		return failed("listing the collections", err)
	}
	for _, class := range schema.Classes {
		rest, ours := strings.CutPrefix(class.Class, u.store.collection+"Passage")
		if ours && len(rest) == 8 && class.Class != u.store.passages(u.model) && class.Class != u.store.passages(u.base.Model) {
			if err := u.store.client.Schema().ClassDeleter().WithClassName(class.Class).Do(ctx); err != nil {
				return failed("removing the collection "+class.Class, err)
			}
		}
	}
	return nil
}

// remove deletes an entry with its passages.
func (u *update) remove(ctx context.Context, id string) error {
	for _, model := range slices.Compact([]string{u.base.Model, u.model}) {
		if model == "" {
			continue
		}
		where := filters.Where().WithPath([]string{"entry"}).WithOperator(filters.Equal).WithValueText(id)
		for {
			gone, err := u.store.client.Batch().ObjectsBatchDeleter().WithClassName(u.store.passages(model)).WithWhere(where).WithConsistencyLevel(quorum).Do(ctx)
			if err != nil {
				return failed("removing passages", err)
			}
			if gone.Results == nil || gone.Results.Successful == 0 || gone.Results.Matches <= gone.Results.Successful {
				break
			}
		}
	}
	for _, object := range [][2]string{{u.store.outlines(), outlineID(id)}, {u.store.records(), id}} {
		err := u.store.client.Data().Deleter().WithClassName(object[0]).WithID(object[1]).WithConsistencyLevel(quorum).Do(ctx)
		if err != nil && !isStatus(err, 404) {
			return failed("removing a record", err)
		}
	}
	delete(u.entries, id)
	return nil
}

// View implements [retrieval.Update].
func (u *update) View() retrieval.View { return u.base }

// Seen implements [retrieval.Update].
func (u *update) Seen() map[string]retrieval.Held { return u.at(u.base.Generation) }

// Held implements [retrieval.Update].
func (u *update) Held() map[string]retrieval.Held { return u.at(u.next) }

func (u *update) at(generation int64) map[string]retrieval.Held {
	held := make(map[string]retrieval.Held)
	for _, e := range u.entries {
		if e.seenAt(generation) {
			held[e.Record] = e.Held
		}
	}
	return held
}

// Put implements [retrieval.Update].
func (u *update) Put(ctx context.Context, e retrieval.Entry) error {
	if err := u.lease.lost(); err != nil {
		return err
	}
	id := entryID(e.Held)
	had := u.entries[id]
	if had != nil && had.seenAt(u.next) {
		return nil
	}
	if had == nil || had.since == unseen {
		object := &models.Object{Class: u.store.records(), ID: uuidOf(id), Properties: map[string]any{
			"record": e.Record, "version": e.Version, "terms": strings.Join(e.Terms, " "), "names": e.Names, "since": unseen, "until": forever,
		}}
		if err := u.write(ctx, object); err != nil {
			return err
		}
		outline := &models.Object{Class: u.store.outlines(), ID: uuidOf(outlineID(id)), Properties: map[string]any{
			"record": e.Record, "version": e.Version, "outline": base64.StdEncoding.EncodeToString(e.Outline),
		}}
		if err := u.write(ctx, outline); err != nil {
			return err
		}
		u.entries[id] = &entry{e.Held, unseen, forever}
		for batch := range slices.Chunk(e.Passages, 200) {
			objects := make([]*models.Object, len(batch))
			for i, p := range batch {
				objects[i] = &models.Object{Class: u.store.passages(u.model), ID: uuidOf(idOf("passage", id, p.Ref, fmt.Sprint(p.Index))), Vector: p.Vector,
					Properties: map[string]any{"entry": id, "ref": p.Ref, "passage": p.Index}}
			}
			if err := u.write(ctx, objects...); err != nil {
				return err
			}
		}
	}
	if err := u.Drop(ctx, e.Record); err != nil {
		return err
	}
	since := u.next
	if u.entries[id].seenAt(u.base.Generation) { // dropped by an update that was cut off, and now wanted again
		since = u.entries[id].since
	}
	return u.stamp(ctx, id, since, forever)
}

// Drop implements [retrieval.Update].
func (u *update) Drop(ctx context.Context, record string) error {
	for id, e := range u.entries {
		if e.Record != record || !e.seenAt(u.next) {
			continue
		}
		since := e.since
		if since == u.next { // never published
			since = unseen
		}
		if err := u.stamp(ctx, id, since, u.next); err != nil {
			return err
		}
	}
	return nil
}

// stamp says which generations see an entry.
func (u *update) stamp(ctx context.Context, id string, since, until int64) error {
	if err := u.lease.lost(); err != nil {
		return err
	}
	e := u.entries[id]
	if e.since == since && e.until == until {
		return nil
	}
	mark := func() error {
		return u.store.client.Data().Updater().WithMerge().WithClassName(u.store.records()).WithID(id).
			WithProperties(map[string]any{"since": since, "until": until}).WithConsistencyLevel(u.level).Do(ctx)
	}
	err := mark()
	if err != nil && u.level == every {
		u.level = quorum
		err = mark()
	}
	if err != nil {
		return failed("marking a record", err)
	}
	e.since, e.until = since, until
	return nil
}

// write writes objects, again where a node was in the way.
func (u *update) write(ctx context.Context, objects ...*models.Object) error {
	var problem error
	for try := range 5 {
		if try > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Duration(try) * 200 * time.Millisecond):
			}
		}
		var results []models.ObjectsGetResponse
		results, problem = u.store.client.Batch().ObjectsBatcher().WithObjects(objects...).WithConsistencyLevel(u.level).Do(ctx)
		for _, r := range results {
			if problem == nil && r.Result != nil && r.Result.Errors != nil && len(r.Result.Errors.Error) > 0 {
				problem = errors.New(r.Result.Errors.Error[0].Message)
			}
		}
		if problem == nil {
			return nil
		}
		u.level = quorum
	}
	return failed("writing", problem)
}

// Publish implements [retrieval.Update].
func (u *update) Publish(ctx context.Context, statistics []byte) error {
	for _, id := range slices.Sorted(maps.Keys(u.entries)) {
		if u.entries[id].since == unseen { // left by an update that was cut off
			if err := u.remove(ctx, id); err != nil {
				return err
			}
		}
	}
	if err := u.lease.lost(); err != nil {
		return err
	}
	view := retrieval.View{Generation: u.next, Model: u.model, Published: time.Now(), Statistics: statistics}
	err := u.write(ctx, &models.Object{Class: u.store.state(), ID: uuidOf(viewID), Properties: map[string]any{
		"generation": view.Generation, "model": view.Model, "published": view.Published.UnixMilli(), "statistics": base64.StdEncoding.EncodeToString(statistics),
	}})
	if err != nil {
		return err
	}
	u.base, u.next = view, view.Generation+1
	return nil
}

// Close implements [retrieval.Update].
func (u *update) Close() { u.lease.release() }
