package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Count is how many rows of a kind there are.
type Count struct {
	What string `json:"what"` // in words: notes, channel settings, …
	Rows int    `json:"rows"`
}

// table is a table with the columns that [Move] copies.
type table struct {
	name, what string
	columns    []string
}

var tables = []table{
	{"notes", "notes", []string{"id", "author", "guild", "channel", "record", "ref", "words", "remark", "time"}},
	{"channels", "channel settings", []string{"channel", "record"}},
	{"summaries", "summaries", []string{"key", "data", "made"}},
	{"spending", "budgets by day and asker", []string{"day", "asker", "requests", "tokens"}},
	{"spending_of_all", "budgets by day", []string{"day", "requests", "tokens"}},
}

// ErrNotEmpty reports a database that something is kept in already.
var ErrNotEmpty = errors.New("something is kept there already; name an empty database")

// Counts returns how much is kept.
func (s *Store) Counts(ctx context.Context) ([]Count, error) { return countsOf(ctx, s.db) }

func countsOf(ctx context.Context, q querier) ([]Count, error) {
	var counts []Count
	for _, t := range tables {
		c := Count{What: t.what}
		if err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+t.name).Scan(&c.Rows); err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	return counts, nil
}

// Move copies all that is kept from one store to another that keeps nothing
// yet, with the numbers of the notes, and returns how much it was. All of it
// arrives or nothing; the first store stays as it is. What is written to the
// first meanwhile waits.
func Move(ctx context.Context, from, to *Store) ([]Count, error) {
	var counts []Count
	err := from.inTransaction(ctx, func(source *sql.Tx) error {
		return to.inTransaction(ctx, func(target *sql.Tx) error {
			before, err := countsOf(ctx, target)
			if err != nil {
				return err
			}
			for _, c := range before {
				if c.Rows > 0 {
					return fmt.Errorf("%d %s: %w", c.Rows, c.What, ErrNotEmpty)
				}
			}
			for _, t := range tables {
				if err := t.copyRows(ctx, source, target); err != nil {
					return fmt.Errorf("%s: %w", t.what, err)
				}
			}
			if to.dialect == postgres {
				// The next note gets the next number.
				if _, err := target.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence('notes', 'id'), (SELECT MAX(id) FROM notes)) WHERE EXISTS (SELECT 1 FROM notes)`); err != nil {
					return err
				}
			}
			there, err := countsOf(ctx, source)
			if err != nil {
				return err
			}
			if counts, err = countsOf(ctx, target); err != nil {
				return err
			}
			for i := range there {
				if there[i] != counts[i] {
					return fmt.Errorf("%d of %d %s arrived", counts[i].Rows, there[i].Rows, there[i].What)
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("nothing was moved from %s to %s: %w", from, to, err)
	}
	return counts, nil
}

// copyRows copies a table.
func (t table) copyRows(ctx context.Context, source, target *sql.Tx) (err error) {
	var places []string
	for i := range t.columns {
		places = append(places, fmt.Sprintf("$%d", i+1))
	}
	columns := strings.Join(t.columns, ", ")
	insert, err := target.PrepareContext(ctx, `INSERT INTO `+t.name+` (`+columns+`) VALUES (`+strings.Join(places, ", ")+`)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	rows, err := source.QueryContext(ctx, `SELECT `+columns+` FROM `+t.name)
	if err != nil {
		return err
	}
	defer rows.Close()
	values := make([]any, len(t.columns))
	into := make([]any, len(t.columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}
