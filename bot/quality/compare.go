package quality

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"rapporteur/bot"
)

// Comparison says what changed from one report to another. Latencies are not
// compared.
type Comparison struct {
	Figures []Difference `json:"figures"` // of the metrics both have, over the questions both have
	Changes []Change     `json:"changes"` // in the order of the new report
	Added   []string     `json:"added,omitempty"`
	Removed []string     `json:"removed,omitempty"` // questions; one with other words is removed and added
}

// Difference is the change of a figure.
type Difference struct {
	Metric string  `json:"metric"`
	Old    float64 `json:"old"`
	New    float64 `json:"new"`
	// Low and High bound the change of the mean with 95 % confidence (percentile
	// bootstrap of the differences question by question). A change whose bounds
	// have 0 between them may be chance.
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Better int     `json:"better"` // questions
	Worse  int     `json:"worse"`
}

// Change is what became of a question.
type Change struct {
	ID       string `json:"id"`
	Category string `json:"category,omitempty"`
	Question string `json:"question"`
	Of       string `json:"of"` // search or answer
	Better   bool   `json:"better"`
	Old      string `json:"old"` // in words
	New      string `json:"new"`
}

// ReadReport reads a report that was written as JSON.
func ReadReport(r io.Reader) (*Report, error) {
	var report Report
	if err := json.NewDecoder(r).Decode(&report); err != nil {
		return nil, fmt.Errorf("no report of eval --json: %w", err)
	}
	if len(report.Results) == 0 || report.K == 0 {
		return nil, errors.New("no report of eval --json: it has no results")
	}
	return &report, nil
}

// Compare compares two reports question by question.
func Compare(before, after *Report) *Comparison {
	c := &Comparison{Figures: []Difference{}, Changes: []Change{}}
	key := func(r *Result) string { return r.ID + "\n" + r.Question }
	olds := make(map[string]*Result)
	for i := range before.Results {
		olds[key(&before.Results[i])] = &before.Results[i]
	}
	var pairs []pair
	for i := range after.Results {
		result := &after.Results[i]
		old := olds[key(result)]
		if old == nil {
			c.Added = append(c.Added, result.ID)
			continue
		}
		delete(olds, key(result))
		pairs = append(pairs, pair{old, result})
	}
	for i := range before.Results {
		if olds[key(&before.Results[i])] != nil {
			c.Removed = append(c.Removed, before.Results[i].ID)
		}
	}
	for _, m := range Metrics(after.K) {
		if d, ok := difference(m, pairs); ok {
			c.Figures = append(c.Figures, d)
		}
	}
	for _, p := range pairs {
		if p.old.Search != nil && p.new.Search != nil {
			c.change(p, "search", compareRanking(p.old, p.new), p.old.Search.words(p.old), p.new.Search.words(p.new))
		}
		if p.old.Answer != nil && p.new.Answer != nil {
			c.change(p, "answer", compareReply(p.old, p.new), p.old.Answer.words(p.old), p.new.Answer.words(p.new))
		}
	}
	return c
}

// pair is a question in both reports.
type pair struct{ old, new *Result }

func (c *Comparison) change(p pair, of string, sign int, before, after string) {
	if sign != 0 {
		c.Changes = append(c.Changes, Change{ID: p.new.ID, Category: p.new.Category, Question: p.new.Question, Of: of, Better: sign > 0, Old: before, New: after})
	}
}

// Totals returns how many searches or answers became better and worse.
func (c *Comparison) Totals(of string) (better, worse int) {
	for _, change := range c.Changes {
		switch {
		case change.Of != of:
		case change.Better:
			better++
		default:
			worse++
		}
	}
	return better, worse
}

// leastChange is the smallest difference of scores that is one: less comes from
// rounding.
const leastChange = 1e-9

func compareScores(a, b float64) int {
	if math.Abs(a-b) < leastChange {
		return 0
	}
	return cmp.Compare(a, b)
}

// difference returns the change of a figure over the questions that have it both
// times, and whether there are any.
func difference(m Metric, pairs []pair) (Difference, bool) {
	d := Difference{Metric: m.Name}
	var before, after, changes []float64
	for _, p := range pairs {
		x, had := p.old.Scores[m.Name]
		y, has := p.new.Scores[m.Name]
		if !had || !has {
			continue
		}
		sign := compareScores(y, x)
		if sign == 0 {
			y = x
		}
		before, after, changes = append(before, x), append(after, y), append(changes, y-x)
		if m.LessIsBetter {
			sign = -sign
		}
		switch sign {
		case 1:
			d.Better++
		case -1:
			d.Worse++
		}
	}
	f := figure(changes)
	d.Old, d.New, d.Low, d.High = mean(before), mean(after), f.Low, f.High
	return d, len(changes) > 0
}

// compareRanking returns 1 where the new ranking is better, -1 where it is worse:
// by nDCG, then by the rank of the first gold turn.
func compareRanking(before, after *Result) int {
	return cmp.Or(
		compareScores(after.Scores[NDCG], before.Scores[NDCG]),
		compareScores(reciprocal(after.Search.Rank), reciprocal(before.Search.Rank)),
	)
}

// compareReply does the same for answers: by whether the bot rightly abstained or
// answered, then by the rank of the first gold citation, then by recall and
// precision of the citations.
func compareReply(before, after *Result) int {
	score := func(name string) int { return compareScores(after.Scores[name], before.Scores[name]) }
	if !after.Answerable {
		return score(AbstainedRightly)
	}
	return cmp.Or(
		compareScores(reciprocal(after.Answer.Rank), reciprocal(before.Answer.Rank)),
		-score(AbstainedWrongly),
		score(CitedRecall),
		score(CitedPrecision),
	)
}

func reciprocal(rank int) float64 {
	if rank == 0 {
		return 0
	}
	return 1 / float64(rank)
}

func (r *Ranking) words(result *Result) string {
	if r.Rank == 0 {
		return fmt.Sprintf("not among %d", len(r.Turns))
	}
	return fmt.Sprintf("rank %d, nDCG %.3f", r.Rank, result.Scores[NDCG])
}

func (r *Reply) words(result *Result) string {
	switch {
	case r.Status != bot.Answered:
		return string(r.Status)
	case !result.Answerable:
		return "answered"
	case r.Rank == 0:
		return fmt.Sprintf("none of %d citations", len(r.Citations))
	}
	return fmt.Sprintf("citation %d, recall %.2f, precision %.2f", r.Rank, result.Scores[CitedRecall], result.Scores[CitedPrecision])
}
