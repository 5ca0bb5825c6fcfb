package discord

import (
	"strings"
	"testing"
	"unicode"

	"rapporteur/bot/discord/discordtest"
)

// words returns a text of n words in sentences.
func wordsText(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString([]string{"treaty", "railway", "port", "*Dairen*", "@here", "agreement"}[i%6])
		if i%9 == 8 {
			b.WriteByte('.')
		}
		if i%40 == 39 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestPack(t *testing.T) {
	href := link("V.9", "https://archive.example/doc#:~:text=some%20words")
	for name, blocks := range map[string][]block{
		"short":          {line("one"), line("two")},
		"long text":      {line(wordsText(1500))},
		"long quotation": {{parts: []part{{open: "“", text: wordsText(1200), close: "” " + href}}}},
		"many parts": {func() (b block) {
			for range 60 {
				b.parts = append(b.parts, part{open: "“", text: wordsText(20), close: "” " + href})
			}
			return b
		}()},
		"quoted turn":   {{prefix: quote, parts: []part{{open: href + " **Soong**\n", text: wordsText(900)}}}},
		"one long word": {line(strings.Repeat("🙂", 3000))},
		"code":          {{parts: []part{{open: "```\n“", text: wordsText(900), close: "”\n— V.9\n```", raw: true}}}},
		"small print":   {line("x"), note(wordsText(700))},
		"exact":         {line(strings.Repeat("a", 2000)), line("b")},
	} {
		t.Run(name, func(t *testing.T) { checkPack(t, blocks, maxContent) })
	}
	if got := pack([]block{line(strings.Repeat("a", 2000)), line("b")}, maxContent); len(got) != 2 {
		t.Errorf("%d messages", len(got))
	}
	if got := pack([]block{line("one"), {parts: []part{{text: "two"}}, gap: true}}, maxContent); len(got) != 1 || got[0] != "one\n\ntwo" {
		t.Errorf("%q", got)
	}
}

// checkPack holds the laws of laying out: every message within the limit,
// nothing cut but texts, and every word there, in order.
func checkPack(t *testing.T, blocks []block, limit int) {
	t.Helper()
	pages := pack(blocks, limit)
	var shown, want strings.Builder
	quotations := true
	for _, b := range blocks {
		for _, p := range b.parts {
			want.WriteString(letters(clean(p.text)))
			quotations = quotations && !strings.ContainsAny(p.text, "“”")
		}
	}
	for _, page := range pages {
		if size(page) > limit {
			t.Errorf("a message of %d", size(page))
		}
		for _, problem := range discordtest.CheckText(page) {
			if problem != discordtest.CutQuotation || quotations {
				t.Errorf("%s in %q", problem, page)
			}
		}
		for _, b := range blocks { // take the marks away again
			page = strings.ReplaceAll(page, "\n"+b.prefix, "\n")
			for _, p := range b.parts {
				for _, mark := range []string{b.indent(p.open), b.indent(p.close), p.open, p.close} {
					if mark != "" {
						page = strings.ReplaceAll(page, mark, " ")
					}
				}
			}
			page = strings.TrimPrefix(page, b.prefix)
		}
		shown.WriteString(letters(unescape(page)))
	}
	if shown.String() != want.String() {
		t.Errorf("shown\n%.300q\nwant\n%.300q", shown.String(), want.String())
	}
}

// letters drops white space, which may change where a text is cut.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, zeroWidth, ""))
}

func FuzzPack(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, wordsText(150), uint8(3))
	}
	f.Add(strings.Repeat("x", 4000), "", uint8(1))
	f.Fuzz(func(t *testing.T, a, b string, n uint8) {
		// Digits and marks of the test's own are told apart from the text's by
		// leaving them out of the text.
		keep := func(s string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune("“”[](<>)-#`", r) {
					return 'x'
				}
				return r
			}, s)
		}
		a, b = keep(a), keep(b)
		href := link("V.9", "https://archive.example/doc")
		var blocks []block
		for range n % 8 {
			blocks = append(blocks, block{parts: []part{{open: "“", text: a, close: "” " + href}, {text: b}}})
			a, b = b, a
		}
		checkPack(t, blocks, maxContent)
	})
}

func TestCut(t *testing.T) {
	fits := func(n int) func(string) bool { return func(s string) bool { return size(s) <= n } }
	for _, c := range []struct {
		text       string
		n          int
		head, tail string
	}{
		{"One. Two. Three.", 12, "One. Two.", "Three."},
		{"no sentence here at all", 12, "no sentence", "here at all"},
		{"abcdefghij", 4, "abcd", "efghij"},
		{"👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 12, "👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"},
		{"short", 100, "short", ""},
		{"", 10, "", ""},
		{"第一句话。第二句话。第三", 8, "第一句话。", "第二句话。第三"},
	} {
		if head, tail := cut(c.text, c.n, fits(c.n)); head != c.head || tail != c.tail {
			t.Errorf("cut(%q, %d) = %q, %q", c.text, c.n, head, tail)
		}
	}
}
