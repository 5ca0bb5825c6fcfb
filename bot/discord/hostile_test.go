package discord

import (
	"strings"
	"testing"

	"rapporteur/bot/discord/discordtest"
)

// TestHostileQuestions asks what people ask who try things, in every way there
// is to ask. The fake fails the test for anything unsafe that comes back.
func TestHostileQuestions(t *testing.T) {
	t.Parallel()
	x := start(t, bundled(), func(o *Options) { o.Limits = Limits{UserBurst: -1, UserPerMinute: -1, PerSecond: -1} })
	x.AllowLoneQuotes()
	questions := append([]string{
		strings.Repeat("Port Arthur @everyone **and** [Dairen](https://evil.example) ", 100)[:6000],
		wordsText(1200)[:6000], strings.Repeat("🙂", 1500), "", "   ", "🙂🙃👩‍👩‍👧‍👦", "ماذا قال مولوتوف عن داليان؟", "莫洛托夫对大连说了什么？",
		"<@1> <@&2> <#3> @here", "`V.9` [V.9] > V.9", "“", "\u202eDairen", "???", "V.9", "1", ".", "\x00", "{{}} %s %d ${x}",
	}, hostile...)
	for n, q := range questions {
		var list []*discordtest.Interaction
		ways := map[string]string{"ask": "question", "search": "query", "quote": "passage", "record": "record"}
		if n%2 == 0 {
			ways["check"], ways["summary"], ways["positions"], ways["cite"] = "quotation", "section", "topic", "reference"
		}
		for command, option := range ways {
			list = append(list, x.Command(nobody, command, opt(option, q)))
		}
		list = append(list, x.Menu(nobody, []string{menuFind, menuCheck}[n%2], q, nil))
		for _, o := range []string{"section", "speaker", "record"} {
			if n%3 == 0 {
				list = append(list, x.Command(nobody, "ask", opt("question", "Dairen?"), opt(o, q)))
			}
			x.Complete(nobody, "ask", discordtest.Option{Name: o, Value: q, Focused: true}).First()
		}
		x.Complete(nobody, "quote", discordtest.Option{Name: "passage", Value: q, Focused: true}).First()
		x.mention(q)
		for _, i := range list {
			i.Await(1)
		}
		x.settle()
	}
}

// TestHostileRecord reads a record that tries things itself.
func TestHostileRecord(t *testing.T) {
	var b strings.Builder
	b.WriteString("A *Hostile* @everyone Record\n\n1 May 1950\n\n\nI. **Bold** <@1> [title](https://evil.example)\n")
	for n, h := range hostile {
		if h = strings.Join(strings.Fields(clean(h)), " "); h != "" {
			b.WriteString("\n\n" + []string{"Ada", "Bo"}[n%2] + ": Harbour " + strings.ReplaceAll(h, "“", "") + "\n")
		}
	}
	x := start(t, library(t, map[string]string{"hostile.txt": b.String()}))
	m := x.Command(nobody, "quote", opt("passage", "I"))
	m.Await(1)
	x.settle()
	for _, page := range m.Await(1) {
		for _, label := range []string{"In context", "Quote", "Continue"} {
			if c := page.Find(label); c.CustomID != "" {
				x.Press(nobody, page, c).Await(1)
			}
		}
	}
	x.Command(nobody, "search", opt("query", "harbour")).Await(1)
	x.Command(nobody, "ask", opt("question", "harbour?")).Await(1)
	x.Command(nobody, "record").Await(1)
	x.Complete(nobody, "quote", discordtest.Option{Name: "passage", Value: "harbour", Focused: true}).First()
}
