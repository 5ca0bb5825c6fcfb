package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// keptSummaries is how many summaries are kept; the oldest go first.
const keptSummaries = 10_000

// Summary returns what was kept under a key, or nil.
func (s *Store) Summary(ctx context.Context, key string) ([]byte, error) {
	var data []byte
	err := s.db.QueryRowContext(ctx, `SELECT data FROM summaries WHERE key = $1`, key).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("a summary cannot be read: %w", err)
	}
	return data, nil
}

// KeepSummary keeps data under a key, in place of what was there.
func (s *Store) KeepSummary(ctx context.Context, key string, data []byte) error {
	err := s.inTransaction(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO summaries (key, data, made) VALUES ($1, $2, $3)
			ON CONFLICT (key) DO UPDATE SET data = excluded.data, made = excluded.made`, key, data, time.Now().UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM summaries WHERE made < (SELECT made FROM summaries ORDER BY made DESC LIMIT 1 OFFSET $1)`, keptSummaries-1)
		return err
	})
	if err != nil {
		return fmt.Errorf("a summary was not kept: %w", err)
	}
	return nil
}
