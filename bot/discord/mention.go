package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
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
	growing := newGrowth()
	h.run = func(ctx context.Context) (*reply, error) {
		return f.answerMention(ctx, m, thread, growing.show)
	}
	done, err := f.admission.take(m.Author.ID)
	if err == nil && at.late {
		done()
		err = &busyError{"I am being restarted. Please ask again in a minute."}
	}
	if err != nil {
		f.count(h.name, at.time, outcomeBusy)
		if f.apologies.Allow() {
			(&posting{f: f, m: m}).finish(context.WithoutCancel(work), f.apology(err, m.ID))
		}
		return
	}
	defer done()
	f.metrics.inFlight.Inc()
	defer f.metrics.inFlight.Dec()
	stop := f.showTyping(work, m.ChannelID)
	results := make(chan *reply, 1)
	go func() { results <- f.attempt(work, h, m.ID) }()
	p := &posting{f: f, m: m}
	answer := f.await(work, growing, results, p.part)
	stop()
	p.finish(context.WithoutCancel(work), answer)
	f.count(h.name, at.time, answer.outcome)
}

// answerMention answers the question of a message, with the exchange before it
// as context. thread is the channel of the thread it stands in, or empty; grow
// is shown the answer while a model writes it.
func (f *Frontend) answerMention(ctx context.Context, m *received, thread string, grow func(message)) (*reply, error) {
	question := questionOf(m.Content)
	if question == "" {
		r := f.helpReply()
		return r, nil
	}
	a, err := f.core.Ask(ctx, bot.Question{
		Text: question, Default: f.recordMeant(ctx, "", m.ChannelID, thread), History: f.history(ctx, m, thread != ""), Asker: m.Author.ID,
		Progress: func(a *bot.Answer) { grow(partOf(a, "")) },
	})
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

func isThread(t discordgo.ChannelType) bool {
	return t == discordgo.ChannelTypeGuildNewsThread || t == discordgo.ChannelTypeGuildPublicThread || t == discordgo.ChannelTypeGuildPrivateThread
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
	if isThread(c.Type) {
		parent = c.ParentID
	}
	f.parents.put(m.ChannelID, parent)
	return parent
}
