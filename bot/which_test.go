package bot

import (
	"fmt"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// council is a small library of meetings.
func council(t *testing.T, files ...[2]string) *Bot {
	t.Helper()
	if len(files) == 0 {
		files = [][2]string{
			{"council-1946-05-05.txt", "Council meeting\n5 May 1946\n\n\nMs. Alvarez: The crane costs 900 crowns.\n\n\nMr. Brandt: The coal is dear.\n\n\nMs. Alvarez: We wait.\n"},
			{"council-1946-06-02.txt", "Council meeting\n2 June 1946\n\n\nMs. Alvarez: The crane costs 700 crowns now.\n\n\nMr. Brandt: The coal is cheap.\n\n\nMs. Alvarez: We buy it.\n"},
			{"council-1947-06-08.txt", "Council meeting\n8 June 1947\n\n\nMs. Alvarez: The crane is broken.\n\n\nMr. Brandt: The coal is gone.\n\n\nMs. Alvarez: Dear me.\n"},
			{"budget.txt", "Budget hearing of the harbour\n1 March 1948\n\n\nMr. Brandt: The crane needs 50 crowns.\n\n\nMs. Alvarez: Too much.\n\n\nMr. Brandt: So be it.\n"},
		}
	}
	lib := &corpus.Library{}
	for _, f := range files {
		r, err := corpus.Parse(f[0], []byte(f[1]), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := lib.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	index, err := retrieval.New(t.Context(), recordsOf(t, lib), retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(lib, index, Options{})
}

func TestWhich(t *testing.T) {
	b := council(t)
	tests := []struct{ question, record, text, note string }{
		{"What did the crane cost at the May meeting?", "council-1946-05-05", "What did the crane cost?", ""},
		{"What did the crane cost in the meeting of 2 June 1946?", "council-1946-06-02", "What did the crane cost?", ""},
		{"What about coal in the meeting on June 8th, 1947?", "council-1947-06-08", "What about coal?", ""},
		{"What about coal in the June 1947 session?", "council-1947-06-08", "What about coal?", ""},
		{"What about coal at the 1947 meeting?", "council-1947-06-08", "What about coal?", ""},
		{"What about coal in the record of 1946-06-02?", "council-1946-06-02", "What about coal?", ""},
		{"At the meeting of the 5th of May, who spoke of coal?", "council-1946-05-05", "who spoke of coal?", ""},
		{"In the budget hearing, what does the crane need?", "budget", "what does the crane need?", ""},
		{"What does the crane need in record budget?", "budget", "What does the crane need?", ""},
		{"What was said of the crane in council-1947-06-08?", "council-1947-06-08", "What was said of the crane?", ""},
		{"Who spoke of coal in the Budget hearing of the harbour?", "budget", "", ""},
		// Several may be meant, or none.
		{"What did the crane cost at the June meeting?", "", "", "“at the June meeting” may be any of 2 records: 1946-06-02 Council meeting (council-1946-06-02); 1947-06-08 Council meeting (council-1947-06-08). Say which"},
		{"What about coal in the 1946 meeting?", "", "", "may be any of 2 records"},
		{"What about coal at the council meeting?", "", "", "may be any of 3 records"},
		{"What did the crane cost at the August meeting?", "", "", "There is no record for “at the August meeting”. There are: 1948-03-01 Budget"},
		{"What about coal in the meeting of 3 June 1946?", "", "", "There is no record for"},
		// None is named.
		{"What did they say about the August meeting?", "", "", ""},
		{"What did the crane cost?", "", "", ""},
		{"May they buy coal in June?", "", "", ""},
		{"Is the budget enough?", "", "", ""},
		{"Was the crane broken in the last meeting?", "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.question, func(t *testing.T) {
			q, a := b.which(Question{Text: test.question})
			note := ""
			if a != nil {
				note = strings.Join(a.Notes, " ")
			}
			if q.Record != test.record || test.text != "" && q.Text != test.text {
				t.Errorf("record %q, question %q; want %q, %q", q.Record, q.Text, test.record, test.text)
			}
			if (note == "") != (test.note == "") || !strings.Contains(note, test.note) {
				t.Errorf("note %q; want %q", note, test.note)
			}
		})
	}
}

// TestWhichAnswers asks the same of each meeting and gets what was said there,
// by who said it, and nothing from elsewhere.
func TestWhichAnswers(t *testing.T) {
	b := council(t)
	for when, want := range map[string]string{
		"at the May meeting": "900", "in the meeting of 2 June 1946": "700", "in the 1947 meeting": "broken", "at the budget hearing": "50 crowns",
	} {
		a, err := b.Ask(t.Context(), Question{Text: "What was said about the crane " + when + "?"})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != Answered || !strings.Contains(a.Text, want) || !strings.HasSuffix(a.Question, when+"?") {
			t.Errorf("%s: %s %q", when, a.Status, a.Text)
		}
		for _, c := range a.Citations {
			if c.Record != a.Citations[0].Record || c.Date == "" {
				t.Errorf("%s: cites %s beside %s, dated %q", when, c.Record, a.Citations[0].Record, c.Date)
			}
		}
		follow, err := b.Ask(t.Context(), Question{Text: "and the coal?", History: []Exchange{{a.Question, a.Text}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range append(follow.Citations, follow.Nearest...) {
			if c.Record != a.Citations[0].Record {
				t.Errorf("%s: the follow-up cites %s", when, c.Record)
			}
		}
	}
}

// TestWhichOne checks that a library of one record is asked as ever.
func TestWhichOne(t *testing.T) {
	b := council(t, [2]string{"only.txt", "Council meeting\n5 May 1946\n\n\nAnn: The crane.\n\n\nBen: The coal.\n"})
	const text = "What of the crane at the August meeting?"
	if q, a := b.which(Question{Text: text}); a != nil || q.Text != text || q.Record != "" {
		t.Errorf("%+v, %+v", q, a)
	}
}

func FuzzWhich(f *testing.F) {
	lib := &corpus.Library{}
	for i, date := range []string{"5 May 1946", "2 June 1946"} {
		r, err := corpus.Parse(fmt.Sprintf("m-%d.txt", i), []byte("Council İ meeting\n"+date+"\n\n\nAnn: The crane.\n\n\nBen: The coal.\n"), nil)
		if err != nil {
			f.Fatal(err)
		}
		_ = lib.Add(r)
	}
	b := &Bot{lib: lib}
	f.Add("What of coal in the meeting of 2 June 1946, and in m-1?")
	f.Add("council İ MEETING İİİ")
	f.Fuzz(func(t *testing.T, text string) {
		q, a := b.which(Question{Text: text})
		if q.Record != "" && a != nil {
			t.Error("a record and no record")
		}
		if q.Record == "" && q.Text != text {
			t.Errorf("%q became %q", text, q.Text)
		}
	})
}
