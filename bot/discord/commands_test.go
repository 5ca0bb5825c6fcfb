package discord

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
)

// has fails the test where a text lacks something.
func has(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func lacks(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, u := range unwanted {
		if strings.Contains(text, u) {
			t.Errorf("%q in\n%s", u, text)
		}
	}
}

// all joins the contents of messages.
func all(messages []discordtest.Message) string {
	var parts []string
	for _, m := range messages {
		parts = append(parts, m.Content)
	}
	return strings.Join(parts, "\n")
}

func TestCommands(t *testing.T) {
	x := start(t, bundled())
	for _, c := range []struct {
		name    string
		command string
		options []discordtest.Option
		private bool
		want    []string
	}{
		{"private question", "ask", []discordtest.Option{opt("question", "Who will administer Dairen?"), opt("private", true)}, true, []string{"](<https://"}},
		{"narrowed question", "ask", []discordtest.Option{opt("question", "What about railways?"), opt("section", "IV"), opt("speaker", "Soong")}, false, []string{"[IV."}},
		{"abstention", "ask", []discordtest.Option{opt("question", "What did they decide about bananas?")}, false, []string{"**The record does not say.**"}},
		{"search", "search", []discordtest.Option{opt("query", "preeminent interests")}, false, []string{"**1.** [", "Searched: preeminent interests", "“"}},
		{"search in words of a speaker", "search", []discordtest.Option{opt("query", "lease"), opt("speaker", "Molotov")}, false, []string{"**1.** [", "**Molotov**"}},
		{"concordance", "search", []discordtest.Option{opt("query", "sovereignty"), opt("exact", true)}, false, []string{"**“sovereignty”** occurs 5 times.", "-# ", "**sovereignty**", "“… "}},
		{"concordance of a phrase, of one", "search", []discordtest.Option{opt("query", "preeminent interests"), opt("exact", true), opt("speaker", "Molotov")}, false, []string{"occurs", "**Molotov:**"}},
		{"concordance of nothing", "search", []discordtest.Option{opt("query", "bananas"), opt("exact", true)}, false, []string{"**“bananas”** does not occur in the record."}},
		{"concordance of no word", "search", []discordtest.Option{opt("query", "…"), opt("exact", true)}, true, []string{"There is no word to look for"}},
		{"reference", "quote", []discordtest.Option{opt("passage", "V.9")}, false, []string{"> [V.9](<https://", "**Molotov**", "> There is only on"}},
		{"reference in brackets", "quote", []discordtest.Option{opt("passage", "[V.9]")}, false, []string{"> [V.9](<"}},
		{"range", "quote", []discordtest.Option{opt("passage", "V.9-11")}, false, []string{"[V.9](<", "[V.10](<", "[V.11](<"}},
		{"words", "quote", []discordtest.Option{opt("passage", "preeminent interests of Soviet")}, false, []string{"has these words", "preeminent interests", "[V.13](<"}},
		{"other words", "quote", []discordtest.Option{opt("passage", "who pays for the coal mines and railways")}, false, []string{"fits these words best"}},
		{"reference there is not", "quote", []discordtest.Option{opt("passage", "V.900")}, true, []string{"V ends at V"}},
		{"line nobody is named for", "quote", []discordtest.Option{opt("passage", "I.14")}, false, []string{"Rest to draft"}},
		{"outline", "record", nil, false, []string{"Record of a Meeting", "IV. Railways", "**Sections**", "page of the archive"}},
		{"unknown record", "record", []discordtest.Option{opt("record", "nothing")}, true, []string{"There is no record"}},
		{"help", "help", nil, true, []string{"</ask:", "</quote:", "I keep no text"}},
		{"true quotation", "check", []discordtest.Option{opt("quotation", "There is only on 'bay' reserved.")}, false, []string{"Verbatim", "[V.9](<"}},
		{"false quotation", "check", []discordtest.Option{opt("quotation", "The moon is made of green cheese and belongs to China.")}, false, []string{"Absent"}},
		{"summary of a section", "summary", []discordtest.Option{opt("section", "IV")}, false, []string{"**IV. Railways**", "• ", "](<https://"}},
		{"summary of all", "summary", nil, false, []string{"**I. Draft Treaty**", "**VI. Port Arthur**", "Shortened"}},
		{"summary of nothing", "summary", []discordtest.Option{opt("section", "XL")}, true, []string{"XL"}},
		{"positions", "positions", []discordtest.Option{opt("topic", "Dairen")}, false, []string{"**Soong", "**Molotov", "[V."}},
		{"no positions", "positions", []discordtest.Option{opt("topic", "bananas")}, false, []string{"The record does not say"}},
		{"archival citation", "cite", []discordtest.Option{opt("style", "chicago")}, false, []string{"**Bibliography**", "```\n"}},
		{"citation of a passage", "cite", []discordtest.Option{opt("style", "bibtex"), opt("reference", "V.9")}, false, []string{"V.9"}},
		{"unknown style", "cite", []discordtest.Option{opt("style", "oral")}, true, []string{"chicago"}},
		{"unknown command", "dance", nil, true, []string{"I do not know this command"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := x.Command(nobody, c.command, c.options...)
			i.Await(1)
			x.settle()
			m := i.Await(1)
			has(t, all(m), c.want...)
			if m[0].Ephemeral != c.private {
				t.Errorf("private: %v", m[0].Ephemeral)
			}
		})
	}
}

func TestMenus(t *testing.T) {
	x := start(t, bundled())
	for name, c := range map[string]struct {
		menu, content string
		extra         map[string]any
		want          string
	}{
		"quotation":  {menuCheck, "Molotov said “There is only on 'bay' reserved.” <@400000000000000001>", nil, "Verbatim"},
		"several":    {menuCheck, "“There is only on 'bay' reserved.” and “Mars is ours, said the spider.”", nil, "Absent"},
		"no text":    {menuCheck, "", nil, "no text that I can read"},
		"find":       {menuFind, "they talked of the lease of Port Arthur", nil, "**1.** ["},
		"find blank": {menuFind, "<@400000000000000001>", nil, "no text that I can read"},
		"find long":  {menuFind, strings.Repeat("Port Arthur and Dairen. ", 160), nil, "**1.** ["},
		"components of a later Discord": {menuFind, "Dairen", map[string]any{"components": []any{map[string]any{"type": 99, "x": 1}}},
			"**1.** ["},
	} {
		t.Run(name, func(t *testing.T) {
			i := x.Menu(nobody, c.menu, c.content, c.extra)
			m := i.Await(1)
			has(t, all(m), c.want)
			if !m[0].Ephemeral {
				t.Error("a menu answers in public")
			}
		})
	}
}

func TestCompletion(t *testing.T) {
	x := start(t, bundled())
	typing := func(name, value string) discordtest.Option {
		return discordtest.Option{Name: name, Value: value, Focused: true}
	}
	for _, c := range []struct {
		command string
		option  discordtest.Option
		want    string
		n       int
	}{
		{"quote", typing("passage", ""), "I. Draft Treaty", 2},
		{"quote", typing("passage", "V.9"), "V.9 Molotov: There is only", 1},
		{"quote", typing("passage", "preeminent interests"), "V.13", 1},
		{"quote", typing("passage", "V"), "V.1 ", 10},
		{"quote", typing("passage", strings.Repeat("x", 6000)), "", 0},
		{"ask", typing("section", "rail"), "IV. Railways", 1},
		{"ask", typing("record", "soong"), "1945-07-10", 1},
		{"ask", typing("speaker", "mol"), "Molotov", 1},
		{"ask", typing("question", "anything"), "", 0},
		{"search", typing("query", "x"), "", 0},
		{"nothing", typing("x", "x"), "", 0},
	} {
		t.Run(fmt.Sprint(c.command, c.option.Name, shorten(c.option.Value.(string), 20)), func(t *testing.T) {
			i := x.Complete(nobody, c.command, c.option).First()
			if i.Type != 8 || len(i.Choices) < c.n || c.n == 0 && c.want == "" && len(i.Choices) > 25 {
				t.Fatalf("type %d, choices %v", i.Type, i.Choices)
			}
			if c.want != "" && !strings.Contains(i.Choices[0].Name, c.want) {
				t.Errorf("first choice %q", i.Choices[0].Name)
			}
		})
	}
}

// TestLongPassage quotes a section that takes more messages than one reply may
// have, and reads on with the button until it ends.
func TestLongPassage(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("A Long Meeting\n\n1 May 1950\n\n\nI. Everything\n")
	const turns = 60
	for n := range turns {
		fmt.Fprintf(&text, "\n\n%s: Turn number %d begins here. %s And so it ends.\n", []string{"Ada", "Bo"}[n%2], n+1, strings.Repeat("We spoke of *many* things @everyone. ", 10))
	}
	x := start(t, library(t, map[string]string{"long.txt": text.String()}))
	messages := x.Command(nobody, "quote", opt("passage", "I")).Await(passageMessages)
	x.settle()
	seen := all(messages)
	for range 20 {
		next := messages[len(messages)-1].Find("Continue")
		if next.CustomID == "" {
			break
		}
		i := x.Press(nobody, messages[len(messages)-1], next)
		i.Await(1)
		x.settle()
		messages = i.Await(1)
		if len(messages) > passageMessages || !messages[0].Ephemeral {
			t.Errorf("%d messages, private %v", len(messages), messages[0].Ephemeral)
		}
		seen += "\n" + all(messages)
	}
	for n := range turns {
		if c := strings.Count(seen, fmt.Sprintf("Turn number %d begins", n+1)); c != 1 {
			t.Errorf("turn %d is shown %d times", n+1, c)
		}
	}
}

// TestLongTurn quotes a turn longer than any message, and reads it in context
// page by page.
func TestLongTurn(t *testing.T) {
	t.Parallel()
	var long strings.Builder
	for n := range 200 {
		fmt.Fprintf(&long, "Sentence %d is about **railways** and [ports]. ", n)
	}
	text := "A Speech\n\n1 May 1950\n\n\nI. The Speech\n\n\nAda: Before.\n\n\nBo: " + long.String() + "\n\n\nAda: After.\n"
	x := start(t, library(t, map[string]string{"speech.txt": text}))
	i := x.Command(nobody, "quote", opt("passage", "I.2"))
	i.Await(2)
	x.settle()
	messages := i.Await(2)
	if len(messages) > maxMessages {
		t.Errorf("%d messages", len(messages))
	}
	last := messages[len(messages)-1]
	view := x.Press(nobody, last, last.Find("In context")).Await(1)[0]
	seen := ""
	pages := 0
	for {
		seen += view.Content
		pages++
		on := view.Find("Later")
		if on.CustomID == "" || pages > 40 {
			break
		}
		view = x.Press(nobody, view, on).Await(1)[0]
	}
	for n := range 200 {
		if !strings.Contains(seen, fmt.Sprintf("Sentence %d is", n)) {
			t.Errorf("sentence %d is missing", n)
		}
	}
	has(t, seen, "After.")
	for back := view.Find("Earlier"); back.CustomID != "" && pages > 0; back = view.Find("Earlier") {
		view = x.Press(nobody, view, back).Await(1)[0]
		pages--
	}
	has(t, view.Content, "Before.")
}

func TestLongAnswerOfUserApp(t *testing.T) {
	core := &stub{Core: bundled(), ask: func(_ context.Context, q bot.Question) (*bot.Answer, error) {
		a := &bot.Answer{Status: bot.Answered, Mode: bot.Generated}
		for n := range 80 {
			a.Statements = append(a.Statements, bot.Statement{Text: fmt.Sprintf("Statement %d. ", n) + wordsText(30), Citations: []int{0}})
		}
		a.Citations = []bot.Citation{{Record: "r", Ref: "V.9", Quote: "x", Text: "x", URL: "https://a.example/doc#:~:text=x"}}
		return a, nil
	}}
	x := start(t, core)
	i := x.Command(discordtest.Who{UserOnly: true}, "ask", opt("question", "everything?"))
	i.Await(maxMessages)
	x.settle()
	m := i.Await(maxMessages)
	has(t, m[len(m)-1].Content, "too long to be shown in full")
}

func TestFailuresAreTold(t *testing.T) {
	var fail func(ctx context.Context) error
	core := &stub{Core: bundled(), ask: func(ctx context.Context, q bot.Question) (*bot.Answer, error) { return nil, fail(ctx) }}
	x := start(t, core, func(o *Options) { o.AnswerTime = 20 * time.Millisecond })
	for name, c := range map[string]struct {
		fail func(ctx context.Context) error
		want string
	}{
		"user's mistake": {func(context.Context) error {
			return &bot.UserError{Problem: "the question is empty", Hint: "ask *something*"}
		}, "The question is empty."},
		"own mistake": {func(context.Context) error { return fmt.Errorf("model: %w on xyzzy question", errBroken) }, "Something went wrong on my side"},
		"panic":       {func(context.Context) error { panic("xyzzy question") }, "Something went wrong on my side"},
		"too long":    {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, "took longer"},
	} {
		t.Run(name, func(t *testing.T) {
			fail = c.fail
			m := x.Command(nobody, "ask", opt("question", "xyzzy question")).Await(1)[0]
			has(t, m.Content, c.want)
			if !m.Ephemeral {
				t.Error("a failure is told in public")
			}
			has(t, x.mention("xyzzy question").Content, c.want)
			x.settle()
		})
	}
	if !errors.Is(errBroken, errBroken) || !strings.Contains(x.logs.String(), "broken") {
		t.Error("the operator does not learn what broke")
	}
}

// mention asks in the channel and returns the reply.
func (x *fixture) mention(text string) discordtest.Message {
	x.t.Helper()
	return x.say(discordtest.Channel, "<@"+discordtest.BotID+"> "+text, "")
}

// say has somebody write what the bot answers, waits until it has, and returns
// the first message of the answer.
func (x *fixture) say(channel, text, replyTo string) discordtest.Message {
	x.t.Helper()
	n := len(x.Replies(channel))
	x.Say(nobody, channel, text, replyTo)
	m := x.AwaitReplies(channel, n+1)[n]
	x.settle()
	return m
}
