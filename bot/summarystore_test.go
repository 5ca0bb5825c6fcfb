package bot

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// summaryMap is a store in memory.
type summaryMap struct {
	data       map[string][]byte
	read, kept int
	fail       error
}

func (m *summaryMap) Summary(_ context.Context, key string) ([]byte, error) {
	m.read++
	return m.data[key], m.fail
}

func (m *summaryMap) KeepSummary(_ context.Context, key string, data []byte) error {
	m.kept++
	m.data[key] = data
	return m.fail
}

func TestSummaryIsMadeOnce(t *testing.T) {
	ctx := context.Background()
	store := &summaryMap{data: make(map[string][]byte)}
	summary := func(b *Bot, section string) *Summary {
		t.Helper()
		s, err := b.Summary(ctx, SummaryQuery{Section: section})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	lib, index := bundledBot(t).lib, bundledBot(t).index
	first := New(lib, index, Options{Summaries: store})
	made := summary(first, "")
	summary(first, "IV")
	summary(first, "iv. railways")
	if store.read != 2 || store.kept != 2 {
		t.Errorf("read %d times, kept %d times; want 2 and 2", store.read, store.kept)
	}
	second := New(lib, index, Options{Summaries: store})
	again := summary(second, "")
	if store.kept != 2 {
		t.Error("a summary that was kept was made again")
	}
	if diff := cmp.Diff(made, again, cmpopts.IgnoreFields(Answer{}, "TookMS")); diff != "" {
		t.Errorf("a summary is another after it was kept: %s", diff)
	}

	// Another text has another summary.
	a, err := club(t, clubText).Summary(ctx, SummaryQuery{})
	if err != nil || len(a.Citations) == 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	before := club(t, clubText)
	after := club(t, clubText+"\n\nBen: Bye.\n")
	if k := before.summaries; k.key(recordsOf(t, before.lib)[0], nil, "") == after.summaries.key(recordsOf(t, after.lib)[0], nil, "") ||
		k.key(recordsOf(t, before.lib)[0], nil, "") == k.key(recordsOf(t, before.lib)[0], nil, "model") {
		t.Error("two texts or two models have one key")
	}

	// What was tampered with, or cannot be read, is made anew.
	for name, spoil := range map[string]func([]byte) []byte{
		"words": func(d []byte) []byte { return bytes.ReplaceAll(d, []byte("Cannot accept."), []byte("Can accept.")) },
		"speaker": func(d []byte) []byte {
			return bytes.ReplaceAll(d, []byte(`"speaker":"Soong"`), []byte(`"speaker":"Ann"`))
		},
		"text": func(d []byte) []byte {
			return bytes.ReplaceAll(d, []byte(`Soong objects: “`), []byte(`Soong says: “`))
		},
		"place":  func(d []byte) []byte { return bytes.ReplaceAll(d, []byte(`"raised":[`), []byte(`"raised":[99999,`)) },
		"form":   func(d []byte) []byte { return d[:len(d)/2] },
		"record": func(d []byte) []byte { return bytes.ReplaceAll(d, []byte(lib.Entries[0].ID), []byte("another")) },
	} {
		spoilt := &summaryMap{data: make(map[string][]byte)}
		for key, data := range store.data {
			spoilt.data[key] = spoil(bytes.Clone(data))
		}
		got := summary(New(lib, index, Options{Summaries: spoilt}), "")
		if spoilt.kept != 1 {
			t.Errorf("%s: the summary was not made anew", name)
		}
		if diff := cmp.Diff(made, got, cmpopts.IgnoreFields(Answer{}, "TookMS")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	summary(New(lib, index, Options{Summaries: &summaryMap{data: make(map[string][]byte), fail: errors.New("down")}}), "")
}

func TestSummariesInMemoryAreFew(t *testing.T) {
	b := club(t, clubText)
	k := b.summaries
	for i := range 2 * mostInMemory {
		k.put(context.Background(), k.key(recordsOf(t, b.lib)[0], []part{{first: i}}, ""), "", &Summary{})
	}
	if len(k.byKey) != mostInMemory || k.recent.Len() != mostInMemory {
		t.Errorf("%d summaries in memory; want %d", len(k.byKey), mostInMemory)
	}
}

func BenchmarkSummary(b *testing.B) {
	ctx := context.Background()
	bot := bundledBot(b)
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			if _, err := New(bot.lib, bot.index, Options{}).Summary(ctx, SummaryQuery{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("kept", func(b *testing.B) {
		for b.Loop() {
			if _, err := bot.Summary(ctx, SummaryQuery{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
