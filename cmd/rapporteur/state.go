package main

import (
	"context"

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
