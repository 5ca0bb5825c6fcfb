package quality

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Options says how to measure; the zero value works.
type Options struct {
	K int // depth of recall and of the rankings kept; 0: 10
	// Record asks of this record only and leaves out questions that name
	// another; an id, or empty.
	Record string
	// AllRecords asks of all records, whichever a question names.
	AllRecords bool
	NoSearch   bool // leave the rankings out
	NoAnswers  bool // leave the answers out
	// Progress is called after each question; nil: not at all.
	Progress func(done, total int)
	Now      func() time.Time // the clock for latencies; nil: time.Now
}

// Report is what was measured.
type Report struct {
	K          int      `json:"k"`
	Records    int      `json:"records"` // in the library
	AllRecords bool     `json:"all_records,omitempty"`
	Overall    Group    `json:"overall"`
	Categories []Group  `json:"categories,omitempty"` // by name
	Results    []Result `json:"results"`              // in the order of the questions
	// Latency is the only part that differs from run to run.
	Latency *Latency `json:"latency,omitempty"`
}

// Group is the figures of some of the questions.
type Group struct {
	Category   string            `json:"category,omitempty"`
	Questions  int               `json:"questions"`
	Answerable int               `json:"answerable"`
	Figures    map[string]Figure `json:"figures"` // by the name of the metric
}

// Result is what came of one question. Turns and headings are named by their
// addresses: RECORD-ID REF.
type Result struct {
	ID         string   `json:"id"`
	Category   string   `json:"category,omitempty"`
	Question   string   `json:"question"`
	Answerable bool     `json:"answerable"`
	Gold       []string `json:"gold,omitempty"`
	Search     *Ranking `json:"search,omitempty"`
	Answer     *Reply   `json:"answer,omitempty"`
	Scores     Scores   `json:"scores"`
}

// Ranking is what a search found.
type Ranking struct {
	Rank  int      `json:"rank"` // of the first gold turn, from 1; 0: not found
	Turns []string `json:"turns"`
}

// Reply is what the bot answered.
type Reply struct {
	Status    bot.Status `json:"status"`
	Rank      int        `json:"rank"` // of the first gold citation, from 1; 0: none
	Citations []string   `json:"citations"`
	// Inexact are quotations that are not the record's words there: none, if the
	// program does what it promises.
	Inexact []string `json:"inexact,omitempty"`
	Failed  string   `json:"failed,omitempty"` // the error instead of an answer
}

// Failed is the status of a question that got an error instead of an answer.
const Failed bot.Status = "failed"

// Latency is how long searches and answers took.
type Latency struct {
	Search *Percentiles `json:"search,omitempty"`
	Answer *Percentiles `json:"answer,omitempty"`
}

// Percentiles are of durations in milliseconds, by the nearest rank.
type Percentiles struct {
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
}

// Run asks the bot, which knows the records, each question in turn. An answer
// that fails scores nothing and is told in the report; the error is about the
// questions, a search or the context.
func Run(ctx context.Context, b Bot, records []*corpus.Record, questions []Question, opts Options) (*Report, error) {
	if opts.K <= 0 {
		opts.K = 10
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Record != "" {
		questions = slices.DeleteFunc(slices.Clone(questions), func(q Question) bool {
			return q.Record != "" && !strings.EqualFold(q.Record, opts.Record)
		})
		if len(questions) == 0 {
			return nil, fmt.Errorf("none of the questions is about %s", opts.Record)
		}
	}
	lib := &library{records: records, only: opts.Record}
	if err := lib.missing(questions); err != nil {
		return nil, err
	}
	answers := make([]*gold, len(questions))
	for i := range questions {
		var err error
		if answers[i], err = lib.gold(&questions[i]); err != nil {
			return nil, err
		}
	}
	run := &run{bot: b, lib: lib, opts: opts}
	report := &Report{K: opts.K, Records: len(records), AllRecords: opts.AllRecords}
	for i := range questions {
		result, err := run.question(ctx, &questions[i], answers[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", questions[i].place(), err)
		}
		report.Results = append(report.Results, *result)
		if opts.Progress != nil {
			opts.Progress(i+1, len(questions))
		}
	}
	report.group()
	report.Latency = &Latency{Search: percentiles(run.searches), Answer: percentiles(run.answers)}
	return report, nil
}

// group computes the figures of all questions and of each category.
func (r *Report) group() {
	metrics := Metrics(r.K)
	group := func(category string, results []Result) Group {
		g := Group{Category: category, Questions: len(results), Figures: figures(results, metrics)}
		for _, result := range results {
			if result.Answerable {
				g.Answerable++
			}
		}
		return g
	}
	r.Overall = group("", r.Results)
	byCategory := make(map[string][]Result)
	for _, result := range r.Results {
		byCategory[result.Category] = append(byCategory[result.Category], result)
	}
	if len(byCategory) == 1 {
		return
	}
	for category, results := range byCategory {
		r.Categories = append(r.Categories, group(category, results))
	}
	slices.SortFunc(r.Categories, func(a, b Group) int { return strings.Compare(a.Category, b.Category) })
}

// Failures returns the results without an answer for an error.
func (r *Report) Failures() []Result {
	return r.where(func(a *Reply) bool { return a.Status == Failed })
}

// Inexact returns the results with a quotation that is not exact.
func (r *Report) Inexact() []Result {
	return r.where(func(a *Reply) bool { return len(a.Inexact) > 0 })
}

func (r *Report) where(is func(*Reply) bool) []Result {
	var found []Result
	for _, result := range r.Results {
		if result.Answer != nil && is(result.Answer) {
			found = append(found, result)
		}
	}
	return found
}

// run is one measurement under way.
type run struct {
	bot               Bot
	lib               *library
	opts              Options
	searches, answers []time.Duration
}

func (r *run) question(ctx context.Context, q *Question, g *gold) (*Result, error) {
	result := &Result{ID: q.ID, Category: q.Category, Question: q.Text, Answerable: q.Answerable, Gold: g.cited, Scores: make(Scores)}
	record := q.Record
	if record == "" {
		record = r.opts.Record
	}
	if r.opts.AllRecords {
		record = ""
	}
	if !r.opts.NoSearch {
		turns, err := r.search(ctx, q, record)
		if err != nil {
			return nil, err
		}
		result.Search = &Ranking{Rank: firstRank(turns, g.turns), Turns: turns}
		if len(g.turns) > 0 {
			searchScores(result.Scores, turns, g.turns, r.opts.K)
		}
	}
	if !r.opts.NoAnswers {
		if err := r.ask(ctx, q, record, g, result); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// search returns the addresses of the turns found, best first.
func (r *run) search(ctx context.Context, q *Question, record string) ([]string, error) {
	depth := max(10, r.opts.K)
	limit := depth
	if len(q.Relevant) > 0 {
		limit *= 2 // short turns are left out
	}
	for ; ; limit *= 2 {
		start := r.opts.Now()
		hits, err := r.bot.Search(ctx, retrieval.Query{Text: q.Text, Record: record, Limit: limit})
		if err != nil {
			return nil, err
		}
		took := r.opts.Now().Sub(start)
		turns := make([]string, 0, depth)
		for _, h := range hits {
			if len(turns) < depth && (len(q.Relevant) == 0 || !short(h.Text)) {
				turns = append(turns, address(h.Record, h.Ref))
			}
		}
		if len(turns) == depth || len(hits) < limit {
			r.searches = append(r.searches, took)
			return turns, nil
		}
	}
}

// ask adds the bot's reply and its scores to a result.
func (r *run) ask(ctx context.Context, q *Question, record string, g *gold, result *Result) error {
	start := r.opts.Now()
	a, err := r.bot.Ask(ctx, bot.Question{Text: q.Text, Record: record})
	r.answers = append(r.answers, r.opts.Now().Sub(start))
	if err := ctx.Err(); err != nil {
		return err
	}
	reply := &Reply{Citations: []string{}}
	result.Answer = reply
	if err != nil {
		reply.Status, reply.Failed = Failed, err.Error()
		answerScores(result.Scores, q, g, &bot.Answer{Status: Failed}, nil)
		return nil
	}
	reply.Status = a.Status
	for _, c := range a.Citations {
		reply.Citations = append(reply.Citations, address(c.Record, c.Ref))
	}
	reply.Rank = firstRank(reply.Citations, g.cited)
	answerScores(result.Scores, q, g, a, reply.Citations)
	quoted := slices.Concat(a.Citations, a.Nearest)
	for _, c := range quoted {
		if !r.lib.exact(c) {
			reply.Inexact = append(reply.Inexact, address(c.Record, c.Ref))
		}
	}
	if len(quoted) > 0 {
		result.Scores[Exact] = 1 - float64(len(reply.Inexact))/float64(len(quoted))
	}
	return nil
}

// exact reports whether a citation's words are the record's, at its reference, of
// its speaker. It looks at the record alone and shares no code with what made the
// citation.
func (l *library) exact(c bot.Citation) bool {
	r := l.record(c.Record)
	ref, err := corpus.ParseRef(c.Ref)
	if r == nil || err != nil || c.Quote == "" {
		return false
	}
	if i := r.FindSection(c.Ref); i >= 0 && c.Speaker == "" && c.Quote == r.Sections[i].Name() {
		return true
	}
	first, end, err := r.Lookup(ref)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(r.Turns[first:end], func(t corpus.Turn) bool {
		return t.Speaker == c.Speaker && strings.Contains(t.Text, c.Quote)
	})
}

// percentiles returns nil for no durations.
func percentiles(all []time.Duration) *Percentiles {
	if len(all) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(all))
	at := func(percent int) float64 {
		rank := (len(sorted)*percent + 99) / 100
		return float64(sorted[rank-1].Microseconds()) / 1000
	}
	return &Percentiles{P50: at(50), P99: at(99)}
}
