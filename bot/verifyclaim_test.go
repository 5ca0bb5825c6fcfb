package bot

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"rapporteur/corpus"
)

// listed is a hand-made statement about the bundled record.
type listed struct {
	Text    string   `json:"text"`
	Refs    []string `json:"refs"`
	Correct bool     `json:"correct"`
	Fault   string   `json:"fault,omitempty"`
}

func readListed(t testing.TB, name string) []listed {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []listed
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l listed
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

func citedTurns(t testing.TB, n *names, r *corpus.Record, refs []string) []*citedTurn {
	t.Helper()
	var cited []*citedTurn
	for _, s := range refs {
		ref, err := corpus.ParseRef(s)
		if err != nil {
			t.Fatal(err)
		}
		first, _, err := r.Lookup(ref)
		if err != nil {
			t.Fatal(err)
		}
		cited = append(cited, newCitedTurn(n, r, &r.Turns[first], true))
	}
	return cited
}

// TestStatements measures the verifier on hand-made statements about the
// bundled record: those of the first list were looked at while its rules were
// written, those of the second were not.
func TestStatements(t *testing.T) {
	r := recordsOf(t, bundledBot(t).lib)[0]
	n := newNames(r)
	for _, list := range []struct {
		file  string
		least float64
	}{{"statements-first.jsonl", .95}, {"statements-second.jsonl", .75}} {
		kept, correct, dropped, wrong := 0, 0, 0, 0
		for _, l := range readListed(t, list.file) {
			reason := holdClaim(n, l.Text, citedTurns(t, n, r, l.Refs))
			if l.Correct {
				correct++
				if reason == "" {
					kept++
				} else if list.file == "statements-first.jsonl" {
					t.Logf("dropped, though correct: %v %s: %s", l.Refs, l.Text, reason)
				}
				continue
			}
			wrong++
			if reason != "" {
				dropped++
			} else if list.file == "statements-first.jsonl" {
				t.Logf("kept, though wrong (%s): %v %s", l.Fault, l.Refs, l.Text)
			}
		}
		t.Logf("%s: %d of %d correct statements kept, %d of %d wrong ones dropped", list.file, kept, correct, dropped, wrong)
		if float64(kept) < list.least*float64(correct) || float64(dropped) < list.least*float64(wrong) {
			t.Errorf("%s: fewer than %.0f %%", list.file, 100*list.least)
		}
	}
}
