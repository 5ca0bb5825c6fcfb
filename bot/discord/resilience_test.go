package discord

import (
	"errors"
	"strings"
	"testing"
	"time"

	"rapporteur/bot/discord/discordtest"
)

// TestFaults asks while Discord's REST API fails in every way, and gets every
// answer, once.
func TestFaults(t *testing.T) {
	const callback, edit, post = "POST /interactions", "PATCH /webhooks", "POST /channels/{channel}/messages"
	ms := time.Millisecond
	for name, f := range map[string]discordtest.Fault{
		"callback 500":               {Route: callback, Status: 500, Times: 2},
		"callback 502":               {Route: callback, Status: 502, Times: 2},
		"callback 503, done":         {Route: callback, Status: 503, Times: 1, Done: true},
		"callback 429":               {Route: callback, Status: 429, Times: 1, RetryAfter: 30 * ms},
		"callback cut before":        {Route: callback, Cut: true, Times: 1},
		"callback cut after":         {Route: callback, Cut: true, Times: 1, Done: true},
		"callback slow":              {Route: callback, Delay: 300 * ms},
		"edit 500":                   {Route: edit, Status: 500, Times: 3},
		"edit 502":                   {Route: edit, Status: 502, Times: 3},
		"edit 429":                   {Route: edit, Status: 429, Times: 2, RetryAfter: 20 * ms},
		"edit global 429":            {Route: edit, Status: 429, Times: 1, RetryAfter: 20 * ms, Global: true},
		"edit cut after":             {Route: edit, Cut: true, Times: 2, Done: true},
		"edit slow":                  {Route: edit, Delay: 200 * ms},
		"post 500":                   {Route: post, Status: 500, Times: 2},
		"post 502, done":             {Route: post, Status: 502, Times: 2, Done: true},
		"post 429":                   {Route: post, Status: 429, Times: 2, RetryAfter: 20 * ms},
		"post cut after":             {Route: post, Cut: true, Times: 2, Done: true},
		"every third request 500":    {Status: 500, Every: 3},
		"every fourth request 429":   {Status: 429, Every: 4, RetryAfter: 10 * ms},
		"every third connection cut": {Cut: true, Every: 3, Done: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := start(t, bundled())
			x.Fail(f)
			quick := x.Command(nobody, "ask", opt("question", "What did Molotov say about Dairen?"))
			x.mention("What did Soong say about Dairen?")
			has(t, quick.Await(1)[0].Content, "“")
			x.settle()
			x.front.quick = 0 // from here on everything is acknowledged first
			slow := x.Command(nobody, "ask", opt("question", "What did Molotov say about railways?"))
			has(t, slow.Await(1)[0].Content, "“")
			if slow.Type != 5 {
				t.Errorf("type %d", slow.Type)
			}
			x.settle()
			seen := make(map[string]bool)
			for _, m := range x.Replies(discordtest.Channel) {
				if seen[m.Content] {
					t.Errorf("posted twice: %s", m.Content)
				}
				seen[m.Content] = true
			}
		})
	}
}

// TestLostContinuation loses the confirmation of a follow-up: it is not posted
// twice, and the person is told.
func TestLostContinuation(t *testing.T) {
	x := start(t, bundled())
	x.Fail(discordtest.Fault{Route: "POST /webhooks", Cut: true, Done: true, Times: 1})
	i := x.Command(nobody, "quote", opt("passage", "IV"))
	i.Await(3)
	x.settle()
	m := i.Await(3)
	has(t, m[len(m)-1].Content, "may be missing")
}

func TestRefusedAnswer(t *testing.T) {
	x := start(t, bundled())
	x.Fail(discordtest.Fault{Route: "POST /interactions", Status: 400, Times: 1})
	has(t, x.Command(nobody, "ask", opt("question", "Dairen?")).Await(1)[0].Content, "Discord did not take my answer")
	x.Fail(discordtest.Fault{Route: "POST /channels/{channel}/messages", Status: 400, Times: 2})
	has(t, x.mention("Dairen?").Content, "Discord did not take my answer")
}

// TestGateway breaks the gateway's connection in every way and asks again; what
// was asked in between is answered too where the session is resumed.
func TestGateway(t *testing.T) {
	for name, c := range map[string]struct {
		breaks  func(x *fixture)
		resumed bool
	}{
		"dropped":           {func(x *fixture) { x.Drop() }, true},
		"operation 7":       {func(x *fixture) { x.Reconnect() }, true},
		"closed with 4000":  {func(x *fixture) { x.CloseWith(4000) }, true},
		"closed with 1001":  {func(x *fixture) { x.CloseWith(1001) }, true},
		"closed with 4009":  {func(x *fixture) { x.CloseWith(4009) }, false},
		"operation 9":       {func(x *fixture) { x.Invalidate(false) }, false},
		"operation 9, true": {func(x *fixture) { x.Invalidate(true) }, true},
		"resume refused":    {func(x *fixture) { x.RefuseResumes(1); x.Drop() }, false},
		"mute, then dropped": {func(x *fixture) {
			x.SetMute(true)
			x.Drop()
			x.Await("a mute connection", func() bool { return true })
			x.eventually("loss", func() bool { return x.front.Ready() != nil })
			x.SetMute(false)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t)
			x := run(t, s, bundled())
			x.Command(nobody, "ask", opt("question", "Dairen?")).Await(1)
			c.breaks(x)
			if c.resumed {
				x.Command(nobody, "ask", opt("question", "Dairen in between?")).Await(1)
			}
			x.eventually("another session", func() bool {
				began, resumed := x.Sessions()
				return (began == 1 && resumed > 0) == c.resumed && began+resumed > 1
			})
			x.AwaitConnected(1)
			x.awaitReady()
			has(t, x.Command(nobody, "ask", opt("question", "Dairen afterwards?")).Await(1)[0].Content, "“")
			x.mention("Dairen?")
		})
	}
}

// TestLostHeartbeat stops answering heartbeats: the bot notices within two
// intervals and resumes.
func TestLostHeartbeat(t *testing.T) {
	s := discordtest.New(t)
	s.SetHeartbeat(100 * time.Millisecond)
	x := run(t, s, bundled())
	x.eventually("heartbeats", func() bool { return s.Heartbeats() >= 2 })
	s.SetDeaf(true)
	began := time.Now()
	x.eventually("a resumed session", func() bool { _, n := s.Sessions(); return n > 0 })
	if d := time.Since(began); d > time.Second {
		t.Errorf("noticed after %v", d)
	}
	s.SetDeaf(false)
	x.Command(nobody, "ask", opt("question", "Dairen?")).Await(1)
	x.awaitReady()
}

func TestWrongToken(t *testing.T) {
	x := prepare(t, discordtest.New(t), bundled(), func(o *Options) { o.Token = "wrong" })
	err := x.front.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "does not accept the token") {
		t.Errorf("error %v", err)
	}
}

// TestRefusedByGateway: a close code that cannot be waited out ends the bot.
func TestRefusedByGateway(t *testing.T) {
	x := start(t, bundled())
	x.CloseWith(4014)
	var fatal *fatalError
	if err := x.end(); !errors.As(err, &fatal) || !strings.Contains(err.Error(), "intents") {
		t.Errorf("error %v", err)
	}
}

// TestStartWhileDiscordIsDown starts before Discord answers.
func TestStartWhileDiscordIsDown(t *testing.T) {
	s := discordtest.New(t)
	s.Fail(discordtest.Fault{Route: "GET /users/@me", Status: 503, Times: 8})
	s.Fail(discordtest.Fault{Route: "GET /applications/{app}/commands", Status: 500, Times: 8})
	x := prepare(t, s, bundled())
	if err := x.front.Ready(); err == nil {
		t.Error("ready before the start")
	}
	x.begin()
	x.awaitReady()
	x.Command(nobody, "help").Await(1)
}

func TestShards(t *testing.T) {
	s := discordtest.New(t)
	s.SetShards(3)
	s.SetIdentifyGap(40 * time.Millisecond)
	x := prepare(t, s, bundled())
	x.front.timing.identify = 50 * time.Millisecond
	x.begin()
	s.AwaitConnected(3)
	x.awaitReady()
	x.Command(nobody, "help").Await(1)
	x.Drop()
	x.eventually("three resumed sessions", func() bool { _, n := s.Sessions(); return n == 3 })
}

func TestDuplicateEvents(t *testing.T) {
	x := start(t, bundled())
	x.Command(nobody, "help").Await(1)
	x.mention("Dairen?")
	x.settle()
	before := len(x.Requests())
	x.Repeat()
	x.Command(nobody, "help").Await(1)
	x.settle()
	if n := len(x.Requests()) - before; n != 1 {
		t.Errorf("%d requests after events came again", n)
	}
}
