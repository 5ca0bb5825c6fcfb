package quality

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// meetings is where transcripts of meetings with questions and reference answers
// lie beside the repository.
const meetings = "../../../shared/meetings"

// summaryWords is the length of the summaries compared, about that of the
// reference answers.
const summaryWords = 60

var allMeetings = flag.Bool("all-meetings", false, "measure all meetings rather than one in twelve")

// TestSummaries holds the bot's extractive answers against the reference answers
// of meetings, beside two baselines that do not know the question: the meeting's
// first three sentences and LexRank over the meeting. The figures:
//
//	go test ./bot/quality -run TestSummaries -v -all-meetings
func TestSummaries(t *testing.T) {
	if _, err := os.Stat(meetings); err != nil {
		t.Skip("skipped: the meetings are not beside the repository (../shared/meetings)")
	}
	t.Parallel()
	lib, err := corpus.Load(corpus.Options{Paths: []string{meetings + "/records"}})
	if err != nil {
		t.Fatal(err)
	}
	if !*allMeetings {
		lib = sample(lib, 12)
	}
	index, err := retrieval.New(context.Background(), recordsOf(t, lib), retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := bot.New(lib, index, bot.Options{})
	first, central := make(map[string]string), make(map[string]string) // by record
	for _, r := range recordsOf(t, lib) {
		sentences := sentencesOf(r)
		first[r.ID], central[r.ID] = lead(sentences, 3), lexRank(sentences, summaryWords)
	}
	methods := []struct {
		name string
		text func(Question, *bot.Answer) string
	}{
		{"lead-3", func(q Question, _ *bot.Answer) string { return first[q.Record] }},
		{"LexRank, 60 words", func(q Question, _ *bot.Answer) string { return central[q.Record] }},
		{"the bot's answer", func(_ Question, a *bot.Answer) string { return wording(a) }},
		{"its first 60 words", func(_ Question, a *bot.Answer) string { return firstWords(wording(a), summaryWords) }},
	}
	scores := make([][3][]float64, len(methods))
	words := make([]int, len(methods))
	questions := slices.DeleteFunc(readSet(t, meetings+"/questions.jsonl"), func(q Question) bool { return first[q.Record] == "" })
	for _, q := range questions {
		a, err := b.Ask(context.Background(), bot.Question{Text: q.Text, Record: q.Record})
		if err != nil {
			t.Fatalf("%s: %v", q.ID, err)
		}
		for i, m := range methods {
			text := m.text(q, a)
			l := Compared(text, q.Answer)
			for k, score := range []float64{l.R1, l.R2, l.RL} {
				scores[i][k] = append(scores[i][k], score)
			}
			words[i] += len(strings.Fields(text))
		}
	}
	t.Logf("%d questions on %d meetings", len(questions), len(lib.Entries))
	t.Logf("%-20s %8s %8s %8s %6s", "", "ROUGE-1", "ROUGE-2", "ROUGE-L", "words")
	var means [][3]float64
	for i, m := range methods {
		line := fmt.Sprintf("%-20s", m.name)
		var of [3]float64
		for k := range of {
			of[k] = mean(scores[i][k])
			line += fmt.Sprintf(" %8.1f", 100*of[k])
		}
		means = append(means, of)
		t.Logf("%s %6d", line, words[i]/len(questions))
	}
	for k, name := range []string{"ROUGE-1", "ROUGE-2", "ROUGE-L"} {
		if baseline := max(means[0][k], means[1][k]); means[2][k] <= baseline {
			t.Errorf("%s of the bot's answers is %.3f, no better than a baseline's %.3f", name, means[2][k], baseline)
		}
	}
}

// sample returns one in so many of a library's records.
func sample(lib *corpus.Library, step int) *corpus.Library {
	some := &corpus.Library{}
	for i := 0; i < len(lib.Entries); i += step {
		some.Entries = append(some.Entries, lib.Entries[i])
	}
	return some
}

func firstWords(text string, n int) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(n, len(words))], " ")
}
