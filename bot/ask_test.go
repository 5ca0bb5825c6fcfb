package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"rapporteur/corpus"
)

func ask(t testing.TB, b *Bot, q Question) *Answer {
	t.Helper()
	a, err := b.Ask(context.Background(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return a
}

func refs(citations []Citation) []string {
	var refs []string
	for _, c := range citations {
		refs = append(refs, c.Ref)
	}
	return refs
}

func TestAskAnswers(t *testing.T) {
	b := bundledBot(t)
	tests := []struct{ question, ref string }{
		{"who ensures the supply of coal?", "IV.11"},
		{"after how many years would china get the railway?", "IV.37"},
		{"what did the Generalissimo say about armed foreigners on the railway", "IV.18"},
		{"with which countries does the ussr already have a similar reservation", "I.18"},
		{"when does molotov leave", "VI.15"},
		{"what did Petrov say?", "VI.18"},
		// facts about the document
		{"when was the meeting", "head.4"},
		{"who took part", "head.5"},
		{"where is it kept, which box?", "note.3"},
		{"who contributed this document?", "note.3"},
		{"may i hand this out in class?", "note.4"},
		{"what are the sections", "II"},
		{"what is section III called", "III"},
		{"which bits are illegible?", "I.18"},
		{"which foundation paid for this", "head.3"},
		{"is this verbatim?", "note.7"},
		{"how does the archive sum it up in one line", "note.1"},
		// quotations
		{`did Molotov really say "Yalta is not sacred"?`, "IV.44"},
		{`who said "There is open sea" and what was the reply`, "IV.25"},
	}
	for _, test := range tests {
		a := ask(t, b, Question{Text: test.question})
		if a.Status != Answered || !slices.Contains(refs(a.Citations), test.ref) {
			t.Errorf("%q: %s with %v; want %s\n%s", test.question, a.Status, refs(a.Citations), test.ref, a.Text)
		}
	}
}

func TestAskAbstains(t *testing.T) {
	b := bundledBot(t)
	for _, question := range []string{
		"what did they say about Xinjiang?",
		"in which building did they meet",
		"how many tons of coal were to be delivered each year?",
		"what did Liu say?",
		"how did the vote in Outer Mongolia turn out?",
		"what did stalin and soong argue about at their 7 july meeting",
		"whats the record id of this document",
		"when was this uploaded",
		"give me the full text of article 3",
		"who was the interpreter",
		"what is the best recipe for pancakes",
	} {
		a := ask(t, b, Question{Text: question})
		if a.Status != Abstained || len(a.Citations) > 0 || len(a.Notes) == 0 {
			t.Errorf("%q: %s with %v, notes %q", question, a.Status, refs(a.Citations), a.Notes)
		}
	}
}

func TestAskFilters(t *testing.T) {
	b := bundledBot(t)
	for _, c := range ask(t, b, Question{Text: "what about the railway", Speaker: "Soong"}).Citations {
		if c.Speaker != "Soong" {
			t.Errorf("only Soong was asked for, %s is %s's", c.Ref, c.Speaker)
		}
	}
	for _, c := range ask(t, b, Question{Text: "what about the port", Section: "VI"}).Citations {
		if !strings.HasPrefix(c.Ref, "VI.") {
			t.Errorf("only section VI was asked for, found %s", c.Ref)
		}
	}
}

func TestAskBothSides(t *testing.T) {
	b := bundledBot(t)
	for _, question := range []string{"what did each side want for Dairen?", "railway board: soong vs molotov", "who should guard the railway? both sides please"} {
		speakers := map[string]bool{}
		for _, c := range ask(t, b, Question{Text: question}).Citations {
			speakers[c.Speaker] = true
		}
		if !speakers["Soong"] || !speakers["Molotov"] {
			t.Errorf("%q cites only %v", question, speakers)
		}
	}
}

func TestAskAttribution(t *testing.T) {
	b := bundledBot(t)
	a := ask(t, b, Question{Text: "did they violate the agreement by accepting joint ownership?"})
	at := slices.IndexFunc(a.Citations, func(c Citation) bool { return c.Ref == "IV.51" })
	if at < 0 || a.Citations[at].Attribution != corpus.Inferred || !strings.Contains(a.Text, "Molotov (inferred; no speaker is named):") {
		t.Errorf("IV.51 is not shown as inferred: %s", a.Text)
	}
	a = ask(t, b, Question{Text: "who drafts the rest, or can they proceed now?"})
	if !strings.Contains(a.Text, "No speaker is named: “Rest to draft by our representatives") {
		t.Errorf("I.14 is not shown as nobody's: %s", a.Text)
	}
}

func TestAskRefuses(t *testing.T) {
	b := bundledBot(t)
	for _, question := range []string{"", " \n\t", strings.Repeat("why ", 1500)} {
		_, err := b.Ask(context.Background(), Question{Text: question})
		var user *UserError
		if !errors.As(err, &user) || strings.Contains(err.Error(), "\n") {
			t.Errorf("a question of %d bytes: %v", len(question), err)
		}
	}
}

func TestAskScope(t *testing.T) {
	b := bundledBot(t)
	for _, test := range []struct {
		q    Question
		want string
	}{
		{Question{Text: "coal", Section: "XII"}, "there is no section \"XII\"; the sections are I. Draft Treaty"},
		{Question{Text: "coal", Speaker: "Churchill"}, "nobody called \"Churchill\" speaks; there are Molotov, Soong, Petrov"},
		{Question{Text: "coal", Record: "other"}, "there is no record \"other\""},
	} {
		_, err := b.Ask(context.Background(), test.q)
		var user *UserError
		if !errors.As(err, &user) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v; want %q", test.q, err, test.want)
		}
	}
	if a := ask(t, b, Question{Text: "coal", Speaker: "soviet union"}); a.Status != Answered {
		t.Errorf("a side is no speaker: %s", a.Text)
	}
}

func TestVerifyFindsWhatIsWrong(t *testing.T) {
	b := bundledBot(t)
	good := ask(t, b, Question{Text: "who ensures the supply of coal?"})
	tests := []struct {
		name  string
		spoil func(*Answer)
	}{
		{"a word altered", func(a *Answer) { a.Citations[0].Quote = strings.Replace(a.Citations[0].Quote, "not ", "", 1) }},
		{"another speaker", func(a *Answer) { a.Citations[0].Speaker = "Soong" }},
		{"another turn", func(a *Answer) { a.Citations[0].Ref = "IV.10" }},
		{"no such turn", func(a *Answer) { a.Citations[0].Ref = "IX.1" }},
		{"no such record", func(a *Answer) { a.Citations[0].Record = "other" }},
		{"a range", func(a *Answer) { a.Citations[0].Ref = "IV.11-12" }},
		{"an empty quotation", func(a *Answer) { a.Citations[0].Quote = "  " }},
		{"another section", func(a *Answer) { a.Citations[0].Section = "V. Dairen" }},
		{"inferred for stated", func(a *Answer) { a.Citations[0].Attribution = corpus.Inferred }},
		{"an altered turn", func(a *Answer) { a.Citations[0].Text += "!" }},
		{"a heading that is none", func(a *Answer) { a.Citations[0].Ref = "IV" }},
		{"a statement without its citation", func(a *Answer) { a.Statements[0].Citations = []int{99} }},
		{"an answer without citations", func(a *Answer) { a.Citations, a.Statements = nil, nil }},
		{"a bad nearest passage", func(a *Answer) { a.Nearest = []Citation{{Record: a.Citations[0].Record, Ref: "V.1", Quote: "x"}} }},
	}
	if err := verify(b.lib, good); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		bad := *good
		bad.Citations = slices.Clone(good.Citations)
		bad.Statements = slices.Clone(good.Statements)
		test.spoil(&bad)
		if err := verify(b.lib, &bad); err == nil {
			t.Errorf("%s passes", test.name)
		}
	}
}

func TestFragmentURL(t *testing.T) {
	tests := []struct{ quote, want string }{
		{"Cannot accept.", "https://x.org/a#:~:text=Cannot%20accept%2E"},
		{"half-and-half, O.K.", "https://x.org/a#:~:text=half%2Dand%2Dhalf%2C%20O%2EK%2E"},
		{"one two three four five six seven eight nine ten eleven twelve", "https://x.org/a#:~:text=one%20two%20three%20four%20five,eight%20nine%20ten%20eleven%20twelve"},
		{"first paragraph\nsecond", "https://x.org/a#:~:text=first%20paragraph"},
	}
	for _, test := range tests {
		if got := fragmentURL("https://x.org/a", test.quote); got != test.want {
			t.Errorf("%q: %s; want %s", test.quote, got, test.want)
		}
	}
	if got := fragmentURL("", "words"); got != "" {
		t.Errorf("without a page: %q", got)
	}
}

func TestSplitSentences(t *testing.T) {
	text := "O.K. Will report. T. V. Soong agrees. Is it so? Yes."
	var got []string
	for _, s := range splitSentences(text) {
		got = append(got, text[s.start:s.end])
	}
	if want := "O.K. Will report.|T. V. Soong agrees.|Is it so?|Yes."; strings.Join(got, "|") != want {
		t.Errorf("%s; want %s", strings.Join(got, "|"), want)
	}
}

func TestBestSentences(t *testing.T) {
	text := strings.Repeat("Some filler words stand here. ", 12) + "The coal is supplied by China. " + strings.Repeat("More filler follows after it. ", 12)
	start, end := bestSentences(text, "who supplies the coal?", 20)
	if got := text[start:end]; !strings.Contains(got, "coal") || len(strings.Fields(got)) > 20 {
		t.Errorf("%q", got)
	}
}

// Whatever is asked, nothing is shown that is not in the record, at the
// reference given, said by the speaker named.
func FuzzAsk(f *testing.F) {
	b := bundledBot(f)
	r := recordsOf(f, b.lib)[0]
	text := make(map[string]*corpus.Turn)
	for i := range r.Turns {
		text[r.Turns[i].Ref.String()] = &r.Turns[i]
	}
	for i := range r.Sections {
		s := &r.Sections[i]
		text[s.Label] = &corpus.Turn{Text: s.Name(), Attribution: corpus.Unattributed}
	}
	for _, seed := range []string{"coal", "did molotov say 'We want Dairen'?", `"Yalta is" "not sacred" soong`, "who", "sections", "\xff\x00", "[V.9] @everyone", "what did each side want"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, question string) {
		a, err := b.Ask(context.Background(), Question{Text: question})
		var user *UserError
		if errors.As(err, &user) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range append(a.Citations, a.Nearest...) {
			turn := text[c.Ref]
			if turn == nil || c.Text != turn.Text || !strings.Contains(turn.Text, c.Quote) || c.Speaker != turn.Speaker || c.Attribution != turn.Attribution {
				t.Fatalf("%q shows %+v", question, c)
			}
		}
	})
}

func BenchmarkAsk(b *testing.B) {
	bot := bundledBot(b)
	questions := []string{"who ensures the supply of coal?", "what did each side want for Dairen?", `did Molotov say "Yalta is not sacred"?`, "where is it kept"}
	i := 0
	for b.Loop() {
		if _, err := bot.Ask(context.Background(), Question{Text: questions[i%len(questions)]}); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
