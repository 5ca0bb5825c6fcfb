// Package retrievaltest is the contract of an index, whatever keeps it: tests
// that every store must pass.
package retrievaltest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Subject is a store that is tested, empty at first.
type Subject interface {
	// Update brings the store to hold these records.
	Update(ctx context.Context, records []*corpus.Record, embedder retrieval.Embedder) (retrieval.Changes, error)
	// Index returns an index of what was updated last.
	Index(ctx context.Context, records []*corpus.Record, embedder retrieval.Embedder) (*retrieval.Index, error)
}

// Record makes a record of turns, each "Speaker: words".
func Record(t testing.TB, id string, turns ...string) *corpus.Record {
	t.Helper()
	r, err := corpus.Parse(id+".txt", []byte("Meeting "+id+"\n\n\n"+strings.Join(turns, "\n\n\n")+"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Library makes records that speak of things apart and of things in common.
func Library(t testing.TB) []*corpus.Record {
	topics := []string{"railway coal supply", "remote control battery", "school budget teachers", "harbour dredging ships", "forest wildfire towers", "museum paintings loan",
		"bridge concrete cracks", "hospital nurses shifts", "tram tickets prices", "vineyard harvest frost"}
	var records []*corpus.Record
	for i, topic := range topics {
		w := strings.Fields(topic)
		records = append(records, Record(t, fmt.Sprintf("meeting-%02d", i),
			"Chair: Let us begin the meeting and look at the agenda of today together.",
			fmt.Sprintf("Ann Lee: The %s needs a decision about the %s before the summer.", w[0], w[1]),
			fmt.Sprintf("Ben Ruiz: I propose that the %s of the %s be paid by the city.", w[2], w[0]),
			fmt.Sprintf("Chair: How many of you agree with the proposal about %s and %s?", w[1], w[2]),
			"Ann Lee: All of us agree, and we meet again on the third of June.",
			"Ben Ruiz: (leaves) Good."))
	}
	return records
}

// queries are asked of the library.
var queries = []string{
	"railway coal", "who pays the teachers", "What did Ann Lee say about the battery?", "decision before the summer", "proposal", "wildfire",
	"harbor boats", "Ben Ruiz", "how many agree", "paintigns", "frost in the vineyard", "nurses", "price of tickets", "xylophone quartz",
}

// hostile is what people type to break things.
var hostile = []string{
	"", "   ", "?!…", "the of and", `"}}{Get{Record{record}}}`, `\" OR 1=1 --`, "\x00\x01\x02", strings.Repeat("coal ", 5000), "{{.}} ${x} %s %n", "\u202egnp.exe", "日本語の質問",
	`railway\u0022) { }`, "a\nb\r\nc", "🚂🚂🚂", "' ; drop table records; --",
}

type hit struct {
	Record, Ref string
	Score       float64
}

func search(t testing.TB, x *retrieval.Index, q retrieval.Query) []hit {
	t.Helper()
	found, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	var hits []hit
	for _, e := range found {
		// A likeness that an engine computes may differ in the last digits.
		hits = append(hits, hit{e.Record.ID, e.Turn.Ref.String(), float64(int(e.Score*1e4+.5)) / 1e4})
	}
	return hits
}

// Run runs the contract on new subjects.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	words := retrieval.WordEmbedder{}
	filled := func(t *testing.T, s Subject, records []*corpus.Record) *retrieval.Index {
		t.Helper()
		if _, err := s.Update(t.Context(), records, words); err != nil {
			t.Fatal(err)
		}
		x, err := s.Index(t.Context(), records, words)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	t.Run("same as in memory", func(t *testing.T) {
		records := Library(t)
		x := filled(t, open(t), records)
		memory, err := retrieval.New(t.Context(), records, retrieval.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range queries {
			for _, answer := range []bool{false, true} {
				q := retrieval.Query{Text: text, Limit: 20, Answer: answer}
				if diff := cmp.Diff(search(t, memory, q), search(t, x, q)); diff != "" {
					t.Errorf("%q (-memory +store):\n%s", text, diff)
				}
			}
		}
	})
	t.Run("same order every time", func(t *testing.T) {
		x := filled(t, open(t), Library(t))
		for _, text := range queries {
			want := search(t, x, retrieval.Query{Text: text})
			var group sync.WaitGroup
			for range 5 {
				group.Go(func() {
					if diff := cmp.Diff(want, search(t, x, retrieval.Query{Text: text})); diff != "" {
						t.Errorf("%q:\n%s", text, diff)
					}
				})
			}
			group.Wait()
		}
	})
	t.Run("limits", func(t *testing.T) {
		x := filled(t, open(t), Library(t))
		long := search(t, x, retrieval.Query{Text: "proposal agree", Limit: 1 << 20})
		for limit := range 5 {
			got := search(t, x, retrieval.Query{Text: "proposal agree", Limit: limit + 1})
			if diff := cmp.Diff(long[:limit+1], got); diff != "" {
				t.Errorf("limit %d:\n%s", limit+1, diff)
			}
		}
		if got := search(t, x, retrieval.Query{Text: "proposal agree", Limit: -1}); len(got) == 0 || len(got) > 10 {
			t.Errorf("limit -1 gave %d turns, want 1 to 10", len(got))
		}
	})
	t.Run("filters before limits", func(t *testing.T) {
		x := filled(t, open(t), Library(t))
		for _, record := range []string{"meeting-00", "MEETING-07"} {
			got := search(t, x, retrieval.Query{Text: "decision proposal agree", Record: record, Limit: 3})
			if len(got) != 3 {
				t.Errorf("within %s: %d turns, want 3", record, len(got))
			}
			for _, h := range got {
				if !strings.EqualFold(h.Record, record) {
					t.Errorf("within %s: a turn of %s", record, h.Record)
				}
			}
		}
		found, err := x.Search(t.Context(), retrieval.Query{Text: "agree meeting proposal", Speaker: "Ann Lee", Limit: 5})
		if err != nil || len(found) != 5 {
			t.Fatalf("by Ann Lee: %d turns, %v; want 5", len(found), err)
		}
		for _, e := range found {
			if e.Turn.Speaker != "Ann Lee" {
				t.Errorf("by Ann Lee: a turn of %s", e.Turn.Speaker)
			}
		}
		if got := search(t, x, retrieval.Query{Text: "proposal", Record: "no-such-record"}); len(got) > 0 {
			t.Errorf("within an unknown record: %v", got)
		}
	})
	t.Run("deletion", func(t *testing.T) {
		s, records := open(t), Library(t)
		filled(t, s, records)
		rest := records[1:]
		changes, err := s.Update(t.Context(), rest, words)
		if err != nil || changes != (retrieval.Changes{Removed: 1, Unchanged: len(rest)}) {
			t.Fatalf("removing one: %+v, %v", changes, err)
		}
		x, err := s.Index(t.Context(), rest, words)
		if err != nil {
			t.Fatal(err)
		}
		memory, err := retrieval.New(t.Context(), rest, retrieval.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range queries {
			if diff := cmp.Diff(search(t, memory, retrieval.Query{Text: text}), search(t, x, retrieval.Query{Text: text})); diff != "" {
				t.Errorf("%q after a deletion:\n%s", text, diff)
			}
		}
	})
	t.Run("only what changed", func(t *testing.T) {
		s, records := open(t), Library(t)
		count := &counting{Embedder: words}
		steps := []struct {
			what string
			want retrieval.Changes
			do   func()
		}{
			{"first", retrieval.Changes{Added: len(records)}, func() {}},
			{"again", retrieval.Changes{Unchanged: len(records)}, func() {}},
			{"one changed", retrieval.Changes{Changed: 1, Unchanged: len(records) - 1}, func() {
				records[3] = Record(t, "meeting-03", "Ann Lee: The quartz of the harbour is sold.", "Ben Ruiz: To whom was the quartz sold, and when?")
			}},
			{"one more", retrieval.Changes{Added: 1, Unchanged: len(records)}, func() {
				records = append(records, Record(t, "meeting-99", "Ann Lee: The lighthouse is painted red and white."))
			}},
		}
		for _, step := range steps {
			step.do()
			count.texts.Store(0)
			changes, err := s.Update(t.Context(), records, count)
			if err != nil || changes != step.want {
				t.Fatalf("%s: %+v, %v; want %+v", step.what, changes, err, step.want)
			}
			if most := int64(step.want.Added+step.want.Changed) * 4; count.texts.Load() > most {
				t.Errorf("%s: %d passages were embedded, want at most %d", step.what, count.texts.Load(), most)
			}
		}
		x, err := s.Index(t.Context(), records, count)
		if err != nil {
			t.Fatal(err)
		}
		if got := search(t, x, retrieval.Query{Text: "quartz"}); len(got) == 0 || got[0].Record != "meeting-03" {
			t.Errorf("quartz: %v, want the changed record first", got)
		}
	})
	t.Run("another embedding model", func(t *testing.T) {
		s, records := open(t), Library(t)
		filled(t, s, records)
		other := hashed{}
		changes, err := s.Update(t.Context(), records, other)
		if err != nil {
			t.Fatal(err)
		}
		if changes.Unchanged == len(records) {
			// Records are the same; their vectors are not.
			t.Errorf("with another model: %+v", changes)
		}
		x, err := s.Index(t.Context(), records, other)
		if err != nil {
			t.Fatal(err)
		}
		memory, err := retrieval.New(t.Context(), records, retrieval.Options{Embedder: other})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range queries {
			if diff := cmp.Diff(search(t, memory, retrieval.Query{Text: text}), search(t, x, retrieval.Query{Text: text})); diff != "" {
				t.Errorf("%q with another model:\n%s", text, diff)
			}
		}
	})
	t.Run("readers during an update", func(t *testing.T) {
		s, old := open(t), Library(t)
		filled(t, s, old)
		var changed []*corpus.Record
		for _, r := range old {
			changed = append(changed, Record(t, r.ID, "Ann Lee: The lantern of the record "+r.ID+" is green now.", "Ben Ruiz: And the proposal about the lantern was agreed."))
		}
		ask := func(records []*corpus.Record) string {
			x, err := s.Index(t.Context(), records, words)
			if err != nil {
				t.Error(err)
				return ""
			}
			found, err := x.Search(t.Context(), retrieval.Query{Text: "lantern", Limit: 50})
			if err != nil {
				t.Error(err)
			}
			in := make(map[string]bool)
			for _, e := range found {
				in[e.Record.ID] = true
			}
			return fmt.Sprint(len(in))
		}
		// No record is found by a word of the new state, or as many as are searched
		// of a library.
		none, all := "0", fmt.Sprint(retrieval.LibraryWeights().Records)
		stop := make(chan struct{})
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() {
				for {
					if got := ask(changed); got != none && got != all {
						t.Errorf("half an update: %s of %s records", got, all)
					}
					select {
					case <-stop:
						return
					default:
					}
				}
			})
		}
		_, err := s.Update(t.Context(), changed, words)
		close(stop)
		group.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(changed); got != all {
			t.Errorf("after the update: %s records, want %s", got, all)
		}
	})
	t.Run("hostile text", func(t *testing.T) {
		records := append(Library(t), Record(t, "hostile", "Ann Lee: "+`"}}{Get{Record{record}}} \" \\ %s`, "Ben Ruiz: 日本語 🚂 \u202e ok then, that is it."))
		x := filled(t, open(t), records)
		for _, text := range hostile {
			first := search(t, x, retrieval.Query{Text: text})
			if diff := cmp.Diff(first, search(t, x, retrieval.Query{Text: text})); diff != "" {
				t.Errorf("%.40q:\n%s", text, diff)
			}
		}
		r := rand.New(rand.NewPCG(1, 2))
		for range 50 {
			b := make([]byte, r.IntN(60))
			for i := range b {
				b[i] = byte(r.IntN(256))
			}
			search(t, x, retrieval.Query{Text: string(b)})
		}
	})
}

// counting counts the texts that are embedded.
type counting struct {
	retrieval.Embedder
	texts atomic.Int64
}

func (c *counting) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	c.texts.Add(int64(len(texts)))
	return c.Embedder.Embed(ctx, texts)
}

// hashed is another model, of another dimension.
type hashed struct{}

func (hashed) Name() string { return "hashed-16" }

func (hashed) Embed(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = make([]float32, 16)
		for _, word := range retrieval.Words(text) {
			vectors[i][(len(word)*7+int(word[0]))%16]++
		}
	}
	return vectors, nil
}
