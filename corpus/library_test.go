package corpus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"rapporteur/corpus"
)

const talk = "Talk at the harbour\n5 May 1946\n\n\nMs. Alvarez: The crane is old.\n\n\nMr. Brandt: So am I.\n\n\nMs. Alvarez: Quite.\n"

func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func utf16Of(s string) string {
	var b strings.Builder
	for _, c := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(c))
		b.WriteByte(byte(c >> 8))
	}
	return b.String()
}

func utf32Of(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.Write([]byte{byte(r), byte(r >> 8), byte(r >> 16), 0})
	}
	return b.String()
}

// TestRefusals checks that what cannot be read is refused in one line that
// names file, line and problem, and that the other records are still served.
func TestRefusals(t *testing.T) {
	deepXML := "<TEI><text><body>" + strings.Repeat("<div>", 100_000)
	tests := []struct{ name, file, text, want string }{
		{"empty", "a.txt", "", "a.txt: the file is empty; write a title line"},
		{"blank", "a.txt", "\n \n", "a.txt: the file has no text"},
		{"no turns", "a.txt", "A title\n\nOnly words, and nobody says them.\n", "a.txt: no turns were found"},
		{"NUL", "a.txt", "Title\n\nA: x\x00\n", "a.txt:3: a NUL byte"},
		{"escape", "a.txt", "Title\n\nA: \x1b[31mred\n", "a.txt:3: a control character (U+001B)"},
		{"invalid UTF-8", "a.txt", "Título\n\nA: señor\nB: caf\xc3", "a.txt:4: byte 0xc3 is not UTF-8"},
		{"Windows-1252", "a.txt", "Title\n\nA: it\x92s a caf\xe9\n", "a.txt:3: byte 0x92 is not UTF-8; the file seems to be in Windows-1252"},
		{"Latin-1", "a.txt", "Title\n\nA: caf\xe9\n", "a.txt:3: byte 0xe9 is not UTF-8; the file seems to be in Latin-1"},
		{"Cyrillic", "a.txt", "\xcf\xf0\xee\xf2\xee\xea\xee\xeb\n", "a.txt:1: byte 0xcf is not UTF-8; the file seems to be in an encoding for another script"},
		{"UTF-16", "a.txt", "\xff\xfe" + utf16Of(talk), "a.txt: the file is in UTF-16; save it as UTF-8"},
		{"UTF-16 without mark", "a.txt", utf16Of(talk), "a.txt: the file is in UTF-16"},
		{"UTF-32", "a.txt", "\xff\xfe\x00\x00" + utf32Of(talk), "a.txt: the file is in UTF-32"},
		{"UTF-32 without mark", "a.txt", utf32Of(talk), "a.txt: the file is in UTF-32"},
		{"PDF", "a.txt", "%PDF-1.7\n", "a.txt: this is a PDF file"},
		{"Word", "a.docx", "PK\x03\x04", "a.docx: Word files are not read"},
		{"unknown", "a.xyz", "x", "a.xyz: .xyz files are not read; records are .htm,"},
		{"long line", "a.txt", "Title\n\nA: " + strings.Repeat("x ", 5<<19), "a.txt:3: the line is 5242883 bytes long"},
		{"long line of Markdown", "a.md", "# Title\n\n" + strings.Repeat("x ", 5<<19), "a.md:3: the line is"},
		{"long turn of a page", "a.html", "<h1>T</h1>\n<p>A: " + strings.Repeat("x ", 5<<19) + "<p>A: y", "a.html:2: the turn has"},
		{"empty page", "a.html", "<html><nav>Home</nav></html>", "a.html: the page has no text"},
		{"no WEBVTT", "a.vtt", "1\n00:01.000 --> 00:02.000\nA: x\n", "a.vtt:1: a WebVTT file begins with the line WEBVTT"},
		{"no cues", "a.vtt", "WEBVTT\n", "a.vtt: no cues were found"},
		{"bad times", "a.srt", "1\n00:00:01,000 --> \nA: x\n", "a.srt:2: the times of this cue are not read"},
		{"entity bomb", "a.xml", "<?xml version=\"1.0\"?>\n<!DOCTYPE TEI [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]>\n<TEI><text><body><p>&b;</p></body></text></TEI>", "a.xml:2: the document defines entities"},
		{"external entity", "a.xml", "<!DOCTYPE TEI [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><TEI><text><body><p>&x;</p></body></text></TEI>", "a.xml:1: the document defines entities"},
		{"unknown entity", "a.xml", "<TEI><text><body>\n<p>&x;</p></body></text></TEI>", "a.xml:2: invalid character entity &x;"},
		{"deep XML", "a.xml", deepXML, "a.xml:1: elements are nested more than 200 deep"},
		{"half XML", "a.xml", "<TEI><text><body>\n<sp><speaker>A</speaker><p>x", "a.xml:2: the file ends in the midst of an element"},
		{"XML in Latin-1", "a.xml", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><TEI/>", "a.xml:1: the file says it is in iso-8859-1; save it as UTF-8"},
		{"other XML", "a.xml", "<book><p>x</p></book>", "a.xml:1: this is no TEI document: it begins with <book>"},
		{"no text", "a.xml", "<TEI><teiHeader/></TEI>", "a.xml:1: the TEI document has no <text>"},
		{"half JSON", "a.json", "{\"id\": \"a\",\n\"turns\": [{\"text\": \"x\"", "a.json:2: "},
		{"deep JSON", "a.json", strings.Repeat("[", 1_000_000), "a.json:1: "},
		{"deep key", "a.json", "{\"x\":" + strings.Repeat("[", 1_000_000), "a.json:1: "},
		{"deep records", "a.json", strings.Repeat("{\"records\":", 1_000_000), "a.json:1: records stand within records"},
		{"JSON without turns", "a.json", "{\"id\": \"a\"}", "a.json:1: the record has no turns"},
		{"JSON out of order", "a.json", "{\"id\": \"a\",\n\"turns\": [{\"ref\": \"1\", \"text\": \"x\"},{\"ref\": \"3\", \"text\": \"x\"}]}", "a.json:2: turn 2: the reference 3 is out of order"},
		{"JSON escape", "a.json", "{\"turns\": [{\"text\": \"\\u001b[31m\"}]}", "a.json:1: turn 1: it has a control character"},
		{"front matter", "a.md", "---\ntitle: a\ndate: [\n---\n\nA: x\n", "a.md:"},
		{"deep quotations", "a.md", "# T\n\n" + strings.Repeat(">", 100_000) + " x\n", "a.md:3: quotations or lists are nested too deep"},
		{"marks", "a.md", "# T\n\n" + strings.Repeat(strings.Repeat("*a_b", 1000)+"\n", 1000), "a.md:25: there are too many marks such as * and [ in one paragraph"},
		{"open elements", "a.html", "<p><b><i><u><s><tt></p>" + strings.Repeat("<p>A: x</p>", 300_000), "a.html:1: the page has more than 262144 elements"},
		{"deep page", "a.html", strings.Repeat("<div>", 100_000), "a.html: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			file := write(t, folder, test.file, test.text)
			write(t, folder, "good.txt", talk)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			lib, err := corpus.Load(corpus.Options{Paths: []string{folder, file}})
			runtime.ReadMemStats(&after)
			if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 600 {
				t.Errorf("%d MB were allocated", grown)
			}
			want := filepath.Join(folder, "") + "/" + test.want
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%v; want %s", err, want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %v", err)
			}
			if len(lib.Entries) != 1 || lib.Entries[0].ID != "good" {
				t.Errorf("%d records are served; want the good one", len(lib.Entries))
			}
		})
	}
}

func TestLoad(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "a.txt", talk)
	write(t, folder, "deeper/b.txt", "\uFEFF"+strings.ReplaceAll(talk, "\n", "\r\n"))
	write(t, folder, ".hidden/c.txt", talk)
	write(t, folder, "README.md", "# Records\n")
	write(t, folder, "page_files/d.html", "<p>A: x")
	write(t, folder, "page.html", "<h1>Page</h1><p>Ann: x</p><p>Tom: y</p><p>Ann: z</p>")
	outside := write(t, t.TempDir(), "secret.txt", talk)
	if err := os.Symlink(outside, filepath.Join(folder, "link.txt")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(filepath.Join(folder, "a.txt"), filepath.Join(folder, "inside.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(outside), filepath.Join(folder, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	lib, err := corpus.Load(corpus.Options{Bundled: true, Paths: []string{folder, filepath.Join(folder, "a.txt")}})
	if want := filepath.Join(folder, "link.txt") + ": a symbolic link out of the folder is not followed"; err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v; want %s", err, want)
	}
	var ids []string
	for _, r := range lib.Entries {
		ids = append(ids, r.ID)
	}
	if got := fmt.Sprint(ids); got != "[a b page soong-molotov-1945-07-10]" {
		t.Errorf("records %s", got)
	}
}

func TestLoadErrors(t *testing.T) {
	folder := t.TempDir()
	a := write(t, folder, "a/x.txt", talk)
	b := write(t, folder, "b/x.txt", talk)
	write(t, folder, "c/y.txt", talk)
	sidecar := write(t, folder, "c/y.yaml", "titel: x\n")
	empty := filepath.Join(folder, "d")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		paths []string
		want  string
	}{
		{[]string{"nowhere.txt"}, "nowhere.txt: there is no such file or folder"},
		{[]string{a, b}, b + `: the record id "x" is taken by ` + a + "; give one of them another id in its sidecar"},
		{[]string{filepath.Join(folder, "c")}, sidecar + `:1: unknown key "titel"; known keys: `},
		{[]string{empty}, empty + ": the folder holds no records; put transcripts into it: .htm, .html"},
		{[]string{"no\x1b[31m\nsuch.txt"}, `"no\x1b[31m\nsuch.txt": there is no such file or folder`},
	}
	for _, test := range tests {
		if _, err := corpus.Load(corpus.Options{Paths: test.paths}); err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v; want %s", err, test.want)
		}
	}
	lib := &corpus.Library{}
	if _, err := lib.Record("x"); err == nil {
		t.Error("an empty library has a record")
	}
}

// TestOddNames reads files with odd names: each gets an id fit for references.
func TestOddNames(t *testing.T) {
	names := []string{"..txt.txt", "...txt", "a b.txt", " lead.txt", "trail .txt", "-rf.txt", "--help.txt", "CON.txt", "nul.txt", "a\nb.txt", "a\tb.txt",
		"\x1b[31mred.txt", "\u202etxt.exe.txt", "protokoll-äöü.txt", "протокол.txt", "会议.txt", "会議.txt", "😀.txt", "%2e%2e.txt", "$(id).txt", "`id`.txt", "a;b.txt", "a'b.txt",
		"a\"b.txt", "a\\b.txt", "a:b.txt", "*.txt", "?.txt", "<a>.txt", "a|b&c.txt", "\xff\xfe.txt", strings.Repeat("n", 200) + ".txt", "UPPER.TXT", "x.tar.txt", "head.txt", "note.txt"}
	ids := make(map[string]string)
	for _, name := range names {
		folder := t.TempDir()
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(talk), 0o644); err != nil {
			continue // the file system has no such names
		}
		lib, err := corpus.Load(corpus.Options{Paths: []string{folder}})
		if strings.HasPrefix(name, ".") {
			continue // hidden
		}
		if err != nil || len(lib.Entries) != 1 {
			t.Errorf("%q: %d records, %v", name, len(lib.Entries), err)
			continue
		}
		id := lib.Entries[0].ID
		if id == "" || len(id) > 64 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" || strings.ContainsAny(id[:1], "-._") {
			t.Errorf("%q has the id %q", name, id)
		}
		if other, ok := ids[id]; ok && strings.ContainsFunc(name+other, func(r rune) bool { return r > 127 }) {
			t.Errorf("%q and %q have the id %q", name, other, id)
		}
		ids[id] = name
	}
}

func ExampleReport() {
	r, err := corpus.ParsePlain("talk.txt", []byte(talk), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(corpus.NewReport(r))
	// Output:
	// record       talk (talk.txt)
	// title        Talk at the harbour
	// date         1946-05-05
	// read as      plain text, turns two blank lines apart
	// turns        4: 3 with a speaker, 0 stage directions, 0 without a label, 1 of the head, 0 of the notes
	// speakers     Ms. Alvarez: 2 turns
	//              Mr. Brandt: 1 turn
	// participants Ms. Alvarez
	//              Mr. Brandt
}
