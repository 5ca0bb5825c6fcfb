package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"rapporteur/bot"
)

// Channel implements [bot.ChannelStore].
func (s *Store) Channel(ctx context.Context, channel string) (bot.ChannelSettings, error) {
	var c bot.ChannelSettings
	err := s.db.QueryRowContext(ctx, `SELECT record FROM channels WHERE channel = $1`, channel).Scan(&c.Record)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("a channel's settings cannot be read: %w", err)
	}
	return c, nil
}

// SetChannel implements [bot.ChannelStore].
func (s *Store) SetChannel(ctx context.Context, channel string, c bot.ChannelSettings) (err error) {
	if c == (bot.ChannelSettings{}) {
		_, err = s.db.ExecContext(ctx, `DELETE FROM channels WHERE channel = $1`, channel)
	} else {
		_, err = s.db.ExecContext(ctx, `INSERT INTO channels (channel, record) VALUES ($1, $2)
			ON CONFLICT (channel) DO UPDATE SET record = excluded.record`, channel, c.Record)
	}
	if err != nil {
		return fmt.Errorf("a channel's settings were not kept: %w", err)
	}
	return nil
}
