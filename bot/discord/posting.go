package discord

import (
	"context"
	"fmt"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// posting answers a message in its channel.
type posting struct {
	f *Frontend
	m *received
	// id is the message that shows a part of the answer; empty: none does.
	id string
}

// part shows the answer as far as it goes.
func (p *posting) part(ctx context.Context, out message) (err error) {
	if p.id != "" {
		return p.f.rest.edit(ctx, p.m.ChannelID, p.id, out)
	}
	p.id, err = p.reply(ctx, "p", out)
	return err
}

// reply posts a message as a reply to the one answered, and returns its id.
func (p *posting) reply(ctx context.Context, nonce string, out message) (string, error) {
	nonce, no := p.m.ID+"-"+nonce, false
	out.Reference = &discordgo.MessageReference{MessageID: p.m.ID, FailIfNotExists: &no}
	id, err := p.f.rest.post(ctx, p.m.ChannelID, nonce, out)
	if isStatus(err, http.StatusBadRequest, http.StatusForbidden) {
		out.Reference = nil // replying takes the right to read the channel's history
		id, err = p.f.rest.post(ctx, p.m.ChannelID, nonce, out)
	}
	return id, err
}

// finish posts the whole reply. Whoever asked where the bot may not write is
// told directly.
func (p *posting) finish(ctx context.Context, r *reply) {
	f, m := p.f, p.m
	r.private = false // there is no private message in a channel
	messages := r.delivered()
	for n, out := range messages {
		var err error
		switch {
		case n > 0:
			_, err = f.rest.post(ctx, m.ChannelID, fmt.Sprintf("%s-%d", m.ID, n), out)
		case p.id != "":
			if err = f.rest.edit(ctx, m.ChannelID, p.id, out); err == nil {
				break
			}
			fallthrough // somebody may have deleted the part
		default:
			_, err = p.reply(ctx, "0", out)
		}
		if err == nil {
			continue
		}
		f.metrics.undelivered.Inc()
		f.log.Error("answer not delivered", "message", m.ID, "part", n+1, "of", len(messages), "error", err)
		if isStatus(err, http.StatusForbidden) {
			f.tellDirectly(ctx, m)
		} else {
			f.tellHere(ctx, m, n)
		}
		return
	}
}

// tellHere says in the channel that Discord did not take an answer.
func (f *Frontend) tellHere(ctx context.Context, m *received, n int) {
	text := "Discord did not take my answer. Please ask again, perhaps in other words."
	if n > 0 {
		text = "Discord did not take the rest of this answer. Please ask for less at a time."
	}
	if _, err := f.rest.post(ctx, m.ChannelID, m.ID+"-e", newMessage(text)); err != nil {
		f.log.Error("the person could not be told", "message", m.ID, "error", err)
	}
}

// tellDirectly says in a direct message that the bot may not write where it was
// asked.
func (f *Frontend) tellDirectly(ctx context.Context, m *received) {
	if m.GuildID == "" {
		return
	}
	channel, err := f.rest.directChannel(ctx, m.Author.ID)
	if err == nil {
		there := link("there", "https://discord.com/channels/"+m.GuildID+"/"+m.ChannelID+"/"+m.ID)
		text := "You asked me something " + there + ", but I may not write in that channel. Somebody who manages the server can allow me “View Channel”, “Send Messages” and, for threads, “Send Messages in Threads”. You can also use /ask, or ask me here."
		_, err = f.rest.post(ctx, channel, m.ID+"-d", newMessage(text))
	}
	if err != nil {
		f.log.Error("the person could not be told", "message", m.ID, "error", err)
	}
}
