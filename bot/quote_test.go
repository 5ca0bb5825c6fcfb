package bot

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rapporteur/corpus"
)

// clubs returns a bot over the bundled record and two small ones.
func clubs(t *testing.T) *Bot {
	t.Helper()
	lib, err := corpus.Load(corpus.Options{Bundled: true})
	if err != nil {
		t.Fatal(err)
	}
	for id, text := range map[string]string{
		"june": "June meeting\n\n\nAnn: The picnic is on 3 June.\n\n\nBen: I bring the bread.\n",
		"july": "July meeting\n\n\nAnn: The picnic was wet.\n",
	} {
		r, err := corpus.ParsePlain(id+".txt", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := lib.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return newBot(t, lib)
}

func TestQuoteAmongRecords(t *testing.T) {
	b := clubs(t)
	tests := []struct{ reference, record, want string }{
		{"V.9", "", "There is only on 'bay' reserved."},
		{"[V.9]", "", "There is only on 'bay' reserved."},
		{"2", "", "I bring the bread."}, // only one record has it
		{"june 1", "", "The picnic is on 3 June."},
		{"1", "july", "The picnic was wet."},
	}
	for _, test := range tests {
		p, err := b.Quote(test.reference, test.record)
		if err != nil || len(p.Citations) != 1 || !strings.HasPrefix(p.Citations[0].Text, test.want) {
			t.Errorf("%q of %q: %+v, %v", test.reference, test.record, p, err)
		}
	}
	for reference, want := range map[string]string{"1": "in several records: july, june", "IX.1": "no record has IX.1", "": "is no reference", "may 1": "is no reference"} {
		_, err := b.Quote(reference, "")
		var user *UserError
		if !errors.As(err, &user) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", reference, err, want)
		}
	}
}

func TestQuoteRange(t *testing.T) {
	b := bundledBot(t)
	p, err := b.Quote("IV.49-51", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := refs(p.Citations); strings.Join(got, " ") != "IV.49 IV.50 IV.51" || p.Ref != "IV.49-51" || !p.MoreBefore || !p.MoreAfter {
		t.Errorf("%v, ref %s, more before %v, after %v", got, p.Ref, p.MoreBefore, p.MoreAfter)
	}
	if p, err = b.Quote("II", ""); err != nil || len(p.Citations) != 6 || p.MoreBefore || p.MoreAfter {
		t.Errorf("section II: %+v, %v", p, err)
	}
}

func TestContextStaysInItsSection(t *testing.T) {
	p, err := bundledBot(t).Context("II.2", "", 5, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(refs(p.Citations), " "); got != "II.1 II.2 II.3 II.4" {
		t.Errorf("context is %s", got)
	}
}

// Each record keeps its own words and facts in a library of several.
func TestAskAmongRecords(t *testing.T) {
	b := clubs(t)
	a := ask(t, b, Question{Text: "when is the picnic?", Record: "june"})
	if a.Status != Answered || a.Citations[0].Record != "june" || !strings.Contains(a.Text, "3 June") {
		t.Errorf("%s: %s", a.Status, a.Text)
	}
	a = ask(t, b, Question{Text: "where is it kept, which box?"})
	if a.Status != Answered || a.Citations[0].Ref != "note.3" {
		t.Errorf("%s: %s", a.Status, a.Text)
	}
	choices, err := b.CompletePassage(context.Background(), "picnic", "", 25)
	if err != nil || len(choices) == 0 || !strings.Contains(choices[0].Value, " ") {
		t.Errorf("a choice among several records lacks its record: %+v, %v", choices, err)
	}
}
