package discord

import (
	"strings"
	"testing"

	"rapporteur/bot/discord/discordtest"
	"rapporteur/corpus"
)

func TestComponents(t *testing.T) {
	x := start(t, bundled())
	m := x.Command(nobody, "ask", opt("question", "What did Molotov say about Dairen?"), opt("private", true)).Await(1)[0]

	sources := x.Press(nobody, m, m.Find("Sources")).Await(1)
	has(t, sources[0].Content, "> [V.", "**Molotov**")
	if !sources[0].Ephemeral {
		t.Error("sources are shown in public")
	}

	quoted := x.Press(nobody, m, m.Find("Quote")).Await(1)[0]
	has(t, quoted.Content, "```\n“", "— Molotov, V.", "https://digitalarchive")

	pick := m.Find("select")
	if len(pick.Options) < 2 {
		t.Fatalf("options %v", pick.Options)
	}
	passage := x.Command(nobody, "quote", opt("passage", "V.9")).Await(1)[0]
	cited := x.Press(nobody, passage, passage.Find("Cite")).Await(1)[0]
	has(t, cited.Content, "**Bibliography**", "passage V.9")
	restyled := x.Press(nobody, cited, cited.Find("select"), "bibtex")
	has(t, restyled.Await(1)[0].Content, "@", "V.9")
	if restyled.Type != 7 || !cited.Ephemeral {
		t.Errorf("type %d, private %v", restyled.Type, cited.Ephemeral)
	}

	view := x.Press(nobody, m, pick, "V.9").Await(1)[0]
	has(t, view.Content, "▸ [V.9](<", "**V. ")
	before := x.Press(nobody, view, view.Find("Earlier"))
	if b := before.Await(1)[0]; before.Type != 7 || strings.Contains(b.Content, "V.9](") {
		t.Errorf("type %d: %s", before.Type, b.Content)
	}
	after := x.Press(nobody, view, view.Find("Later")).Await(1)[0]
	has(t, after.Content, "[V.13](<")

	share := x.Press(nobody, m, m.Find("Share"))
	shared := share.Await(1)[0]
	has(t, shared.Content, m.Content, "Shared by Ada \\*L\\*")
	if shared.Ephemeral || shared.Find("Share").CustomID != "" || shared.Find("Sources").CustomID == "" {
		t.Errorf("shared: private %v, components %+v", shared.Ephemeral, shared.Components)
	}

	outline := x.Command(nobody, "record").Await(1)[0]
	pick = outline.Find("select")
	has(t, all(x.Press(nobody, outline, pick, "III").Await(1)), "[III.1](<")
	pick = outline.Components[1].Components[0]
	has(t, all(x.Press(nobody, outline, pick, "III").Await(1)), "**III. ", "• ")
}

// TestPicture: a record comes with its picture and a text for those who do not
// see it, and without where it cannot be drawn.
func TestPicture(t *testing.T) {
	broken, drawn := false, 0
	x := start(t, bundled(), func(o *Options) {
		o.Picture = func(r *corpus.Record) ([]byte, string, error) {
			if drawn++; broken {
				return nil, "", errBroken
			}
			return []byte("\x89PNG"), "Turns of " + r.ID + strings.Repeat(" and so on", 200), nil
		}
	})
	i := x.Command(nobody, "record")
	m := i.Await(1)[0]
	if len(m.Attachments) != 1 || m.Attachments[0].Type != "image/png" || i.Type != 5 {
		t.Fatalf("type %d, files %+v", i.Type, m.Attachments)
	}
	has(t, m.Attachments[0].Description, "Turns of soong-molotov")
	has(t, m.Content, "**Sections**")
	x.Command(nobody, "record").Await(1)
	if drawn != 1 {
		t.Errorf("drawn %d times", drawn)
	}
	broken = true
	x.front.drawings.kept = nil
	if m := x.Command(nobody, "record").Await(1)[0]; len(m.Attachments) != 0 || !strings.Contains(m.Content, "**Sections**") {
		t.Errorf("%+v", m)
	}
}

// TestContextWalk walks through a whole section, both ways, and sees every turn.
func TestContextWalk(t *testing.T) {
	x := start(t, bundled())
	m := x.Command(nobody, "quote", opt("passage", "IV.10")).Await(1)[0]
	view := x.Press(nobody, m, m.Find("In context")).Await(1)[0]
	has(t, view.Content, "▸ [IV.10](<", "[IV.9](<", "[IV.11](<")
	p, err := bundled().Quote("IV", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{"Earlier", "Later"} {
		seen := view.Content
		for steps := 0; view.Find(way).CustomID != "" && steps < 40; steps++ {
			view = x.Press(nobody, view, view.Find(way)).Await(1)[0]
			seen += view.Content
		}
		if way == "Later" {
			for _, c := range p.Citations {
				if !strings.Contains(seen, "["+c.Ref+"](<") {
					t.Errorf("%s is never shown", c.Ref)
				}
			}
		}
	}
}

// TestOldButtons presses, after a restart, what was shown before it, and what
// no version ever showed.
func TestOldButtons(t *testing.T) {
	s := discordtest.New(t)
	first := run(t, s, bundled())
	m := first.Command(nobody, "ask", opt("question", "What did Molotov say about Dairen?")).Await(1)[0]
	first.settle()
	first.stop()
	if err := first.end(); err != nil {
		t.Fatal(err)
	}
	second := run(t, s, bundled())
	has(t, all(second.Press(nobody, m, m.Find("Sources")).Await(1)), "> [V.")
	has(t, all(second.Press(nobody, m, m.Find("select"), m.Find("select").Options[1].Value).Await(1)), "▸ [V.")

	for id, want := range map[string]string{
		"old-format:1:2":                   "older version",
		"s|no-such-record|V.9":             "no longer among my records",
		"s|soong-molotov-1945-07-10|V.900": "V ends at",
		"m|soong-molotov-1945-07-10":       "older version",
	} {
		i := second.Raw(nobody, 3, map[string]any{"custom_id": id, "component_type": 2})
		got := i.Await(1)[0]
		has(t, got.Content, want)
		if !got.Ephemeral {
			t.Errorf("%s: told in public", id)
		}
	}
	if second.Puts() != 1 {
		t.Errorf("commands were written %d times", second.Puts())
	}
}

func TestSeveralRecords(t *testing.T) {
	text := func(title, who string) string {
		return title + "\n\n1 May 1950\n\n\nI. Ships\n\n\n" + who + ": The harbour shall be open to all ships.\n\n\nOther: The railway shall be sold.\n"
	}
	x := start(t, library(t, map[string]string{"one.txt": text("First Meeting", "Ada"), "two.txt": text("Second Meeting", "Bo")}))
	m := x.Command(nobody, "search", opt("query", "harbour ships")).Await(1)[0]
	has(t, m.Content, "[one I.1]", "[two I.1]", "First Meeting", "Second Meeting")
	has(t, all(x.Press(nobody, m, m.Find("Sources")).Await(1)), "First Meeting", "Second Meeting")
	pick := m.Find("select")
	for _, o := range pick.Options {
		if strings.HasPrefix(o.Label, "two I.1") {
			has(t, all(x.Press(nobody, m, pick, o.Value).Await(1)), "Bo")
		}
	}
	list := x.Command(nobody, "record").Await(1)[0]
	has(t, list.Content, "`one`", "`two`")
	has(t, all(x.Press(nobody, list, list.Find("select"), "two").Await(1)), "Second Meeting")
	has(t, all(x.Command(nobody, "quote", opt("passage", "two I.1")).Await(1)), "Bo")
	has(t, all(x.Command(nobody, "quote", opt("passage", "I.1")).Await(1)), "several records")
}
