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
		m := x.say(channel, at+"  what of <@!400000000000000009> Dairen @everyone?", "")
		has(t, m.Content, "“", "](<https://")
		lacks(t, m.Content, "Asked:")
		if m.ReplyTo == "" {
			t.Errorf("%s: no reply to the question", channel)
		}
		if got := asked().Text; got != "what of Dairen @everyone?" {
			t.Errorf("asked %q", got)
		}
		has(t, all(x.Press(nobody, m, m.Find("Sources")).Await(1)), "> [")
	}
	x.say(discordtest.Direct, "And in direct messages without a mention: Dairen?", "")
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
	second := x.say(discordtest.Channel, at+"And about Port Arthur?", first.ID)
	h := asked().History
	if len(h) != 1 || h[0].Question != "What did Molotov say about Dairen?" || !strings.Contains(h[0].Answer, "Molotov: “") || strings.Contains(h[0].Answer, "https:") {
		t.Errorf("history %+v", h)
	}
	x.say(discordtest.Channel, "why?", second.ID) // the reply pings
	if h := asked().History; len(h) != 2 || h[1].Question != "And about Port Arthur?" {
		t.Errorf("history %+v", h)
	}

	// In a thread, without replying.
	x.say(discordtest.Thread, at+"Who was to own the railways?", "")
	if h := asked().History; len(h) != 0 {
		t.Errorf("history %+v", h)
	}
	x.Say(nobody, discordtest.Thread, "chat between people", "")
	x.say(discordtest.Thread, at+"And for how long?", "")
	if h := asked().History; len(h) != 1 || h[0].Question != "Who was to own the railways?" {
		t.Errorf("history %+v", h)
	}

	// Where earlier messages cannot be read the question stands alone.
	x.Fail(discordtest.Fault{Route: "GET /channels/{channel}/messages", Status: 403})
	x.say(discordtest.Thread, at+"And the ports?", "")
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
