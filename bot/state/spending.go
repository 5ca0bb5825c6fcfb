package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"rapporteur/bot"
)

// keptDays is how long what was spent stays known: long enough for a month's
// figures.
const keptDays = 35

// Spend implements [bot.Spending].
func (s *Store) Spend(ctx context.Context, at time.Time, asker string, u bot.Usage) (own, all bot.Usage, err error) {
	day := at.UTC().Format(time.DateOnly)
	err = s.inTransaction(ctx, func(tx *sql.Tx) error {
		// The row of all comes first: it is the lock under which an asker's row
		// changes.
		row := tx.QueryRowContext(ctx, `INSERT INTO spending_of_all (day, requests, tokens) VALUES ($1, $2, $3)
			ON CONFLICT (day) DO UPDATE SET requests = spending_of_all.requests + excluded.requests, tokens = spending_of_all.tokens + excluded.tokens
			RETURNING requests, tokens`, day, u.Requests, u.Tokens)
		if err := row.Scan(&all.Requests, &all.Tokens); err != nil {
			return err
		}
		row = tx.QueryRowContext(ctx, `INSERT INTO spending (day, asker, requests, tokens) VALUES ($1, $2, $3, $4)
			ON CONFLICT (day, asker) DO UPDATE SET requests = spending.requests + excluded.requests, tokens = spending.tokens + excluded.tokens
			RETURNING requests, tokens`, day, asker, u.Requests, u.Tokens)
		if err := row.Scan(&own.Requests, &own.Tokens); err != nil {
			return err
		}
		if all != u {
			return nil
		}
		// The first of a day clears the days long past.
		past := at.UTC().AddDate(0, 0, -keptDays).Format(time.DateOnly)
		for _, query := range []string{`DELETE FROM spending WHERE day < $1`, `DELETE FROM spending_of_all WHERE day < $1`} {
			if _, err := tx.ExecContext(ctx, query, past); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return bot.Usage{}, bot.Usage{}, fmt.Errorf("a model's usage was not kept: %w", err)
	}
	return own, all, nil
}

// Spent implements [bot.Spending].
func (s *Store) Spent(ctx context.Context, at time.Time, asker string) (own, all bot.Usage, err error) {
	day := at.UTC().Format(time.DateOnly)
	own, err = usageOf(s.db.QueryRowContext(ctx, `SELECT requests, tokens FROM spending WHERE day = $1 AND asker = $2`, day, asker))
	if err == nil {
		all, err = usageOf(s.db.QueryRowContext(ctx, `SELECT requests, tokens FROM spending_of_all WHERE day = $1`, day))
	}
	if err != nil {
		return bot.Usage{}, bot.Usage{}, fmt.Errorf("a model's usage cannot be read: %w", err)
	}
	return own, all, nil
}

func usageOf(row *sql.Row) (u bot.Usage, err error) {
	if err = row.Scan(&u.Requests, &u.Tokens); errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return u, err
}
