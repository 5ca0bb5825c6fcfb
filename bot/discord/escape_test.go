package discord

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"rapporteur/bot/discord/discordtest"
)

// hostile are texts that do things on Discord unless they are escaped.
var hostile = []string{
	"@everyone and @here, <@100000000000000001> <@!1> <@&2> <#3>",
	"**bold** __under__ *it* _it_ ~~struck~~ ||spoiler|| `code` ```block```",
	"# heading\n## heading\n-# small\n> quote\n>>> all quote\n- list\n* list\n+ list\n1. list\n  2. list",
	"[click](https://evil.example) [V.9](<https://evil.example>) <https://evil.example>",
	"<t:0 <t:0>", "https://evil.example http://evil.example discord.gg/abc Discord.com/invite/x dsc.gg/y",
	"<:custom:123456789012345678> <a:moving:1> :smile: <t:1700000000:R> </ask:1> <id:customize>",
	"\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c \u200b",
	"back\\slash \\* \\@everyone \\\\", "line\u2028separator\u2029 and \x00\x07\x1b controls\r\nreturns\rx",
	"عربي עברית 中文 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👩‍👩‍👧‍👦 e\u0301", "`", "```", "**", "*", "||", "[", "](", "\xff\xfe broken", "", " ", "\n\n",
	strings.Repeat("🙂", 50), strings.Repeat("\u0301", 300), "“lone quote", "mailto:a@b.c sip:x <+4912345>",
}

func TestEscape(t *testing.T) {
	for _, s := range hostile {
		checkEscape(t, s)
	}
	for in, want := range map[string]string{
		"Soong: Agree.":         "Soong: Agree.",
		"Yes, 2:00 - 4:00 p.m.": "Yes, 2:00 - 4:00 p.m.",
		"[ILLEGIBLE] (?) [sic]": `\[ILLEGIBLE\] (?) \[sic\]`,
		"- one\n1. two":         "\\- one\n1\\. two",
		"so :smile: it":         `so \:smile: it`,
		"@everyone":             "\\@" + zeroWidth + "everyone",
		"https://x.y":           `https\://x.y`,
	} {
		if got := escape(in); got != want {
			t.Errorf("escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkEscape(t, s) })
}

// checkEscape holds the laws of escaping: what is shown is the text, and
// nothing but text.
func checkEscape(t *testing.T, s string) {
	t.Helper()
	markup := escape(s)
	if got, want := unescape(markup), clean(s); got != want {
		t.Errorf("escape(%q) shows %q, want %q", s, got, want)
	}
	if !utf8.ValidString(markup) {
		t.Errorf("escape(%q) is broken", s)
	}
	if again := clean(clean(s)); again != clean(s) {
		t.Errorf("clean(clean(%q)) = %q", s, again)
	}
	for _, problem := range discordtest.CheckText(markup) {
		if problem != discordtest.CutQuotation {
			t.Errorf("escape(%q) = %q has %s", s, markup, problem)
		}
	}
	block := "```\n" + fenced(s) + "\n```"
	if strings.Count(block, "```") != 2 {
		t.Errorf("fenced(%q) leaves its block", s)
	}
	if got := strings.ReplaceAll(fenced(s), zeroWidth, ""); got != clean(s) {
		t.Errorf("fenced(%q) = %q", s, got)
	}
}

func TestPlain(t *testing.T) {
	markup := "-# Asked: who?\n**Soong**: “Agree \\*now\\*.” [I.4](<https://a.b/c#:~:text=x>)\n> quoted\n-# Source: x"
	if got, want := plain(markup), "Soong: “Agree *now*.” [I.4]\nquoted"; got != want {
		t.Errorf("plain = %q, want %q", got, want)
	}
	if got := askedIn(markup); got != "who?" {
		t.Errorf("askedIn = %q", got)
	}
}

func TestSafeURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.b/c#:~:text=x%20y":               "https://a.b/c#:~:text=x%20y",
		"https://a.b/c_(d)":                         "https://a.b/c_%28d%29",
		"javascript:alert(1)":                       "",
		"https://user:pass@a.b/":                    "",
		"https://a.b/" + strings.Repeat("x", 600):   "",
		"https://a.b/c#" + strings.Repeat("x", 600): "https://a.b/c",
		"": "", "ftp://a.b": "", "https://": "", "https://a.b/ c>d": "https://a.b/%20c%3Ed",
	} {
		if got := safeURL(in); got != want {
			t.Errorf("safeURL(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, s := range hostile {
		for _, n := range []int{1, 2, 5, 20, 100} {
			if got := shorten(s, n); size(got) > n {
				t.Errorf("shorten(%q, %d) has %d", s, n, size(got))
			}
		}
	}
	if got := shorten("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 12); got != "👩‍👩‍👧‍👦…" {
		t.Errorf("a family is cut: %q", got)
	}
}

func TestAskedSurvives(t *testing.T) {
	for _, s := range hostile {
		q := shorten(s, maxAsked)
		if got := askedIn(note(asked + q).markup()); got != strings.TrimSpace(got) && got != q {
			t.Errorf("%q came back as %q", q, got)
		}
	}
	if !slices.Contains(hostile, "") {
		t.Error("the empty text is missing")
	}
}
