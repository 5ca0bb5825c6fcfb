package discord

import (
	"context"
	"strings"

	"rapporteur/bot"
)

// allRecords is the value of an option that names no record on purpose, where
// the channel has one of its own.
const allRecords = "all"

// runSettingsRecord sets which record is meant in a channel where none is
// named, or says which it is.
func runSettingsRecord(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	if f.opts.Channels == nil {
		return nil, &bot.UserError{Problem: "I keep no settings here"}
	}
	id := strings.TrimSpace(r.options["record"])
	switch {
	case id == "":
		now, err := f.channelRecord(ctx, r.channel, r.parent)
		if err != nil {
			return nil, err
		}
		if now == "" {
			return &reply{private: true, blocks: []block{line("In this channel all records are meant where none is named.")}}, nil
		}
		return &reply{private: true, blocks: []block{line("In this channel " + f.nameOf(now) + " is meant where no record is named.")}}, nil
	case id == allRecords:
		id = ""
	default:
		rec, err := f.core.Find(id)
		if err != nil {
			return nil, err
		}
		id = rec.ID
	}
	settings, err := f.opts.Channels.Channel(ctx, r.channel)
	if err != nil {
		return nil, err
	}
	settings.Record = id
	if err := f.opts.Channels.SetChannel(ctx, r.channel, settings); err != nil {
		return nil, err
	}
	if id == "" {
		return &reply{blocks: []block{line("From now on all records are meant in this channel where none is named.")}}, nil
	}
	return &reply{blocks: []block{
		line("From now on " + f.nameOf(id) + " is meant in this channel where no record is named."),
		note("Its threads too, unless they have a setting of their own. The option “record” of a command names another, or all."),
	}}, nil
}

// nameOf returns the name of a record, or its id where it is no more.
func (f *Frontend) nameOf(id string) string {
	if rec, err := f.core.Find(id); err == nil {
		return "“" + recordName(&rec.Description) + "”"
	}
	return "“" + id + "”"
}

// channelRecord returns the record that is meant in a channel, by its setting
// or else by that of the channel a thread belongs to.
func (f *Frontend) channelRecord(ctx context.Context, channel, parent string) (string, error) {
	for _, id := range []string{channel, parent} {
		if id == "" {
			continue
		}
		s, err := f.opts.Channels.Channel(ctx, id)
		if err != nil || s.Record != "" {
			return s.Record, err
		}
	}
	return "", nil
}

// recordMeant returns the record that a request means: the one an option names,
// else the channel's, else none in particular; a text that names another goes
// before the channel's. Settings that cannot be read do not
// keep a question from being answered.
func (f *Frontend) recordMeant(ctx context.Context, named, channel, parent string) string {
	several := len(f.core.Records()) > 1
	if named == allRecords && several {
		if _, err := f.core.Find(allRecords); err != nil {
			return ""
		}
	}
	if named != "" || !several || f.opts.Channels == nil {
		return named
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	id, err := f.channelRecord(ctx, channel, parent)
	if err != nil {
		f.log.Warn("the settings of a channel were not read", "channel", channel, "error", err)
		return ""
	}
	if _, err := f.core.Find(id); err != nil {
		return "" // it has been taken out of the library
	}
	return id
}
