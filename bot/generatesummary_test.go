package bot

import (
	"strings"
	"testing"
)

func TestModelWordsSummary(t *testing.T) {
	m := &scripted{reply: said(
		[3]string{"Molotov wanted the draft to say that no foreign capital can be invested.", "IV.47", ""},
		good, better,
		[3]string{"Soong agreed to a Soviet majority.", "IV.42", ""},
	)}
	b := modelBot(t, m, Options{})
	for range 2 {
		s, err := b.Summary(t.Context(), "IV", "")
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
	s, err := modelBot(t, down, Options{}).Summary(t.Context(), "IV", "")
	if err != nil || s.Mode != Extractive || len(s.Notes) != 1 || len(s.Sections[0].Points) < leastPoints {
		t.Errorf("%v: %+v", err, s)
	}
}
