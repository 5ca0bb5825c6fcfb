package discord

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
)

// TestManyQuestions asks 200 questions at once, of 200 people.
func TestManyQuestions(t *testing.T) {
	x := start(t, bundled())
	var list []*discordtest.Interaction
	for n := range 200 {
		who := discordtest.Who{User: fmt.Sprint(700000000000000000 + n)}
		list = append(list, x.Command(who, "ask", opt("question", fmt.Sprintf("What did Molotov say about Dairen, %d?", n))))
	}
	var acked []time.Duration
	for _, i := range list {
		has(t, i.Await(1)[0].Content, "“")
		acked = append(acked, i.AckedAfter)
	}
	slices.Sort(acked)
	t.Logf("acknowledged: median %v, p99 %v, most %v", acked[100], acked[197], acked[199])
	if acked[199] > 2*time.Second && !racing { // one is promised, but other tests may take the processors
		t.Errorf("acknowledged after %v", acked[199])
	}
}

// TestBusy asks more than is taken: everybody else is told at once, in private.
func TestBusy(t *testing.T) {
	release := make(chan struct{})
	core := &stub{Core: bundled()}
	core.ask = func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		<-release
		return core.Core.Ask(ctx, q)
	}
	x := start(t, core, func(o *Options) { o.Limits = Limits{Concurrent: 5, UserConcurrent: 2} })
	ask := func(user int) *discordtest.Interaction {
		return x.Command(discordtest.Who{User: fmt.Sprint(700000000000000000 + user)}, "ask", opt("question", "Dairen?"))
	}
	taken := []*discordtest.Interaction{ask(1).First(), ask(1).First()}
	m := ask(1).Await(1)[0]
	has(t, m.Content, "still working on your earlier questions")
	if !m.Ephemeral {
		t.Error("busy in public")
	}
	for user := 2; user < 5; user++ {
		taken = append(taken, ask(user).First())
	}
	has(t, ask(6).Await(1)[0].Content, "busy with many questions")
	x.Say(nobody, discordtest.Channel, at+"Dairen?", "")
	has(t, x.AwaitReplies(discordtest.Channel, 1)[0].Content, "busy with many questions")
	close(release)
	for _, i := range taken {
		has(t, i.Await(1)[0].Content, "“")
	}
	x.settle()
	ask(6).Await(1)
}

func TestUserRate(t *testing.T) {
	x := start(t, bundled(), func(o *Options) { o.Limits = Limits{UserBurst: 3, UserPerMinute: 1} })
	for range 3 {
		has(t, x.Command(nobody, "ask", opt("question", "Dairen?")).Await(1)[0].Content, "“")
	}
	has(t, x.Command(nobody, "ask", opt("question", "Dairen?")).Await(1)[0].Content, "more than I can take from one person")
	has(t, x.Command(discordtest.Who{User: "1"}, "ask", opt("question", "Dairen?")).Await(1)[0].Content, "“")
}

// TestShutdownUnderLoad ends the bot while it works: everything that was
// acknowledged is answered, what comes later is told, and Run returns nil.
func TestShutdownUnderLoad(t *testing.T) {
	release := make(chan struct{})
	core := &stub{Core: bundled()}
	core.ask = func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		<-release
		return core.Core.Ask(ctx, q)
	}
	x := start(t, core)
	var list []*discordtest.Interaction
	for n := range 40 {
		list = append(list, x.Command(discordtest.Who{User: fmt.Sprint(n + 1)}, "ask", opt("question", "Dairen?")))
	}
	for _, i := range list {
		i.First()
	}
	x.Say(nobody, discordtest.Channel, at+"Dairen?", "")
	x.eventually("a mention in hand", func() bool { return x.front.flights.count() == 41 })
	x.stop()
	x.eventually("the shutdown", func() bool { return x.front.Ready() != nil })
	late := x.Command(nobody, "ask", opt("question", "Too late?")).Await(1)[0]
	has(t, late.Content, "being restarted")
	close(release)
	if err := x.end(); err != nil {
		t.Error(err)
	}
	for _, i := range list {
		has(t, i.Await(1)[0].Content, "“")
	}
	has(t, x.AwaitReplies(discordtest.Channel, 1)[0].Content, "“")
	x.eventually("the end of the session", x.Ended)
}

// TestShutdownTooLong ends the bot while a question never ends: the person is
// told, and Run returns.
func TestShutdownTooLong(t *testing.T) {
	core := &stub{Core: bundled(), ask: func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	x := start(t, core, func(o *Options) { o.DrainTime = 50 * time.Millisecond })
	i := x.Command(nobody, "ask", opt("question", "Dairen?"))
	i.First()
	x.stop()
	if err := x.end(); err != nil {
		t.Error(err)
	}
	has(t, i.Await(1)[0].Content, "I had to stop before this was answered")
}

// TestNoGrowth sends mixed traffic and looks whether anything stays behind.
func TestNoGrowth(t *testing.T) {
	x := start(t, bundled(), func(o *Options) { o.Limits = Limits{UserPerMinute: -1, UserBurst: -1, PerSecond: -1} })
	round := func() {
		m := x.Command(nobody, "ask", opt("question", "What did Molotov say about Dairen?")).Await(1)[0]
		x.Press(nobody, m, m.Find("Sources")).Await(1)
		x.Complete(nobody, "quote", discordtest.Option{Name: "passage", Value: "V", Focused: true}).First()
		x.Command(nobody, "ask", opt("question", "")).Await(1)
		x.mention("Dairen?")
		x.settle()
	}
	for range 10 {
		round()
	}
	before := runtime.NumGoroutine()
	for range 25 {
		round()
	}
	x.eventually("no more goroutines than before", func() bool { return runtime.NumGoroutine() <= before+3 })
	if n := len(x.front.rest.gate.windows); n > maxWindows {
		t.Errorf("%d routes remembered", n)
	}
}

func TestAdmission(t *testing.T) {
	now := time.Unix(0, 0)
	a := newAdmission(Limits{Concurrent: 3, PerSecond: 1000, UserConcurrent: 2, UserPerMinute: 60, UserBurst: 2})
	a.now = func() time.Time { return now }
	done, err := a.take("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = a.take("a"); err != nil {
		t.Fatal(err)
	}
	if _, err = a.take("a"); err == nil {
		t.Error("a third at a time")
	}
	done()
	done() // a second call does nothing
	if _, err = a.take("a"); err == nil {
		t.Error("a third in a burst of two")
	}
	now = now.Add(time.Second)
	if _, err = a.take("a"); err != nil {
		t.Error(err)
	}
	if _, err = a.take("b"); err != nil {
		t.Error(err)
	}
	if _, err = a.take("c"); err == nil {
		t.Error("a fourth at a time")
	}
	if a.load() != 3 {
		t.Errorf("%d in hand", a.load())
	}
	for n := range 3 * rememberedUsers {
		now = now.Add(time.Hour)
		a.take(fmt.Sprint("user", n))
	}
	if n := len(a.users); n > rememberedUsers+3 {
		t.Errorf("%d people remembered", n)
	}
}

// TestQuickOrDeferred: a quick answer is the first response itself, a slow one
// is acknowledged first.
func TestQuickOrDeferred(t *testing.T) {
	var slow atomic.Bool
	core := &stub{Core: bundled()}
	release := make(chan struct{})
	core.ask = func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		if slow.Load() {
			<-release
		}
		return core.Core.Ask(ctx, q)
	}
	x := start(t, core)
	x.front.quick = time.Second
	i := x.Command(nobody, "ask", opt("question", "Dairen?"))
	i.Await(1)
	if i.Type != 4 {
		t.Errorf("type %d", i.Type)
	}
	slow.Store(true)
	x.front.quick = time.Millisecond
	i = x.Command(nobody, "ask", opt("question", "Dairen?"), opt("private", true)).First()
	if i.Type != 5 || !i.Ephemeral {
		t.Errorf("type %d, private %v", i.Type, i.Ephemeral)
	}
	close(release)
	has(t, i.Await(1)[0].Content, "“")
}
