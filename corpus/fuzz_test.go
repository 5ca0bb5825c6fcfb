package corpus_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"rapporteur/corpus"
)

// fuzzReader checks that a reader never fails but with a FileError of one line,
// that what it reads keeps the laws of records, and that it reads back equal
// from JSON.
func fuzzReader(f *testing.F, name string, read func(string, []byte, *corpus.Sidecar) (*corpus.Record, error), seeds ...string) {
	files, err := filepath.Glob("testdata/records/*" + filepath.Ext(name))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := read(name, data, nil)
		if err != nil {
			if _, ok := err.(*corpus.FileError); !ok || strings.Contains(err.Error(), "\n") {
				t.Errorf("not a FileError of one line: %v", err)
			}
			return
		}
		checkLaws(t, r)
		checkJSON(t, r)
		_ = corpus.NewReport(r).String()
		if filepath.Ext(name) == ".txt" {
			checkWords(t, string(data), r)
		}
	})
}

func FuzzParsePlain(f *testing.F) {
	fuzzReader(f, "fuzz.txt", corpus.ParsePlain, talk, "T\n\nMR. A. x\nMR. B. y\nMR. A. z\n", "T\n\nQ. a\n\nA. b\n\nQ. c\n",
		"1. a.\n\n2. b.\n\n3. c.\n", "T\n=\n\nA: x\n[Page 3]\nB: y\n\n-----\nNotes\nx", "I. A\n\n\nB: c\n\n\nII. D\n\n\nB: e")
}

func FuzzParseMarkdown(f *testing.F) {
	fuzzReader(f, "fuzz.md", corpus.ParseMarkdown, "# T\n\n**A:** x\n\n| a | b |\n|---|---|\n| A | y |\n", "---\ntitle: x\n---\nA: b\n\nA: c\n", "<b>A:</b> x\n\n[a]: b\n\n    A: code\n")
}

func FuzzParseHTML(f *testing.F) {
	fuzzReader(f, "fuzz.html", corpus.ParseHTML, "<p><b>A:</b> x<br>B: y<p>A: z", "<dl><dt>A<dd>x<dt>B<dd>y</dl>", "<pre>\nA: x\n\n\nB: y</pre>", "<ol start=3><li>a.<li>b.</ol>")
}

func FuzzParseVTT(f *testing.F) {
	fuzzReader(f, "fuzz.vtt", corpus.ParseVTT, "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>x</v><v B>y\n\nNOTE I. Z\n\nSTYLE\n::cue{}\n")
}

func FuzzParseSRT(f *testing.F) {
	fuzzReader(f, "fuzz.srt", corpus.ParseSRT, "1\n00:00:01,000 --> 00:00:02,000\nA: x\n>> y\n{\\an8}z\n2\n00:00:03,000 --> 00:00:02,000\n(w)\n")
}

func FuzzParseTEI(f *testing.F) {
	fuzzReader(f, "fuzz.xml", corpus.ParseTEI, "<TEI><text><body><div><head>1. A</head><u who='#x'><seg>b</seg><vocal><desc>c</desc></vocal></u></div></body></text></TEI>")
}

func FuzzParseJSON(f *testing.F) {
	fuzzReader(f, "fuzz.json", corpus.ParseJSON, `{"id":"a","sections":[{"label":"I","title":"x"}],"turns":[{"ref":"head.1","text":"a"},{"ref":"I.1","speaker":"B","text":"c","start":1.5,"end":2}]}`)
}

// checkWords checks that every letter and digit of a file is in the record, in
// order: in a turn, its label, a heading, the title or a page's name.
func checkWords(t testing.TB, text string, r *corpus.Record) {
	t.Helper()
	letters := func(s string) map[rune]int {
		counts := make(map[rune]int)
		for _, c := range s {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				counts[c]++
			}
		}
		return counts
	}
	var b strings.Builder
	b.WriteString(r.Title)
	for _, s := range r.Sections {
		b.WriteString(s.Heading + s.Label + s.Title)
	}
	for _, turn := range r.Turns {
		b.WriteString(turn.Speaker + turn.Label + turn.Text)
	}
	for _, p := range r.Pages {
		b.WriteString("Page page of number break p pg f folio seite" + p.Name + p.Name)
	}
	for _, d := range r.Doubts {
		if strings.HasPrefix(d.Text, "left out") {
			b.WriteString(d.Text)
		}
	}
	kept := letters(b.String())
	pages := len(r.Pages) > 0 || slices.ContainsFunc(r.Doubts, func(d corpus.Doubt) bool { return strings.HasPrefix(d.Text, "the numbers of the lines") })
	for c, n := range letters(text) {
		if kept[c] < n && !(pages && unicode.IsDigit(c)) && !furniture(text) {
			t.Errorf("%q stands %d times in the file and %d times in the record:\n%s\n%q", c, n, kept[c], outline(r), text)
			return
		}
	}
}

// furniture reports files with lines that are left out on purpose.
func furniture(text string) bool {
	small := strings.ToLower(text)
	for _, words := range []string{"skip to", "back to top", "print", "share", "download pdf", "view pdf", "cookie settings", "page", "folio", "seite"} {
		if strings.Contains(small, words) {
			return true
		}
	}
	return false
}
