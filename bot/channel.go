package bot

import "context"

// ChannelSettings are what a group has chosen for its channel. The zero value
// is what a channel has that chose nothing.
type ChannelSettings struct {
	Record string // id of the record that is meant where none is named; or empty
}

// ChannelStore keeps the settings of channels. It is safe for concurrent use.
type ChannelStore interface {
	// Channel returns the settings of a channel.
	Channel(ctx context.Context, channel string) (ChannelSettings, error)
	// SetChannel replaces the settings of a channel. They are durable when it
	// returns.
	SetChannel(ctx context.Context, channel string, s ChannelSettings) error
}
