package state

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rapporteur/bot"
	"rapporteur/bot/state/statetest"
)

// filled returns a store with something of everything.
func filled(t *testing.T) *Store {
	t.Helper()
	ctx := context.Background()
	s := open(t, Options{Dir: t.TempDir()})
	t.Cleanup(func() { s.Close() })
	now := time.Now()
	for i := range 30 {
		_, err := s.AddNote(ctx, bot.Note{Author: fmt.Sprint(i % 3), Channel: "10", Record: "r", Ref: "1", Words: []bot.NotedTurn{{Ref: "1", Text: "“ü” 旅順"}}, Time: now})
		_, _, err2 := s.Spend(ctx, now, fmt.Sprint(i%4), bot.Usage{Requests: 1, Tokens: int64(i)})
		err = errors.Join(err, err2, s.SetChannel(ctx, fmt.Sprint(i%5), bot.ChannelSettings{Record: "r"}), s.KeepSummary(ctx, fmt.Sprint(i%6), []byte{0, byte(i), 255}))
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.DeleteNotes(ctx, bot.NoteQuery{Author: "1"}); err != nil {
		t.Fatal(err)
	}
	return s
}

func testMove(t *testing.T, to func() *Store) {
	ctx := context.Background()
	from, target := filled(t), to()
	defer target.Close()
	counts, err := Move(ctx, from, target)
	if err != nil {
		t.Fatal(err)
	}
	want := []Count{{"notes", 20}, {"channel settings", 5}, {"summaries", 6}, {"budgets by day and asker", 4}, {"budgets by day", 1}}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
	a, err := from.Notes(ctx, bot.NoteQuery{})
	b, err2 := target.Notes(ctx, bot.NoteQuery{})
	if diff := cmp.Diff(a, b); diff != "" || err != nil || err2 != nil {
		t.Error(diff, err, err2)
	}
	if data, err := target.Summary(ctx, "5"); err != nil || !cmp.Equal(data, []byte{0, 29, 255}) {
		t.Errorf("%v, %v", data, err)
	}
	if _, all, err := target.Spent(ctx, time.Now(), ""); err != nil || all.Tokens != 435 {
		t.Errorf("%+v, %v", all, err)
	}
	if id, err := target.AddNote(ctx, bot.Note{Author: "1"}); err != nil || id <= a[len(a)-1].ID {
		t.Errorf("the next note is %d, %v", id, err)
	}
	if _, err := Move(ctx, from, target); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("moved twice: %v", err)
	}
}

func TestMoveToSQLite(t *testing.T) {
	testMove(t, func() *Store { return open(t, Options{Dir: t.TempDir()}) })
}

func TestMoveToPostgres(t *testing.T) {
	server := statetest.StartPostgres(t)
	testMove(t, func() *Store { return open(t, Options{DSN: server.Database(t)}) })
	t.Run("nothing", func(t *testing.T) {
		empty := open(t, Options{})
		defer empty.Close()
		target := open(t, Options{DSN: server.Database(t)})
		defer target.Close()
		if _, err := Move(context.Background(), empty, target); err != nil {
			t.Error(err)
		}
	})
}
