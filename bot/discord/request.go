package discord

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bwmarrin/discordgo"
)

// requestKind says what somebody did.
type requestKind int

const (
	commandRequest    requestKind = iota // ran a command
	componentRequest                     // pressed a button or chose from a select
	completionRequest                    // is typing an option
	formRequest                          // filled in a form
)

// request is an interaction as handlers see it, whichever way it came.
type request struct {
	kind requestKind
	user string
	name string // how the person is shown to others

	// Where it happened: the server, or empty; the channel, a thread being one;
	// and the channel a thread belongs to, or empty.
	guild, channel, parent string

	// Of commands and completions.
	command string
	options map[string]string // as given; a boolean is "true" or "false"; the texts of a form too
	focused string            // the option being typed
	usual   string            // the record meant where neither an option nor a text names one, or empty
	target  *discordgo.Message

	// Of components.
	action  action
	values  []string
	message *discordgo.Message

	// grow takes an answer that is still being written, to be shown as far as it
	// goes. It does not block.
	grow func(message)
}

// readRequest turns an interaction into a request.
func readRequest(i *interaction) (*request, error) {
	r := &request{options: make(map[string]string), grow: func(message) {}, guild: i.GuildID, channel: i.ChannelID, parent: i.parent}
	user := i.User
	if i.Member != nil && i.Member.User != nil {
		user, r.name = i.Member.User, i.Member.Nick
	}
	if user != nil {
		r.user, r.name = user.ID, cmp.Or(r.name, user.GlobalName, user.Username)
	}
	switch data := i.Data.(type) {
	case discordgo.ApplicationCommandInteractionData:
		r.kind, r.command = commandRequest, data.Name
		if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
			r.kind = completionRequest
		}
		given := data.Options
		if len(given) == 1 && given[0].Type == discordgo.ApplicationCommandOptionSubCommand {
			r.command += " " + given[0].Name
			given = given[0].Options
		}
		for _, o := range given {
			if o.Value != nil {
				r.options[o.Name] = fmt.Sprint(o.Value)
			}
			if o.Focused {
				r.focused = o.Name
			}
		}
		if data.CommandType == discordgo.MessageApplicationCommand && data.Resolved != nil {
			r.target = data.Resolved.Messages[data.TargetID]
		}
	case discordgo.MessageComponentInteractionData:
		r.kind, r.values, r.message = componentRequest, data.Values, i.Message
		var err error
		if r.action, err = parseAction(data.CustomID); err != nil {
			return r, &staleError{}
		}
	case discordgo.ModalSubmitInteractionData:
		r.kind = formRequest
		var err error
		if r.action, err = parseAction(data.CustomID); err != nil {
			return r, &staleError{}
		}
		for _, c := range data.Components {
			if row, ok := c.(*discordgo.ActionsRow); ok {
				for _, x := range row.Components {
					if input, ok := x.(*discordgo.TextInput); ok {
						r.options[input.CustomID] = input.Value
					}
				}
			}
		}
	default:
		return r, fmt.Errorf("interaction of an unknown type %d", i.Type)
	}
	return r, nil
}

// staleError is a component of another version of the bot.
type staleError struct{}

func (*staleError) Error() string { return "a component this version does not know" }

// interaction is one of Discord's, with what discordgo leaves out.
type interaction struct {
	*discordgo.Interaction
	parent string // the channel of the thread it came from, or empty
}

// decodeInteraction reads an interaction. Components that discordgo does not
// know, in somebody's message, do not keep the rest from being read.
func decodeInteraction(data []byte) (*interaction, error) {
	var i discordgo.Interaction
	err := json.Unmarshal(data, &i)
	if err != nil {
		var tree map[string]any
		if json.Unmarshal(data, &tree) == nil {
			dropComponents(tree)
			if data, e := json.Marshal(tree); e == nil {
				err = json.Unmarshal(data, &i)
			}
		}
	}
	if i.ID == "" || i.Token == "" {
		return nil, errors.New("an interaction without id or token")
	}
	x := &interaction{Interaction: &i}
	var place struct {
		Channel struct {
			Type   discordgo.ChannelType `json:"type"`
			Parent string                `json:"parent_id"`
		} `json:"channel"`
	}
	if json.Unmarshal(data, &place) == nil && isThread(place.Channel.Type) { // of another channel it is the category
		x.parent = place.Channel.Parent
	}
	return x, err
}

// dropComponents removes the components of all messages in a tree.
func dropComponents(tree map[string]any) {
	delete(tree, "components")
	for _, v := range tree {
		switch v := v.(type) {
		case map[string]any:
			dropComponents(v)
		case []any:
			for _, x := range v {
				if m, ok := x.(map[string]any); ok {
					dropComponents(m)
				}
			}
		}
	}
}
