package quality

import (
	"encoding/json"
	"math"
	"testing"

	"rapporteur/bot"
)

func asJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func checkScores(t *testing.T, got Scores, want Scores) {
	t.Helper()
	for name, w := range want {
		if g, ok := got[name]; !ok || math.Abs(g-w) > 1e-9 {
			t.Errorf("%s: got %v (present: %v), want %v", name, g, ok, w)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: got %v, want none", name, got[name])
		}
	}
}

func TestSearchScores(t *testing.T) {
	ten := []string{"n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"}
	with := func(at int, what string) []string {
		ranking := append([]string{}, ten...)
		ranking[at] = what
		return ranking
	}
	log := math.Log2
	for name, test := range map[string]struct {
		ranking, gold []string
		k             int
		want          Scores
	}{
		"first": {[]string{"a", "x"}, []string{"a"}, 10,
			Scores{NDCG: 1, MRR: 1, Precision: .2, "recall@10": 1, First: 1, InFive: 1}},
		"second and fourth of three": {[]string{"x", "a", "y", "b"}, []string{"a", "b", "c"}, 3,
			Scores{NDCG: (1/log(3) + 1/log(5)) / (1 + 1/log(3) + 1/log(4)), MRR: .5, Precision: .4, "recall@3": 1. / 3, First: 0, InFive: 1}},
		"tenth": {with(9, "a"), []string{"a"}, 10,
			Scores{NDCG: 1 / log(11), MRR: .1, Precision: 0, "recall@10": 1, First: 0, InFive: 0}},
		"eleventh counts for recall only": {append(with(0, "n"), "a"), []string{"a"}, 20,
			Scores{NDCG: 0, MRR: 0, Precision: 0, "recall@20": 1, First: 0, InFive: 0}},
		"nothing found": {nil, []string{"a"}, 10,
			Scores{NDCG: 0, MRR: 0, Precision: 0, "recall@10": 0, First: 0, InFive: 0}},
		"more gold than ranks is ideal at ten": {ten, append([]string{"m0", "m1"}, ten...), 10,
			Scores{NDCG: 1, MRR: 1, Precision: 1, "recall@10": 10. / 12, First: 1, InFive: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got := make(Scores)
			searchScores(got, test.ranking, test.gold, test.k)
			checkScores(t, got, test.want)
		})
	}
}

func TestAnswerScores(t *testing.T) {
	answered := &bot.Answer{
		Status: bot.Answered,
		Citations: []bot.Citation{
			{Record: "r", Ref: "I.1", Speaker: "Molotov", Quote: "Agree."},
			{Record: "r", Ref: "I.2", Speaker: "Soong", Quote: "Seven members."},
			{Record: "r", Ref: "I.2", Speaker: "Soong", Quote: "Seven"},
		},
		Statements: []bot.Statement{{Text: "Molotov:", Citations: []int{0}, Quoted: true}, {Text: "Soong:", Citations: []int{1, 2}, Quoted: true}},
	}
	cited := []string{"r I.1", "r I.2", "r I.2"}
	question := &Question{Answerable: true, Keywords: []string{"SEVEN", "I.2"}, Answer: "seven members"}
	soong := &gold{cited: []string{"r I.2", "r I.9"}, speakers: []string{"Soong"}}
	abstained := &bot.Answer{Status: bot.Abstained}
	for name, test := range map[string]struct {
		question *Question
		gold     *gold
		answer   *bot.Answer
		cited    []string
		want     Scores
	}{
		// The words are Molotov agree Soong seven members seven: six, of which the
		// two of the reference, in one run.
		"second citation": {question, soong, answered, cited, Scores{
			AbstainedWrongly: 0, CitedFirst: 0, CitedInFive: 1, CitedRecall: .5, CitedPrecision: .5, Speaker: 0, Keywords: .5,
			ROUGE1: 2 * (2. / 6) / (2./6 + 1), ROUGE2: 2 * (1. / 5) / (1./5 + 1), ROUGEL: 2 * (2. / 6) / (2./6 + 1),
		}},
		"first citation": {&Question{Answerable: true}, &gold{cited: []string{"r I.1"}, speakers: []string{"Molotov"}}, answered, cited, Scores{
			AbstainedWrongly: 0, CitedFirst: 1, CitedInFive: 1, CitedRecall: 1, CitedPrecision: .5, Speaker: 1,
		}},
		"wrongly abstained": {question, soong, abstained, nil, Scores{
			AbstainedWrongly: 1, CitedFirst: 0, CitedInFive: 0, CitedRecall: 0, Keywords: 0, ROUGE1: 0, ROUGE2: 0, ROUGEL: 0,
		}},
		"rightly abstained":  {&Question{}, &gold{}, abstained, nil, Scores{AbstainedRightly: 1}},
		"should not answer":  {&Question{}, &gold{}, answered, cited, Scores{AbstainedRightly: 0}},
		"failed":             {&Question{}, &gold{}, &bot.Answer{Status: Failed}, nil, Scores{AbstainedRightly: 0}},
		"failed, answerable": {&Question{Answerable: true}, &gold{cited: []string{"r I.1"}}, &bot.Answer{Status: Failed}, nil, Scores{AbstainedWrongly: 0, CitedFirst: 0, CitedInFive: 0, CitedRecall: 0, CitedPrecision: 0}},
	} {
		t.Run(name, func(t *testing.T) {
			got := make(Scores)
			answerScores(got, test.question, test.gold, test.answer, test.cited)
			checkScores(t, got, test.want)
		})
	}
}

func TestCompared(t *testing.T) {
	for name, test := range map[string]struct {
		text, reference string
		want            Likeness
	}{
		// The example of Lin (2004), section 3.1: ROUGE-L recall 3/4 for S2, 2/4 for S3.
		"police killed": {"police kill the gunman", "police killed the gunman", Likeness{1, 1, 1}},
		"the gunman":    {"the gunman kill police", "police killed the gunman", Likeness{1, 1. / 3, .5}},
		"clipped":       {"the the the the", "the cat", Likeness{2 * .25 * .5 / .75, 0, 2 * .25 * .5 / .75}},
		"nothing":       {"", "police", Likeness{}},
		"one word":      {"Police!", "police", Likeness{1, 0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compared(test.text, test.reference)
			for _, d := range []float64{got.R1 - test.want.R1, got.R2 - test.want.R2, got.RL - test.want.RL} {
				if math.Abs(d) > 1e-9 {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
			}
		})
	}
}

func TestFigure(t *testing.T) {
	scores := make([]float64, 100) // a coin: 50 of 100
	for i := range scores {
		scores[i] = float64(i % 2)
	}
	f := figure(scores)
	// The normal interval of a share of .5 over 100 is .5 ± 1.96·.05.
	if f.Value != .5 || f.Questions != 100 || math.Abs(f.Low-.402) > .02 || math.Abs(f.High-.598) > .02 {
		t.Errorf("got %+v", f)
	}
	if again := figure(scores); again != f {
		t.Errorf("the same scores gave %+v and %+v", f, again)
	}
	if f := figure([]float64{1, 1}); f != (Figure{1, 1, 1, 2}) {
		t.Errorf("equal scores: %+v", f)
	}
}
