package quality

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/corpus"
)

// twoReports measures the same questions before and after a change: the ranking
// gets better for the first and worse for the second, an answer is lost, a wrong
// one becomes an abstention.
func twoReports(t *testing.T) (before, after *Report) {
	r := small(t, "boats")
	boats, room, quay := turnOf(t, r, "seven green"), turnOf(t, r, "no room"), turnOf(t, r, "old quay")
	questions := []Question{
		{ID: "1", Text: "How many boats?", Answerable: true, Evidence: []string{"seven green boats"}},
		{ID: "2", Text: "What of the harbour?", Answerable: true, Evidence: []string{"no room"}},
		{ID: "3", Text: "Who is mayor?"},
	}
	run := func(f *fake, questions ...Question) *Report {
		f.record = r
		report, err := Run(context.Background(), f, []*corpus.Record{r}, questions, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	abstained := &bot.Answer{Status: bot.Abstained}
	before = run(&fake{ranking: []int{room, boats}, answers: map[string]*bot.Answer{
		"How many boats?": citing(r, room, boats), "What of the harbour?": citing(r, room), "Who is mayor?": citing(r, quay), "Gone?": abstained,
	}}, append(questions, Question{ID: "4", Text: "Gone?"})...)
	after = run(&fake{ranking: []int{boats, room}, answers: map[string]*bot.Answer{
		"How many boats?": citing(r, room, boats), "What of the harbour?": abstained, "Who is mayor?": abstained, "New?": abstained,
	}}, append(questions, Question{ID: "4", Text: "New?"})...)
	return before, after
}

func TestCompare(t *testing.T) {
	before, after := twoReports(t)
	old, err := ReadReport(strings.NewReader(asJSON(t, before)))
	if err != nil {
		t.Fatal(err)
	}
	c := Compare(old, after)
	var got []string
	for _, change := range c.Changes {
		sign := "-"
		if change.Better {
			sign = "+"
		}
		got = append(got, sign+" "+change.ID+" "+change.Of+": "+change.Old+" → "+change.New)
	}
	want := `+ 1 search: rank 2, nDCG 0.631 → rank 1, nDCG 1.000
- 2 search: rank 1, nDCG 1.000 → rank 2, nDCG 0.631
- 2 answer: citation 1, recall 1.00, precision 1.00 → abstained
+ 3 answer: answered → abstained`
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
	if strings.Join(c.Added, " ") != "4" || strings.Join(c.Removed, " ") != "4" {
		t.Errorf("added %q, removed %q", c.Added, c.Removed)
	}
	if better, worse := c.Totals("answer"); better != 1 || worse != 1 {
		t.Errorf("answers: %d better, %d worse", better, worse)
	}
	for _, d := range c.Figures {
		switch d.Metric {
		case AbstainedWrongly:
			if d.Old != 0 || d.New != .5 || d.Better != 0 || d.Worse != 1 {
				t.Errorf("%+v", d)
			}
		case NDCG:
			if d.Old != d.New || d.Low >= 0 || d.High <= 0 {
				t.Errorf("%+v", d)
			}
		}
	}
	if c := Compare(after, after); len(c.Changes) > 0 {
		t.Errorf("a report differs from itself: %+v", c.Changes)
	}
}

func TestReadReportErrors(t *testing.T) {
	for _, text := range []string{"", "x", "[]", "{}", `{"id":"d001","question":"?"}`} {
		if _, err := ReadReport(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "no report of eval --json") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestTREC(t *testing.T) {
	r := small(t, "boats")
	boats, room := turnOf(t, r, "seven green"), turnOf(t, r, "no room")
	f := &fake{record: r, ranking: []int{room, boats}, answers: map[string]*bot.Answer{"How many boats?": citing(r, boats, boats, room)}}
	report, err := Run(context.Background(), f, []*corpus.Record{r}, []Question{
		{ID: "q 1", Text: "How many boats?", Answerable: true, Evidence: []string{"seven green boats", "no room"}},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	first, third := r.Turns[boats].Ref.String(), r.Turns[room].Ref.String()
	for _, test := range []struct {
		name  string
		write func(*bytes.Buffer) error
		want  string
	}{
		{"qrels", func(b *bytes.Buffer) error { return report.WriteQrels(b) },
			"q_1 0 boats:" + first + " 1\nq_1 0 boats:" + third + " 1\n"},
		{"search", func(b *bytes.Buffer) error { return report.WriteSearchRun(b) },
			"q_1 Q0 boats:" + third + " 1 2 rapporteur-search\nq_1 Q0 boats:" + first + " 2 1 rapporteur-search\n"},
		{"answer", func(b *bytes.Buffer) error { return report.WriteAnswerRun(b) },
			"q_1 Q0 boats:" + first + " 1 3 rapporteur-answer\nq_1 Q0 boats:" + third + " 2 2 rapporteur-answer\n"},
	} {
		var b bytes.Buffer
		if err := test.write(&b); err != nil || b.String() != test.want {
			t.Errorf("%s: %v\n%swant\n%s", test.name, err, b.String(), test.want)
		}
	}
}
