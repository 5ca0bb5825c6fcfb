package discord

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
)

// writing is a core whose answers grow: each value sent to next is one more
// statement, and closing it ends the answer.
func writing() (*stub, chan string) {
	core := &stub{Core: bundled()}
	next := make(chan string)
	core.ask = func(_ context.Context, q bot.Question) (*bot.Answer, error) {
		a := &bot.Answer{Question: q.Text, Status: bot.Answered, Mode: bot.Generated,
			Citations: []bot.Citation{{Record: "soong-molotov-1945-07-10", Ref: "V.9", Quote: "There is only on", Text: "There is only on", URL: "https://a.example/doc#:~:text=x"}}}
		for text := range next {
			a.Statements = append(a.Statements, bot.Statement{Text: text, Citations: []int{0}})
			q.Progress(a)
		}
		a.Notes = []string{"This was the end."}
		return a, nil
	}
	return core, next
}

// TestGrowingAnswer: a deferred answer shows its verified statements as they
// come, no faster than edits are allowed, and in the end the whole of it with
// its buttons. A mention is answered in the same way.
func TestGrowingAnswer(t *testing.T) {
	const gap = 60 * time.Millisecond
	for name, c := range map[string]struct {
		ask  func(x *fixture) func() []discordtest.Message
		want string
	}{
		"command": {func(x *fixture) func() []discordtest.Message {
			i := x.Command(nobody, "ask", opt("question", "Dairen?"))
			return func() []discordtest.Message { return i.Await(1) }
		}, "-# Asked: Dairen?\n"},
		"mention": {func(x *fixture) func() []discordtest.Message {
			x.Say(nobody, discordtest.Channel, at+"Dairen?", "")
			return func() []discordtest.Message { return x.AwaitReplies(discordtest.Channel, 1) }
		}, ""},
		"private": {func(x *fixture) func() []discordtest.Message {
			i := x.Command(nobody, "ask", opt("question", "Dairen?"), opt("private", true))
			return func() []discordtest.Message { return i.Await(1) }
		}, "-# Asked: Dairen?\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			core, next := writing()
			x := start(t, core)
			x.front.quick, x.front.editEvery = time.Millisecond, gap
			x.SetEditGap(gap - 5*time.Millisecond)
			answer := c.ask(x)
			next <- "The port was to be free."
			m := answer()[0]
			if want := c.want + "The port was to be free. [V.9](<https://a.example/doc#:~:text=x>)\n\n-# " + stillWriting; m.Content != want {
				t.Errorf("at first:\n%s\nwant\n%s", m.Content, want)
			}
			if len(m.Components) > 0 {
				t.Error("an unfinished answer has components")
			}
			for n := range 20 {
				next <- fmt.Sprintf("Statement %d.", n)
			}
			close(next)
			x.settle()
			messages := answer()
			m = messages[0]
			has(t, m.Content, "Statement 0.", "Statement 19.", "This was the end.", "Worded by a language model")
			lacks(t, m.Content, "Still writing")
			if len(messages) != 1 || m.Find("Sources").CustomID == "" {
				t.Errorf("%d messages, the last with %+v", len(messages), m.Components)
			}
			if n := len(m.Shown); n > 4 {
				t.Errorf("shown %d times", n)
			}
		})
	}
}

// TestGrowingTooLong: of a part that does not fit into a message the beginning
// is shown, and parts that Discord does not take do not keep the answer back.
func TestGrowingTooLong(t *testing.T) {
	core, next := writing()
	x := start(t, core)
	x.front.quick, x.front.editEvery = time.Millisecond, 5*time.Millisecond
	i := x.Command(nobody, "ask", opt("question", "Dairen?"))
	for n := range 60 {
		next <- fmt.Sprintf("Statement %d %s.", n, wordsText(10))
	}
	has(t, i.Await(1)[0].Content, "Statement 0", stillWriting)
	close(next)
	x.settle()
	has(t, all(i.Await(3)), "Statement 59")

	core, next = writing()
	y := start(t, core)
	y.front.quick, y.front.editEvery = time.Millisecond, time.Millisecond
	y.Fail(discordtest.Fault{Route: "PATCH /webhooks", Status: 400, Times: 1})
	y.Fail(discordtest.Fault{Route: "POST /channels/{channel}/messages", Status: 400, Times: 2})
	i = y.Command(nobody, "ask", opt("question", "Dairen?"))
	next <- "The port was to be free."
	close(next)
	y.settle()
	has(t, i.Await(1)[0].Content, "The port was to be free.", "Worded by")
}

// TestGrowingAnswerDeleted: somebody deletes the message that shows a part; the
// answer is posted anew.
func TestGrowingAnswerDeleted(t *testing.T) {
	core, next := writing()
	x := start(t, core)
	x.front.editEvery = time.Millisecond
	x.Say(nobody, discordtest.Channel, at+"Dairen?", "")
	next <- "The port was to be free."
	x.Delete(x.AwaitReplies(discordtest.Channel, 1)[0].ID)
	close(next)
	x.settle()
	has(t, x.AwaitReplies(discordtest.Channel, 1)[0].Content, "The port was to be free.", "Worded by")
}

// TestAskers: the core knows who asks, however they do.
func TestAskers(t *testing.T) {
	var mu sync.Mutex
	var askers []string
	core := &stub{Core: bundled()}
	core.ask = func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		core.askers(q.Asker)
		return core.Core.Ask(ctx, q)
	}
	core.askers = func(who string) {
		mu.Lock()
		defer mu.Unlock()
		askers = append(askers, who)
	}
	x := start(t, core)
	ada, bo := discordtest.Who{User: "700000000000000001"}, discordtest.Who{User: "700000000000000002"}
	x.Command(ada, "ask", opt("question", "Dairen?")).Await(1)
	x.Say(bo, discordtest.Channel, at+"Dairen?", "")
	x.AwaitReplies(discordtest.Channel, 1)
	x.Command(discordtest.Who{User: ada.User, Direct: true}, "ask", opt("question", "Dairen?")).Await(1)
	x.Command(bo, "summary", opt("section", "IV")).Await(1)
	x.Command(ada, "positions", opt("topic", "Dairen")).Await(1)
	x.settle()
	if got := strings.Join(askers, " "); got != strings.Join([]string{ada.User, bo.User, ada.User, bo.User, ada.User}, " ") {
		t.Errorf("askers %s", got)
	}
}
