package quality

import (
	"context"
	"flag"
	"os"
	"testing"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

var meaningTable = flag.Bool("meaning", false, "measure the weight of vectors for questions whose words the record has")

// stranger is the built-in embedder as though a language model made its vectors.
type stranger struct{ retrieval.WordEmbedder }

func (stranger) Name() string { return "stranger" }

// TestMeaning shows what the weight of a language model's vectors costs where the
// model is no better than the built-in word vectors. The table:
//
//	go test ./bot/quality -run TestMeaning -v -meaning
func TestMeaning(t *testing.T) {
	lib, err := corpus.Load(corpus.Options{Bundled: true})
	if err != nil {
		t.Fatal(err)
	}
	questions := readSet(t, "testdata/questions-tuned.jsonl")
	usual := measureMeaning(t, lib, questions, nil, 0, 0)
	weights, answers := retrieval.DefaultWeights(), retrieval.AnswerWeights()
	set := measureMeaning(t, lib, questions, stranger{}, weights.Meaning, answers.Meaning)
	for _, metric := range []string{NDCG, CitedFirst, CitedInFive} {
		if set[metric] < usual[metric]-.02 {
			t.Errorf("%s is %.3f with a foreign embedder, %.3f with the built-in one", metric, set[metric], usual[metric])
		}
	}
	if !*meaningTable {
		return
	}
	sets := []struct {
		name      string
		lib       *corpus.Library
		questions []Question
	}{{"tuned", lib, questions}}
	if _, err := os.Stat(meetings); err == nil {
		many, err := corpus.Load(corpus.Options{Paths: []string{meetings + "/records"}})
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, struct {
			name      string
			lib       *corpus.Library
			questions []Question
		}{"meetings", many, readSet(t, meetings+"/questions.jsonl")})
	}
	for _, s := range sets {
		of := measureMeaning(t, s.lib, s.questions, nil, 0, 0)
		t.Logf("%-9s built in   nDCG@10 %.4f  MRR@10 %.4f  cited first %.4f  in five %.4f", s.name, of[NDCG], of[MRR], of[CitedFirst], of[CitedInFive])
		for _, w := range []float64{0, .05, .1, .15, .2, .3, .4, .6} {
			of := measureMeaning(t, s.lib, s.questions, stranger{}, w, w)
			t.Logf("%-9s weight %.2f nDCG@10 %.4f  MRR@10 %.4f  cited first %.4f  in five %.4f", s.name, w, of[NDCG], of[MRR], of[CitedFirst], of[CitedInFive])
		}
	}
}

// measureMeaning returns the figures with an embedder and the weights of its
// vectors, for reading and for answers.
func measureMeaning(t *testing.T, lib *corpus.Library, questions []Question, e retrieval.Embedder, reading, answering float64) map[string]float64 {
	t.Helper()
	weights, answers := retrieval.DefaultWeights(), retrieval.AnswerWeights()
	weights.Meaning, answers.Meaning = reading, answering
	index, err := retrieval.New(context.Background(), recordsOf(t, lib), retrieval.Options{Embedder: e, Weights: &weights, Answer: &answers})
	if err != nil {
		t.Fatal(err)
	}
	report, err := Run(context.Background(), bot.New(lib, index, bot.Options{}), recordsOf(t, lib), questions, Options{K: 10})
	if err != nil {
		t.Fatal(err)
	}
	figures := make(map[string]float64)
	for name, f := range report.Overall.Figures {
		figures[name] = f.Value
	}
	return figures
}
