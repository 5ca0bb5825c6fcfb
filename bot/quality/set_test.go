package quality

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// bundled returns the bot over the bundled record alone.
func bundled(t testing.TB) (*bot.Bot, []*corpus.Record) {
	t.Helper()
	lib, err := corpus.Load(corpus.Options{Bundled: true})
	if err != nil {
		t.Fatal(err)
	}
	index, err := retrieval.New(context.Background(), recordsOf(t, lib), retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return bot.New(lib, index, bot.Options{}), recordsOf(t, lib)
}

func readSet(t testing.TB, file string) []Question {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	questions, err := Read(filepath.Base(file), f)
	if err != nil {
		t.Fatal(err)
	}
	return questions
}

// TestQuestionSets holds the question sets to the record: every piece of
// evidence stands in it once, said by the speakers named, and the sets have
// neither ids nor questions in common.
func TestQuestionSets(t *testing.T) {
	_, records := bundled(t)
	lib := &library{records: records}
	ids, texts := make(map[string]bool), make(map[string]bool)
	for _, file := range []string{"testdata/questions-tuned.jsonl", "testdata/questions-held.jsonl"} {
		for _, q := range readSet(t, file) {
			if _, err := lib.gold(&q); err != nil {
				t.Error(err)
				continue
			}
			if ids[q.ID] || texts[q.Text] {
				t.Errorf("%s: the id or the question is used twice", q.at)
			}
			ids[q.ID], texts[q.Text] = true, true
			named := q.Speakers
			q.Speakers = nil
			if g, _ := lib.gold(&q); !sameNames(g.speakers, named) {
				t.Errorf("%s (%s): speakers %q; the evidence is of %q", q.at, q.ID, named, g.speakers)
			}
			if q.Answerable && shareContained(q.Answer, q.Keywords) < 1 {
				t.Errorf("%s: a keyword of %q is not in the reference answer %q", q.at, q.Keywords, q.Answer)
			}
			if q.Answerable && len(q.Keywords) == 0 || q.Answer == "" || q.Category == "" {
				t.Errorf("%s: no keywords, reference answer or category", q.at)
			}
		}
	}
}

func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
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
