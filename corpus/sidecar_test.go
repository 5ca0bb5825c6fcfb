package corpus_test

import (
	"slices"
	"strings"
	"testing"

	"rapporteur/corpus"
)

func TestSidecarErrors(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"unknown key", "title: a\nfoo: 1\n", `line 2: unknown key "foo"; known keys: id, title`},
		{"unknown key inside", "participants:\n  - nam: x\n", `line 2: unknown key "nam"`},
		{"wrong type", "title: a\nid: [a]\n", "line 2: id: the value has the wrong form"},
		{"text for a list", "participants: [{name: a, also: x}]", "line 1: participants: the value has the wrong form"},
		{"list at the top", "- a\n", "line 1: the value has the wrong form"},
		{"twice", "title: a\ntitle: b\n", `line 2: mapping key "title" already defined`},
		{"open quotation", "title: 'x\n", "line 1: title: could not find end character"},
		{"bad date", "title: a\n\ndate: 10 July\n", `line 3: date: "10 July" is no date; write 1945-07-10, 1945-07 or 1945`},
		{"no such day", "date: 1945-02-31\n", `line 1: date: "1945-02-31" is no date`},
		{"bad id", "id: A B\n", `line 1: id: "A B" is no record id; use up to 64`},
		{"bad kind", "names:\n  - name: x\n  - name: y\n    kind: thing\n", `line 4: kind: "thing" of "y" is not known; use person, place, side or term`},
		{"no name", "participants:\n  - role: x\n", "line 2: participants: an entry has no name"},
		{"unknown alias", "title: *x\n", "line 1: title: could not find alias"},
		{"deep", strings.Repeat("[", 100_000), "line 1: brackets are nested too deep"},
		{"deep lists", strings.Repeat("- ", 50_000), "line 1: lists are nested too deep"},
		{"large", "title: " + strings.Repeat("x", 300<<10), "the sidecar has"},
		{"binary", "title: \x00", "line 1: a NUL byte"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := corpus.ParseSidecar([]byte(test.in))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v; want %s", err, test.want)
			}
		})
	}
	for _, in := range []string{"", "# nothing\n", "\uFEFFtitle: a\n", "title: &t a\nrights: *t\n", "date: 1945\n"} {
		if _, err := corpus.ParseSidecar([]byte(in)); err != nil {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func FuzzParseSidecar(f *testing.F) {
	for _, s := range []string{"id: a\n", "participants: [{name: a, also: [b]}]\n", "names:\n  - {name: x, kind: place}\n", "a: &a [*a]\n", "date: 1945-07\n? - - x\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := corpus.ParseSidecar(data)
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("an error of several lines: %v", err)
		}
		if err == nil && s == nil {
			t.Error("neither a sidecar nor an error")
		}
	})
}

func TestGlosses(t *testing.T) {
	const text = "Meeting\n\n\nAnn: The picnic is on 3 June.\n\n\nBen: I bring the bread.\n"
	meta, err := corpus.ParseSidecar([]byte("glosses:\n  2: Offers food.\n  7: Nobody says it.\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := corpus.Parse("club.txt", []byte(text), meta)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := corpus.ParseRef("2")
	if err != nil {
		t.Fatal(err)
	}
	at, _, err := r.Lookup(ref)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Turns[at].Gloss; got != "Offers food." {
		t.Errorf("the gloss of 2 is %q", got)
	}
	doubtful := func(d corpus.Doubt) bool { return strings.Contains(d.Text, "gloss of 7") }
	if !slices.ContainsFunc(r.Doubts, doubtful) {
		t.Errorf("a gloss of no passage is not reported: %v", r.Doubts)
	}
	for _, key := range []string{"V", "V.1-3", "x y"} {
		_, err := corpus.ParseSidecar([]byte("glosses:\n  " + key + ": Words.\n"))
		if err == nil || !strings.Contains(err.Error(), "no reference of a single passage") {
			t.Errorf("the key %q gives %v", key, err)
		}
	}
}
