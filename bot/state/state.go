// Package state keeps what the bot itself has to remember: notes, settings of
// channels, summaries once made, and how much of a model was used. It lies in
// SQLite in a folder, or in PostgreSQL where several processes share it:
//
//	notes            a passage a member keeps, with the words as they were
//	channels         what a group has chosen for its channel
//	summaries        bytes by key; may be dropped at any time
//	spending         requests and tokens by day and asker
//	spending_of_all  the same by day alone
//	schema           the version of these tables
//
// What a method has acknowledged by returning without an error is durable.
package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"rapporteur/bot"
)

// File is the name of the SQLite database in its folder.
const File = "state.db"

// Options say where the state is kept. The zero value keeps it in memory, for
// as long as the store is open.
type Options struct {
	// Dir is the folder of the SQLite database. It must exist.
	Dir string
	// DSN is the address of a PostgreSQL database,
	// postgres://user:password@host/database; it wins over Dir. It is secret and
	// never shown or logged.
	DSN    string
	Logger *slog.Logger // nil: no logs
}

// Store is an open database. It is safe for concurrent use, and several
// processes may have the same database open.
type Store struct {
	db      *sql.DB
	dialect string // name of the folder of its migrations
	where   string // for readers, without secrets
	log     *slog.Logger
}

var (
	_ bot.NoteStore    = (*Store)(nil)
	_ bot.ChannelStore = (*Store)(nil)
	_ bot.Spending     = (*Store)(nil)
)

// The dialects of SQL spoken.
const (
	sqlite   = "sqlite"
	postgres = "postgres"
)

// connectTime is how long PostgreSQL may take to answer where the address does
// not say.
const connectTime = 10 * time.Second

// Open opens the database, makes it where it is missing and brings its tables
// up to date. A database made by a newer version of the program is refused with
// [ErrNewer]. Call [Store.Close] at the end.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{log: o.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	switch {
	case o.DSN != "":
		err = s.openPostgres(o.DSN)
	case o.Dir != "":
		err = s.openFile(filepath.Join(o.Dir, File))
	default:
		err = s.openMemory()
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("the state in %s cannot be opened: %w", s.where, err), s.db.Close())
	}
	return s, nil
}

// BadDSN returns what a DSN must be, or "" if it is one. The DSN itself, which
// may hold a password, is not shown.
func BadDSN(dsn string) string {
	const allowed = "the address of a PostgreSQL database, such as postgres://user:password@host:5432/database"
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return allowed
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return allowed + ", with a port from 1 to 65535"
		}
	}
	modes := []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
	if mode := u.Query()["sslmode"]; len(mode) > 0 && !slices.Contains(modes, mode[0]) {
		return "an address with sslmode=" + strings.Join(modes, ", ")
	}
	if _, err := pgx.ParseConfig(dsn); err != nil {
		return allowed + "; its parameters must be PostgreSQL's, and the certificates that they name must be files that can be read"
	}
	return ""
}

func (s *Store) openPostgres(dsn string) error {
	if allowed := BadDSN(dsn); allowed != "" {
		return errors.New("state.dsn must be " + allowed)
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return errors.New("state.dsn is no address of a PostgreSQL database")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTime
	}
	s.dialect = postgres
	s.where = fmt.Sprintf("PostgreSQL database %q at %s", config.Database, config.Host)
	s.db = stdlib.OpenDB(*config)
	s.db.SetMaxOpenConns(16)
	s.db.SetConnMaxIdleTime(5 * time.Minute)
	return nil
}

// pragmas make SQLite write ahead, wait for other processes, and let a
// transaction return only when its log is on the disk.
var pragmas = url.Values{
	"_pragma": {"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(FULL)", "fullfsync(1)", "foreign_keys(1)"},
	"_txlock": {"immediate"},
}

func (s *Store) openFile(file string) error {
	s.dialect, s.where = sqlite, file
	// SQLite gives its other files the permissions of this one.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("the state cannot be kept: %w", err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	address := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(absolute), RawQuery: pragmas.Encode()}
	if s.db, err = sql.Open("sqlite", address.String()); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(4)
	return nil
}

func (s *Store) openMemory() (err error) {
	s.dialect, s.where = sqlite, "memory"
	if s.db, err = sql.Open("sqlite", ":memory:?_txlock=immediate"); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(1) // each connection has a memory of its own
	s.db.SetConnMaxIdleTime(0)
	s.db.SetConnMaxLifetime(0)
	return nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Ping returns nil if the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.db.PingContext(ctx); err != nil {
		return fmt.Errorf("the state in %s does not answer: %w", s.where, err)
	}
	return nil
}

// String says where the state is kept, without secrets.
func (s *Store) String() string { return s.where }

// inTransaction runs do in a transaction: all of it happens or nothing.
func (s *Store) inTransaction(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}
