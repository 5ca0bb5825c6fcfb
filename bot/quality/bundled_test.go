package quality

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/bundled.golden")

const goldenFile = "testdata/bundled.golden"

// TestBundled measures both question sets on the bundled record and compares
// with testdata/bundled.golden, so that a change of ranking or of answers is a
// diff that someone reads. Of the held set it keeps figures only: who sees its
// questions one by one tunes on them.
func TestBundled(t *testing.T) {
	t.Parallel()
	b, records := bundled(t)
	sets := []struct {
		file   string
		each   bool // keep the results of each question
		report *Report
		err    error
	}{{file: "questions-tuned.jsonl", each: true}, {file: "questions-held.jsonl"}}
	var measured sync.WaitGroup
	for i := range sets {
		questions := readSet(t, "testdata/"+sets[i].file)
		measured.Go(func() {
			sets[i].report, sets[i].err = Run(context.Background(), b, records, questions, Options{})
		})
	}
	measured.Wait()
	var got strings.Builder
	for _, set := range sets {
		if set.err != nil {
			t.Fatal(set.err)
		}
		report := set.report
		fmt.Fprintf(&got, "# %s: %d questions, %d answerable\n\n", set.file, report.Overall.Questions, report.Overall.Answerable)
		writeFigures(&got, report)
		if set.each {
			writeResults(&got, report)
		}
		for _, r := range append(report.Inexact(), report.Failures()...) {
			t.Errorf("%s: inexact %q, failed %q", r.ID, r.Answer.Inexact, r.Answer.Failed)
		}
	}
	if *update {
		if err := os.WriteFile(goldenFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := lineDiff(string(want), got.String()); diff != "" {
		t.Errorf("rankings or answers changed (- %s, + now):\n%s\nIf the change is wanted: go test ./bot/quality -run TestBundled -update\nthen read git diff and commit it with the change that caused it.", goldenFile, diff)
	}
}

// writeFigures writes the figures overall and those that tell categories apart.
func writeFigures(b *strings.Builder, report *Report) {
	for _, m := range Metrics(report.K) {
		if f, ok := report.Overall.Figures[m.Name]; ok {
			fmt.Fprintf(b, "%-20s %.3f  (%.3f to %.3f, n %d)\n", m.Name, f.Value, f.Low, f.High, f.Questions)
		}
	}
	columns := []string{NDCG, InFive, CitedFirst, CitedInFive, Exact, Keywords, AbstainedRightly, AbstainedWrongly}
	fmt.Fprintf(b, "\n%-14s %s\n", "category", strings.Join(columns, " "))
	for _, g := range report.Categories {
		fmt.Fprintf(b, "%-14s", g.Category)
		for _, name := range columns {
			value := "-"
			if f, ok := g.Figures[name]; ok {
				value = fmt.Sprintf("%.3f", f.Value)
			}
			fmt.Fprintf(b, " %*s", len(name), value)
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
}

// writeResults writes for each question the rank of its first gold turn in the
// search and of its first gold citation, - where there is none.
func writeResults(b *strings.Builder, report *Report) {
	rank := func(n int) string {
		if n == 0 {
			return "-"
		}
		return fmt.Sprint(n)
	}
	fmt.Fprintf(b, "%-6s %-13s %6s %5s %s\n", "id", "category", "search", "cited", "status")
	for _, r := range report.Results {
		fmt.Fprintf(b, "%-6s %-13s %6s %5s %s\n", r.ID, r.Category, rank(r.Search.Rank), rank(r.Answer.Rank), r.Answer.Status)
	}
	b.WriteByte('\n')
}

// shownLines is how many differing lines a failure shows at most.
const shownLines = 40

// lineDiff returns the lines of two texts that differ at the same place, or "".
func lineDiff(want, got string) string {
	old, now := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	shown := 0
	for i := range max(len(old), len(now)) {
		var x, y string
		if i < len(old) {
			x = old[i]
		}
		if i < len(now) {
			y = now[i]
		}
		if x == y {
			continue
		}
		if shown++; shown <= shownLines {
			fmt.Fprintf(&b, "line %d\n- %s\n+ %s\n", i+1, x, y)
		}
	}
	if shown > shownLines {
		fmt.Fprintf(&b, "and %d more lines\n", shown-shownLines)
	}
	return b.String()
}

// TestRunIsDeterministic runs the same questions twice.
func TestRunIsDeterministic(t *testing.T) {
	t.Parallel()
	questions := readSet(t, "testdata/questions-tuned.jsonl")[:24]
	var reports [2]*Report
	for i := range reports {
		b, records := bundled(t)
		var err error
		if reports[i], err = Run(context.Background(), b, records, questions, Options{}); err != nil {
			t.Fatal(err)
		}
		reports[i].Latency = nil
	}
	if a, b := asJSON(t, reports[0]), asJSON(t, reports[1]); a != b {
		t.Errorf("two runs differ:\n%s", lineDiff(a, b))
	}
}
