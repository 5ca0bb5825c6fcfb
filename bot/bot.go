package bot

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// MaxQuestion is the longest question taken, in characters.
const MaxQuestion = 2000

// UserError is a problem to tell the person who asked: what is wrong and what
// to do. Other errors are the operator's.
type UserError struct{ Problem, Hint string }

func (e *UserError) Error() string {
	if e.Hint == "" {
		return e.Problem
	}
	return e.Problem + "; " + e.Hint
}

// Bot answers questions about a library. It is safe for concurrent use.
type Bot struct {
	lib   *corpus.Library
	index *retrieval.Index
	opts  Options
	now   func() time.Time
	// names are those that known looks in, and words is the index that
	// quotations are held against, both made when they are first asked for.
	names     func() map[string]bool
	words     func() (*wordIndex, error)
	weights   func() (func(*wordIndex), error) // of a library that is not in memory
	summaries *keptSummaries
}

// Options configures a bot; the zero value works and needs no model.
type Options struct {
	// Model words the answers; nil: they are extractive.
	Model Model
	// ModelTime is how long a model may take over one answer; 0: DefaultModelTime.
	ModelTime time.Duration
	// Summaries keeps summaries from one run to the next; nil: they are kept in
	// memory only.
	Summaries SummaryStore
	Logger    *slog.Logger // nil: no logs
}

// DefaultModelTime is how long a model may take over one answer.
const DefaultModelTime = 30 * time.Second

// New returns a bot over a library and its index.
func New(lib *corpus.Library, index *retrieval.Index, opts Options) *Bot {
	if opts.ModelTime <= 0 {
		opts.ModelTime = DefaultModelTime
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return &Bot{
		lib: lib, index: index, opts: opts, now: time.Now,
		names: sync.OnceValue(func() map[string]bool { return knownNames(lib.Entries) }),
		words: sync.OnceValues(func() (*wordIndex, error) {
			records, err := lib.Records()
			return newWordIndex(records), err
		}),
		weights:   sync.OnceValues(func() (func(*wordIndex), error) { return libraryWeights(lib) }),
		summaries: newKeptSummaries(lib, opts.Summaries, opts.Logger),
	}
}

// Records returns the records the bot knows, in the order of their ids.
func (b *Bot) Records() []*corpus.Entry { return b.lib.Entries }

// Find returns the entry of a record by its id; an empty id means the only
// record. The error is a *UserError.
func (b *Bot) Find(id string) (*corpus.Entry, error) {
	if id == "" {
		if len(b.lib.Entries) == 1 {
			return b.lib.Entries[0], nil
		}
		return nil, &UserError{Problem: "there are several records", Hint: "say which one is meant"}
	}
	e, err := b.lib.Find(id)
	if err != nil {
		return nil, &UserError{Problem: err.Error()}
	}
	return e, nil
}

// Record opens a record by its id; an empty id means the only record.
func (b *Bot) Record(id string) (*corpus.Record, error) {
	e, err := b.Find(id)
	if err != nil {
		return nil, err
	}
	return e.Open()
}

// within returns the records to look in: the one with an id, or all.
func (b *Bot) within(id string) ([]*corpus.Entry, error) {
	if id == "" {
		return b.lib.Entries, nil
	}
	e, err := b.Find(id)
	return []*corpus.Entry{e}, err
}

// checkQuestion refuses what is no question.
func checkQuestion(text string) error {
	switch n := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		return &UserError{Problem: "the question is empty", Hint: "ask something about the record"}
	case n > MaxQuestion:
		return &UserError{Problem: fmt.Sprintf("the question has %d characters, more than the %d that are read", n, MaxQuestion), Hint: "ask it more shortly"}
	}
	return nil
}

// checkScope refuses a record, section or speaker that there is not. Empty ones
// are no restriction.
func (b *Bot) checkScope(record, section, speaker string) error {
	records, err := b.within(record)
	if err != nil {
		return err
	}
	hasSection := func(r *corpus.Entry) bool { return r.FindSection(section) >= 0 }
	if section != "" && !slices.ContainsFunc(records, hasSection) {
		return &UserError{Problem: fmt.Sprintf("there is no section %q", section), Hint: "the sections are " + listOf(records, func(r *corpus.Entry) []string {
			var names []string
			for _, s := range r.Sections {
				names = append(names, s.Name())
			}
			return names
		})}
	}
	voices := func(r *corpus.Entry) []string {
		names := slices.Clone(r.Speakers)
		for _, speaker := range r.Speakers {
			if side := r.Side(speaker); side != "" && !slices.Contains(names, side) {
				names = append(names, side)
			}
		}
		return names
	}
	speaks := func(r *corpus.Entry) bool {
		return slices.ContainsFunc(voices(r), func(name string) bool { return strings.EqualFold(name, speaker) })
	}
	if speaker != "" && !slices.ContainsFunc(records, speaks) {
		return &UserError{Problem: fmt.Sprintf("nobody called %q speaks", speaker), Hint: "there are " + listOf(records, voices)}
	}
	return nil
}

// listOf lists names of records, each once and not too many.
func listOf(records []*corpus.Entry, names func(*corpus.Entry) []string) string {
	const most = 12
	var all []string
	for _, r := range records {
		for _, name := range names(r) {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
		if len(all) > most {
			return strings.Join(all[:most], ", ") + ", …"
		}
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// Hit is a turn found by a search.
type Hit struct {
	Rank    int                `json:"rank"`
	Score   float64            `json:"score"`
	Record  string             `json:"record"`
	Ref     string             `json:"ref"`
	Turn    int                `json:"turn"`
	Section string             `json:"section"`
	Speaker string             `json:"speaker"`
	Text    string             `json:"text"`
	Date    string             `json:"date,omitempty"` // of the record
	Reasons []retrieval.Reason `json:"reasons,omitempty"`
	URL     string             `json:"url,omitempty"`
}

// Search returns ranked turns for a query.
func (b *Bot) Search(ctx context.Context, q retrieval.Query) ([]Hit, error) {
	if err := checkQuestion(q.Text); err != nil {
		return nil, err
	}
	if err := b.checkScope(q.Record, q.Section, q.Speaker); err != nil {
		return nil, err
	}
	evidence, err := b.index.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	hits := make([]Hit, len(evidence))
	for i, e := range evidence {
		hits[i] = Hit{
			Rank: i + 1, Score: e.Score, Record: e.Record.ID, Ref: e.Turn.Ref.String(), Turn: e.Turn.Number,
			Section: e.Record.SectionName(e.Turn), Speaker: e.Turn.Speaker, Text: e.Turn.Text, Date: e.Record.Date, Reasons: e.Reasons,
			URL: fragmentURL(e.Record.Source.URL, e.Turn.Text),
		}
	}
	return hits, nil
}
