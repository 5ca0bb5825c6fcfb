package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"rapporteur/bot/state"
)

// openState opens the bot's own state once: in PostgreSQL if state.dsn names a
// database, else in the data folder. It is closed when the program ends.
func (a *app) openState(ctx context.Context) (*state.Store, error) {
	if a.state != nil {
		return a.state, nil
	}
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
	a.state, err = state.Open(ctx, o)
	return a.state, err
}

func (a *app) closeState() error {
	if a.state == nil {
		return nil
	}
	s := a.state
	a.state = nil
	return s.Close()
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
