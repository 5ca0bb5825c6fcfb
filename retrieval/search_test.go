package retrieval

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
)

func newIndex(t testing.TB, records ...*corpus.Record) *Index {
	t.Helper()
	x, err := New(context.Background(), records, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func bundledIndex(t testing.TB) *Index {
	t.Helper()
	r, err := corpus.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	return newIndex(t, r)
}

func plain(t testing.TB, id, text string) *corpus.Record {
	t.Helper()
	r, err := corpus.ParsePlain(id+".txt", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func search(t testing.TB, x *Index, q Query) []string {
	t.Helper()
	found, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	refs := make([]string, len(found))
	for i, e := range found {
		refs[i] = e.Turn.Ref.String()
	}
	return refs
}

func TestSearchFirst(t *testing.T) {
	x := bundledIndex(t)
	tests := []struct{ query, want string }{
		{"supply of coal", "IV.11"},
		{"noble experiment", "IV.48"},
		{"foreign capital", "IV.47"},
		{"who supplied the coal for the locmotives", "IV.11"}, // a typing error
		{"municipal council divided in halves", "VI.13"},      // other words
	}
	for _, test := range tests {
		if got := search(t, x, Query{Text: test.query, Answer: true, Limit: 3}); len(got) == 0 || got[0] != test.want {
			t.Errorf("%q finds %v; want %s first", test.query, got, test.want)
		}
	}
}

func TestSearchByOtherNames(t *testing.T) {
	x := bundledIndex(t)
	for _, names := range [][2]string{{"Dairen", "Dalian"}, {"Port Arthur", "Lüshun"}, {"Chiang", "the Generalissimo"}, {"Outer Mongolia", "the MPR"}} {
		a := search(t, x, Query{Text: names[0]})
		b := search(t, x, Query{Text: names[1]})
		shared := 0
		for _, ref := range a {
			if strings.Contains(" "+strings.Join(b, " ")+" ", " "+ref+" ") {
				shared++
			}
		}
		if shared < len(a)/2 {
			t.Errorf("%s finds %v, %s finds %v", names[0], a, names[1], b)
		}
	}
}

func TestSearchFilters(t *testing.T) {
	x := bundledIndex(t)
	ctx := context.Background()
	tests := []struct {
		query Query
		holds func(Evidence) bool
	}{
		{Query{Text: "railway", Speaker: "Soong"}, func(e Evidence) bool { return e.Turn.Speaker == "Soong" }},
		{Query{Text: "railway", Speaker: "soviet union"}, func(e Evidence) bool { return e.Record.Side(e.Turn.Speaker) == "Soviet Union" }},
		{Query{Text: "port", Section: "V"}, func(e Evidence) bool { return e.Turn.Ref.Section == "V" }},
		{Query{Text: "port", Section: "port arthur"}, func(e Evidence) bool { return e.Turn.Ref.Section == "VI" }},
	}
	for _, test := range tests {
		found, err := x.Search(ctx, test.query)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			t.Errorf("%+v finds nothing", test.query)
		}
		for _, e := range found {
			if !test.holds(e) {
				t.Errorf("%+v finds %s", test.query, e.Turn.Ref)
			}
		}
	}
	if got := search(t, x, Query{Text: "railway", Record: "no-such-record"}); len(got) != 0 {
		t.Errorf("an unknown record gives %v", got)
	}
	if got := search(t, x, Query{Text: "railway", Section: "XX"}); len(got) != 0 {
		t.Errorf("an unknown section gives %v", got)
	}
}

func TestSearchLimit(t *testing.T) {
	x := bundledIndex(t)
	if got := search(t, x, Query{Text: "railway", Limit: 3}); len(got) != 3 {
		t.Errorf("%d turns; want 3", len(got))
	}
	if got := search(t, x, Query{Text: "railway"}); len(got) != 10 {
		t.Errorf("%d turns; want 10", len(got))
	}
	if got := search(t, x, Query{Text: "zzzz qqqq"}); len(got) != 0 {
		t.Errorf("nonsense gives %v", got)
	}
}

func TestScoresAreExplained(t *testing.T) {
	x := bundledIndex(t)
	for _, query := range []string{"What did Molotov say about the railway in Manchuria?", "Dalian naval base", "how did it end"} {
		for _, answer := range []bool{false, true} {
			found, err := x.Search(context.Background(), Query{Text: query, Explain: true, Answer: answer})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range found {
				score := 0.0
				for _, r := range e.Reasons {
					if r.Op == "+" {
						score += r.Value
					} else {
						score *= r.Value
					}
				}
				if math.Abs(score-e.Score) > 1e-9*e.Score {
					t.Errorf("%q: %s scores %v, its reasons give %v", query, e.Turn.Ref, e.Score, score)
				}
			}
		}
	}
}

func TestSearchIsDeterministic(t *testing.T) {
	x := bundledIndex(t)
	query := Query{Text: "who should run the railway and guard it", Limit: 50}
	want := search(t, x, query)
	var searches sync.WaitGroup
	for range 50 {
		searches.Go(func() {
			if diff := cmp.Diff(want, search(t, x, query)); diff != "" {
				t.Error(diff)
			}
		})
	}
	searches.Wait()
	if diff := cmp.Diff(want, search(t, bundledIndex(t), query)); diff != "" {
		t.Errorf("another index of the same record ranks otherwise: %s", diff)
	}
}

// A longer list begins like a shorter one.
func TestSearchLimitKeepsOrder(t *testing.T) {
	x := bundledIndex(t)
	for _, query := range []string{"railway", "port", "O.K. agree", "Soong on Dairen", "troops withdrawal"} {
		long := search(t, x, Query{Text: query, Limit: 60})
		for _, limit := range []int{1, 3, 10, 20} {
			short := search(t, x, Query{Text: query, Limit: limit})
			if diff := cmp.Diff(long[:min(limit, len(long))], short); diff != "" {
				t.Errorf("%q with limit %d: %s", query, limit, diff)
			}
		}
	}
}

// The ranking of a record does not depend on the other records.
func TestSearchOneRecordOfMany(t *testing.T) {
	r, err := corpus.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	other := plain(t, "other", "Another meeting\n\n\nAnn: Let us talk about the railway and its ownership.\n\n\nBen: And about the coal.\n")
	alone, among := newIndex(t, r), newIndex(t, other, r)
	for _, query := range []string{"railway ownership", "Molotov on troops", "Dalian"} {
		want := search(t, alone, Query{Text: query})
		got := search(t, among, Query{Text: query, Record: r.ID})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}

func TestSearchAcrossRecords(t *testing.T) {
	budget := plain(t, "budget", "Budget meeting\n\n\nAnn: The budget for the playground is twelve thousand.\n\n\nBen: I find the playground too dear.\n")
	garden := plain(t, "garden", "Garden meeting\n\n\nAnn: The roses need water every morning in June.\n\n\nCleo: I will see to the roses.\n")
	x := newIndex(t, budget, garden)
	for query, want := range map[string]string{"roses": "garden", "playground budget": "budget"} {
		found, err := x.Search(context.Background(), Query{Text: query})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 || found[0].Record.ID != want {
			t.Errorf("%q finds %v; want a turn of %s first", query, found, want)
		}
	}
}

func TestSearchStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := bundledIndex(t).Search(ctx, Query{Text: "railway"}); err == nil {
		t.Error("a search went on after its context ended")
	}
}

func TestSpeakersInQuestions(t *testing.T) {
	r := plain(t, "hearing", "Hearing\n\n\nHon. Bill Morneau (Minister of Finance): The marketing of the bonds goes well and the debt is under control.\n\n\n"+
		"Marketing: The colours of the posters are new.\n\n\nGrad C: I set up the recording equipment.\n\n\nHon. Bill Morneau: We answer for the debt.\n\n\nHuw Irranca-Davies AM: Childcare is a right.\n")
	book := newNameBook(r, func(word string) bool { return word == "marketing" })
	tests := []struct {
		question string
		want     []string
	}{
		{"What did Morneau say about the debt?", []string{"Hon. Bill Morneau (Minister of Finance)", "Hon. Bill Morneau"}},
		{"what did the minister of finance say", []string{"Hon. Bill Morneau (Minister of Finance)", "Hon. Bill Morneau"}},
		{"What did Marketing think?", []string{"Marketing"}},
		{"what did the marketing think?", []string{"Marketing"}},
		{"is the marketing of bonds discussed?", nil},
		{"What did C set up?", []string{"Grad C"}},
		{"What did Huw Irranca-Davies think about childcare?", []string{"Huw Irranca-Davies AM"}},
	}
	for _, test := range tests {
		q := &reading{}
		q.readNames(test.question, tokenize(test.question), book)
		if diff := cmp.Diff(test.want, q.speakers); diff != "" {
			t.Errorf("%q: %s", test.question, diff)
		}
	}
}

func TestSpelling(t *testing.T) {
	s := spellerOf(map[string]int{"molotov": 5, "directors": 2, "mongolia": 3, "plebiscite": 1, "coal": 4})
	for typed, want := range map[string]string{
		"molotv": "molotov", "directers": "directors", "mongola": "mongolia", "plebisite": "plebiscite",
		"coal": "coal", "goal": "goal", "the": "the", "2024": "2024", "xyzzyplugh": "xyzzyplugh",
	} {
		if got := s.correct(typed); got != want {
			t.Errorf("%q becomes %q; want %q", typed, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"kitten", "sitting", 3}, {"abcdef", "uvwxyz", 4}} {
		if got := editDistance(test.a, test.b, 3); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d; want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestPassagesCoverAllTurns(t *testing.T) {
	r, err := corpus.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	checkPassages(t, r)
}

func checkPassages(t *testing.T, r *corpus.Record) {
	t.Helper()
	next := 0
	for _, p := range Passages(r) {
		if p.First != next || p.End <= p.First {
			t.Fatalf("passage %+v follows turn %d", p, next)
		}
		for i := p.First; i < p.End; i++ {
			if r.Turns[i].Ref.Section != r.Turns[p.First].Ref.Section {
				t.Fatalf("passage %+v spans sections", p)
			}
		}
		next = p.End
	}
	if next != len(r.Turns) {
		t.Fatalf("passages end at turn %d of %d", next, len(r.Turns))
	}
}

func FuzzPassages(f *testing.F) {
	f.Add("T\n\n\nI. One\n\n\nA: b\n\n\nB: c\n\n\nII. Two\n\n\nA: d")
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := corpus.ParsePlain("x.txt", []byte(text), nil); err == nil {
			checkPassages(t, r)
		}
	})
}

// Nothing a user types makes a search fail.
func FuzzSearch(f *testing.F) {
	x := bundledIndex(f)
	for _, seed := range []string{"", "the", "Molotov", "soong not molotov", "start end last", "🚂🚂", "\x00\xff", strings.Repeat("railway ", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, answer := range []bool{false, true} {
			found, err := x.Search(context.Background(), Query{Text: query, Answer: answer})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range found {
				if math.IsNaN(e.Score) || math.IsInf(e.Score, 0) || e.Score <= 0 || e.Covered < 0 || e.Covered > 1+1e-9 {
					t.Fatalf("score %v, covered %v", e.Score, e.Covered)
				}
			}
		}
	})
}

func ExampleIndex_Search() {
	r, err := corpus.Bundled()
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := New(context.Background(), []*corpus.Record{r}, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := x.Search(context.Background(), Query{Text: "supply of coal", Limit: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range found {
		fmt.Println(e.Turn.Ref, e.Turn.Speaker)
	}
	// Output: IV.11 Molotov
}
