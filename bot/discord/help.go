package discord

import (
	"context"
	"fmt"
	"strings"
)

// runHelp says what the bot does.
func runHelp(f *Frontend, _ context.Context, _ *request) (*reply, error) {
	return f.helpReply(), nil
}

func (f *Frontend) helpReply() *reply {
	r := &reply{private: true}
	add := func(b ...block) { r.blocks = append(r.blocks, b...) }
	add(line("I answer questions about the record with citations you can check. Nothing is shown as the record's words unless it stands there, at the reference given, said by the speaker named. When the record does not say, I tell you so."))
	for i, c := range f.commands() {
		if c.menu {
			continue
		}
		b := block{parts: []part{{open: f.mentionCommand(c.name)}, {text: "— " + about(c.name)}}, gap: i == 0}
		if c.manage {
			b.parts = append(b.parts, part{text: "(for those who manage channels)"})
		}
		add(b)
	}
	add(block{gap: true, parts: []part{{text: fmt.Sprintf("On a message: Apps → “%s” or “%s”.", menuCheck, menuFind)}}})
	if !f.opts.NoGateway {
		add(line("Or mention me with a question. To ask further, reply to my answer and mention me, or mention me again in the same thread."))
	}
	add(block{gap: true, prefix: small, parts: []part{{text: "A reference such as V.9 is the ninth turn of section V; IV.12-15 is a range."}}})
	kept := "I keep no text of messages and log none."
	if f.opts.Notebook != nil {
		kept = "I keep no text of messages and log none, but the notes that people have me keep: /note forget shows what there is of you and deletes it."
	}
	add(note(kept))
	return r
}

// mentionCommand returns markup that people can press to run a command.
func (f *Frontend) mentionCommand(name string) string {
	f.mu.Lock()
	first, _, _ := strings.Cut(name, " ")
	id := f.commandIDs[first]
	f.mu.Unlock()
	if id == "" {
		return "**/" + name + "**"
	}
	return "</" + name + ":" + id + ">"
}
