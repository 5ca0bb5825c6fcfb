package state

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// ErrNewer reports a database made by a newer version of the program.
var ErrNewer = errors.New("it was made by a newer version of the program; run that one")

// migrations are numbered steps of each dialect. A step that was released is
// never changed; what it got wrong another puts right.
//
//go:embed migrations/*/*.sql
var migrations embed.FS

// step is a migration.
type step struct {
	version int
	name    string
	sql     string
}

// stepsOf returns the migrations of a dialect in their order.
func stepsOf(dialect string) ([]step, error) {
	folder := path.Join("migrations", dialect)
	files, err := fs.ReadDir(migrations, folder)
	if err != nil {
		return nil, err
	}
	var steps []step
	for i, f := range files {
		text, err := fs.ReadFile(migrations, path.Join(folder, f.Name()))
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(f.Name(), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s/%s is not number %d", dialect, f.Name(), i+1)
		}
		steps = append(steps, step{version, f.Name(), string(text)})
	}
	return steps, nil
}

// migrate takes the steps the database has not taken yet, all or none. Several
// processes may try at once: one does it, the others wait.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := stepsOf(s.dialect)
	if err != nil {
		return err
	}
	if version, err := schemaVersion(ctx, s.db); err == nil && version == len(steps) {
		return nil // nothing to do, and no lock to wait for
	}
	return s.inTransaction(ctx, func(tx *sql.Tx) error {
		if s.dialect == postgres {
			// SQLite's transactions hold the lock from their beginning. The number
			// is no other's: it spells "rapp".
			if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, 0x72617070); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema (version INTEGER PRIMARY KEY)`); err != nil {
			return err
		}
		version, err := schemaVersion(ctx, tx)
		if err != nil {
			return err
		}
		if version > len(steps) {
			return fmt.Errorf("its tables are version %d, newer than version %d known here: %w", version, len(steps), ErrNewer)
		}
		for _, step := range steps[version:] {
			if _, err := tx.ExecContext(ctx, step.sql); err != nil {
				return fmt.Errorf("migration %s: %w", step.name, err)
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO schema (version) VALUES ($1)`, step.version); err != nil {
				return err
			}
			s.log.Info("the state's tables were brought up to date", "where", s.where, "migration", step.name)
		}
		return nil
	})
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func schemaVersion(ctx context.Context, q querier) (int, error) {
	var version int
	err := q.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0) FROM schema`).Scan(&version)
	return version, err
}
