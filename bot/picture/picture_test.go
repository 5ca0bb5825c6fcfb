package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"rapporteur/corpus"
)

// parse returns the record of a text.
func parse(t testing.TB, text string) *corpus.Record {
	t.Helper()
	r, err := corpus.Parse("club.txt", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func bundled(t testing.TB) *corpus.Record {
	t.Helper()
	lib, err := corpus.Load(corpus.Options{Bundled: true})
	if err != nil {
		t.Fatal(err)
	}
	r, err := lib.Entries[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// meeting is a text of many turns.
func meeting(turns, speakers, sections int, name string) string {
	var b strings.Builder
	b.WriteString("Minutes of a long meeting of the board of trustees of a society with a very long name indeed, held in several places\n")
	for i := range turns {
		if sections > 0 && i%(turns/sections) == 0 {
			fmt.Fprintf(&b, "\n\n%d. Item %s %d\n", i/(turns/sections)+1, name, i)
		}
		fmt.Fprintf(&b, "\n\n%s %c: We spoke of matter %d.\n", name, 'A'+rune(i*i%speakers), i)
	}
	return b.String()
}

// records are the records that pictures are tried on.
func records(t testing.TB) map[string]*corpus.Record {
	many := corpus.Record{Description: corpus.Description{ID: "many", Title: "Assembly", Date: "1999"}}
	for i := range 40 {
		many.Sections = append(many.Sections, corpus.Section{Label: fmt.Sprint(i + 1), Title: "An item with a long title that goes on for a while", First: i * 25, End: (i + 1) * 25})
		for k := range 25 {
			n := i*25 + k
			many.Turns = append(many.Turns, corpus.Turn{Ref: corpus.Ref{Section: fmt.Sprint(i + 1), First: k + 1, Last: k + 1}, Number: n + 1, Section: i, Speaker: fmt.Sprintf("Delegate of a far-away country no. %d", n*n%30), Text: "Yes."})
		}
	}
	cjk := parse(t, "会议记录\n\n\n宋子文: 我们需要批准。\n\n\n莫洛托夫: 同意。\n\n\nHoo: Yes.\n\n\n宋子文: 好。\n")
	cjk.Title = "会议记录"
	return map[string]*corpus.Record{
		"bundled":     bundled(t),
		"no sections": parse(t, meeting(130, 3, 0, "Speaker")),
		"long":        parse(t, meeting(10_000, 26, 0, "Member")),
		"sections":    &many,
		"CJK":         cjk,
		"one turn":    parse(t, "Minutes\n\n\nAnn: Yes.\n"),
	}
}

func TestDraw(t *testing.T) {
	folder := os.Getenv("PICTURES") // to look at them
	for name, r := range records(t) {
		data, alt, err := Draw(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if folder != "" {
			if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, " ", "-")+".png"), data, 0o600); err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %d bytes; %s", name, len(data), alt)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if size := img.Bounds().Size(); size.X != 2*width || size.Y < 200 || size.Y > 4*size.X {
			t.Errorf("%s: %v pixels", name, size)
		}
		if len(data) > 500_000 {
			t.Errorf("%s: %d bytes", name, len(data))
		}
		if n := utf8.RuneCountInString(alt); n < 20 || n > MaxAlt || strings.Contains(alt, "\n") {
			t.Errorf("%s: an alternative text of %d characters: %s", name, n, alt)
		}
		if edge := inkAtEdge(img); edge != "" {
			t.Errorf("%s: something is drawn at the %s edge", name, edge)
		}
		again, _, err := Draw(r)
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%s: two pictures differ", name)
		}
	}
}

// inkAtEdge names the edge of a picture at which something is cut off.
func inkAtEdge(img image.Image) string {
	size := img.Bounds().Size()
	blank := img.At(0, 0)
	for x := range size.X {
		if img.At(x, 4) != blank || img.At(x, size.Y-5) != blank {
			return "upper or lower"
		}
	}
	for y := range size.Y {
		if img.At(margin, y) != blank || img.At(size.X-margin, y) != blank {
			return "left or right"
		}
	}
	return ""
}

func TestAlt(t *testing.T) {
	for name, wants := range map[string][]string{
		"bundled":     {"Soong and V. M. Molotov, 1945-07-10.", "127 turns: 63 by Molotov, 62 by Soong, 1 by Petrov, 1 by nobody named.", "VI. Port Arthur: ", "IV. Railways: "},
		"CJK":         {"2 by 宋子文 (speaker 1)", "1 by Hoo"},
		"sections":    {"333 by 6 others", "1 – 2. An item", " more."},
		"no sections": {"130 turns: ", "Turns 1 – 26: "},
		"one turn":    {"1 turn: 1 by Ann. Turns 1: 1 by Ann."},
	} {
		_, alt, err := Draw(records(t)[name])
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(alt, want) {
				t.Errorf("%s: %q does not say %q", name, alt, want)
			}
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	if _, _, err := Draw(&corpus.Record{Description: corpus.Description{ID: "empty"}}); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("%v", err)
	}
}

// The numbers in bars can be read.
func TestContrast(t *testing.T) {
	light := func(v [3]float64) float64 { return .2126*v[0] + .7152*v[1] + .0722*v[2] }
	for i, c := range palette {
		ink := inkOn(c)
		a, b := light(linear(c.R, c.G, c.B)), light(linear(ink.R, ink.G, ink.B))
		if ratio := (max(a, b) + .05) / (min(a, b) + .05); ratio < 4.5 {
			t.Errorf("colour %d: the number in a bar has contrast %.1f", i, ratio)
		}
	}
}

func linear(rgb ...uint8) (v [3]float64) {
	for i, c := range rgb {
		x := float64(c) / 255
		if v[i] = x / 12.92; x > .04045 {
			y := (x + .055) / 1.055
			v[i] = y * y * (.6 + .4*y) // close to the power of 2.4
		}
	}
	return v
}

func TestDrawAtOnce(t *testing.T) {
	r := bundled(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, _, err := Draw(r); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func BenchmarkDraw(b *testing.B) {
	for name, r := range records(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := Draw(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
