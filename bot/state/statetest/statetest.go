// Package statetest holds what every store of the bot's own state must do, as
// tests that each of them runs.
package statetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rapporteur/bot"
)

// Store is all that is kept.
type Store interface {
	bot.NoteStore
	bot.ChannelStore
	bot.Spending
	Summary(ctx context.Context, key string) ([]byte, error)
	KeepSummary(ctx context.Context, key string, data []byte) error
	io.Closer
}

// Run runs the tests. open returns a store on an empty database each time it is
// called with another name, and on the same database with the same name.
func Run(t *testing.T, open func(t *testing.T, name string) Store) {
	tests := []struct {
		name string
		run  func(*testing.T, func() Store)
	}{
		{"notes", testNotes}, {"everything of a note", testNoteFields}, {"own notes", testOwnNotes}, {"numbers", testNumbers},
		{"channels", testChannels}, {"summaries", testSummaries}, {"spending", testSpending}, {"days", testDays},
		{"at once", testAtOnce}, {"opened again", testOpenedAgain}, {"cancelled", testCancelled},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.run(t, func() Store {
				s := open(t, fmt.Sprintf("state%d", i))
				t.Cleanup(func() {
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				})
				return s
			})
		})
	}
}

var ctx = context.Background()

// noon is some day's noon.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func note(author, channel, remark string) bot.Note {
	return bot.Note{Author: author, Channel: channel, Record: "meeting", Ref: "I.1", Words: []bot.NotedTurn{{Ref: "I.1", Speaker: "Ann", Text: "Yes."}}, Remark: remark, Time: noon}
}

func add(t *testing.T, s Store, n bot.Note) bot.Note {
	t.Helper()
	id, err := s.AddNote(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	n.ID = id
	return n
}

func notes(t *testing.T, s Store, q bot.NoteQuery) []bot.Note {
	t.Helper()
	found, err := s.Notes(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountNotes(ctx, q); err != nil || n != len(found) {
		t.Errorf("%d notes counted for %+v, %d found: %v", n, q, len(found), err)
	}
	return found
}

func testNotes(t *testing.T, open func() Store) {
	s := open()
	if found := notes(t, s, bot.NoteQuery{}); len(found) != 0 {
		t.Errorf("a new store has %d notes", len(found))
	}
	a := add(t, s, note("1", "10", "first"))
	b := add(t, s, note("2", "10", "second"))
	c := add(t, s, note("1", "11", "third"))
	for _, test := range []struct {
		q    bot.NoteQuery
		want []bot.Note
	}{
		{bot.NoteQuery{}, []bot.Note{a, b, c}},
		{bot.NoteQuery{Channel: "10"}, []bot.Note{a, b}},
		{bot.NoteQuery{Author: "1"}, []bot.Note{a, c}},
		{bot.NoteQuery{Author: "1", Channel: "10"}, []bot.Note{a}},
		{bot.NoteQuery{ID: b.ID}, []bot.Note{b}},
		{bot.NoteQuery{ID: b.ID, Author: "1"}, nil},
		{bot.NoteQuery{Author: "' OR ''='"}, nil},
	} {
		if diff := cmp.Diff(test.want, notes(t, s, test.q)); diff != "" {
			t.Errorf("%+v: %s", test.q, diff)
		}
	}
}

func testNoteFields(t *testing.T, open func() Store) {
	s := open()
	want := bot.Note{
		Author: "1042519872634880001", Guild: "5", Channel: "6", Record: "soong-molotov-1945-07-10", Ref: "IV.12-13",
		Words: []bot.NotedTurn{
			{Ref: "IV.12", Speaker: "宋子文", Text: "“Let us see it.”\n1) 旅順; 'one' \"two\" \\ three\t🙂"},
			{Ref: "IV.13", Text: strings.Repeat("long ", 20_000)},
		},
		Remark: "why?\n— because 'it is'; DROP TABLE notes", Time: noon.Add(123 * time.Millisecond),
	}
	want = add(t, s, want)
	if diff := cmp.Diff([]bot.Note{want}, notes(t, s, bot.NoteQuery{})); diff != "" {
		t.Error(diff)
	}
}

func testOwnNotes(t *testing.T, open func() Store) {
	s := open()
	mine := add(t, s, note("1", "10", "mine"))
	add(t, s, note("1", "11", "mine too"))
	theirs := add(t, s, note("2", "10", "theirs"))
	remove := func(q bot.NoteQuery, want int) {
		t.Helper()
		if n, err := s.DeleteNotes(ctx, q); err != nil || n != want {
			t.Errorf("%+v deletes %d notes: %v; want %d", q, n, err, want)
		}
	}
	remove(bot.NoteQuery{ID: theirs.ID, Author: "1"}, 0)
	remove(bot.NoteQuery{ID: mine.ID, Author: "1"}, 1)
	remove(bot.NoteQuery{ID: mine.ID, Author: "1"}, 0)
	remove(bot.NoteQuery{Author: "1"}, 1)
	for _, q := range []bot.NoteQuery{{}, {ID: theirs.ID}, {Channel: "10"}} {
		if n, err := s.DeleteNotes(ctx, q); err == nil {
			t.Errorf("%+v deletes %d notes of nobody in particular", q, n)
		}
	}
	if diff := cmp.Diff([]bot.Note{theirs}, notes(t, s, bot.NoteQuery{})); diff != "" {
		t.Error(diff)
	}
}

func testNumbers(t *testing.T, open func() Store) {
	s := open()
	last := add(t, s, note("1", "10", "a"))
	if last.ID < 1 {
		t.Errorf("the first note has number %d", last.ID)
	}
	if _, err := s.DeleteNotes(ctx, bot.NoteQuery{Author: "1"}); err != nil {
		t.Fatal(err)
	}
	if next := add(t, s, note("1", "10", "b")); next.ID <= last.ID {
		t.Errorf("number %d was given after %d", next.ID, last.ID)
	}
}

func testChannels(t *testing.T, open func() Store) {
	s := open()
	holds := func(channel, record string) {
		t.Helper()
		if c, err := s.Channel(ctx, channel); err != nil || c.Record != record {
			t.Errorf("channel %s: %+v, %v; want %q", channel, c, err, record)
		}
	}
	set := func(channel, record string) {
		t.Helper()
		if err := s.SetChannel(ctx, channel, bot.ChannelSettings{Record: record}); err != nil {
			t.Fatal(err)
		}
	}
	holds("10", "")
	set("10", "a")
	set("11", "b")
	holds("10", "a")
	set("10", "c")
	holds("10", "c")
	set("10", "")
	holds("10", "")
	holds("11", "b")
}

func testSummaries(t *testing.T, open func() Store) {
	s := open()
	if data, err := s.Summary(ctx, "k"); data != nil || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	for _, want := range [][]byte{{0, 1, 255}, []byte("another")} {
		if err := s.KeepSummary(ctx, "k", want); err != nil {
			t.Fatal(err)
		}
		if data, err := s.Summary(ctx, "k"); err != nil || !slices.Equal(data, want) {
			t.Errorf("%q, %v; want %q", data, err, want)
		}
	}
}

func testSpending(t *testing.T, open func() Store) {
	s := open()
	spend := func(asker string, u, wantOwn, wantAll bot.Usage) {
		t.Helper()
		own, all, err := s.Spend(ctx, noon, asker, u)
		if err != nil || own != wantOwn || all != wantAll {
			t.Errorf("own %+v, all %+v, %v; want %+v, %+v", own, all, err, wantOwn, wantAll)
		}
		if own2, all2, err := s.Spent(ctx, noon, asker); err != nil || own2 != own || all2 != all {
			t.Errorf("own %+v, all %+v, %v were spent; want %+v, %+v", own2, all2, err, own, all)
		}
	}
	spend("1", bot.Usage{}, bot.Usage{}, bot.Usage{})
	spend("1", bot.Usage{Requests: 1, Tokens: 100}, bot.Usage{Requests: 1, Tokens: 100}, bot.Usage{Requests: 1, Tokens: 100})
	spend("2", bot.Usage{Requests: 1, Tokens: 10}, bot.Usage{Requests: 1, Tokens: 10}, bot.Usage{Requests: 2, Tokens: 110})
	spend("1", bot.Usage{Tokens: -60}, bot.Usage{Requests: 1, Tokens: 40}, bot.Usage{Requests: 2, Tokens: 50})
	spend("", bot.Usage{Tokens: 1 << 40}, bot.Usage{Tokens: 1 << 40}, bot.Usage{Requests: 2, Tokens: 1<<40 + 50})
}

func testDays(t *testing.T, open func() Store) {
	s := open()
	spent := func(at time.Time, want int64) {
		t.Helper()
		if own, all, err := s.Spent(ctx, at, "1"); err != nil || own.Tokens != want || all.Tokens != want {
			t.Errorf("%v: own %+v, all %+v, %v; want %d tokens", at, own, all, err, want)
		}
	}
	spend := func(at time.Time, tokens int64) {
		t.Helper()
		if _, _, err := s.Spend(ctx, at, "1", bot.Usage{Tokens: tokens}); err != nil {
			t.Fatal(err)
		}
	}
	spend(noon, 5)
	// The day is that of UTC: half past midnight in Moscow is the day before.
	spend(time.Date(2026, 11, 24, 0, 30, 0, 0, time.FixedZone("Moscow", 3*3600)), 6)
	spent(noon, 11)
	spend(noon.AddDate(0, 0, 1), 7)
	spent(noon, 11)
	spent(noon.AddDate(0, 0, 1), 7)
	spend(noon.AddDate(0, 2, 0), 8)
	spent(noon, 0) // long past
	spent(noon.AddDate(0, 2, 0), 8)
}

// Several stores on a database, each used by several at once, lose nothing.
func testAtOnce(t *testing.T, open func() Store) {
	stores := []Store{open(), open()}
	const writers, each = 8, 12
	var group sync.WaitGroup
	var mu sync.Mutex
	ids := make(map[int64]bool)
	last := make(map[bot.Usage]bool)
	for w := range writers {
		s := stores[w%len(stores)]
		group.Go(func() {
			for range each {
				id, err := s.AddNote(ctx, note(fmt.Sprint(w), "10", "remark"))
				own, all, err2 := s.Spend(ctx, noon, fmt.Sprint(w), bot.Usage{Requests: 1, Tokens: 3})
				if err = errors.Join(err, err2, s.SetChannel(ctx, "10", bot.ChannelSettings{Record: fmt.Sprint(w)})); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if ids[id] || last[all] {
					t.Errorf("note %d or total %+v was given twice", id, all)
				}
				ids[id], last[all] = true, true
				mu.Unlock()
				if own.Requests*3 != own.Tokens {
					t.Errorf("half of what was spent is there: %+v", own)
				}
			}
		})
	}
	group.Wait()
	for _, s := range stores {
		if n := len(notes(t, s, bot.NoteQuery{})); n != writers*each {
			t.Errorf("%d notes; want %d", n, writers*each)
		}
		if _, all, err := s.Spent(ctx, noon, ""); err != nil || all.Requests != writers*each {
			t.Errorf("%+v was spent, %v; want %d requests", all, err, writers*each)
		}
	}
}

func testOpenedAgain(t *testing.T, open func() Store) {
	first := open()
	kept := add(t, first, note("1", "10", "kept"))
	second := open()
	if diff := cmp.Diff([]bot.Note{kept}, notes(t, second, bot.NoteQuery{})); diff != "" {
		t.Error(diff)
	}
}

func testCancelled(t *testing.T, open func() Store) {
	s := open()
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.AddNote(cancelled, note("1", "10", "late")); err == nil {
		t.Error("a note was kept that nobody waits for")
	}
	if _, _, err := s.Spend(cancelled, noon, "1", bot.Usage{Tokens: 1}); err == nil {
		t.Error("tokens were spent that nobody waits for")
	}
	if found := notes(t, s, bot.NoteQuery{}); len(found) != 0 {
		t.Errorf("%d notes", len(found))
	}
	add(t, s, note("1", "10", "in time"))
}
