package discord

import (
	"context"
	"slices"
	"strings"

	"rapporteur/bot"
)

// Nothing of an exchange is stored: what went before a follow-up is read from
// Discord, from the messages replied to or the last ones of the thread.

const (
	maxHistory     = 3    // exchanges
	maxRemembered  = 2000 // code units of an earlier answer
	threadMessages = "25" // looked through
)

// history returns the exchange before a message, oldest first. Where it cannot
// be read there is none: the question is then answered by itself.
func (f *Frontend) history(ctx context.Context, m *received, thread bool) []bot.Exchange {
	var list []bot.Exchange
	var err error
	switch {
	case m.Reference != nil && m.Reference.MessageID != "":
		list, err = f.repliedTo(ctx, m)
	case thread:
		list, err = f.inThread(ctx, m)
	}
	if err != nil {
		f.log.Warn("earlier messages not read", "message", m.ID, "error", err)
	}
	for i := range list {
		list[i].Question = shorten(list[i].Question, maxRemembered)
		list[i].Answer = shorten(list[i].Answer, maxRemembered)
	}
	return list
}

// repliedTo follows replies back: to an answer of ours, to the question it
// answered, and on.
func (f *Frontend) repliedTo(ctx context.Context, m *received) ([]bot.Exchange, error) {
	self, _ := f.ids()
	var list []bot.Exchange
	for len(list) < maxHistory {
		answer, err := f.referenced(ctx, m)
		if err != nil || answer == nil || answer.Author.ID != self {
			return list, err
		}
		e := bot.Exchange{Question: askedIn(answer.Content), Answer: plain(answer.Content)}
		if e.Question != "" { // an answer to a command: nothing to follow further
			return slices.Insert(list, 0, e), nil
		}
		question, err := f.referenced(ctx, answer)
		if err != nil || question == nil {
			return list, err
		}
		e.Question = questionOf(question.Content)
		list = slices.Insert(list, 0, e)
		m = question
	}
	return list, nil
}

// referenced returns the message that one refers to, or nil.
func (f *Frontend) referenced(ctx context.Context, m *received) (*received, error) {
	if m.Referenced != nil {
		return m.Referenced, nil
	}
	if m.Reference == nil || m.Reference.MessageID == "" {
		return nil, nil
	}
	channel := m.Reference.ChannelID
	if channel == "" {
		channel = m.ChannelID
	}
	return f.rest.message(ctx, channel, m.Reference.MessageID)
}

// inThread pairs the questions and answers among the last messages of a thread.
func (f *Frontend) inThread(ctx context.Context, m *received) ([]bot.Exchange, error) {
	messages, err := f.rest.messagesBefore(ctx, m.ChannelID, m.ID, threadMessages)
	if err != nil {
		return nil, err
	}
	self, _ := f.ids()
	slices.Reverse(messages) // oldest first
	byID := make(map[string]*received)
	var list []bot.Exchange
	last := false // the message before was part of an answer
	for i := range messages {
		x := &messages[i]
		byID[x.ID] = x
		if x.Content == "" && x.Referenced != nil { // the message that began the thread
			x = x.Referenced
			byID[x.ID] = x
		}
		if x.Author.ID != self {
			last = false
			continue
		}
		question := askedIn(x.Content)
		if x.Reference != nil && byID[x.Reference.MessageID] != nil {
			question = questionOf(byID[x.Reference.MessageID].Content)
		}
		switch {
		case question != "":
			list = append(list, bot.Exchange{Question: question, Answer: plain(x.Content)})
			last = true
		case last: // continued
			list[len(list)-1].Answer += "\n" + plain(x.Content)
		}
	}
	return list[max(0, len(list)-maxHistory):], nil
}

// askedIn returns the question that an answer to a command carries, or "".
func askedIn(content string) string {
	for line := range strings.SplitSeq(content, "\n") {
		if text, ok := strings.CutPrefix(line, small+asked); ok {
			return unescape(text)
		}
	}
	return ""
}
