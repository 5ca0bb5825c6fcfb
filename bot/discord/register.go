package discord

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// definition is a command as Discord stores it.
type definition map[string]any

// definitions are the commands in Discord's form. Where a command can be used
// and by whom is told of global ones only.
func definitions(list []command, global bool) []definition {
	var whole []*discordgo.ApplicationCommand
	for _, c := range list {
		var options []*discordgo.ApplicationCommandOption
		for _, o := range c.options {
			options = append(options, o.definition())
		}
		name, sub, isSub := strings.Cut(c.name, " ")
		if c.menu || !isSub {
			d := c.definition(c.name, global)
			d.Options = options
			whole = append(whole, d)
			continue
		}
		last := len(whole) - 1
		if last < 0 || whole[last].Name != name {
			whole = append(whole, c.definition(name, global))
			last++
		}
		whole[last].Options = append(whole[last].Options, &discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionSubCommand, Name: sub, Description: about(c.name), Options: options,
			NameLocalizations: localized(c.name, title), DescriptionLocalizations: localized(c.name, description),
		})
	}
	out := make([]definition, len(whole))
	for i, d := range whole {
		out[i] = canonical(d)
	}
	return out
}

// definition is that of a command, or of the one it is a subcommand of, without
// options.
func (c command) definition(name string, global bool) *discordgo.ApplicationCommand {
	d := &discordgo.ApplicationCommand{Name: name, Type: discordgo.ChatApplicationCommand}
	if c.menu {
		d.Type = discordgo.MessageApplicationCommand
	} else {
		d.Description = about(name)
		if l := localized(name, description); len(l) > 0 {
			d.DescriptionLocalizations = &l
		}
	}
	if l := localized(name, title); len(l) > 0 {
		d.NameLocalizations = &l
	}
	installs := []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall, discordgo.ApplicationIntegrationUserInstall}
	places := []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM, discordgo.InteractionContextPrivateChannel}
	if c.manage {
		installs, places = installs[:1], places[:2]
		manage := int64(discordgo.PermissionManageChannels)
		d.DefaultMemberPermissions = &manage
	}
	if global {
		d.IntegrationTypes, d.Contexts = &installs, &places
	}
	return d
}

func (o option) definition() *discordgo.ApplicationCommandOption {
	d := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionString, Name: o.name, Description: about("option " + o.name),
		NameLocalizations: localized("option "+o.name, title), DescriptionLocalizations: localized("option "+o.name, description),
		Required: o.required, Autocomplete: o.complete != nil, MaxLength: o.max,
	}
	if o.boolean {
		d.Type = discordgo.ApplicationCommandOptionBoolean
	}
	for _, c := range o.choices {
		d.Choices = append(d.Choices, &discordgo.ApplicationCommandOptionChoice{Name: c, Value: c})
	}
	return d
}

// definitionKeys are what is compared; the rest is Discord's own.
var definitionKeys = []string{
	"name", "name_localizations", "description", "description_localizations", "type", "options", "required",
	"choices", "value", "autocomplete", "min_length", "max_length", "min_value", "max_value", "channel_types",
	"contexts", "integration_types", "default_member_permissions", "nsfw",
}

// canonical returns a definition without what is Discord's own, empty or a
// default, so that equal commands are equal.
func canonical(v any) definition {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var d definition
	if json.Unmarshal(data, &d) != nil {
		return nil
	}
	strip(d)
	if d["type"] == nil {
		d["type"] = float64(discordgo.ChatApplicationCommand)
	}
	return d
}

func strip(d map[string]any) {
	for key, v := range d {
		if text, ok := v.(string); ok && key == "default_member_permissions" { // Discord takes a number and returns a text
			if n, err := strconv.ParseFloat(text, 64); err == nil {
				d[key] = n
				continue
			}
		}
		if !slices.Contains(definitionKeys, key) || v == nil || v == false || v == "" {
			delete(d, key)
			continue
		}
		switch v := v.(type) {
		case map[string]any:
			if len(v) == 0 {
				delete(d, key)
			}
		case []any:
			if len(v) == 0 {
				delete(d, key)
			}
			for _, x := range v {
				if m, ok := x.(map[string]any); ok {
					strip(m)
				}
			}
			if key == "contexts" || key == "integration_types" { // sets
				slices.SortFunc(v, func(a, b any) int { x, _ := a.(float64); y, _ := b.(float64); return int(x - y) })
			}
		}
	}
}

// sameCommands reports whether Discord has the commands wanted, and only those.
// guild definitions come with contexts of Discord's choosing.
func sameCommands(have, want []definition, global bool) bool {
	if len(have) != len(want) {
		return false
	}
	key := func(d definition) string {
		name, _ := d["name"].(string)
		kind, _ := json.Marshal(d["type"])
		return name + " " + string(kind)
	}
	stored := make(map[string]definition)
	for _, d := range have {
		d = canonical(d)
		if !global {
			delete(d, "contexts")
			delete(d, "integration_types")
		}
		stored[key(d)] = d
	}
	for _, d := range want {
		if !reflect.DeepEqual(stored[key(d)], d) {
			return false
		}
	}
	return true
}

// registerAll sees to it that Discord has the commands, where they are to be.
// It tries until that is so, Discord refuses, or ctx is done.
func (f *Frontend) registerAll(ctx context.Context) {
	places := f.opts.GuildIDs
	if len(places) == 0 {
		places = []string{""}
	}
	var problems []string
	for _, guild := range places {
		for wait := f.timing.backoff; ; wait = min(2*wait, maxBackoff) {
			err := f.register(ctx, guild)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return
			}
			if isStatus(err, http.StatusForbidden, http.StatusNotFound, http.StatusBadRequest, http.StatusUnauthorized) {
				hint := "are “Guild Install” and “User Install” allowed in the Developer Portal (Installation)?"
				if guild != "" {
					hint = "is the bot in this server, and was it invited with the scope applications.commands?"
				}
				f.log.Error("commands not registered", "server", guild, "error", err, "hint", hint)
				problems = append(problems, err.Error())
				break
			}
			f.log.Warn("commands not registered; trying again", "server", guild, "error", err, "wait", wait)
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait/2 + rand.N(wait)):
			}
		}
	}
	if len(problems) == len(places) {
		f.setReady("commands", "commands not registered: "+strings.Join(problems, "; "))
		return
	}
	f.setReady("commands", "")
	if len(f.opts.GuildIDs) > 0 {
		f.warnOfDoubles(ctx)
	}
}

// warnOfDoubles warns where commands are also registered globally: people see
// them twice then.
func (f *Frontend) warnOfDoubles(ctx context.Context) {
	_, app := f.ids()
	global, err := f.rest.commands(ctx, app, "")
	if err == nil && len(global) > 0 {
		f.log.Warn("commands are also registered globally and show up twice in the servers of discord.guild_ids; empty guild_ids to use the global ones alone", "global", len(global))
	}
}

// register writes the commands of one place, if they are not there already.
func (f *Frontend) register(ctx context.Context, guild string) error {
	_, app := f.ids()
	want := definitions(f.commands(), guild == "")
	have, err := f.rest.commands(ctx, app, guild)
	if err != nil {
		return err
	}
	same := sameCommands(have, want, guild == "")
	if !same {
		if have, err = f.rest.putCommands(ctx, app, guild, want); err != nil {
			return err
		}
	}
	f.log.Info("commands registered", "server", guild, "commands", len(want), "changed", !same)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range have {
		name, _ := d["name"].(string)
		id, _ := d["id"].(string)
		if name != "" && id != "" {
			f.commandIDs[name] = id
		}
	}
	return nil
}
