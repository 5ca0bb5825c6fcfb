package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/bwmarrin/discordgo"
)

// plan is how to connect, as Discord recommends it.
type plan struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Limit  struct {
		Remaining      int   `json:"remaining"`
		ResetAfter     int64 `json:"reset_after"` // milliseconds
		MaxConcurrency int   `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

// start learns who we are and how to connect. It tries until Discord answers
// or ctx is done; a token that is not accepted is an error.
func (f *Frontend) start(ctx context.Context) (*plan, error) {
	for wait := f.timing.backoff; ; wait = min(2*wait, maxBackoff) {
		p, err := f.identity(ctx)
		if err == nil {
			return p, nil
		}
		var fatal *fatalError
		if errors.As(err, &fatal) {
			return nil, err
		}
		if isStatus(err, http.StatusUnauthorized) {
			return nil, &fatalError{fatalClose[4004]}
		}
		if ctx.Err() != nil {
			return nil, nil
		}
		f.setReady("start", "Discord does not answer: "+err.Error())
		f.log.Error("Discord does not answer; trying again", "error", err, "wait", wait)
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(wait/2 + rand.N(wait)):
		}
	}
}

// identity makes the calls of start.
func (f *Frontend) identity(ctx context.Context) (*plan, error) {
	var user discordgo.User
	if err := f.rest.lookUp(ctx, "/users/@me", "GET user", &user); err != nil {
		return nil, err
	}
	var app struct {
		ID           string                     `json:"id"`
		Endpoint     string                     `json:"interactions_endpoint_url"`
		Key          string                     `json:"verify_key"`
		Integrations map[string]json.RawMessage `json:"integration_types_config"`
	}
	if err := f.rest.lookUp(ctx, "/applications/@me", "GET application", &app); err != nil {
		if isStatus(err, http.StatusUnauthorized) || !isStatus(err, http.StatusForbidden, http.StatusNotFound) {
			return nil, err
		}
		f.log.Warn("the application could not be looked up; its id is taken to be the bot's", "error", err)
	}
	if app.ID == "" {
		app.ID = user.ID
	}
	switch {
	case f.endpoint == nil && app.Endpoint != "":
		f.log.Error("commands will not arrive: Discord sends them to an Interactions Endpoint URL. Clear it in the Developer Portal (General Information), or set discord.public_key to serve it")
	case f.endpoint != nil && app.Key != "" && !strings.EqualFold(app.Key, f.opts.PublicKey):
		return nil, &fatalError{"discord.public_key is not the key of the token's application; copy “Public Key” from the Developer Portal (General Information)"}
	case f.endpoint != nil && app.Endpoint == "" && f.opts.NoGateway:
		f.log.Error("commands will not arrive: the application has no Interactions Endpoint URL. Set it in the Developer Portal (General Information) to where http.listen is reached from outside, with the path /interactions")
	}
	if _, ok := app.Integrations["1"]; !ok && app.Integrations != nil {
		f.log.Warn("people cannot install the app for themselves: allow “User Install” in the Developer Portal (Installation)")
	}
	p := &plan{}
	if f.opts.NoGateway {
		f.log.Info("the gateway stays closed: commands and buttons come over HTTP, messages that mention the bot are not answered")
	} else if err := f.rest.lookUp(ctx, "/gateway/bot", "GET gateway", p); err != nil {
		return nil, err
	}
	p.Shards = max(cmp.Or(f.opts.Shards, p.Shards), 1)
	p.Limit.MaxConcurrency = max(p.Limit.MaxConcurrency, 1)
	f.mu.Lock()
	f.self, f.app = user.ID, app.ID
	f.mu.Unlock()
	f.log.Info("signed in", "bot", user.ID, "application", app.ID, "shards", p.Shards)
	return p, nil
}

// checkShards refuses numbers of shards that do not fit together.
func checkShards(count int, ids []int) error {
	if len(ids) > 0 && count == 0 {
		return errors.New("discord.shard_ids is set and discord.shards is not: set it to the number of all shards, the same in every process")
	}
	for i, id := range ids {
		if id < 0 || id >= count {
			return fmt.Errorf("discord.shard_ids: there is no shard %d of %d; they count from 0 to %d", id, count, count-1)
		}
		if slices.Contains(ids[:i], id) {
			return fmt.Errorf("discord.shard_ids: shard %d is named twice", id)
		}
	}
	return nil
}

// runShards keeps this process's shards connected until connection is done.
// Events are handled under work. Shards of one process identify as seldom as
// Discord wants; where another process identifies at the same time, Discord
// refuses one of them (operation 9), and that one tries again a little later.
func (f *Frontend) runShards(connection, work context.Context, p *plan) error {
	ids := f.opts.ShardIDs
	if len(ids) == 0 {
		for id := range p.Shards {
			ids = append(ids, id)
		}
	}
	if p.Limit.Remaining < len(ids) && p.Limit.ResetAfter > 0 {
		wait := time.Duration(p.Limit.ResetAfter) * time.Millisecond
		f.log.Error("Discord allows too few new sessions today; waiting", "remaining", p.Limit.Remaining, "wait", wait)
		f.setReady("start", "Discord allows no new session before "+time.Now().Add(wait).Format(time.RFC3339))
		select {
		case <-connection.Done():
			return nil
		case <-time.After(wait):
		}
		f.setReady("start", "")
	}
	// Shards of a slot identify one after the other.
	slots := make([]*slot, p.Limit.MaxConcurrency)
	for i := range slots {
		slots[i] = newSlot()
	}
	var shards []*shard
	for _, id := range ids {
		shards = append(shards, &shard{
			id: id, count: p.Shards, token: strings.TrimPrefix(strings.TrimSpace(f.opts.Token), "Bot "),
			address: p.URL, timing: f.timing, log: f.log, metrics: f.metrics,
			slot:  slots[id%len(slots)],
			event: func(kind string, data json.RawMessage) { f.dispatch(work, kind, data) },
		})
	}
	f.mu.Lock()
	f.shards = shards
	f.mu.Unlock()
	group, ctx := errgroup.WithContext(connection)
	for _, s := range shards {
		group.Go(func() error { return s.run(ctx) })
	}
	return group.Wait()
}

// permissions are those the bot needs in a server.
var permissions = []struct {
	bit  int64
	name string
}{
	{discordgo.PermissionViewChannel, "View Channels"},
	{discordgo.PermissionSendMessages, "Send Messages"},
	{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads"},
	{discordgo.PermissionReadMessageHistory, "Read Message History"},
}

// checkPlaces looks whether the bot may do its work where it is and logs what
// is missing.
func (f *Frontend) checkPlaces(ctx context.Context) {
	_, app := f.ids()
	var guilds []struct {
		ID          string `json:"id"`
		Permissions string `json:"permissions"`
	}
	if err := f.rest.lookUp(ctx, "/users/@me/guilds", "GET guilds", &guilds); err != nil {
		if ctx.Err() == nil {
			f.log.Warn("permissions not checked", "error", err)
		}
		return
	}
	var all int64
	for _, p := range permissions {
		all |= p.bit
	}
	if len(guilds) == 0 {
		f.log.Warn("the bot is in no server yet", "invite", fmt.Sprintf("https://discord.com/oauth2/authorize?client_id=%s&scope=bot+applications.commands&permissions=%d", app, all))
	}
	for _, g := range guilds {
		has, err := strconv.ParseInt(g.Permissions, 10, 64)
		if err != nil || has&discordgo.PermissionAdministrator != 0 {
			continue
		}
		var missing []string
		for _, p := range permissions {
			if has&p.bit == 0 {
				missing = append(missing, p.name)
			}
		}
		if len(missing) > 0 {
			f.log.Warn("permissions are missing: mentions may stay unanswered (commands work)", "server", g.ID, "missing", strings.Join(missing, ", "))
		}
	}
	for id := range f.channels {
		if _, err := f.rest.channel(ctx, id); err != nil && ctx.Err() == nil {
			f.log.Warn("a channel of discord.channel_ids cannot be seen: is the id right, and may the bot view it?", "channel", id, "error", err)
		}
	}
}
