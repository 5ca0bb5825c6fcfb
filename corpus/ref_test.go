package corpus_test

import (
	"errors"
	"fmt"
	"testing"

	"rapporteur/corpus"
)

func TestParseRef(t *testing.T) {
	tests := []struct {
		in, want string // want is empty if in is no reference
	}{
		{"V.9", "V.9"}, {" [V.9] ", "V.9"}, {"IV.12-15", "IV.12-15"}, {"IV.12–15", "IV.12-15"}, {"IV.12-IV.15", "IV.12-15"},
		{"V", "V"}, {"12", "12"}, {"12-15", "12-15"}, {"head.1", "head.1"}, {"note.3", "note.3"}, {"2.1.3", "2.1.3"}, {"7-7", "7"},
		{"", ""}, {"0", ""}, {"V.0", ""}, {"15-12", ""}, {"V.15-12", ""}, {"V 9", ""}, {"[V.9", ""}, {"99999999", "99999999"},
	}
	for _, test := range tests {
		got, err := corpus.ParseRef(test.in)
		if (err == nil) != (test.want != "") || err == nil && got.String() != test.want {
			t.Errorf("ParseRef(%q) is %v, %v; want %q", test.in, got, err, test.want)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"V.9", "IV.12-15", "V", "12", "2.1", "head.1", "[a.b.3–4]", "IV.12-IV.15", "1-2.3", "٣.٤", "a.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := corpus.ParseRef(s)
		if err != nil {
			return
		}
		again, err := corpus.ParseRef(ref.String())
		if err != nil || again != ref {
			t.Errorf("%q is %#v, written %q, read back %#v, %v", s, ref, ref.String(), again, err)
		}
	})
}

func TestLookup(t *testing.T) {
	r := bundled(t)
	for _, test := range []struct {
		ref  string
		want int
	}{{"V.9", 1}, {"v.9", 1}, {"IV.12-15", 4}, {"head", 8}, {"note.9", 1}, {"VI", r.Sections[5].End - r.Sections[5].First}} {
		ref, err := corpus.ParseRef(test.ref)
		if err != nil {
			t.Fatal(err)
		}
		first, end, err := r.Lookup(ref)
		if err != nil || end-first != test.want {
			t.Errorf("%s: turns %d to %d, %v; want %d", test.ref, first, end, err, test.want)
		}
	}
	for _, s := range []string{"VII", "V.900", "V.1-900", "12", "note.10"} {
		ref, err := corpus.ParseRef(s)
		if err != nil {
			t.Fatal(err)
		}
		var refError *corpus.RefError
		if _, _, err := r.Lookup(ref); !errors.As(err, &refError) {
			t.Errorf("%s: %v; want a RefError", s, err)
		}
	}
}

func ExampleParseRef() {
	ref, err := corpus.ParseRef("[IV.12–IV.15]")
	fmt.Println(ref, err)
	_, err = corpus.ParseRef("section four")
	fmt.Println(err)
	// Output:
	// IV.12-15 <nil>
	// "section four" is no reference; write V.9, a range IV.12-15, a section V or a number 12
}

func ExampleRecord_Lookup() {
	r, err := corpus.Bundled()
	if err != nil {
		fmt.Println(err)
		return
	}
	ref, _ := corpus.ParseRef("I.1-2")
	first, end, err := r.Lookup(ref)
	for _, turn := range r.Turns[first:end] {
		fmt.Printf("%s %s: %s\n", turn.Ref, turn.Speaker, turn.Text)
	}
	fmt.Println(err)
	// Output:
	// I.1 Molotov: Yours is different. Everything against Japan. You don't want to go further?
	// I.2 Soong: Could we mention Japan, Germany, and their associates?
	// <nil>
}
