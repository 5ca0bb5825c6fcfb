package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rapporteur/corpus"
)

func TestParseQuotations(t *testing.T) {
	b := bundledBot(t)
	tests := []struct{ name, message, want string }{
		{"double", `did soong really say "Yalta is not sacred"??`, "soong|Yalta is not sacred"},
		{"curly", "Molotov said “We dropped lease to meet Chiang.”", "Molotov|We dropped lease to meet Chiang."},
		{"single with apostrophe", "did molotov really go 'We shall not regard the matter as settled if you don't accept our view'? over what", "molotov|We shall not regard the matter as settled if you don't accept our view"},
		{"plural possessive", "molotov said 'the Soviets' view is clear' twice", "molotov|the Soviets' view is clear"},
		{"curly single", "soong: ‘I don’t know’", "soong|I don’t know"},
		{"tell", "did soong actually tell molotov 'I assure you there is no catch'? about what", "soong|I assure you there is no catch"},
		{"quoted as", "someone quoted molotov as 'We dropped lease to meet Stalin'. is that right", "molotov|We dropped lease to meet Stalin"},
		{"after", `"Cannot accept." — Soong`, "Soong|Cannot accept."},
		{"said after", `"Cannot accept," said Soong. Then he left.`, "Soong|Cannot accept,"},
		{"guillemets", "«Yalta is not sacred» (Soong)", "Soong|Yalta is not sacred"},
		{"low", "Molotov sagte: „Cannot accept“", "Molotov|Cannot accept"},
		{"corner", "「Yalta is not sacred」", "|Yalta is not sacred"},
		{"several", `Soong said "Cannot accept." and Molotov replied "We shall not regard the matter as settled"`, "Soong|Cannot accept.\nMolotov|We shall not regard the matter as settled"},
		{"nested", `“He said ‘bay’ and left”`, "|He said ‘bay’ and left"},
		{"straight nested", `"Recovery of national territory instead of "liberation," otherwise like Czech treaty."`, `|Recovery of national territory instead of "liberation," otherwise like Czech treaty.`},
		{"block quote", "Look at this:\n> Yalta is not sacred.\n> We made a sacrifice.\nreally?", "|> Yalta is not sacred.\n> We made a sacrifice."},
		{"rest quoted", ">>> one line here\nanother line", "|>>> one line here\nanother line"},
		{"unmarked", "did molotov really say we dropped lease to meet chiang", "molotov|we dropped lease to meet chiang"},
		{"unmarked, that", "Soong said that Yalta is not sacred", "Soong|Yalta is not sacred"},
		{"bare", "Yalta is not sacred", "|Yalta is not sacred"},
		{"no words", `"..." !?`, ""},
		{"unclosed", `he said "Yalta is not sacred`, `|he said "Yalta is not sacred`},
		{"inches", `a 5" gun and a 6" gun`, `|a 5" gun and a 6" gun`},
	}
	for _, test := range tests {
		var got []string
		for _, q := range b.Quotations(test.message) {
			got = append(got, q.Speaker+"|"+strings.TrimSpace(q.Text))
			if test.message[q.Start:q.End] != q.Text {
				t.Errorf("%s: offsets %d, %d", test.name, q.Start, q.End)
			}
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: %q, got %q, want %q", test.name, test.message, strings.Join(got, "\n"), test.want)
		}
	}
}

func TestAsksAboutQuotation(t *testing.T) {
	b := bundledBot(t)
	for question, want := range map[string]bool{
		"did molotov really go 'We shall not regard the matter as settled if you don't accept our view'? over what": true,
		"did molotov complain 'Your article makes Dairen a Chinese port'?":                                          true,
		"did soong actually tell molotov 'I assure you there is no catch'? about what":                              true,
		"did molotov really say manchuria has been 'so often the cockpit of many armies'?":                          true,
		"someone quoted molotov as 'We dropped lease to meet Stalin'. is that right":                                true,
		"is it true molotov said 'Railway must be able to make money'":                                              true,
		"quote check: molotov goes '30 years maximum Stalin said', right?":                                          true,
		"who said 'Yalta is not sacred'":                                                                            true,
		"what did they mean by 'joint ownership'?":                                                                  false,
		"what did soong want for Dairen":                                                                            false,
		"did Molotov agree to withdraw the troops in time?":                                                         false,
	} {
		if _, got := AsksAboutQuotation(question, b.known); got != want {
			t.Errorf("%q: %v", question, got)
		}
	}
}

func TestAnswerQuotation(t *testing.T) {
	b := bundledBot(t)
	tests := []struct{ question, begins, ref string }{
		{"did soong really say 'Yalta is not sacred'??", "Yes, these words are in the record, said by Soong:", "IV.44"},
		{"did molotov complain 'Your article makes Dairen a Chinese port'?", "Not in these words. The record has Soong saying:", "V.12"},
		{"did molotov really say manchuria has been 'so often the cockpit of many armies'?", "The words are in the record, but not as molotov's; they are said by Soong:", "III.8"},
	}
	for _, test := range tests {
		a, asked, err := b.answerQuotation(context.Background(), Question{Text: test.question})
		if err != nil || !asked {
			t.Fatalf("%q: %v, %v", test.question, asked, err)
		}
		if !strings.HasPrefix(a.Text, test.begins) || a.Citations[0].Ref != test.ref {
			t.Errorf("%q: %s", test.question, a.Text)
		}
		if err := verify(b.lib, a); err != nil {
			t.Error(err)
		}
	}
	if a, _, err := b.answerQuotation(context.Background(), Question{Text: "did molotov say 'The Soviet Union will never leave Manchuria'?"}); err != nil || a.Status != Abstained || len(a.Nearest) == 0 {
		t.Errorf("%v, %+v", err, a)
	}
}

func FuzzCheck(f *testing.F) {
	b := bundledBot(f)
	for _, s := range []string{
		"Yalta is not sacred", "Soong: Cannot accept. Molotov: We shall", "“We … not” — Molotov [IV.42]", "[W]e will [not]", "… ... […]", "'s 's 's", "4+3 50-50 2(b)",
		"> a\n> b", "(Reads article 2)", "[ILLEGIBLE]", "\xff\xfe", "Ａｇｒｅｅ ﬁ ½", "中国 代表", "a.b.c.d.", "Soong:", "— Soong", "Soong: Molotov: Soong: x",
	} {
		f.Add(s, "Molotov")
	}
	f.Fuzz(func(t *testing.T, quotation, speaker string) {
		for _, q := range append(b.Quotations(quotation), Quoted{Text: quotation, Speaker: speaker}) {
			c, err := b.Check(context.Background(), CheckQuery{Quotation: q.Text, Speaker: q.Speaker})
			if err != nil {
				if _, ok := err.(*UserError); !ok {
					t.Fatal(err)
				}
				continue
			}
			for _, m := range c.Matches {
				if err := verifyCitation(b.lib, m.Citation); err != nil {
					t.Fatal(err)
				}
				for _, d := range m.Diff {
					if d.Op != "insert" && !hasWords(m.Text, d.Text) {
						t.Fatalf("%q is not in %q", d.Text, m.Text)
					}
				}
			}
			if (c.Verdict == Absent) != (len(c.Matches) == 0) {
				t.Fatalf("%s with %d matches", c.Verdict, len(c.Matches))
			}
		}
	})
}

// hasWords reports whether a text has the words of another in their order.
func hasWords(text, words string) bool {
	for w := range strings.FieldsSeq(words) {
		at := strings.Index(text, w)
		if at < 0 {
			return false
		}
		text = text[at:]
	}
	return true
}

func BenchmarkCheck(b *testing.B) {
	quotations := map[string]string{
		"verbatim": "We shall not regard the matter as settled if you don't accept our view",
		"altered":  "We shall not see the matter as settled if you do not accept our view",
		"stitched": "We want Dairen to be a great commercial base so often the cockpit of many armies",
		"invented": "I have spoken with President Truman about the future of the islands",
	}
	for _, turns := range []int{0, 100_000} {
		bot := bundledBot(b)
		name := "record"
		if turns > 0 {
			bot, name = manyTurns(b, turns), fmt.Sprint(turns, " turns")
		}
		if _, err := bot.words(); err != nil {
			b.Fatal(err)
		}
		for kind, quotation := range quotations {
			b.Run(name+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					checkOne(b, bot, quotation, "")
				}
			})
		}
	}
}

// manyTurns returns a bot over as many turns, made by repeating the turns of
// the meetings with the bundled record among them. It searches nothing.
func manyTurns(t testing.TB, n int) *Bot {
	t.Helper()
	b := meetingsBot(t, 1)
	lib := &corpus.Library{Entries: bundledBot(t).Records()}
	records, count := recordsOf(t, b.lib), 0
	for i := 0; count < n; i++ {
		r := *records[i%len(records)]
		r.ID = fmt.Sprint(r.ID, "-", i)
		count += len(r.Turns)
		if err := lib.Add(&r); err != nil {
			t.Fatal(err)
		}
	}
	return New(lib, bundledBot(t).index, Options{})
}
