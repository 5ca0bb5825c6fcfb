package discord

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"
)

// How long calls may take with all their retries. A first response is worth
// nothing after three seconds; the rest of an interaction lives 15 minutes.
const (
	callbackTime = 2800 * time.Millisecond
	deliverTime  = 60 * time.Second
	deliverTry   = 20 * time.Second
	lookupTime   = 5 * time.Second
	setupTime    = 20 * time.Second
)

// respond gives the first response to an interaction. That it was already given
// is success: the reply to an earlier try was lost.
func (r *rest) respond(ctx context.Context, id, token string, c callback) error {
	err := r.do(ctx, call{
		method: http.MethodPost, path: "/interactions/" + id + "/" + url.PathEscape(token) + "/callback",
		route: "POST interaction callback", major: id, in: c, exempt: true, total: callbackTime,
	})
	if isCode(err, codeAcknowledged) {
		return nil
	}
	return err
}

// editOriginal replaces the first response.
func (r *rest) editOriginal(ctx context.Context, app, token string, m message) error {
	m.Flags = 0 // fixed with the first response
	return r.do(ctx, call{
		method: http.MethodPatch, path: "/webhooks/" + app + "/" + url.PathEscape(token) + "/messages/@original",
		route: "PATCH interaction response", major: token, in: m, files: m.files, exempt: true, total: deliverTime, attempt: deliverTry,
	})
}

// followUp adds a message to an interaction.
func (r *rest) followUp(ctx context.Context, app, token string, m message) error {
	return r.do(ctx, call{
		method: http.MethodPost, path: "/webhooks/" + app + "/" + url.PathEscape(token),
		route: "POST interaction follow-up", major: token, in: m, files: m.files, exempt: true, once: true, total: deliverTime,
	})
}

// post sends a message to a channel and returns its id. nonce makes it a single
// one however often it is tried: at most 25 characters, the same for the same
// message.
func (r *rest) post(ctx context.Context, channel, nonce string, m message) (string, error) {
	m.Nonce, m.EnforceNonce = nonce, true
	var posted received
	err := r.do(ctx, call{
		method: http.MethodPost, path: "/channels/" + channel + "/messages",
		route: "POST message", major: channel, in: m, files: m.files, out: &posted, total: deliverTime, attempt: deliverTry,
	})
	return posted.ID, err
}

// edit replaces a message of ours in a channel.
func (r *rest) edit(ctx context.Context, channel, id string, m message) error {
	return r.do(ctx, call{
		method: http.MethodPatch, path: "/channels/" + channel + "/messages/" + id,
		route: "PATCH message", major: channel, in: m, files: m.files, total: deliverTime, attempt: deliverTry,
	})
}

// typing shows that an answer is being written, for ten seconds.
func (r *rest) typing(ctx context.Context, channel string) error {
	return r.do(ctx, call{method: http.MethodPost, path: "/channels/" + channel + "/typing", route: "POST typing", major: channel, once: true, total: lookupTime})
}

func (r *rest) channel(ctx context.Context, id string) (*discordgo.Channel, error) {
	var c discordgo.Channel
	err := r.do(ctx, call{method: http.MethodGet, path: "/channels/" + id, route: "GET channel", major: id, out: &c, total: lookupTime})
	return &c, err
}

func (r *rest) message(ctx context.Context, channel, id string) (*received, error) {
	var m received
	err := r.do(ctx, call{method: http.MethodGet, path: "/channels/" + channel + "/messages/" + id, route: "GET message", major: channel, out: &m, total: lookupTime})
	return &m, err
}

// messagesBefore returns up to limit messages before one, the newest first.
func (r *rest) messagesBefore(ctx context.Context, channel, before, limit string) ([]received, error) {
	var list []received
	query := url.Values{"before": {before}, "limit": {limit}}
	err := r.do(ctx, call{method: http.MethodGet, path: "/channels/" + channel + "/messages?" + query.Encode(), route: "GET messages", major: channel, out: &list, total: lookupTime})
	return list, err
}

// lookUp fetches something when starting.
func (r *rest) lookUp(ctx context.Context, path, route string, out any) error {
	return r.do(ctx, call{method: http.MethodGet, path: path, route: route, out: out, total: setupTime})
}

// commandsPath is where the commands of a guild stand, or the global ones.
func commandsPath(app, guild string) string {
	if guild == "" {
		return "/applications/" + app + "/commands"
	}
	return "/applications/" + app + "/guilds/" + guild + "/commands"
}

func (r *rest) commands(ctx context.Context, app, guild string) ([]definition, error) {
	var list []definition
	err := r.lookUp(ctx, commandsPath(app, guild)+"?with_localizations=true", "GET commands", &list)
	return list, err
}

func (r *rest) putCommands(ctx context.Context, app, guild string, list []definition) ([]definition, error) {
	var out []definition
	err := r.do(ctx, call{method: http.MethodPut, path: commandsPath(app, guild), route: "PUT commands", in: list, out: &out, total: setupTime})
	return out, err
}

// directChannel returns the channel for direct messages to a user.
func (r *rest) directChannel(ctx context.Context, user string) (string, error) {
	var c discordgo.Channel
	err := r.do(ctx, call{method: http.MethodPost, path: "/users/@me/channels", route: "POST direct channel", in: map[string]string{"recipient_id": user}, out: &c, total: lookupTime})
	return c.ID, err
}
