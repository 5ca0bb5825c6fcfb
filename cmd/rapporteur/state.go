package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"rapporteur/bot/state"
)

// keptState is the bot's own state, opened when it is first asked for.
type keptState struct {
	mu    sync.Mutex
	store *state.Store
	err   error // why it cannot be opened
}

// openState opens the bot's own state once: in PostgreSQL if state.dsn names a
// database, else in the data folder. It is closed when the program ends. It is
// safe for concurrent use once the configuration was read.
func (a *app) openState(ctx context.Context) (*state.Store, error) {
	a.kept.mu.Lock()
	defer a.kept.mu.Unlock()
	if a.kept.store != nil || a.kept.err != nil {
		return a.kept.store, a.kept.err
	}
	a.kept.store, a.kept.err = a.openStateNow(ctx)
	return a.kept.store, a.kept.err
}

func (a *app) openStateNow(ctx context.Context) (*state.Store, error) {
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	o := state.Options{DSN: c.State.DSN, Logger: newLogger(a.err, "warn", c.Log.Format)}
	if o.DSN == "" {
		if o.Dir, err = a.dataFolder(); err != nil {
			return nil, err
		}
	}
	return state.Open(ctx, o)
}

func (k *keptState) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.store == nil {
		return nil
	}
	s := k.store
	k.store = nil
	return s.Close()
}

// summaryStore keeps summaries in the state where it can be opened, and
// nowhere else: what can be made again needs no folder.
type summaryStore struct{ *app }

func (s summaryStore) Summary(ctx context.Context, key string) ([]byte, error) {
	store, err := s.openState(ctx)
	if err != nil {
		return nil, nil
	}
	return store.Summary(ctx, key)
}

func (s summaryStore) KeepSummary(ctx context.Context, key string, data []byte) error {
	store, err := s.openState(ctx)
	if err != nil {
		return nil
	}
	return store.KeepSummary(ctx, key, data)
}

func (a *app) stateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "state",
		Short: "Show where the bot keeps notes, settings, budgets and summaries, and how many",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.openState(cmd.Context())
			if err != nil {
				return err
			}
			counts, err := s.Counts(cmd.Context())
			if err != nil {
				return err
			}
			return a.printCounts(s.String(), counts)
		},
	}
	cmd.AddCommand(a.stateMoveCommand())
	return cmd
}

func (a *app) stateMoveCommand() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "move",
		Short: "Copy the state from SQLite in the data folder to an empty PostgreSQL database, and check the counts",
		Long:  "Copy the state from SQLite in the data folder to an empty PostgreSQL database: that of state.dsn in the configuration, or of --to. All of it arrives or nothing; what was kept before stays. Stop the bot first.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			if to == "" {
				to = c.State.DSN
			} else if isPostgres(to) != "" {
				return usagef("--to is %s", isPostgres(to)) // the address itself is secret
			}
			if to == "" {
				return usagef("state move needs to know where: set state.dsn in the configuration, or --to DSN")
			}
			dir, err := a.dataFolder()
			if err != nil {
				return err
			}
			counts, target, err := moveState(cmd.Context(), dir, to)
			if err != nil {
				return err
			}
			return a.printCounts(target, counts)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "a PostgreSQL address `DSN`, postgres://user:password@host:5432/database; others on this machine can see it")
	return cmd
}

// moveState copies the state in a folder to PostgreSQL and returns what arrived
// where.
func moveState(ctx context.Context, dir, dsn string) (counts []state.Count, where string, err error) {
	from, err := state.Open(ctx, state.Options{Dir: dir})
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := state.Open(ctx, state.Options{DSN: dsn})
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	counts, err = state.Move(ctx, from, to)
	return counts, to.String(), err
}

func (a *app) printCounts(where string, counts []state.Count) error {
	if a.flags.json {
		return printJSON(a.out, struct {
			Where  string        `json:"where"`
			Counts []state.Count `json:"counts"`
		}{where, counts})
	}
	fmt.Fprintln(a.out, where)
	for _, c := range counts {
		fmt.Fprintf(a.out, "%8d  %s\n", c.Rows, c.What)
	}
	return nil
}
