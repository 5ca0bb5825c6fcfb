package corpus_test

import (
	"testing"

	"rapporteur/corpus"
)

func bundled(t testing.TB) *corpus.Record {
	t.Helper()
	r, err := corpus.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBundledRecord(t *testing.T) {
	r := bundled(t)
	if r.ID != "soong-molotov-1945-07-10" || r.Date != "1945-07-10" || r.Title != "Record of a Meeting Between T. V. Soong and V. M. Molotov" {
		t.Errorf("id %q, date %q, title %q", r.ID, r.Date, r.Title)
	}
	stated := map[string]int{}
	for i := range r.Turns {
		if turn := &r.Turns[i]; turn.Attribution == corpus.Stated {
			stated[turn.Speaker]++
		}
	}
	if len(stated) != 3 || stated["Soong"] != 62 || stated["Molotov"] != 62 || stated["Petrov"] != 1 {
		t.Errorf("labelled turns %v; want Soong 62, Molotov 62, Petrov 1", stated)
	}
	wantSections := []string{"I. Draft Treaty", "II. Declaration re Outer Mongolia", "III. Chinese representative with soviet troops", "IV. Railways", "V. Dairen", "VI. Port Arthur"}
	if len(r.Sections) != len(wantSections) {
		t.Fatalf("%d sections; want %d", len(r.Sections), len(wantSections))
	}
	for i, want := range wantSections {
		if got := r.Sections[i].Name(); got != want {
			t.Errorf("section %d is %q; want %q", i, got, want)
		}
	}
}

func TestBundledLinesWithoutLabel(t *testing.T) {
	r := bundled(t)
	tests := []struct {
		ref, begins, speaker string
		attribution          corpus.Attribution
		stage                bool
	}{
		{"I.14", "Rest to draft by our representatives", "", corpus.Unattributed, false},
		{"IV.50", "(He reads Yalta agreement).", "", corpus.Unattributed, true},
		{"IV.51", "We violated this by accepting joint ownership.", "Molotov", corpus.Inferred, false},
		{"head.1", "July 10, 1945", "", corpus.Unattributed, false},
		{"head.8", "Pavlov Liu", "", corpus.Unattributed, false},
		{"note.1", "Molotov and Soong author a Soviet-Chinese treaty", "", corpus.Unattributed, false},
	}
	for _, test := range tests {
		turn := turnAt(t, r, test.ref)
		if len(turn.Text) < len(test.begins) || turn.Text[:len(test.begins)] != test.begins ||
			turn.Speaker != test.speaker || turn.Attribution != test.attribution || turn.Stage != test.stage {
			t.Errorf("%s: speaker %q, %s, stage %v: %q", test.ref, turn.Speaker, turn.Attribution, turn.Stage, turn.Text)
		}
	}
}

func turnAt(t *testing.T, r *corpus.Record, s string) *corpus.Turn {
	t.Helper()
	ref, err := corpus.ParseRef(s)
	if err != nil {
		t.Fatal(err)
	}
	first, _, err := r.Lookup(ref)
	if err != nil {
		t.Fatal(err)
	}
	return &r.Turns[first]
}
