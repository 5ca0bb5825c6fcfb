package bot

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"

	"rapporteur/corpus"
)

// SummaryStore keeps summaries from one run to the next. What it keeps may be
// dropped at any time. It is safe for concurrent use.
type SummaryStore interface {
	// Summary returns what was kept under a key, or nil.
	Summary(ctx context.Context, key string) ([]byte, error)
	// KeepSummary keeps data under a key, in place of what was there.
	KeepSummary(ctx context.Context, key string, data []byte) error
}

// summaryVersion is part of what a summary is kept under. It changes with every
// change of how summaries are made.
const summaryVersion = 4

// mostInMemory is how many summaries are kept in memory; that last asked for
// longest ago goes first.
const mostInMemory = 256

// keptSummaries keeps summaries and worded positions that were made, by the
// record's text, the part of it, how they are made and by which model.
type keptSummaries struct {
	lib    *corpus.Library
	store  SummaryStore // or nil
	log    *slog.Logger
	hashes sync.Map // of records, by id

	mu     sync.Mutex
	byKey  map[string]*list.Element
	recent list.List // of *keptSummary, last used first
}

type keptSummary struct {
	key  string
	made any // *Summary or *Positions
}

func newKeptSummaries(lib *corpus.Library, store SummaryStore, log *slog.Logger) *keptSummaries {
	return &keptSummaries{lib: lib, store: store, log: log, byKey: make(map[string]*list.Element)}
}

// key returns what a summary of parts of a record is kept under. model is who
// words it, or empty.
func (k *keptSummaries) key(r *corpus.Record, parts []part, model string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%q\n%s\n", summaryVersion, model, k.hash(r))
	for _, p := range parts {
		fmt.Fprintf(h, "%d-%d %q\n", p.first, p.end, p.title)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// hash returns a hash of all of a record that a summary shows or is made from.
func (k *keptSummaries) hash(r *corpus.Record) string {
	if h, ok := k.hashes.Load(r.ID); ok {
		return h.(string)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q\n%q\n%q\n", r.ID, r.Title, r.Date, r.Source.URL, r.Participants, r.Names)
	for _, s := range r.Sections {
		fmt.Fprintf(h, "%q %q %d %d\n", s.Label, s.Name(), s.First, s.End)
	}
	for i := range r.Turns {
		t := &r.Turns[i]
		fmt.Fprintf(h, "%s %q %q %t %q\n", t.Ref, t.Speaker, t.Attribution, t.Stage, t.Text)
	}
	sum := hex.EncodeToString(h.Sum(nil))
	k.hashes.Store(r.ID, sum)
	return sum
}

// get returns the summary kept under a key, or nil.
func (k *keptSummaries) get(ctx context.Context, key string, r *corpus.Record) *Summary {
	return getKept(ctx, k, key, r, k.verify)
}

// getKept returns what is kept under a key, or nil. What comes from the store is
// held against the record once more.
func getKept[T any](ctx context.Context, k *keptSummaries, key string, r *corpus.Record, verify func(*T, *corpus.Record) error) *T {
	k.mu.Lock()
	if e, ok := k.byKey[key]; ok {
		k.recent.MoveToFront(e)
		made, _ := e.Value.(*keptSummary).made.(*T)
		k.mu.Unlock()
		return made
	}
	k.mu.Unlock()
	if k.store == nil {
		return nil
	}
	data, err := k.store.Summary(ctx, key)
	if err != nil {
		k.log.Warn("a kept summary cannot be read; it is made anew", "record", r.ID, "error", err)
		return nil
	}
	if data == nil {
		return nil
	}
	made := new(T)
	if err = json.Unmarshal(data, made); err == nil {
		err = verify(made, r)
	}
	if err != nil {
		k.log.Warn("a kept summary is not what the record has; it is made anew", "record", r.ID, "error", err)
		return nil
	}
	k.remember(key, made)
	return made
}

// verify holds a summary that was kept against the record.
func (k *keptSummaries) verify(s *Summary, r *corpus.Record) error {
	if s.Record != r.ID {
		return fmt.Errorf("a summary of %q", s.Record)
	}
	if err := verify(k.lib, &s.Answer); err != nil {
		return err
	}
	within := func(lists ...[]int) error {
		for _, l := range lists {
			for _, at := range l {
				if at < 0 || at >= len(s.Citations) {
					return fmt.Errorf("a point cites nothing")
				}
			}
		}
		return nil
	}
	for _, section := range s.Sections {
		for _, p := range section.Points {
			if err := within(p.Citations); err != nil {
				return err
			}
		}
		for _, item := range section.Ledger {
			if err := within(item.Raised, item.Shown); err != nil {
				return err
			}
			for _, u := range item.Next {
				if err := within([]int{u.Citation}); err != nil {
					return err
				}
			}
		}
	}
	if text := s.layout(); text != s.Text {
		return fmt.Errorf("its text is not that of its points")
	}
	return stillHold(r, &s.Answer)
}

// put keeps what was made of a record: a *Summary or *Positions.
func (k *keptSummaries) put(ctx context.Context, key, record string, made any) {
	k.remember(key, made)
	if k.store == nil {
		return
	}
	data, err := json.Marshal(made)
	if err == nil {
		err = k.store.KeepSummary(ctx, key, data)
	}
	if err != nil {
		k.log.Warn("a summary was not kept", "record", record, "error", err)
	}
}

func (k *keptSummaries) remember(key string, made any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e, ok := k.byKey[key]; ok {
		e.Value.(*keptSummary).made = made
		k.recent.MoveToFront(e)
		return
	}
	k.byKey[key] = k.recent.PushFront(&keptSummary{key, made})
	for k.recent.Len() > mostInMemory {
		last := k.recent.Back()
		delete(k.byKey, last.Value.(*keptSummary).key)
		k.recent.Remove(last)
	}
}
