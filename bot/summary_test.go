package bot

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/retrieval"
)

type keyPoint struct {
	section, point string
	words          []string
}

func keyPoints(t *testing.T) []keyPoint {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "keypoints.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var points []keyPoint
	for _, line := range retrieval.DataLines(string(data)) {
		fields := strings.Split(line, " | ")
		points = append(points, keyPoint{fields[0], fields[1], fields[2:]})
	}
	return points
}

func TestSummaryCoversKeyPoints(t *testing.T) {
	b := bundledBot(t)
	r := recordsOf(t, b.lib)[0]
	points := keyPoints(t)
	shown, quoted, all := 0, 0, 0
	speakers := map[string]bool{}
	for _, section := range r.Sections {
		s, err := b.Summary(context.Background(), SummaryQuery{Section: section.Label})
		if err != nil {
			t.Fatal(err)
		}
		var quotes []string
		for _, st := range s.Statements {
			for _, k := range st.Citations {
				quotes = append(quotes, s.Citations[k].Quote)
				speakers[s.Citations[k].Speaker] = true
				quoted += len(strings.Fields(s.Citations[k].Quote))
			}
		}
		for i := section.First; i < section.End; i++ {
			all += len(strings.Fields(r.Turns[i].Text))
		}
		text := strings.Join(quotes, "\n")
		for _, p := range points {
			if p.section != section.Label {
				continue
			}
			found := false
			for _, w := range p.words {
				if !strings.Contains(recordText(t, b), w) {
					t.Errorf("%q is not in the record", w)
				}
				found = found || strings.Contains(text, w)
			}
			if found {
				shown++
			} else {
				t.Logf("%s: not shown: %s", section.Label, p.point)
			}
		}
		open := 0
		for _, item := range s.Sections[0].Ledger {
			if item.Standing == Deferred || item.Standing == Disputed || item.Standing == Unanswered {
				open++
			}
		}
		if section.Label != "I" && open == 0 {
			t.Errorf("%s names no open point", section.Label)
		}
	}
	t.Logf("%d of %d key points; %d of %d words quoted", shown, len(points), quoted, all)
	if float64(shown) < .9*float64(len(points)) || 2*quoted > all*12/10 {
		t.Error("the summaries miss too much or quote too much")
	}
	for _, name := range []string{"Soong", "Molotov", "Petrov"} {
		if !speakers[name] {
			t.Errorf("%s is not in the summaries", name)
		}
	}
}

// The summary of the bundled record as readers see it. A change of the rules is
// a diff of this file that somebody reads.
func TestSummaryGolden(t *testing.T) {
	b := bundledBot(t)
	s, err := b.Summary(context.Background(), SummaryQuery{})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "summary.txt", s.Text+"\n")
	for range 5 {
		if again, err := New(b.lib, b.index, Options{}).Summary(context.Background(), SummaryQuery{}); err != nil || again.Text != s.Text {
			t.Fatalf("two summaries differ: %v", err)
		}
	}
}

// What must not be read out of the record, and what must.
func TestLedger(t *testing.T) {
	b := bundledBot(t)
	s, err := b.Summary(context.Background(), SummaryQuery{})
	if err != nil {
		t.Fatal(err)
	}
	standing := map[string]Standing{} // by the words that show it
	next := map[string]string{}
	for _, section := range s.Sections {
		for _, item := range section.Ledger {
			for _, k := range item.Shown {
				standing[s.Citations[k].Ref+" "+s.Citations[k].Quote] = item.Standing
			}
			for _, u := range item.Next {
				next[s.Citations[u.Citation].Quote] = u.Who
			}
		}
	}
	for shown, want := range map[string]Standing{
		"I.6 O.K.":               Agreed,
		"I.13 O.K. Will report.": Deferred,
		"I.16 No.":               Agreed,
		"I.18 Accept, but draft in wording nearer with San Francisco.": Conditional,
		"III.2 Correct.": Agreed,
		"IV.5 We will think over these two points.": Deferred,
		"IV.7 O.K. will submit today.":              Agreed,
		"IV.23 We will think it over.":              Deferred,
		"IV.31 We return to this next time.":        Deferred,
		"IV.42 Cannot accept.":                      Disputed,
		"V.14 Must ask for new instructions.":       Deferred,
		"VI.14 I must ask for instructions.":        Deferred,
		"VI.19 I will report.":                      Deferred,
	} {
		if standing[shown] != want {
			t.Errorf("%s: %q, want %q", shown, standing[shown], want)
		}
	}
	for quote, want := range map[string]string{
		"O.K. will submit today.": "Molotov", "I will prepare a draft.": "Soong", "Will send you today.": "Molotov", "I will wire Chiang.": "Soong",
	} {
		if next[quote] != want {
			t.Errorf("next %q: %q, want %q", quote, next[quote], want)
		}
	}
}

func TestSummaryErrors(t *testing.T) {
	b := bundledBot(t)
	for _, q := range [][2]string{{"IX", ""}, {"", "nobody"}} {
		if _, err := b.Summary(context.Background(), SummaryQuery{Section: q[0], Record: q[1]}); err == nil {
			t.Errorf("%v: no error", q)
		} else if _, ok := err.(*UserError); !ok {
			t.Errorf("%v: %v", q, err)
		}
	}
}

func TestSummaryOfMeetings(t *testing.T) {
	b := fewMeetings(t)
	for _, r := range recordsOf(t, b.lib) {
		s, err := b.Summary(context.Background(), SummaryQuery{Record: r.ID})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(s.Statements); n < 4*len(s.Sections) || n > (mostUntitled+fewPoints)*len(s.Sections) {
			t.Errorf("%s: %d points in %d parts", r.ID, n, len(s.Sections))
		}
	}
}
