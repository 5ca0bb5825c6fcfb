package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/quality"
)

// TestEvalStopped stops a measurement: an error, and nothing is printed.
func TestEvalStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	in := strings.NewReader(`{"id":"1","question":"What about Xinjiang?","answerable":false}`)
	status := run(ctx, []string{"eval", "-"}, streams{in: in, out: &out, err: &errs}, noEnv)
	if status != exitError || out.Len() > 0 || !strings.Contains(errs.String(), "context canceled") {
		t.Errorf("status %d, output %q, errors %q", status, out.String(), errs.String())
	}
}

// TestEvaluationWarns: what must not be overlooked is said in words.
func TestEvaluationWarns(t *testing.T) {
	var out bytes.Buffer
	p := &page{w: &out}
	report := &quality.Report{K: 10, Records: 1, Results: []quality.Result{
		{ID: "d7\x1b[2J", Answer: &quality.Reply{Status: bot.Answered, Inexact: []string{"boats 3"}}},
	}}
	p.evaluation(evalReport{File: "q.jsonl", Report: report}, "")
	if want := "Not exact: the answer to d7[2J quotes boats 3\n"; !strings.Contains(out.String(), want) {
		t.Errorf("got %q, want %q in it", out.String(), want)
	}
}

// TestProgress: only a terminal is shown progress.
func TestProgress(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, w := range []streams{{err: f}, {err: &bytes.Buffer{}}} {
		a := &app{streams: w}
		if a.progress("questions") != nil {
			t.Errorf("progress on a %T that is no terminal", w.err)
		}
	}
}
