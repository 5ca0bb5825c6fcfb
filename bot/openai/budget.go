package openai

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// Counter keeps sums by day. It is safe for concurrent use, also by several
// programs that share it.
type Counter interface {
	// Add adds n, which may be negative, to the sum of a key on a day
	// (2006-01-02) and returns the new sum. Sums of earlier days may be
	// forgotten.
	Add(ctx context.Context, day, key string, n int64) (int64, error)
}

// Budget holds calls against limits. A nil budget has none.
type Budget struct {
	limits  Limits
	counter Counter
	now     func() time.Time
}

// NewBudget returns a budget that counts with counter, or in memory for nil.
func NewBudget(limits Limits, counter Counter) *Budget {
	if counter == nil {
		counter = &memoryCounter{}
	}
	return &Budget{limits: limits, counter: counter, now: time.Now}
}

// overBudget is a call that a limit refused.
type overBudget struct{ limit string }

func (e *overBudget) Error() string {
	return fmt.Sprintf("%v: %s is reached until midnight UTC", bot.ErrBudget, e.limit)
}

func (e *overBudget) Is(target error) bool { return target == bot.ErrBudget }

// daySum is a sum that a call adds to and must not take over a limit.
type daySum struct {
	name  string // the limit's, in the configuration
	key   string
	limit int
	add   int
}

// take sets aside a request and the most tokens it may cost, so that requests
// made at once do not go over a limit together. The function returned replaces
// that by what it did cost. An empty asker has no limit of its own.
func (b *Budget) take(ctx context.Context, asker string, most int) (settle func(ctx context.Context, tokens int), err error) {
	if b == nil {
		return func(context.Context, int) {}, nil
	}
	day := b.now().UTC().Format(time.DateOnly)
	sums := []daySum{{"openai.tokens_per_day", "tokens", b.limits.Tokens, most}}
	if asker != "" {
		who := pseudonym(day, asker)
		sums = append(sums,
			daySum{"openai.requests_per_user_per_day", "requests " + who, b.limits.RequestsPerUser, 1},
			daySum{"openai.tokens_per_user_per_day", "tokens " + who, b.limits.TokensPerUser, most})
	}
	sums = slices.DeleteFunc(sums, func(s daySum) bool { return s.limit <= 0 })
	undo := func(n int) {
		for _, s := range sums[:n] {
			_, _ = b.counter.Add(context.WithoutCancel(ctx), day, s.key, -int64(s.add))
		}
	}
	for i, s := range sums {
		sum, err := b.counter.Add(ctx, day, s.key, int64(s.add))
		if err != nil {
			undo(i)
			return nil, fmt.Errorf("counting what the model costs: %w", err)
		}
		if sum > int64(s.limit) {
			undo(i + 1)
			return nil, &overBudget{s.name}
		}
	}
	return func(ctx context.Context, tokens int) {
		for _, s := range sums {
			if strings.HasPrefix(s.key, "tokens") {
				_, _ = b.counter.Add(ctx, day, s.key, int64(tokens-s.add))
			}
		}
	}, nil
}

// pseudonym stands for an asker where sums are kept: it cannot be traced back
// without knowing whom to look for, and differs from day to day.
func pseudonym(day, asker string) string {
	sum := sha256.Sum256([]byte(day + "\x00" + asker))
	return hex.EncodeToString(sum[:8])
}

// memoryCounter counts in memory, the latest day alone.
type memoryCounter struct {
	mu   sync.Mutex
	day  string
	sums map[string]int64
}

func (c *memoryCounter) Add(_ context.Context, day, key string, n int64) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if day < c.day {
		return 0, nil // settled after midnight
	}
	if day > c.day {
		c.day, c.sums = day, make(map[string]int64)
	}
	c.sums[key] += n
	return c.sums[key], nil
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
