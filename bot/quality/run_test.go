package quality

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/corpus"
)

func TestRun(t *testing.T) {
	r := small(t, "boats")
	boats, agree, room, quay := turnOf(t, r, "seven green"), turnOf(t, r, "Agree"), turnOf(t, r, "no room"), turnOf(t, r, "old quay")
	altered := citing(r, room)
	altered.Citations[0].Quote = "The harbour has room"
	wrongSpeaker := &bot.Answer{Status: bot.Abstained, Nearest: citing(r, quay).Citations}
	wrongSpeaker.Nearest[0].Speaker = "Ann"
	f := &fake{record: r, ranking: []int{agree, room, quay, boats}, answers: map[string]*bot.Answer{
		"How many boats?":  citing(r, room, boats),
		"Which colour?":    altered,
		"Who is mayor?":    wrongSpeaker,
		"What about quay?": citing(r, quay),
	}}
	questions := []Question{
		{ID: "1", Text: "How many boats?", Category: "a", Answerable: true, Evidence: []string{"seven green boats", "Agree"}},
		{ID: "2", Text: "Which colour?", Category: "a", Answerable: true, Evidence: []string{"no room for them"}},
		{ID: "3", Text: "Who is mayor?", Category: "b"},
		{ID: "4", Text: "What about quay?", Category: "b", Answerable: true, Record: "BOATS", Relevant: []string{r.Turns[boats].Ref.String() + "-" + "4"}},
		{ID: "5", Text: "No answer?", Category: "b", Answerable: true, Evidence: []string{"seven"}},
	}
	clock := time.Time{}
	var progress []int
	report, err := Run(context.Background(), f, []*corpus.Record{r}, questions, Options{
		Now:      func() time.Time { clock = clock.Add(2 * time.Millisecond); return clock },
		Progress: func(done, total int) { progress = append(progress, done, total) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{1, 5, 2, 5, 3, 5, 4, 5, 5, 5}; !slices.Equal(progress, want) {
		t.Errorf("progress %v, want %v", progress, want)
	}
	ranks := func(of func(Result) int) (all []int) {
		for _, result := range report.Results {
			all = append(all, of(result))
		}
		return all
	}
	// The fourth question has references, so the short turn is neither ranked nor
	// gold: boats, room and quay are.
	if got, want := ranks(func(r Result) int { return r.Search.Rank }), []int{1, 2, 0, 1, 4}; !slices.Equal(got, want) {
		t.Errorf("search ranks %v, want %v", got, want)
	}
	if got, want := ranks(func(r Result) int { return r.Answer.Rank }), []int{2, 1, 0, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("citation ranks %v, want %v", got, want)
	}
	if got := len(report.Results[3].Gold); got != 3 {
		t.Errorf("%d gold turns, want 3", got)
	}
	if got := ids(report.Inexact()); got != "2 3" {
		t.Errorf("inexact quotations in %q", got)
	}
	if got := ids(report.Failures()); got != "5" {
		t.Errorf("failures %q", got)
	}
	if f.asked[0] != "" || f.asked[3] != "BOATS" {
		t.Errorf("asked of the records %q", f.asked)
	}
	if p := report.Latency.Answer; p.P50 != 2 || p.P99 != 2 {
		t.Errorf("latency %+v", p)
	}
	if got := report.Overall.Figures[CitedInFive]; got.Value != .75 || got.Questions != 4 {
		t.Errorf("cited@5 %+v", got)
	}
	if len(report.Categories) != 2 || report.Categories[1].Category != "b" || report.Categories[1].Answerable != 2 {
		t.Errorf("categories %+v", report.Categories)
	}
}

func ids(results []Result) string {
	var all []string
	for _, r := range results {
		all = append(all, r.ID)
	}
	return strings.Join(all, " ")
}

func TestRunErrors(t *testing.T) {
	records := []*corpus.Record{small(t, "boats"), small(t, "ships")}
	for name, test := range map[string]struct {
		question Question
		opts     Options
		want     string
	}{
		"missing record":    {Question{Record: "planes", Relevant: []string{"1"}}, Options{}, "the questions are about a record that is not in the library: planes"},
		"no such evidence":  {Question{Record: "boats", Evidence: []string{"yachts"}}, Options{}, `the evidence "yachts" is in no line of boats`},
		"evidence twice":    {Question{Record: "boats", Evidence: []string{"mayor"}}, Options{}, `the evidence "mayor" stands 2 times in boats`},
		"in two records":    {Question{Evidence: []string{"seven"}}, Options{}, "its evidence stands in boats and in ships"},
		"no such reference": {Question{Record: "boats", Relevant: []string{"77"}}, Options{}, "record boats has no 77"},
		"not a reference":   {Question{Record: "boats", Relevant: []string{"[[ x"}}, Options{}, "is no reference"},
		"short turn":        {Question{Record: "boats", Relevant: []string{"2"}}, Options{}, "only turns of under 4 words"},
		"other record":      {Question{Record: "boats", Relevant: []string{"1"}}, Options{Record: "ships"}, "none of the questions is about ships"},
	} {
		t.Run(name, func(t *testing.T) {
			test.question.Text, test.question.Answerable, test.question.at = "What?", true, "q.jsonl:7"
			_, err := Run(context.Background(), &fake{record: records[0]}, records, []Question{test.question}, test.opts)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	t.Run("stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		f := &fake{record: records[0]}
		_, err := Run(ctx, f, records, []Question{{ID: "1", Text: "What?"}, {ID: "2", Text: "Who?"}}, Options{})
		if err == nil || len(f.asked) > 1 {
			t.Errorf("error %v after %d questions", err, len(f.asked))
		}
	})
}

// TestRunRecords says of which records questions are asked.
func TestRunRecords(t *testing.T) {
	records := []*corpus.Record{small(t, "boats"), small(t, "ships")}
	questions := []Question{{ID: "1", Text: "What?", Record: "boats"}, {ID: "2", Text: "Who?"}}
	for name, test := range map[string]struct {
		opts Options
		want string
	}{
		"each of its own":        {Options{}, "boats,"},
		"all of all":             {Options{AllRecords: true}, ","},
		"those about one, of it": {Options{Record: "ships"}, "ships"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{record: records[0]}
			if _, err := Run(context.Background(), f, records, questions, test.opts); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(f.asked, ","); got != test.want {
				t.Errorf("asked of %q, want %q", got, test.want)
			}
		})
	}
}

func TestRead(t *testing.T) {
	const good = `{"id":"1","question":"What?","evidence":["x"]}` + "\n"
	for name, test := range map[string]struct{ file, want string }{
		"unknown key":   {good + `{"id":"2","querstion":"?"}`, `q.jsonl:2: unknown key "querstion"; a question has id, record, question,`},
		"type":          {`{"id":"2","evidence":"x"}`, "q.jsonl:1: evidence is a JSON string; it must be a list of strings"},
		"number":        {`{"id":7}`, "q.jsonl:1: id is a JSON number; it must be a string"},
		"no object":     {`["id"]`, "q.jsonl:1: a JSON array; a question is an object with id"},
		"no JSON":       {good + "\n" + `{"id":"2",}`, "q.jsonl:3: no JSON at byte"},
		"cut":           {`{"id":"2"`, "q.jsonl:1: the JSON object does not end on the line"},
		"two":           {`{"id":"2","question":"?","answerable":false} {}`, "q.jsonl:1: more than one JSON object"},
		"id":            {`{"question":"?"}`, "q.jsonl:1: the question has no id"},
		"question":      {`{"id":"2"}`, "q.jsonl:1: the line has no question"},
		"id twice":      {good + good, `q.jsonl:2: the id "1" is taken by line 1`},
		"no gold":       {`{"id":"2","question":"?"}`, "q.jsonl:1: nothing says what answers it"},
		"both":          {`{"id":"2","question":"?","record":"r","evidence":["x"],"relevant":["1"]}`, "q.jsonl:1: give evidence (exact words) or relevant"},
		"contradiction": {`{"id":"2","question":"?","answerable":false,"evidence":["x"]}`, "q.jsonl:1: a question that is not answerable has evidence"},
		"no record":     {`{"id":"2","question":"?","relevant":["1"]}`, "q.jsonl:1: relevant references need a record"},
		"empty string":  {`{"id":"2","question":"?","evidence":[" "]}`, "q.jsonl:1: one of the lists has an empty string"},
		"empty":         {"\n\n", "q.jsonl: there are no questions in it"},
		"long":          {good + strings.Repeat("x", maxLine+1), "q.jsonl:2: the line is longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("q.jsonl", strings.NewReader(test.file))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	questions, err := Read("q.jsonl", strings.NewReader("\uFEFF"+good+`{"id":"2","record":"r","question":"Who?","answerable":true,"relevant":["1","II.3-5"],"answer":"Ann"}`+"\r\n"))
	if err != nil || len(questions) != 2 || !questions[0].Answerable || questions[1].Relevant[1] != "II.3-5" || questions[1].at != "q.jsonl:2" {
		t.Errorf("got %+v, %v", questions, err)
	}
}
