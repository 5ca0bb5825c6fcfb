package discord

import (
	"slices"

	"github.com/bwmarrin/discordgo"
)

// reply is what a handler answers, before it is laid out in messages.
type reply struct {
	blocks []block
	rows   []discordgo.ActionsRow // under the last message
	files  []file                 // of the first message
	// private: only the person who asked sees it. Discord fixes this with the
	// first response; afterwards it is ignored.
	private bool
	// update: the message that holds the component pressed is replaced.
	update bool
	// share: each message gets a button that shows it to the channel.
	share bool
	// keep is the passage that a button keeps as a note; keepOnly says that the
	// reply is about no other.
	keep     *address
	keepOnly bool
	// outcome is counted: see metrics.
	outcome string
}

// message is the body of every message this bot creates or edits. Mentions are
// off on each of them: Discord's defaults are other, and other again on edits.
type message struct {
	Content         string                           `json:"content"`
	Components      []discordgo.ActionsRow           `json:"components"`
	AllowedMentions discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Flags           discordgo.MessageFlags           `json:"flags,omitempty"`
	Reference       *discordgo.MessageReference      `json:"message_reference,omitempty"`
	Nonce           string                           `json:"nonce,omitempty"`
	EnforceNonce    bool                             `json:"enforce_nonce,omitempty"`
	Attachments     []attachment                     `json:"attachments,omitempty"`
	files           []file
}

func newMessage(content string, rows ...discordgo.ActionsRow) message {
	if rows == nil {
		rows = []discordgo.ActionsRow{}
	}
	return message{
		Content: content, Components: rows,
		AllowedMentions: discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
	}
}

// callback is the first response to an interaction.
type callback struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// deferral is the data of a callback that only acknowledges.
type deferral struct {
	Flags discordgo.MessageFlags `json:"flags,omitempty"`
}

// choices is the data of a callback that completes what is being typed.
type choices struct {
	Choices []choice `json:"choices"`
}

type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// messages lays a reply out.
func (r *reply) messages() []message {
	pages := pack(r.blocks, maxContent)
	if len(pages) == 0 {
		pages = []string{"There is nothing to show."}
	}
	out := make([]message, len(pages))
	for i, page := range pages {
		var rows []discordgo.ActionsRow
		if i == len(pages)-1 {
			rows = slices.Clone(r.rows)
		}
		if r.share {
			rows = addButton(rows, button("Share", discordgo.PrimaryButton, action{Do: doShare}))
		}
		out[i] = newMessage(page, rows...)
		if r.private {
			out[i].Flags = discordgo.MessageFlagsEphemeral
		}
	}
	out[0].attach(r.files)
	return out
}

// maxMessages is how many messages one reply takes at most: Discord allows an
// app that is installed for a person alone five follow-ups.
const maxMessages = 6

// delivered lays a reply out in no more messages than one may take. What is
// longer ends with a line that says so.
func (r *reply) delivered() []message {
	messages := r.messages()
	if len(messages) > maxMessages {
		messages = messages[:maxMessages]
		rest := &reply{private: r.private, rows: r.rows, blocks: []block{line("This is too long to be shown in full here. Ask for a smaller part of it.")}}
		messages[maxMessages-1] = rest.messages()[0]
	}
	return messages
}

func button(label string, style discordgo.ButtonStyle, a action) discordgo.Button {
	return discordgo.Button{Label: shorten(label, maxButtonLabel), Style: style, CustomID: a.String()}
}

func row(parts ...discordgo.MessageComponent) discordgo.ActionsRow {
	return discordgo.ActionsRow{Components: parts}
}

// addButton puts a button at the end of the first row of buttons with room, or
// into a row of its own.
func addButton(rows []discordgo.ActionsRow, b discordgo.Button) []discordgo.ActionsRow {
	for i, r := range rows {
		if _, ok := r.Components[0].(discordgo.Button); ok && len(r.Components) < 5 {
			rows[i] = row(append(slices.Clone(r.Components), b)...)
			return rows
		}
	}
	return append(rows, row(b))
}

// menu returns a row with a select of which one option is taken.
func menu(placeholder string, a action, options []discordgo.SelectMenuOption) discordgo.ActionsRow {
	return row(discordgo.SelectMenu{
		MenuType: discordgo.StringSelectMenu, CustomID: a.String(), Placeholder: placeholder,
		Options: options[:min(len(options), maxOptions)],
	})
}

// link returns a masked link, or the label in brackets where the address is
// none that may be linked.
func link(label, address string) string {
	if address = safeURL(address); address == "" {
		return "[" + escape(label) + "]"
	}
	return "[" + escape(label) + "](<" + address + ">)"
}
