package discord

import (
	"context"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// form is a modal: what a button opens for something to be typed. Its custom_id
// says what the text is for, so that any process can take it.
type form struct {
	CustomID   string                 `json:"custom_id"`
	Title      string                 `json:"title"`
	Components []discordgo.ActionsRow `json:"components"`
}

// remarkField is the name of the text in the form of a note.
const remarkField = "remark"

// maxTitle is the longest title of a form.
const maxTitle = 45

// noteForm asks for the remark of a note on a passage.
func noteForm(a action) form {
	return form{
		CustomID: a.String(), Title: shorten("Keep "+a.Refs[0].ref, maxTitle),
		Components: []discordgo.ActionsRow{row(discordgo.TextInput{
			CustomID: remarkField, Label: "Remark, for everybody in this channel", Style: discordgo.TextInputParagraph,
			Placeholder: "You may leave this empty.", MaxLength: bot.MaxRemark,
		})},
	}
}

// routeForm finds the handler of a form that was filled in.
func (f *Frontend) routeForm(r *request) (handler, error) {
	if r.action.Do != doKeep {
		return handler{}, &staleError{}
	}
	h := handler{name: "keep", private: true, texts: []string{r.options[remarkField]}}
	h.run = func(ctx context.Context) (*reply, error) {
		x := r.action.Refs[0]
		id := recordByKey(f.core.Records(), x.record)
		if id == "" {
			return nil, errGone
		}
		answer, err := f.keep(ctx, r, x.ref, id, r.options[remarkField])
		if err == nil {
			answer.share = true
		}
		return answer, err
	}
	return h, nil
}

// keepButton is the button that opens the form of a note.
func keepButton(x address, only bool) (discordgo.Button, bool) {
	key := recordKey(x.record)
	a := action{Do: doKeep, Record: key, Refs: []address{{key, x.ref}}}
	label := "Keep"
	if !only {
		label = "Keep " + x.ref
	}
	return button(label, discordgo.SecondaryButton, a), a.fits()
}
