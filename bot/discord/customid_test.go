package discord

import (
	"strings"
	"testing"

	"rapporteur/corpus"
)

func TestActions(t *testing.T) {
	for _, a := range []action{
		{Do: doSources, Record: "soong-molotov-1945-07-10", Refs: []address{{"soong-molotov-1945-07-10", "V.9"}, {"other", "I.2"}}},
		{Do: doQuote, Record: "a|b,c:d%", Refs: []address{{"a|b,c:d%", "x|y.1"}, {"%7C", "12-14"}}},
		{Do: doMenu, Record: "r"}, {Do: doOpen, Record: "r"}, {Do: doRecord}, {Do: doShare},
		{Do: doContinue, Record: "r", Refs: []address{{"r", "IV.12-15"}}},
		{Do: doKeep, Record: "r", Refs: []address{{"r", "V.9-11"}}}, {Do: doCite, Record: "r", Refs: []address{{"r", "V.9"}}},
		{Do: doNotes, Way: ofAuthor, Page: 15}, {Do: doNotes, Way: ofChannel}, {Do: doForget},
		contextAction("r", "IV.12", "IV.9", earlier, 0), contextAction("r", "head.1", "head.1", pageOf, 12),
	} {
		id := a.String()
		got, err := parseAction(id)
		if err != nil || got.String() != id {
			t.Errorf("%q came back as %q: %v", id, got, err)
		}
		for i := range a.Refs {
			if got.Refs[i] != a.Refs[i] {
				t.Errorf("%q: reference %v, want %v", id, got.Refs[i], a.Refs[i])
			}
		}
	}
	for _, id := range []string{"", "|", "x", "s", "s|", "s|r", "s|r|", "s|r|V.9|", "c|r|V.9|V.9|a", "c|r|V.9|V.9|z|0", "c|r|V.9|V.9|a|-1",
		"c|r|V.9,V.8|V.9|a|01", "n|c|", "n|c|01", "n|x|1", "n|c|-1", "n|c", "f|1", "k|r", "h|", "s|r|" + strings.Repeat("V.9,", 40) + "V.9", "s|r|%zz x"} {
		if a, err := parseAction(id); err == nil {
			t.Errorf("%q was read as %v", id, a)
		}
	}
}

// FuzzParseAction: what is accepted prints as it was read.
func FuzzParseAction(f *testing.F) {
	for _, s := range []string{"s|r|V.6,V.9", "c|r|V.9|V.7|b|0", "h", "r", "m|~0123", "g|r|V.9-40", "q|%7C|a:1", "n|c|5", "f", "k|r|V.9", "e|r|V.9", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := parseAction(s); err == nil && a.String() != s {
			t.Errorf("%q prints as %q", s, a)
		}
	})
}

func TestPackRefs(t *testing.T) {
	long := strings.Repeat("r", 80)
	var list []address
	for i := range 40 {
		record := "first"
		if i%7 == 3 {
			record = long
		}
		list = append(list, address{record, corpus.Ref{Section: "XVIII", First: i + 1, Last: i + 1}.String()})
	}
	var got []address
	for _, a := range packRefs(doSources, list) {
		if !a.fits() {
			t.Errorf("%q does not fit", a)
		}
		back, err := parseAction(a.String())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, back.Refs...)
	}
	records := []*corpus.Entry{{Description: corpus.Description{ID: "first"}}, {Description: corpus.Description{ID: long}}}
	if len(got) != len(list) {
		t.Fatalf("%d references of %d", len(got), len(list))
	}
	for i, x := range got {
		if id := recordByKey(records, x.record); id != list[i].record || x.ref != list[i].ref {
			t.Errorf("%v came back as %s %s", list[i], id, x.ref)
		}
	}
}
