package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// received is a message of Discord, as far as it is read.
type received struct {
	ID        string                `json:"id"`
	ChannelID string                `json:"channel_id"`
	GuildID   string                `json:"guild_id"`
	Content   string                `json:"content"`
	Type      discordgo.MessageType `json:"type"`
	Author    struct {
		ID  string `json:"id"`
		Bot bool   `json:"bot"`
	} `json:"author"`
	WebhookID string `json:"webhook_id"`
	Mentions  []struct {
		ID string `json:"id"`
	} `json:"mentions"`
	Reference  *discordgo.MessageReference `json:"message_reference"`
	Referenced *received                   `json:"referenced_message"`
}

// addressed returns a message that asks the bot something, or nil: one that
// mentions it, or that is sent to it directly. Each is returned once.
func (f *Frontend) addressed(data json.RawMessage) *received {
	var m received
	if err := json.Unmarshal(data, &m); err != nil {
		f.log.Warn("unreadable message", "error", typeOf(err))
		return nil
	}
	self, _ := f.ids()
	switch {
	case m.Author.Bot, m.WebhookID != "", m.Author.ID == self,
		m.Type != discordgo.MessageTypeDefault && m.Type != discordgo.MessageTypeReply,
		m.GuildID != "" && !m.mentions(self),
		!f.seen.first(m.ID):
		return nil
	}
	return &m
}

func (m *received) mentions(user string) bool {
	for _, u := range m.Mentions {
		if u.ID == user {
			return true
		}
	}
	return false
}

func typeOf(err error) string { return fmt.Sprintf("%T", err) }

// mentionMarkup are mentions of people, roles and channels in a message.
var mentionMarkup = regexp.MustCompile(`<(?:@[!&]?|#)\d+>`)

// questionOf returns what a message asks, without mentions.
func questionOf(content string) string {
	text := mentionMarkup.ReplaceAllString(content, " ")
	return strings.TrimSpace(strings.Join(strings.Fields(clean(text)), " "))
}

// mention answers a message.
func (f *Frontend) mention(work context.Context, m *received, at arrival) {
	f = f.now()
	thread := f.parent(work, m)
	if m.GuildID != "" && len(f.channels) > 0 && !f.channels[m.ChannelID] && !f.channels[thread] {
		return // not here
	}
	h := handler{name: "mention", texts: []string{m.Content, questionOf(m.Content)}}
	h.run = func(ctx context.Context) (*reply, error) { return f.answerMention(ctx, m, thread != "") }
	done, err := f.admission.take(m.Author.ID)
	if err == nil && at.late {
		done()
		err = &busyError{"I am being restarted. Please ask again in a minute."}
	}
	if err != nil {
		f.count(h.name, at.time, outcomeBusy)
		if f.apologies.Allow() {
			f.answerMessage(context.WithoutCancel(work), m, f.apology(err, m.ID))
		}
		return
	}
	defer done()
	f.metrics.inFlight.Inc()
	defer f.metrics.inFlight.Dec()
	stop := f.showTyping(work, m.ChannelID)
	answer := f.attempt(work, h, m.ID)
	stop()
	f.answerMessage(context.WithoutCancel(work), m, answer)
	f.count(h.name, at.time, answer.outcome)
}

// answerMention answers the question of a message, with the exchange before it
// as context.
func (f *Frontend) answerMention(ctx context.Context, m *received, thread bool) (*reply, error) {
	question := questionOf(m.Content)
	if question == "" {
		r := f.helpReply()
		return r, nil
	}
	a, err := f.core.Ask(ctx, bot.Question{Text: question, History: f.history(ctx, m, thread)})
	if err != nil {
		return nil, err
	}
	return answerReply(a, ""), nil
}

// typingAfter is how long an answer takes before the channel is shown that it
// is being written, and typingEvery how often Discord wants that said again.
const (
	typingAfter = 700 * time.Millisecond
	typingEvery = 8 * time.Second
)

// showTyping shows that an answer is being written while it is, if it takes a
// while. The caller calls stop.
func (f *Frontend) showTyping(ctx context.Context, channel string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		for wait := typingAfter; ; wait = typingEvery {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			if f.rest.typing(ctx, channel) != nil {
				return
			}
		}
	}()
	return cancel
}

// answerMessage posts a reply to a message. Whoever asked where the bot may not
// write is told directly.
func (f *Frontend) answerMessage(ctx context.Context, m *received, r *reply) {
	r.private = false // there is no private message in a channel
	messages := r.messages()
	for n, out := range messages[:min(len(messages), maxMessages)] {
		if n == 0 {
			no := false
			out.Reference = &discordgo.MessageReference{MessageID: m.ID, FailIfNotExists: &no}
		}
		nonce := fmt.Sprintf("%s-%d", m.ID, n)
		err := f.rest.post(ctx, m.ChannelID, nonce, out)
		if out.Reference != nil && isStatus(err, http.StatusBadRequest, http.StatusForbidden) {
			out.Reference = nil // replying takes the right to read the channel's history
			err = f.rest.post(ctx, m.ChannelID, nonce, out)
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
	if err := f.rest.post(ctx, m.ChannelID, m.ID+"-e", newMessage(text)); err != nil {
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
		err = f.rest.post(ctx, channel, m.ID+"-d", newMessage(text))
	}
	if err != nil {
		f.log.Error("the person could not be told", "message", m.ID, "error", err)
	}
}

// parent returns the channel a thread belongs to, or "" where a message does
// not stand in a thread. It is looked up once.
func (f *Frontend) parent(ctx context.Context, m *received) string {
	if m.GuildID == "" {
		return ""
	}
	if p, ok := f.parents.get(m.ChannelID); ok {
		return p
	}
	c, err := f.rest.channel(ctx, m.ChannelID)
	if err != nil {
		f.log.Warn("channel not looked up", "channel", m.ChannelID, "error", err)
		return ""
	}
	parent := ""
	if slices.Contains([]discordgo.ChannelType{discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread}, c.Type) {
		parent = c.ParentID
	}
	f.parents.put(m.ChannelID, parent)
	return parent
}
