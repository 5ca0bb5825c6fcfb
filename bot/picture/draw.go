package picture

import (
	"bytes"
	"fmt"
	"image/color"
	"strings"
	"sync"
	"unicode/utf8"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// Measures of the picture, in points: as wide as a phone shows it, so that a
// point is a pixel there.
const (
	width      = 400
	margin     = 14
	dpi        = 144 // two pixels a point
	titleSize  = 16
	textSize   = 13
	smallSize  = 11
	lineHeight = 1.3
	barHeight  = 22
	rowGap     = 12
)

// The colours of speakers are those of Okabe and Ito, which readers with any
// colour vision tell apart, without yellow, which is too pale for a bar, and
// black, which is for text. A line of white keeps neighbours apart.
var palette = [mostNamed]color.RGBA{
	{0, 114, 178, 255},   // blue
	{230, 159, 0, 255},   // orange
	{0, 158, 115, 255},   // bluish green
	{86, 180, 233, 255},  // sky blue
	{213, 94, 0, 255},    // vermillion
	{204, 121, 167, 255}, // reddish purple
}

var (
	black     = color.RGBA{0, 0, 0, 255}
	white     = color.RGBA{255, 255, 255, 255}
	grey      = color.RGBA{96, 96, 96, 255}
	ofOthers  = color.RGBA{140, 140, 140, 255}
	ofUnnamed = color.RGBA{214, 214, 214, 255}
	track     = color.RGBA{245, 245, 245, 255} // on which bars lie
)

// colour returns the colour of a voice.
func (c *chart) colour(i int) color.RGBA {
	switch v := c.voices[i]; {
	case v.of > 0:
		return ofOthers
	case v.name == unnamed && i == len(c.voices)-1:
		return ofUnnamed
	}
	return palette[i]
}

// inkOn returns black or white, whichever is the easier to read on a colour.
func inkOn(c color.RGBA) color.RGBA {
	if 299*int(c.R)+587*int(c.G)+114*int(c.B) > 100_000 {
		return black
	}
	return white
}

// fonts are the regular and the bold font, read when first used.
var fonts = sync.OnceValues(func() ([2]*opentype.Font, error) {
	regular, err := opentype.Parse(liberationsansregular.TTF)
	if err != nil {
		return [2]*opentype.Font{}, err
	}
	bold, err := opentype.Parse(liberationsansbold.TTF)
	return [2]*opentype.Font{regular, bold}, err
})

// face returns the regular or bold face of a size.
func face(size vg.Length, bold bool) font.Face {
	all, err := fonts()
	if err != nil { // never: the fonts are part of the program, and tested
		return font.Face{}
	}
	f := font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}, Face: all[0]}
	if bold {
		f.Face = all[1]
	}
	return f
}

// drawable reports whether the fonts have letters for all of a text, and it is
// written from left to right.
func drawable(s string) bool {
	all, err := fonts()
	if err != nil {
		return false
	}
	var buf sfnt.Buffer
	for _, r := range s {
		if i, err := all[0].GlyphIndex(&buf, r); err != nil || i == 0 || r >= 0x590 && r < 0x900 {
			return false
		}
	}
	return true
}

// canvas is a picture under way, drawn from the top down.
type canvas struct {
	*vgimg.Canvas
	height vg.Length
}

// text draws a line; y is that of its base line, from the top.
func (c *canvas) text(f font.Face, ink color.Color, x, y vg.Length, s string) {
	c.SetColor(ink)
	c.FillString(f, vg.Point{X: x, Y: c.height - y}, s)
}

// bar fills a rectangle; y is that of its top, from the top.
func (c *canvas) bar(fill color.Color, x, y, w, h vg.Length) {
	var p vg.Path
	p.Move(vg.Point{X: x, Y: c.height - y})
	p.Line(vg.Point{X: x + w, Y: c.height - y})
	p.Line(vg.Point{X: x + w, Y: c.height - y - h})
	p.Line(vg.Point{X: x, Y: c.height - y - h})
	p.Close()
	c.SetColor(fill)
	c.Fill(p)
}

// png draws the chart twice: once to learn how high it is.
func (c *chart) png() ([]byte, error) {
	if _, err := fonts(); err != nil {
		return nil, err
	}
	height := c.draw(nil)
	image := &canvas{vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(white)), height}
	c.draw(image)
	var b bytes.Buffer
	_, err := vgimg.PngCanvas{Canvas: image.Canvas}.WriteTo(&b)
	return b.Bytes(), err
}

// draw draws the chart and returns its height. A nil canvas is drawn on by
// nobody.
func (c *chart) draw(on *canvas) vg.Length {
	const inner = width - 2*margin
	y := vg.Length(margin)
	line := func(f font.Face, ink color.Color, s string) {
		y += f.Font.Size * lineHeight
		if on != nil {
			on.text(f, ink, margin, y-f.Font.Size*(lineHeight-1), s)
		}
	}
	title := c.title
	if !drawable(title) {
		title = "The meeting at a glance"
	}
	for _, s := range wrap(face(titleSize, true), title, inner, 2) {
		line(face(titleSize, true), black, s)
	}
	subtitle := turns(c.turns)
	if c.date != "" && drawable(c.date) {
		subtitle = c.date + " · " + subtitle
	}
	line(face(textSize, false), grey, fit(face(textSize, false), subtitle, inner))
	y = c.legend(on, y+8)
	most := 0
	for _, r := range c.rows {
		most = max(most, r.total)
	}
	for i, r := range c.rows {
		y += rowGap
		total := fmt.Sprint(r.total)
		f := face(textSize, true)
		totalWidth := face(textSize, false)
		room := inner - totalWidth.Width(total) - 12
		y += textSize * lineHeight
		if on != nil {
			base := vg.Length(y - textSize*(lineHeight-1))
			on.text(f, black, margin, base, fit(f, c.heading(i), room))
			on.text(totalWidth, grey, margin+inner-totalWidth.Width(total), base, total)
		}
		y += 3
		if on != nil {
			on.bar(track, margin, y, inner, barHeight)
			c.drawRow(on, r, y, inner/vg.Length(most))
		}
		y += barHeight
	}
	caption := "Turns of each speaker in each section"
	if !c.sections {
		caption = "Turns of each speaker along the record"
	}
	y += 8
	line(face(smallSize, false), grey, caption)
	return y + margin
}

// drawRow draws the bar of a row: a stretch for each voice, with its number
// where there is room.
func (c *chart) drawRow(on *canvas, r row, y, unit vg.Length) {
	x := vg.Length(margin)
	f := face(textSize, true)
	for i, n := range r.turns {
		if n == 0 {
			continue
		}
		w := unit * vg.Length(n)
		fill := c.colour(i)
		on.bar(fill, x, y, max(w-1, .5), barHeight) // a gap keeps neighbours apart
		if s := fmt.Sprint(n); f.Width(s)+6 <= w {
			on.text(f, inkOn(fill), x+(w-1-f.Width(s))/2, y+barHeight/2+textSize*.36, s)
		}
		x += w
	}
}

// legend draws which colour is whose and returns where it ends.
func (c *chart) legend(on *canvas, y vg.Length) vg.Length {
	const swatch, gap = 12, 14
	f := face(textSize, false)
	x := vg.Length(margin)
	y += textSize
	for i, v := range c.voices {
		s := fit(f, fmt.Sprintf("%s: %d", c.shown(i), v.turns), width-2*margin-swatch-5)
		w := swatch + 5 + f.Width(s)
		if x > margin && x+w > width-margin {
			x = margin
			y += textSize * 1.5
		}
		if on != nil {
			on.bar(c.colour(i), x, y-swatch+1.5, swatch, swatch)
			on.text(f, black, x+swatch+5, y, s)
		}
		x += w + gap
	}
	return y + 4
}

// fit shortens a text to a width, with an ellipsis.
func fit(f font.Face, s string, most vg.Length) string {
	if f.Width(s) <= most {
		return s
	}
	runes := []rune(s)
	from, to := 0, len(runes) // the longest beginning that fits is in [from, to)
	for to-from > 1 {
		if mid := (from + to) / 2; f.Width(strings.TrimRight(string(runes[:mid]), " ,–")+"…") <= most {
			from = mid
		} else {
			to = mid
		}
	}
	return strings.TrimRight(string(runes[:from]), " ,–") + "…"
}

// wrap breaks a text into at most n lines of a width, not after an initial;
// what does not fit ends in an ellipsis.
func wrap(f font.Face, s string, most vg.Length, n int) []string {
	var lines []string
	var words []string
	for _, w := range strings.Fields(s) {
		if last := len(words) - 1; last >= 0 && initial(words[last]) {
			words[last] += " " + w
		} else {
			words = append(words, w)
		}
	}
	for len(words) > 0 && len(lines) < n {
		k := 1
		for k < len(words) && f.Width(strings.Join(words[:k+1], " ")) <= most {
			k++
		}
		if len(lines) == n-1 {
			k = len(words)
		}
		lines = append(lines, fit(f, strings.Join(words[:k], " "), most))
		words = words[k:]
	}
	return lines
}

// initial reports whether a text ends in an initial: T. V.
func initial(s string) bool {
	s = s[strings.LastIndexByte(s, ' ')+1:]
	return strings.HasSuffix(s, ".") && utf8.RuneCountInString(s) == 2
}
