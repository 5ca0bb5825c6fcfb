package bot

import (
	"context"
	"time"
)

// Usage is how much of a model was used.
type Usage struct {
	Requests int64
	Tokens   int64
}

// Spending keeps how much of a model was used a day: by everyone, and by each
// asker. Days are those of UTC. It is safe for concurrent use, also by several
// processes.
type Spending interface {
	// Spend adds to what was used on the day of at, and returns what the asker
	// and everybody together have used since it began, this included. Totals are
	// exact: of two that spend at once, one sees the other's. To reserve, spend
	// first and look at the totals; a negative usage gives back.
	Spend(ctx context.Context, at time.Time, asker string, u Usage) (own, all Usage, err error)
	// Spent returns what was used on the day of at.
	Spent(ctx context.Context, at time.Time, asker string) (own, all Usage, err error)
}
