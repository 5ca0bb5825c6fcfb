package bot

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestModelWordsSummary(t *testing.T) {
	m := &scripted{reply: said(
		[3]string{"Molotov wanted the draft to say that no foreign capital can be invested.", "IV.47", ""},
		good, better,
		[3]string{"Soong agreed to a Soviet majority.", "IV.42", ""},
	)}
	b := modelBot(t, m, Options{})
	for range 2 {
		s, err := b.Summary(t.Context(), SummaryQuery{Section: "IV"})
		if err != nil {
			t.Fatal(err)
		}
		checkShown(t, b, &s.Answer)
		if s.Mode != Generated || s.Model.Kept != 3 || len(s.Model.Dropped) != 1 || strings.Contains(s.Text, "Soviet majority") || len(s.Sections[0].Ledger) == 0 {
			t.Errorf("%s %+v\n%s", s.Mode, s.Model, s.Text)
		}
	}
	if len(m.asked) != 1 {
		t.Errorf("the model was asked %d times", len(m.asked))
	}
	down := &scripted{err: ErrModelDown}
	s, err := modelBot(t, down, Options{}).Summary(t.Context(), SummaryQuery{Section: "IV"})
	if err != nil || s.Mode != Extractive || len(s.Notes) != 1 || len(s.Sections[0].Points) < leastPoints {
		t.Errorf("%v: %+v", err, s)
	}
}

// bySection is a model that replies to each part of a record in its own way.
type bySection func(ctx context.Context, p Prompt) (string, error)

func (bySection) Name() string { return "by section" }

func (m bySection) Write(ctx context.Context, p Prompt, _ func(string)) (string, error) {
	return m(ctx, p)
}

func TestModelWordsSections(t *testing.T) {
	points := said(good, better, [3]string{"Molotov wanted the draft to say that no foreign capital can be invested.", "IV.47", ""})
	isRailways := func(p Prompt) bool { return strings.Contains(p.User, "[IV.33]") }
	plain := bundledBot(t)
	synctest.Test(t, func(t *testing.T) {
		var atOnce, most, asked atomic.Int32
		slow := bySection(func(ctx context.Context, p Prompt) (string, error) {
			asked.Add(1)
			if n := atOnce.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer atOnce.Add(-1)
			time.Sleep(DefaultModelTime * 2 / 3) // two of them take longer than one may
			if isRailways(p) && p.Asker == "ann" {
				return points, nil
			}
			return `{"statements": []}`, nil
		})
		b := New(plain.lib, plain.index, Options{Model: slow})
		s, err := b.Summary(t.Context(), SummaryQuery{Asker: "ann"})
		if err != nil {
			t.Fatal(err)
		}
		if parts := len(s.Sections); int(asked.Load()) != parts || most.Load() != modelsAtOnce || s.Mode != Generated || s.Model.Kept != 3 || len(s.Notes) != 0 {
			t.Errorf("%d of %d parts, %d at once; %s %+v %q", asked.Load(), parts, most.Load(), s.Mode, s.Model, s.Notes)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		silent := bySection(func(ctx context.Context, p Prompt) (string, error) {
			if isRailways(p) {
				return points, nil
			}
			<-ctx.Done()
			return "", ctx.Err()
		})
		start := time.Now()
		s, err := New(plain.lib, plain.index, Options{Model: silent}).Summary(t.Context(), SummaryQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 2*DefaultModelTime || len(s.Notes) != 1 || len(s.Statements) < 10 {
			t.Errorf("%v, %q, %d points", took, s.Notes, len(s.Statements))
		}
	})
}
