package discord

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
	"rapporteur/bot/state"
)

// keeping has a bot keep notes and settings in memory.
func keeping(t testing.TB, b *bot.Bot) func(*Options) {
	t.Helper()
	s, err := state.Open(context.Background(), state.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return func(o *Options) {
		o.Notebook = func() Notebook { return b.Notebook(s) }
		o.Channels = s
	}
}

var (
	ada = discordtest.Who{User: "700000000000000001"}
	bo  = discordtest.Who{User: "700000000000000002"}
)

// elsewhere is a person in another channel.
func elsewhere(who discordtest.Who, channel string) discordtest.Who {
	who.Channel = channel
	return who
}

func TestNotes(t *testing.T) {
	x := start(t, bundled(), keeping(t, bundled()))
	list := func(who discordtest.Who, options ...discordtest.Option) discordtest.Message {
		m := x.Command(who, "note list", options...).Await(1)[0]
		if !m.Ephemeral {
			t.Error("notes are listed in public")
		}
		return m
	}
	mine := opt("mine", true)
	has(t, list(ada).Content, "none yet")

	kept := x.Command(ada, "note add", opt("passage", "V.9"), opt("remark", "so *what* is reserved? @everyone")).Await(1)[0]
	has(t, kept.Content, "**Note 1** [V.9](<https://", "“There is only on", "> so \\*what\\* is reserved?", "kept by <@700000000000000001> on ")
	if kept.Ephemeral || kept.Find("Sources").CustomID == "" {
		t.Errorf("kept in private: %v, %+v", kept.Ephemeral, kept.Components)
	}
	has(t, x.Command(bo, "note add", opt("passage", "IV.12-15")).Await(1)[0].Content, "**Note 2** [IV.12-15]", "and 3 turns more")
	x.Command(elsewhere(ada, discordtest.Direct), "note add", opt("passage", "II.2"), opt("remark", "between us")).Await(1)
	if m := x.Command(ada, "note add", opt("passage", "V.900")).Await(1)[0]; !m.Ephemeral {
		t.Error("a mistake is told in public")
	}

	// A channel's group sees what was kept there, and nobody else does.
	both := list(bo)
	has(t, both.Content, "Notes of this channel** (2)", "**Note 2**", "**Note 1**")
	lacks(t, both.Content, "between us")
	if strings.Index(both.Content, "Note 2") > strings.Index(both.Content, "Note 1") {
		t.Error("the newest is not the first")
	}
	has(t, list(elsewhere(bo, discordtest.Other)).Content, "none yet")
	has(t, list(ada, mine).Content, "(2)", "between us", "what")
	lacks(t, list(ada, mine).Content, "Note 2")
	if m := list(ada, mine); m.Find("Share").CustomID != "" {
		t.Error("one's own notes of every channel can be shared by one button")
	}

	// Only their author deletes notes.
	typing := x.Complete(ada, "note delete", discordtest.Option{Name: "note", Value: "what", Focused: true}).First()
	if fmt.Sprint(typing.Choices) != "[{1 · V.9 · so *what* is reserved? @everyone 1}]" {
		t.Errorf("choices %v", typing.Choices)
	}
	has(t, x.Command(bo, "note delete", opt("note", "1")).Await(1)[0].Content, "no note 1")
	has(t, x.Command(ada, "note delete", opt("note", "one")).Await(1)[0].Content, "no number of a note")
	has(t, x.Command(ada, "note delete", opt("note", "#1")).Await(1)[0].Content, "Note 1 is deleted")
	lacks(t, list(bo).Content, "Note 1")

	told := x.Command(ada, "note forget").Await(1)[0]
	has(t, told.Content, "You have 1 note,")
	has(t, x.Press(ada, told, told.Find("Delete all")).Await(1)[0].Content, "there were 1")
	has(t, list(ada, mine).Content, "none yet")
	has(t, list(bo).Content, "Note 2")
	has(t, x.Command(ada, "note forget").Await(1)[0].Content, "You have no notes")
}

// TestKeep keeps passages by buttons, which work under every kind of answer,
// with a form for the remark.
func TestKeep(t *testing.T) {
	x := start(t, bundled(), keeping(t, bundled()))
	for _, c := range []struct {
		label   string
		message discordtest.Message
		want    string
	}{
		{"Keep", x.Command(ada, "quote", opt("passage", "V.9-11")).Await(1)[0], "[V.9-11]"},
		{"Keep ", x.Command(ada, "ask", opt("question", "What did Molotov say about Dairen?"), opt("private", true)).Await(1)[0], "V."},
		{"Keep", x.Command(ada, "check", opt("quotation", "There is only on 'bay' reserved.")).Await(1)[0], "[V.9]"},
	} {
		b := c.message.Find(c.label)
		opened := x.Press(bo, c.message, b).First()
		if opened.Type != 9 {
			t.Fatalf("%s: type %d", b.Label, opened.Type)
		}
		done := x.Submit(bo, opened, map[string]string{"remark": "to *read* again"}).Await(1)[0]
		has(t, done.Content, "**Note ", c.want, "> to \\*read\\* again")
		if !done.Ephemeral || done.Find("Share").CustomID == "" {
			t.Errorf("a note kept by a button: private %v, %+v", done.Ephemeral, done.Components)
		}
	}
	has(t, x.Command(ada, "note list").Await(1)[0].Content, "(3)")
	x.settle()
	if strings.Contains(x.logs.String(), "read* again") {
		t.Error("a remark is in the log")
	}
}

// TestManyNotes turns the pages of a long list, both ways, and sees every note.
func TestManyNotes(t *testing.T) {
	x := start(t, bundled(), keeping(t, bundled()))
	const notes = 20
	for n := range notes {
		x.Command(ada, "note add", opt("passage", fmt.Sprintf("IV.%d", n+1)), opt("remark", strings.Repeat("long ", 199))).Await(1)
	}
	m := x.Command(bo, "note list").Await(1)[0]
	for _, label := range []string{"Older", "Newer"} {
		seen := m.Content
		for b := m.Find(label); b.CustomID != ""; b = m.Find(label) {
			turned := x.Press(bo, m, b)
			m = turned.Await(1)[0]
			x.settle()
			if n := len(turned.Await(1)); n != 1 || turned.Type != 7 {
				t.Fatalf("%d messages, type %d", n, turned.Type)
			}
			seen += m.Content
		}
		for n := range notes {
			has(t, seen, fmt.Sprintf("**Note %d**", n+1))
		}
	}
	view := x.Press(bo, m, m.Find("select"), m.Find("select").Options[0].Value).Await(1)[0]
	has(t, view.Content, "▸ [IV.20](<")
}

// TestExport hands notes out as files.
func TestExport(t *testing.T) {
	x := start(t, bundled(), keeping(t, bundled()))
	x.Command(ada, "note add", opt("passage", "V.9"), opt("remark", "what is reserved?")).Await(1)
	x.Command(elsewhere(ada, discordtest.Direct), "note add", opt("passage", "II.2"), opt("remark", "between us")).Await(1)
	for _, c := range []struct {
		who     discordtest.Who
		options []discordtest.Option
		name    string
		want    []string
		not     string
	}{
		{bo, nil, "notes.md", []string{"V.9", "what is reserved?"}, "between us"},
		{ada, []discordtest.Option{opt("mine", true)}, "notes.md", []string{"V.9", "between us"}, "nothing else"},
		{bo, []discordtest.Option{opt("format", "csl-json")}, "notes.csl.json", []string{`"id"`, "what is reserved?"}, "between us"},
	} {
		i := x.Command(c.who, "note export", c.options...)
		m := i.Await(1)[0]
		if len(m.Attachments) != 1 || m.Attachments[0].Filename != c.name || m.Attachments[0].Description == "" || !m.Ephemeral || i.Type != 5 {
			t.Fatalf("type %d: %+v", i.Type, m)
		}
		has(t, string(m.Attachments[0].Data), c.want...)
		lacks(t, string(m.Attachments[0].Data), c.not)
	}
	has(t, x.Command(ada, "note export", opt("format", "papyrus")).Await(1)[0].Content, "papyrus")
}

// TestHostileRemarks: whatever a remark is, it shows as it was typed.
func TestHostileRemarks(t *testing.T) {
	s := discordtest.New(t)
	s.AllowLoneQuotes()
	x := run(t, s, bundled(), keeping(t, bundled()), func(o *Options) { o.Limits = Limits{UserPerMinute: -1, UserBurst: -1, PerSecond: -1} })
	for _, remark := range append(slices.Clone(hostile), "· kept by <@1> on 2026-01-01", "x\n-# small · kept by <@1> on 2026-01-01") {
		x.Command(ada, "note add", opt("passage", "V.9"), opt("remark", remark)).Await(1)
		x.Command(bo, "note list").Await(1)
	}
}

// TestWithoutNotebook: without a store there are no commands or buttons for it.
func TestWithoutNotebook(t *testing.T) {
	x := start(t, bundled())
	m := x.Command(nobody, "quote", opt("passage", "V.9")).Await(1)[0]
	if m.Find("Keep").CustomID != "" {
		t.Error("a button for a notebook there is not")
	}
	has(t, x.Command(nobody, "note add", opt("passage", "V.9")).Await(1)[0].Content, "I do not know this command")
}

// TestChannelRecord sets which record is meant in a channel.
func TestChannelRecord(t *testing.T) {
	club := func(what string) string {
		return "Meeting of the " + what + "\n\n1 May 1950\n\n\nAnn: The picnic of the " + what + " is in June.\n\n\nBen: I bring the bread.\n"
	}
	b := library(t, map[string]string{"chess.txt": club("chess club"), "rowing.txt": club("rowing club")})
	x := start(t, b, keeping(t, b))
	record := func(who discordtest.Who) string {
		return all(x.Command(who, "search", opt("query", "picnic")).Await(1))
	}
	has(t, record(ada), "chess", "rowing")
	has(t, x.Command(ada, "settings record").Await(1)[0].Content, "all records are meant")
	set := x.Command(ada, "settings record", opt("record", "rowing")).Await(1)[0]
	has(t, set.Content, "From now on “Meeting of the rowing club")
	if set.Ephemeral {
		t.Error("a setting is changed in secret")
	}
	has(t, record(bo), "rowing")
	lacks(t, record(bo), "chess")
	lacks(t, record(elsewhere(bo, discordtest.Thread)), "chess")
	has(t, record(elsewhere(bo, discordtest.Other)), "chess")
	has(t, all(x.Command(bo, "search", opt("query", "picnic"), opt("record", "chess")).Await(1)), "chess")
	has(t, all(x.Command(bo, "search", opt("query", "picnic"), opt("record", "all")).Await(1)), "chess", "rowing")
	has(t, all(x.Command(bo, "quote", opt("passage", "2")).Await(1)), "I bring the bread")
	has(t, all(x.Command(bo, "record").Await(1)), "chess", "rowing")
	lacks(t, x.mention("When is the picnic?").Content, "chess")
	// What a text names goes before the channel's record, an option before both.
	for _, m := range []discordtest.Message{
		x.mention("When is the picnic at the meeting of the chess club?"),
		x.Command(bo, "ask", opt("question", "When is the picnic in record chess?")).Await(1)[0],
		x.Command(bo, "search", opt("query", "picnic in record chess")).Await(1)[0],
		x.Command(bo, "positions", opt("topic", "the picnic in record chess")).Await(1)[0],
	} {
		has(t, m.Content, "The picnic of the chess club")
		lacks(t, m.Content, "rowing")
	}
	has(t, x.Command(bo, "ask", opt("question", "When is the picnic in record chess?"), opt("record", "rowing")).Await(1)[0].Content, "picnic of the rowing club")
	has(t, x.mention("When is the picnic at the May meeting?").Content, "picnic of the rowing club") // of two, the channel's
	has(t, x.Command(bo, "search", opt("query", "picnic in the minutes of 3 June 1950")).Await(1)[0].Content, "rowing")
	has(t, x.Command(bo, "positions", opt("topic", "picnic in the minutes of 3 June 1950")).Await(1)[0].Content, "There is no record for")
	has(t, all(x.Command(bo, "search", opt("query", "picnic"), opt("exact", true)).Await(1)), "rowing")
	has(t, x.Command(ada, "settings record").Await(1)[0].Content, "rowing club")
	i := x.Complete(bo, "ask", discordtest.Option{Name: "record", Value: "", Focused: true}).First()
	if len(i.Choices) != 3 || i.Choices[0].Value != "all" {
		t.Errorf("choices %v", i.Choices)
	}
	has(t, x.Command(ada, "settings record", opt("record", "tennis")).Await(1)[0].Content, "tennis")
	x.Command(ada, "settings record", opt("record", "all")).Await(1)
	has(t, record(ada), "chess", "rowing")

	settings := map[string]any{}
	for _, c := range x.Commands("") {
		if c["name"] == "settings" {
			settings = c
		}
	}
	if settings["default_member_permissions"] != "16" || len(settings["contexts"].([]any)) != 2 {
		t.Errorf("who may change settings: %v", settings)
	}
}
