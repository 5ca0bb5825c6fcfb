package discord

import (
	"context"
	"strings"
	"sync"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
)

const at = "<@" + discordtest.BotID + "> "

// recorder is a core that notes what it is asked.
func recording() (*stub, func() bot.Question) {
	var mu sync.Mutex
	var last bot.Question
	s := &stub{Core: bundled()}
	s.ask = func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		mu.Lock()
		last = q
		mu.Unlock()
		return s.Core.Ask(ctx, q)
	}
	return s, func() bot.Question {
		mu.Lock()
		defer mu.Unlock()
		return last
	}
}

func TestMention(t *testing.T) {
	core, asked := recording()
	x := start(t, core)
	for _, channel := range []string{discordtest.Channel, discordtest.Thread, discordtest.Direct} {
		q := x.Say(nobody, channel, at+"  what of <@!400000000000000009> Dairen @everyone?", "")
		m := x.AwaitReplies(channel, 1)[0]
		has(t, m.Content, "“", "](<https://")
		lacks(t, m.Content, "Asked:")
		if m.ReplyTo != q.ID {
			t.Errorf("%s: a reply to %q", channel, m.ReplyTo)
		}
		if got := asked().Text; got != "what of Dairen @everyone?" {
			t.Errorf("asked %q", got)
		}
		has(t, all(x.Press(nobody, m, m.Find("Sources")).Await(1)), "> [")
	}
	x.Say(nobody, discordtest.Direct, "And in direct messages without a mention: Dairen?", "")
	x.AwaitReplies(discordtest.Direct, 2)
	has(t, x.mention("").Content, "I answer questions about the record")
	x.settle()

	// What is not meant for the bot.
	before := len(x.Requests())
	x.Say(nobody, discordtest.Channel, "nobody is mentioned", "")
	x.Say(discordtest.Who{User: discordtest.BotID}, discordtest.Channel, at+"from a bot", "")
	x.Command(nobody, "help").Await(1)
	x.settle()
	if n := len(x.Requests()) - before; n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestFollowUps(t *testing.T) {
	core, asked := recording()
	x := start(t, core)

	// By replying to the answer to a mention, twice.
	first := x.mention("What did Molotov say about Dairen?")
	x.Say(nobody, discordtest.Channel, at+"And about Port Arthur?", first.ID)
	second := x.AwaitReplies(discordtest.Channel, 2)[1]
	h := asked().History
	if len(h) != 1 || h[0].Question != "What did Molotov say about Dairen?" || !strings.Contains(h[0].Answer, "Molotov: “") || strings.Contains(h[0].Answer, "https:") {
		t.Errorf("history %+v", h)
	}
	x.Say(nobody, discordtest.Channel, "why?", second.ID) // the reply pings
	x.AwaitReplies(discordtest.Channel, 3)
	if h := asked().History; len(h) != 2 || h[1].Question != "And about Port Arthur?" {
		t.Errorf("history %+v", h)
	}

	// In a thread, without replying.
	x.Say(nobody, discordtest.Thread, at+"Who was to own the railways?", "")
	x.AwaitReplies(discordtest.Thread, 1)
	if h := asked().History; len(h) != 0 {
		t.Errorf("history %+v", h)
	}
	x.Say(nobody, discordtest.Thread, "chat between people", "")
	x.Say(nobody, discordtest.Thread, at+"And for how long?", "")
	x.AwaitReplies(discordtest.Thread, 2)
	if h := asked().History; len(h) != 1 || h[0].Question != "Who was to own the railways?" {
		t.Errorf("history %+v", h)
	}

	// Where earlier messages cannot be read the question stands alone.
	x.Fail(discordtest.Fault{Route: "GET /channels/{channel}/messages", Status: 403})
	x.Say(nobody, discordtest.Thread, at+"And the ports?", "")
	x.AwaitReplies(discordtest.Thread, 3)
	if h := asked().History; len(h) != 0 {
		t.Errorf("history %+v", h)
	}
}

func TestChannels(t *testing.T) {
	x := start(t, bundled(), func(o *Options) { o.ChannelIDs = []string{discordtest.Channel} })
	x.Say(nobody, discordtest.Other, at+"Dairen?", "")
	x.Say(nobody, discordtest.Thread, at+"Dairen?", "")
	x.Say(nobody, discordtest.Direct, at+"Dairen?", "")
	x.mention("Dairen?")
	x.AwaitReplies(discordtest.Thread, 1)
	x.AwaitReplies(discordtest.Direct, 1)
	x.settle()
	if m := x.Replies(discordtest.Other); len(m) > 0 {
		t.Errorf("an answer where none was wanted: %v", m)
	}
}

func TestMentionWhereWritingIsForbidden(t *testing.T) {
	x := start(t, bundled())
	x.Fail(discordtest.Fault{Route: "POST /channels/{channel}/messages", Status: 403, Times: 2})
	x.Say(nobody, discordtest.Channel, at+"Dairen?", "")
	has(t, x.AwaitReplies(discordtest.Direct, 1)[0].Content, "I may not write in that channel")
}

func TestMentionWithoutHistoryPermission(t *testing.T) {
	x := start(t, bundled())
	x.Fail(discordtest.Fault{Route: "POST /channels/{channel}/messages", Status: 400, Times: 1})
	if m := x.mention("Dairen?"); m.ReplyTo != "" {
		t.Errorf("still a reply to %s", m.ReplyTo)
	}
}

func TestLongMentionAnswer(t *testing.T) {
	core := &stub{Core: bundled(), ask: func(_ context.Context, q bot.Question) (*bot.Answer, error) {
		return &bot.Answer{Status: bot.Answered, Statements: []bot.Statement{{Text: wordsText(600)}}}, nil
	}}
	x := start(t, core)
	x.Say(nobody, discordtest.Channel, at+"everything", "")
	m := x.AwaitReplies(discordtest.Channel, 2)
	if m[0].ReplyTo == "" || m[1].ReplyTo != "" {
		t.Errorf("replies to %q, %q", m[0].ReplyTo, m[1].ReplyTo)
	}
}
