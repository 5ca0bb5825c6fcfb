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
)

// request is an interaction as handlers see it, whichever way it came.
type request struct {
	kind requestKind
	user string
	name string // how the person is shown to others

	// Of commands and completions.
	command string
	options map[string]string // as given; a boolean is "true" or "false"
	focused string            // the option being typed
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
func readRequest(i *discordgo.Interaction) (*request, error) {
	r := &request{options: make(map[string]string), grow: func(message) {}}
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
		for _, o := range data.Options {
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
	default:
		return r, fmt.Errorf("interaction of an unknown type %d", i.Type)
	}
	return r, nil
}

// staleError is a component of another version of the bot.
type staleError struct{}

func (*staleError) Error() string { return "a component this version does not know" }

// decodeInteraction reads an interaction. Components that discordgo does not
// know, in somebody's message, do not keep the rest from being read.
func decodeInteraction(data []byte) (*discordgo.Interaction, error) {
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
	return &i, err
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
