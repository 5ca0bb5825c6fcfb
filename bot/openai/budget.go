package openai

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"rapporteur/bot"
)

// Limits bound what is spent in a day (UTC) on replies. 0 is no limit. Tokens
// are those of prompt and reply; embeddings are not counted.
type Limits struct {
	RequestsPerUser int
	TokensPerUser   int
	Tokens          int // of all users, and of the program itself
}

// Budget holds calls against limits. A nil budget has none.
type Budget struct {
	limits   Limits
	spending bot.Spending
	now      func() time.Time
}

// NewBudget returns a budget that counts with spending, or in memory for nil.
func NewBudget(limits Limits, spending bot.Spending) *Budget {
	if spending == nil {
		spending = &memory{}
	}
	return &Budget{limits: limits, spending: spending, now: time.Now}
}

// overBudget is a call that a limit refused.
type overBudget struct{ limit string }

func (e *overBudget) Error() string {
	return fmt.Sprintf("%v: %s is reached until midnight UTC", bot.ErrBudget, e.limit)
}

func (e *overBudget) Is(target error) bool { return target == bot.ErrBudget }

// take sets aside a request and the most tokens it may cost, so that requests
// made at once do not go over a limit together. The function returned replaces
// that by what it did cost. An empty asker has no limit of its own.
func (b *Budget) take(ctx context.Context, asker string, most int) (settle func(ctx context.Context, tokens int), err error) {
	if b == nil || b.limits == (Limits{}) {
		return func(context.Context, int) {}, nil
	}
	at := b.now()
	who := pseudonym(at, asker)
	own, all, err := b.spending.Spend(ctx, at, who, bot.Usage{Requests: 1, Tokens: int64(most)})
	if err != nil {
		return nil, fmt.Errorf("counting what the model costs: %w", err)
	}
	over := func(spent int64, limit int) bool { return limit > 0 && spent > int64(limit) }
	limit := ""
	switch {
	case over(all.Tokens, b.limits.Tokens):
		limit = "openai.tokens_per_day"
	case asker == "":
	case over(own.Requests, b.limits.RequestsPerUser):
		limit = "openai.requests_per_user_per_day"
	case over(own.Tokens, b.limits.TokensPerUser):
		limit = "openai.tokens_per_user_per_day"
	}
	if limit != "" {
		_, _, err := b.spending.Spend(context.WithoutCancel(ctx), at, who, bot.Usage{Requests: -1, Tokens: -int64(most)})
		return nil, errors.Join(&overBudget{limit}, err)
	}
	return func(ctx context.Context, tokens int) {
		_, _, _ = b.spending.Spend(ctx, at, who, bot.Usage{Tokens: int64(tokens - most)})
	}, nil
}

// pseudonym stands for an asker where sums are kept: it cannot be traced back
// without knowing whom to look for, and differs from day to day. The program
// itself stays nameless.
func pseudonym(at time.Time, asker string) string {
	if asker == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(at.UTC().Format(time.DateOnly) + "\x00" + asker))
	return hex.EncodeToString(sum[:8])
}

// memory keeps the latest day's sums in memory; the zero value is empty.
type memory struct {
	mu   sync.Mutex
	day  string
	all  bot.Usage
	sums map[string]bot.Usage
}

var _ bot.Spending = (*memory)(nil)

// Spend implements [bot.Spending].
func (m *memory) Spend(_ context.Context, at time.Time, asker string, u bot.Usage) (own, all bot.Usage, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch day := at.UTC().Format(time.DateOnly); {
	case day < m.day:
		return bot.Usage{}, bot.Usage{}, nil // settled after midnight
	case day > m.day:
		m.day, m.all, m.sums = day, bot.Usage{}, make(map[string]bot.Usage)
	}
	own = plus(m.sums[asker], u)
	m.sums[asker], m.all = own, plus(m.all, u)
	return own, m.all, nil
}

// Spent implements [bot.Spending].
func (m *memory) Spent(ctx context.Context, at time.Time, asker string) (own, all bot.Usage, err error) {
	return m.Spend(ctx, at, asker, bot.Usage{})
}

func plus(a, b bot.Usage) bot.Usage {
	return bot.Usage{Requests: a.Requests + b.Requests, Tokens: a.Tokens + b.Tokens}
}

// refusedByBudget counts and logs a call that a budget refused.
func (c *client) refusedByBudget(err error) {
	limit := "unknown"
	var over *overBudget
	if errors.As(err, &over) {
		limit = over.limit
	}
	c.metrics.refused.WithLabelValues(limit).Inc()
	c.endpoint.Logger.Warn("a reply was not asked for", "error", err)
}
