package bot

import (
	"context"
	"fmt"
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
	now   func() time.Time
	// words is the index that quotations are held against, built when it is
	// first asked for.
	words func() *wordIndex
}

// New returns a bot over a library and its index.
func New(lib *corpus.Library, index *retrieval.Index) *Bot {
	return &Bot{lib: lib, index: index, now: time.Now, words: sync.OnceValue(func() *wordIndex { return newWordIndex(lib.Records) })}
}

// Records returns the records the bot knows, in the order of their ids.
func (b *Bot) Records() []*corpus.Record { return b.lib.Records }

// Record returns a record by its id; an empty id means the only record.
func (b *Bot) Record(id string) (*corpus.Record, error) {
	if id == "" {
		if len(b.lib.Records) == 1 {
			return b.lib.Records[0], nil
		}
		return nil, &UserError{Problem: "there are several records", Hint: "say which one is meant"}
	}
	r, err := b.lib.Record(id)
	if err != nil {
		return nil, &UserError{Problem: err.Error()}
	}
	return r, nil
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
	Reasons []retrieval.Reason `json:"reasons,omitempty"`
	URL     string             `json:"url,omitempty"`
}

// Search returns ranked turns for a query.
func (b *Bot) Search(ctx context.Context, q retrieval.Query) ([]Hit, error) {
	if err := checkQuestion(q.Text); err != nil {
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
			Section: e.Record.SectionName(e.Turn), Speaker: e.Turn.Speaker, Text: e.Turn.Text, Reasons: e.Reasons,
			URL: fragmentURL(e.Record.Source.URL, e.Turn.Text),
		}
	}
	return hits, nil
}
