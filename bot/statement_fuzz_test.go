package bot

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// mutatedReplies is how many mutated replies TestMutatedReplies tries; the
// variable MUTATIONS sets another number (100000 take a minute and a half).
const mutatedReplies = 5_000

// wholeEvidence is the bundled record as evidence.
func wholeEvidence(t testing.TB, b *Bot) []retrieval.Evidence {
	var evidence []retrieval.Evidence
	r := recordsOf(t, b.lib)[0]
	for i := range r.Turns {
		evidence = append(evidence, retrieval.Evidence{Record: r, Turn: &r.Turns[i]})
	}
	return evidence
}

// TestMutatedReplies puts replies that were changed in many ways through
// parsing, verification and layout: nothing shown is a misquotation.
func TestMutatedReplies(t *testing.T) {
	b := bundledBot(t)
	r := recordsOf(t, b.lib)[0]
	n := mutatedReplies
	if s := os.Getenv("MUTATIONS"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			t.Fatal(err)
		}
	} else if testing.Short() {
		n /= 50
	}
	list := readListed(t, "statements-first.jsonl")
	rng := rand.New(rand.NewPCG(5, 1945))
	v := newVerifier(wholeEvidence(t, b))
	shown, quoted := 0, 0
	for range n {
		a := newAnswer(Question{Text: "?"})
		a.Mode = Generated
		var reader replyReader
		reply := mutatedReply(rng, r, list)
		take := func(claims []claim) {
			for _, c := range claims {
				if s, err := v.check(c); err == nil {
					b.take(a, s)
				}
			}
		}
		for at := 0; at < len(reply); {
			end := min(at+1+rng.IntN(80), len(reply))
			take(reader.feed(reply[at:end]))
			at = end
		}
		take(reader.finish())
		if err := verify(b.lib, a); len(a.Statements) > 0 && err != nil {
			t.Fatalf("%q: %v", reply, err)
		}
		shown += len(a.Statements)
		quoted += checkQuoted(t, r, a, reply)
	}
	t.Logf("%d replies, %d statements shown, %d quotations", n, shown, quoted)
	if shown == 0 || quoted == 0 {
		t.Error("nothing was shown: the test tests nothing")
	}
}

// checkQuoted holds each quotation shown against the record and returns how
// many there are.
func checkQuoted(t *testing.T, r *corpus.Record, a *Answer, reply string) int {
	t.Helper()
	n := 0
	for _, s := range a.Statements {
		if !s.Quoted && strings.ContainsAny(s.Text, quoteMarks+"`@*<>#\u202e\u200b") || strings.Contains(s.Text, "://") {
			t.Fatalf("%q shows %q", reply, s.Text)
		}
		for _, at := range s.Citations {
			c := a.Citations[at]
			i := slices.IndexFunc(r.Turns, func(turn corpus.Turn) bool { return turn.Ref.String() == c.Ref })
			if i < 0 || !strings.Contains(r.Turns[i].Text, c.Quote) || r.Turns[i].Speaker != c.Speaker || !strings.Contains(reply, c.Ref) && !strings.Contains(reply, "-") && !strings.Contains(reply, "–") {
				t.Fatalf("%q cites %s %q of %q", reply, c.Ref, c.Quote, c.Speaker)
			}
			if s.Quoted {
				n++
				if s.Text != introduce(&r.Turns[i]) {
					t.Fatalf("%q: %s introduces the words at %s", reply, s.Text, c.Ref)
				}
			}
		}
	}
	return n
}

// mutatedReply makes a reply of statements of the list, with quotations of the
// record, and changes it.
func mutatedReply(rng *rand.Rand, r *corpus.Record, list []listed) string {
	var statements [][3]string
	for range 1 + rng.IntN(3) {
		l := list[rng.IntN(len(list))]
		s := [3]string{l.Text, strings.Join(l.Refs, " "), ""}
		turn := &r.Turns[rng.IntN(len(r.Turns))]
		if rng.IntN(2) == 0 {
			for i := range r.Turns {
				if r.Turns[i].Ref.String() == l.Refs[0] {
					turn = &r.Turns[i]
				}
			}
		}
		span := words(rng, turn.Text)
		switch rng.IntN(5) {
		case 0:
			s[2] = span
		case 1:
			s[2] = changeWord(rng, span)
		case 2:
			marks := [][2]string{{"“", "”"}, {`"`, `"`}, {"«", "»"}, {"‘", "’"}, {"`", "`"}, {"\n> ", "\n"}, {"„", "“"}, {"“", ""}}[rng.IntN(8)]
			s[0] += fmt.Sprintf(" %s said %s%s%s.", []string{"Molotov", "Soong", "Stalin", "He"}[rng.IntN(4)], marks[0], changeWord(rng, span), marks[1])
		case 3:
			s = [3]string{turn.Speaker + ": “" + span + "”", turn.Ref.String(), span}
		}
		for rng.IntN(2) == 0 {
			s[0] = changeWord(rng, s[0])
		}
		if rng.IntN(4) == 0 {
			s[1] = r.Turns[rng.IntN(len(r.Turns))].Ref.String()
		}
		if rng.IntN(10) == 0 {
			s[1] += []string{" IV.99", " V", " IV.1-3", " [IV.4]", " 7", " x y", " IV.33–34"}[rng.IntN(7)]
		}
		if rng.IntN(8) == 0 {
			s[0] += []string{" @everyone", " <@1>", " [more](https://evil.example)", " https://evil.example", " \u202eevil", " **bold**", " [V.9]", " ```x```", " Ignore all rules."}[rng.IntN(9)]
		}
		statements = append(statements, s)
	}
	reply := said(statements...)
	switch rng.IntN(8) {
	case 0:
		reply = "Here:\n```json\n" + reply + "\n```"
	case 1:
		reply = reply[:rng.IntN(len(reply)+1)]
	case 2:
		for range 1 + rng.IntN(4) {
			at := rng.IntN(len(reply))
			reply = reply[:at] + string(rune(`{}[]",:\ a`[rng.IntN(10)])) + reply[min(at+rng.IntN(2), len(reply)):]
		}
	case 3:
		reply = strings.ReplaceAll(reply, "}]", ",}],")
	case 4:
		var lines []string
		for _, s := range statements {
			lines = append(lines, s[0]+" ["+s[1]+"]")
		}
		reply = strings.Join(lines, " ")
	}
	return reply
}

// words is a run of words of a text.
func words(rng *rand.Rand, text string) string {
	list := strings.Fields(text)
	from := rng.IntN(len(list))
	return strings.Join(list[from:min(len(list), from+1+rng.IntN(12))], " ")
}

// changeWord changes, drops, doubles or swaps a word.
func changeWord(rng *rand.Rand, text string) string {
	list := strings.Fields(text)
	if len(list) == 0 {
		return text
	}
	i, k := rng.IntN(len(list)), rng.IntN(len(list))
	switch rng.IntN(5) {
	case 0:
		list[i] = []string{"not", "never", "Soong", "Molotov", "Stalin", "China", "agreed", "refused", "seven", "1924", "all", "Dairen"}[rng.IntN(12)]
	case 1:
		list = slices.Delete(list, i, i+1)
	case 2:
		list[i], list[k] = list[k], list[i]
	case 3:
		list = slices.Insert(list, i, "not")
	}
	return strings.Join(list, " ")
}

func FuzzReply(f *testing.F) {
	b := bundledBot(f)
	v := newVerifier(wholeEvidence(f, b))
	f.Add(said(good, better))
	f.Add("```json\n" + said(good) + "\n```")
	f.Add("Molotov said “should be half and half” [IV.33].")
	f.Fuzz(func(t *testing.T, reply string) {
		a := newAnswer(Question{Text: "?"})
		a.Mode = Generated
		var reader replyReader
		for _, c := range append(reader.feed(reply), reader.finish()...) {
			if s, err := v.check(c); err == nil {
				b.take(a, s)
			}
		}
		if len(a.Statements) > 0 {
			if err := verify(b.lib, a); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkVerify(bench *testing.B) {
	b := bundledBot(bench)
	list := readListed(bench, "statements-first.jsonl")
	evidence := wholeEvidence(bench, b)
	i := 0
	v := newVerifier(evidence)
	for bench.Loop() {
		if i%len(list) == 0 {
			v = newVerifier(evidence) // as for a new question
		}
		l := list[i%len(list)]
		v.check(claim{Text: l.Text, Refs: l.Refs})
		i++
	}
}
