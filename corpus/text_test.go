package corpus_test

import (
	"fmt"
	"reflect"
	"testing"

	"rapporteur/corpus"
)

func TestFindDate(t *testing.T) {
	tests := []struct{ in, iso, words string }{
		{"July 10, 1945", "1945-07-10", "July 10, 1945"},
		{"10 July 1945, 2:00 - 4:00 p.m.", "1945-07-10", "10 July 1945"},
		{"held on the 3rd of May, 1912 in Oslo", "1912-05-03", "3rd of May, 1912"},
		{"the 3rd day of May 1912", "1912-05-03", "3rd day of May 1912"},
		{"Sept. 3, 1939", "1939-09-03", "Sept. 3, 1939"},
		{"3-Sep-1939", "1939-09-03", "3-Sep-1939"},
		{"dated 1945-07-10.", "1945-07-10", "1945-07-10"},
		{"31 February 1945 and 1 March 1945", "1945-03-01", "1 March 1945"},
		{"Date: 2019/05/20", "2019-05-20", "2019/05/20"}, {"1945.07.10", "1945-07-10", "1945.07.10"}, {"1945-07.10", "", ""},
		{"Bonn, den 4. Mai 1954", "1954-05-04", "4. Mai 1954"},
		{"Séance du mardi 1er mars 1959", "1959-03-01", "1er mars 1959"},
		{"Fecha: 12 de abril de 1978", "1978-04-12", "12 de abril de 1978"},
		{"10 июля 1945 г.", "1945-07-10", "10 июля 1945"}, {"10 ИЮЛЯ 1945", "1945-07-10", "10 ИЮЛЯ 1945"},
		{"31 febrero 1945", "", ""}, {"12 potatoes 1945", "", ""},
		{"10/7/1945", "", ""}, {"July 1945", "", ""}, {"1945-13-10", "", ""}, {"", "", ""}, {"March 1, 19", "", ""},
	}
	for _, test := range tests {
		if iso, words := corpus.FindDate(test.in); iso != test.iso || words != test.words {
			t.Errorf("FindDate(%q) is %q, %q; want %q, %q", test.in, iso, words, test.iso, test.words)
		}
	}
}

func FuzzFindDate(f *testing.F) {
	f.Add("10 July 1945")
	f.Add("Sept. 31, 9999 2000-02-30")
	f.Fuzz(func(t *testing.T, s string) {
		if iso, words := corpus.FindDate(s); (iso == "") != (words == "") || iso != "" && len(iso) != 10 {
			t.Errorf("%q: %q, %q", s, iso, words)
		}
	})
}

func TestMarks(t *testing.T) {
	tests := []struct {
		in   string
		want []corpus.MarkKind
	}{
		{"Chiang [Kai-shek] said (?) so [sic] [ILLEGIBLE].", []corpus.MarkKind{corpus.Gloss, corpus.Doubtful, corpus.Sic, corpus.Illegible}},
		{"so {disfmarker} it {comment} is [?]", []corpus.MarkKind{corpus.Illegible, corpus.Doubtful}},
		{"[inaudible] and [sic.] and [crosstalk 00:12]", []corpus.MarkKind{corpus.Illegible, corpus.Sic, corpus.Illegible}},
		{"(in parentheses) is said", nil},
		{"an [open bracket", nil},
	}
	for _, test := range tests {
		var kinds []corpus.MarkKind
		for _, mark := range corpus.Marks(test.in) {
			kinds = append(kinds, mark.Kind)
		}
		if !reflect.DeepEqual(kinds, test.want) {
			t.Errorf("Marks(%q) are %v; want %v", test.in, kinds, test.want)
		}
	}
}

func FuzzMarks(f *testing.F) {
	f.Add("Chiang [Kai-shek] (?) [sic] {pause}")
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, mark := range corpus.Marks(s) {
			if mark.Start < end || mark.End <= mark.Start || mark.End > len(s) {
				t.Fatalf("%q: mark from %d to %d after %d", s, mark.Start, mark.End, end)
			}
			end = mark.End
		}
	})
}

func ExampleMarks() {
	text := "Pavlov will go with Chiang [Kai-shek] to Nagaroff (?)."
	for _, mark := range corpus.Marks(text) {
		fmt.Println(mark.Kind, text[mark.Start:mark.End])
	}
	// Output:
	// gloss [Kai-shek]
	// doubtful (?)
}

func ExampleParsePlain() {
	r, err := corpus.ParsePlain("talk.txt", []byte(`Talk at the harbour
5 May 1946


Ms. Alvarez: The crane is old.

It was built in 1903.


(She points at it.)


Mr. Brandt: So am I.
`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Title, r.Date)
	for _, turn := range r.Turns {
		fmt.Printf("%s %s %q\n", turn.Ref, turn.Attribution, turn.Text)
	}
	// Output:
	// Talk at the harbour 1946-05-05
	// head.1 none "5 May 1946"
	// 1 stated "The crane is old.\nIt was built in 1903."
	// 2 none "(She points at it.)"
	// 3 stated "So am I."
}
