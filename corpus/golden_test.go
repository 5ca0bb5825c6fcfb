package corpus_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rapporteur/corpus"
)

var update = flag.Bool("update", false, "rewrite the files under testdata/want")

// TestGolden reads every file of testdata/records and compares what was
// understood with testdata/want, so that a change of a reader is a diff
// someone reads.
func TestGolden(t *testing.T) {
	for _, file := range goldenFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			r, err := corpus.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := outline(r)
			want := filepath.Join("testdata", "want", filepath.Base(file)+".txt")
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			data, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(data) {
				t.Errorf("%s differs; run go test -update and read the diff. Got:\n%s", want, got)
			}
			checkLaws(t, r)
		})
	}
}

func goldenFiles(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/records/*")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, file := range all {
		if ext := filepath.Ext(file); ext != ".yaml" {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		t.Fatal("no files in testdata/records")
	}
	return files
}

// outline writes what is known of a record and every turn of it.
func outline(r *corpus.Record) string {
	var b strings.Builder
	b.WriteString(corpus.NewReport(r).String())
	if r.Source != (corpus.Source{}) {
		fmt.Fprintf(&b, "%-13s%+v\n", "source", r.Source)
	}
	if r.Rights != "" {
		fmt.Fprintf(&b, "%-13s%s\n", "rights", r.Rights)
	}
	for _, p := range r.Pages {
		fmt.Fprintf(&b, "%-13s%s begins at turn %d\n", "page", p.Name, p.Turn)
	}
	b.WriteString("\n")
	for i := range r.Turns {
		turn := &r.Turns[i]
		who := turn.Speaker
		switch {
		case turn.Stage:
			who = "(stage)"
		case turn.Attribution == corpus.Inferred:
			who += "?"
		case who == "":
			who = "-"
		}
		if when := turn.When(); when != "" {
			who += " @" + when
		}
		if turn.Label != "" {
			who += fmt.Sprintf(" %q", turn.Label)
		}
		fmt.Fprintf(&b, "%s\t%s: %s\n", turn.Ref, who, strings.ReplaceAll(turn.Text, "\n", "\n\t\t"))
	}
	return b.String()
}

// checkLaws checks what holds for every record.
func checkLaws(t testing.TB, r *corpus.Record) {
	t.Helper()
	counts := make(map[string]int)
	for i := range r.Turns {
		turn := &r.Turns[i]
		counts[turn.Ref.Section]++
		if turn.Number != i+1 || turn.Ref.First != counts[turn.Ref.Section] || turn.Ref.Last != turn.Ref.First {
			t.Errorf("turn %d has number %d and reference %s", i+1, turn.Number, turn.Ref)
		}
		ref, err := corpus.ParseRef(turn.Ref.String())
		if err != nil || ref != turn.Ref {
			t.Errorf("reference %s reads back as %v, %v", turn.Ref, ref, err)
		}
		if (turn.Speaker == "") != (turn.Attribution == corpus.Unattributed) {
			t.Errorf("%s: speaker %q with attribution %s", turn.Ref, turn.Speaker, turn.Attribution)
		}
		if strings.TrimSpace(turn.Text) == "" {
			t.Errorf("%s has no text", turn.Ref)
		}
		if turn.Section >= len(r.Sections) || turn.Section >= 0 && turn.Ref.Section != r.Sections[turn.Section].Label {
			t.Errorf("%s stands in section %d", turn.Ref, turn.Section)
		}
	}
	for i, s := range r.Sections {
		if s.First > s.End || s.End > len(r.Turns) || i > 0 && s.First < r.Sections[i-1].End {
			t.Errorf("section %s has turns %d to %d", s.Label, s.First, s.End)
		}
		for _, turn := range r.Turns[s.First:s.End] {
			if turn.Section != i {
				t.Errorf("%s is not in section %s", turn.Ref, s.Label)
			}
		}
	}
}

// checkPrint checks that a record in the plain layout reads back equal.
func checkPrint(t testing.TB, r *corpus.Record) {
	t.Helper()
	printed := corpus.Print(r)
	again, err := corpus.ParsePlain(r.File, []byte(printed), nil)
	if err != nil {
		t.Fatalf("what Print wrote is not read: %v\n%s", err, printed)
	}
	if a, b := turnsOf(r), turnsOf(again); a != b {
		t.Errorf("parse, print, parse differs:\n%s\nthen:\n%s\nprinted:\n%s", a, b, printed)
	}
}

func turnsOf(r *corpus.Record) string {
	var b strings.Builder
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "section %s %q %d-%d\n", s.Label, s.Title, s.First, s.End)
	}
	for _, t := range r.Turns {
		fmt.Fprintf(&b, "%s %q %s %v %q\n", t.Ref, t.Speaker, t.Attribution, t.Stage, t.Text)
	}
	return b.String()
}

func TestPrint(t *testing.T) {
	t.Run("bundled", func(t *testing.T) { checkPrint(t, bundled(t)) })
	for _, file := range goldenFiles(t) {
		if filepath.Ext(file) == ".txt" {
			t.Run(filepath.Base(file), func(t *testing.T) {
				r, err := corpus.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				checkPrint(t, r)
			})
		}
	}
}
