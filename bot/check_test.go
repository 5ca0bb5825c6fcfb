package bot

import (
	"context"
	"strings"
	"testing"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// bundledBot returns a bot over the bundled record alone.
func bundledBot(t testing.TB) *Bot {
	t.Helper()
	lib, err := corpus.Load(corpus.Options{Bundled: true})
	if err != nil {
		t.Fatal(err)
	}
	return newBot(t, lib)
}

// newBot returns a bot over a library.
func newBot(t testing.TB, lib *corpus.Library) *Bot {
	t.Helper()
	index, err := retrieval.New(context.Background(), recordsOf(t, lib), retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(lib, index, Options{})
}

func checkOne(t testing.TB, b *Bot, quotation, speaker string) *Check {
	t.Helper()
	c, err := b.Check(context.Background(), CheckQuery{Quotation: quotation, Speaker: speaker})
	if err != nil {
		t.Fatalf("%q: %v", quotation, err)
	}
	return c
}

func TestCheck(t *testing.T) {
	b := bundledBot(t)
	tests := []struct {
		name, quotation, claimed string
		verdict                  Verdict
		speaker, refs            string
	}{
		// As it stands, however it is typed.
		{"whole turn", "We shall not regard the matter as settled if you don't accept our view.", "", Verbatim, "Molotov", "IV.43"},
		{"right speaker", "Yalta is not sacred", "soong", Verbatim, "Soong", "IV.44"},
		{"side as speaker", "Yalta is not sacred", "the Chinese", Verbatim, "Soong", "IV.44"},
		{"typography", "“WE  shall not regard the matter as settled, if you don’t accept our view”", "V. M. Molotov", Verbatim, "Molotov", "IV.43"},
		{"no-break spaces", "Yalta\u00a0is not\u2009sacred", "", Verbatim, "Soong", "IV.44"},
		{"dashes", "Thus in order not to create difficulties - having in treaty and not in another – we should not like to mention term.", "", Verbatim, "Molotov", "III.2"},
		{"mark kept", "Chiang [Kai-shek] specially asked that.", "Soong", Verbatim, "Soong", "III.3"},
		{"mark dropped", "Chiang specially asked that.", "Soong", Verbatim, "Soong", "III.3"},
		{"gloss without brackets", "ours on Port Arthur Lüshunkou and Dairen", "", Verbatim, "Molotov", "IV.1"},
		{"all marks dropped", "One jurist, Nagaroff, Petrov.", "", Verbatim, "Molotov", "I.20"},
		{"quoter's sic", "I have specific instructions form [sic] Chiang.", "", Verbatim, "Soong", "IV.18"},
		{"quoter's gloss", "It [Yalta] is not sacred", "", Altered, "Soong", "IV.44"},
		{"quoter's capital", "[B]ut Manchuria has been so often the cockpit of many armies.", "", Verbatim, "Soong", "III.8"},
		{"hyphen dropped", "there are two parties in cooperation", "", Verbatim, "Molotov", "III.9"},
		{"hyphen as space", "It is non military zone.", "", Verbatim, "Soong", "III.12"},
		{"one joined word", "nonmilitary", "", Verbatim, "Soong", "III.12"},
		{"direction left out", "We will think over these two points. Stalin said that Railways can't remain stripped", "", Verbatim, "Molotov", "IV.5"},
		{"direction quoted", "asks for Yalta formula", "", Verbatim, "Soong", "V.10"},
		{"over paragraphs", "We will think it over. Not clear about transportation of troops.", "Molotov", Verbatim, "Molotov", "IV.23"},
		{"over turns of one speaker", "but we do want some form. Please report to Stalin.", "Soong", Verbatim, "Soong", "III.7 III.8"},
		{"over a stage direction", "so clearly in Yalta agreement. We violated this by accepting joint ownership.", "Molotov", Verbatim, "Molotov", "IV.49 IV.51"},
		{"over turns of two speakers, labelled", "Soong: Cannot accept.\nMolotov: We shall not regard the matter as settled", "", Verbatim, "Soong, Molotov", "IV.42 IV.43"},
		{"ellipsis", "We avoid mentioning Japan … as we are neutral with regard to Japan.", "", Verbatim, "Molotov", "I.7 I.7"},
		{"ellipsis in brackets", "Now I wish to say that this is an extraordinary measure [...] Poland corridor led to war with Germany.", "", Verbatim, "Soong", "IV.48 IV.48"},
		{"ellipses at the ends", "...so often the cockpit of many armies...", "", Verbatim, "Soong", "III.8"},
		{"label", "Soong: Cannot accept.", "", Verbatim, "Soong", "IV.42"},
		{"reference", "Cannot accept. [IV.42]", "", Verbatim, "Soong", "IV.42"},
		{"attribution", "“Cannot accept.” — Soong", "", Verbatim, "Soong", "IV.42"},
		{"block quote", "> **Soong:** Cannot accept.", "", Verbatim, "Soong", "IV.42"},
		{"cut at the end", "Sovereignty of China would be respe", "", Verbatim, "Soong", "V.12"},
		{"last mark changed", "You have no objection to article 3!", "", Verbatim, "Soong", "I.15"},
		{"one word", "sacred", "", Verbatim, "Soong", "IV.44"},
		{"several places", "I will report.", "", Verbatim, "Soong", "VI.19 IV.52"},
		{"unlabelled line, nobody claimed", "Rest to draft by our representatives or we can proceed now.", "", Verbatim, "", "I.14"},
		{"inferred speaker", "We cannot go beyond this.", "Molotov", Verbatim, "Molotov", "IV.51"},
		{"heading", "VI. Port Arthur", "", Verbatim, "", "VI"},
		{"heading without label", "Draft Treaty", "", Verbatim, "", "I"},
		{"head", "10 July 1945, 2:00-4:00 p.m.", "", Verbatim, "", "head.4"},

		// True words of somebody else.
		{"other man", "so often the cockpit of many armies", "Molotov", Misattributed, "Soong", "III.8"},
		{"wrong label", "Molotov: Yalta is not sacred.", "", Misattributed, "Soong", "IV.44"},
		{"wrong name after", "\"Yalta is not sacred\", said Molotov", "", Misattributed, "Soong", "IV.44"},
		{"stranger", "Yalta is not sacred", "Churchill", Misattributed, "Soong", "IV.44"},
		{"stranger's label", "Churchill: Yalta is not sacred", "", Misattributed, "Soong", "IV.44"},
		{"reported words", "we do not want to stay on", "Stalin", Misattributed, "Molotov", "III.2"},
		{"unlabelled line", "Rest to draft by our representatives", "Molotov", Misattributed, "", "I.14"},
		{"wrong side", "Yalta is not sacred", "Soviet Union", Misattributed, "Soong", "IV.44"},

		// Words changed.
		{"word swapped", "Your article makes Dairen a Chinese port", "Molotov", Altered, "Soong", "V.12"},
		{"name swapped", "We dropped lease to meet Stalin", "Molotov", Altered, "Molotov", "VI.3"},
		{"negation lost", "we should like to mention term", "", Altered, "Molotov", "III.2"},
		{"negation added", "We do not want Dairen to be a great commercial base", "", Altered, "Soong", "V.10"},
		{"can for cannot", "Dairen can be administered by Soviet military forces.", "", Altered, "Soong", "V.6"},
		{"number", "In 1924 there were 6+6 directors.", "", Altered, "Soong", "IV.38"},
		{"sign", "Article 3 of our draft: 7 members 4-3.", "", Altered, "Molotov", "IV.35"},
		{"word left out", "Dairen will be port, internationalized.", "", Altered, "Soong", "V.2"},
		{"words reordered", "We will over think it.", "", Altered, "Molotov", ""},
		{"minimum", "30 years maximum Stalin said", "Molotov", Altered, "Molotov", "IV.55"},
		{"ending", "Railway must be able to make money", "Molotov", Altered, "Molotov", "IV.19"},
		{"reverse", "Chinese draft more detailed than Soviet draft", "Molotov", Altered, "Molotov", "V.1"},
		{"negation behind an ellipsis", "We … want new ones", "", Altered, "Molotov", "IV.5 IV.5"},
		{"negation in brackets", "Yalta is [not] not sacred", "", Altered, "Soong", "IV.44"},
		{"singular", "In 30 year you will get railway", "", Altered, "Molotov", "IV.37"},

		// Put together.
		{"two turns", "Dairen will be commercial port, internationalized. Administration of Port Arthur and Dairen should be Chinese.", "Soong", Stitched, "Soong", "V.2 VI.10"},
		{"two halves", "We want Dairen to be a great commercial base so often the cockpit of many armies", "", Stitched, "Soong", "V.10 III.8"},
		{"ellipsis over turns", "Cannot accept … We made a sacrifice.", "Soong", Stitched, "Soong", "IV.42 IV.44"},
		{"short parts", "Cannot accept … We made", "", Stitched, "Soong", "IV.42"},
		{"wrong order", "Will give you this evening. I will prepare a draft.", "Soong", Stitched, "Soong", "II.6 II.6"},
		{"another's words run in", "Cannot accept. We shall not regard the matter as settled", "Soong", Stitched, "Soong, Molotov", "IV.42 IV.43"},

		// Not there.
		{"invented", "The Soviet Union will withdraw every soldier from Manchuria before Christmas.", "", Absent, "", ""},
		{"paraphrase", "China insists that the harbour be run by Chinese civilians.", "", Absent, "", ""},
		{"famous words", "Ich bin ein Berliner", "", Absent, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := checkOne(t, b, test.quotation, test.claimed)
			var refs []string
			for _, m := range c.Matches {
				refs = append(refs, m.Ref)
			}
			if got := strings.Join(refs, " "); c.Verdict != test.verdict || c.Speaker != test.speaker || test.refs != "" && !strings.HasPrefix(got+" ", test.refs+" ") {
				t.Errorf("%q (%s): %s, %q, %s; want %s, %q, %s\n%v\n%+v", test.quotation, test.claimed, c.Verdict, c.Speaker, got, test.verdict, test.speaker, test.refs, c.Notes, c.Matches)
			}
			if c.Verdict == Absent && len(c.Nearest) == 0 && test.name != "famous words" {
				t.Error("no passage is near")
			}
		})
	}
}

func TestCheckDiff(t *testing.T) {
	b := bundledBot(t)
	for quotation, want := range map[string]string{
		"We dropped lease to meet Stalin":                     "=We dropped lease to meet -Chiang +Stalin",
		"We dropped lease to meet Chiang today":               "=We dropped lease to meet Chiang +today",
		"They dropped lease to meet Chiang":                   "-We +They =dropped lease to meet Chiang",
		"Dairen can be administered by Soviet military force": "=Dairen -cannot +can =be administered by Soviet military -forces +force",
		"Yesterday I will report to Chiang":                   "+Yesterday =I will report to Chiang",
		"Dairen will be port, internationalized":              "=Dairen will be -commercial =port internationalized",
	} {
		c := checkOne(t, b, quotation, "")
		var got []string
		for _, d := range c.Matches[0].Diff {
			got = append(got, map[string]string{"equal": "=", "delete": "-", "insert": "+"}[d.Op]+d.Text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %s, %s, want %s", quotation, c.Verdict, strings.Join(got, " "), want)
		}
	}
}

// recordsOf opens the records of a library.
func recordsOf(t testing.TB, lib *corpus.Library) []*corpus.Record {
	t.Helper()
	records, err := lib.Records()
	if err != nil {
		t.Fatal(err)
	}
	return records
}
