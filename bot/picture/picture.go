// Package picture draws a record: the meeting at a glance, how many turns each
// speaker has in each section.
package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
)

// MaxAlt is the longest alternative text, in characters; Discord takes no more.
const MaxAlt = 1024

// Draw returns a picture of a record as PNG, made for a width of 400 points at
// two pixels a point, and the alternative text that says the same. A record
// without sections is drawn in stretches of about equal length. It is an error
// if nobody speaks in the record.
func Draw(r *corpus.Record) (png []byte, alt string, err error) {
	c, err := chartOf(r)
	if err != nil {
		return nil, "", err
	}
	png, err = c.png()
	return png, c.alt(), err
}

// Constants of what a reader takes in at a glance.
const (
	mostNamed = 6  // speakers with a colour of their own
	mostRows  = 20 // rows; more sections share them
	perRow    = 25 // turns of a row where there are no sections, at least
)

// Voices that are no speaker's.
const (
	others  = "others"
	unnamed = "nobody named"
)

// chart is what a picture shows.
type chart struct {
	title, date string
	turns       int
	voices      []voice // most turns first; others and unnamed last
	rows        []row
	sections    bool // rows are sections
}

// voice is a speaker, or several drawn as one.
type voice struct {
	name  string
	turns int
	of    int // how many speakers are drawn as one; else 0
}

// row is a section, or a stretch of the record.
type row struct {
	label, name string // the section's label, and its whole name
	turns       []int  // by voice
	total       int
}

// chartOf counts the turns of a record.
func chartOf(r *corpus.Record) (*chart, error) {
	c := &chart{title: oneLine(r.Title), date: r.Date, sections: len(r.Sections) > 0}
	if c.title == "" {
		c.title = r.ID
	}
	stretches := stretchesOf(r)
	count := make(map[string]int)
	var names []string // in order of appearance
	for _, s := range stretches {
		for i := s.first; i < s.end; i++ {
			if t := &r.Turns[i]; t.Spoken() {
				if count[t.Speaker]++; count[t.Speaker] == 1 {
					names = append(names, t.Speaker)
				}
				c.turns++
			}
		}
	}
	if c.turns == 0 {
		return nil, fmt.Errorf("record %s: nobody speaks in it, so there is nothing to draw", r.ID)
	}
	at := c.addVoices(names, count)
	for _, s := range stretches {
		row := row{label: s.label, name: s.name, turns: make([]int, len(c.voices))}
		for i := s.first; i < s.end; i++ {
			if t := &r.Turns[i]; t.Spoken() {
				row.turns[at[t.Speaker]]++
				row.total++
			}
		}
		c.rows = append(c.rows, row)
	}
	return c, nil
}

// addVoices chooses the speakers drawn by themselves and returns the index of
// the voice that each speaker is drawn as.
func (c *chart) addVoices(names []string, count map[string]int) map[string]int {
	speakers := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" })
	slices.SortStableFunc(speakers, func(a, b string) int { return cmp.Compare(count[b], count[a]) })
	at := make(map[string]int)
	named := min(len(speakers), mostNamed)
	for i, s := range speakers[:named] {
		at[s] = i
		c.voices = append(c.voices, voice{name: oneLine(s), turns: count[s]})
	}
	if rest := speakers[named:]; len(rest) > 0 {
		v := voice{name: others, of: len(rest)}
		for _, s := range rest {
			at[s] = len(c.voices)
			v.turns += count[s]
		}
		c.voices = append(c.voices, v)
	}
	if count[""] > 0 {
		at[""] = len(c.voices)
		c.voices = append(c.voices, voice{name: unnamed, turns: count[""]})
	}
	return at
}

// stretch is a part of a record that is drawn as a row: turns first to end.
type stretch struct {
	first, end  int
	label, name string
}

// stretchesOf returns the sections of a record, neighbours together where there
// are too many; without sections, stretches of about equal length.
func stretchesOf(r *corpus.Record) []stretch {
	var all []stretch
	if n := len(r.Sections); n > 0 {
		rows := min(n, mostRows)
		for i := range rows {
			from, to := r.Sections[i*n/rows], r.Sections[(i+1)*n/rows-1]
			s := stretch{from.First, to.End, oneLine(from.Label), oneLine(from.Name())}
			if from.First != to.First {
				s.label += " – " + oneLine(to.Label)
				s.name = s.label + ". " + oneLine(from.Title) + ", …"
			}
			all = append(all, s)
		}
		return all
	}
	first, end := 0, len(r.Turns)
	for first < end && r.Turns[first].Ref.Section == corpus.Head {
		first++
	}
	for end > first && r.Turns[end-1].Ref.Section == corpus.Notes {
		end--
	}
	n := min(max(1, (end-first)/perRow), mostRows/2)
	for i := range n {
		from, to := first+i*(end-first)/n, first+(i+1)*(end-first)/n
		if from < to {
			label := r.Turns[from].Ref.String()
			if to > from+1 {
				label += " – " + r.Turns[to-1].Ref.String()
			}
			all = append(all, stretch{from, to, label, "Turns " + label})
		}
	}
	return all
}

// alt says what the picture shows: in all, then row by row as far as the text
// may be long.
func (c *chart) alt() string {
	text := "Turns of each speaker in " + c.title
	if c.date != "" {
		text += ", " + c.date
	}
	text = shorten(text, MaxAlt/3)
	total := make([]int, len(c.voices))
	for i, v := range c.voices {
		total[i] = v.turns
	}
	text += fmt.Sprintf(". %s: %s.", turns(c.turns), c.shares(total, MaxAlt/3))
	for i, r := range c.rows {
		name := r.name
		if utf8.RuneCountInString(name) > 60 {
			name = shorten(name, 60)
		}
		part := fmt.Sprintf(" %s: %s.", strings.TrimSuffix(name, "."), c.shares(r.turns, MaxAlt/3))
		rest := fmt.Sprintf(" And %d more.", len(c.rows)-i)
		room := MaxAlt
		if i < len(c.rows)-1 {
			room -= len(rest)
		}
		if utf8.RuneCountInString(text)+utf8.RuneCountInString(part) > room {
			return text + rest
		}
		text += part
	}
	return text
}

// shares lists the voices with their turns, those that have any.
func (c *chart) shares(counts []int, most int) string {
	var parts []string
	for i, n := range counts {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d by %s", n, c.called(i)))
		}
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return shorten(strings.Join(parts, ", "), most)
}

// called is how the alternative text calls a voice: with the number by which
// the picture calls it, where it has no letters for the name.
func (c *chart) called(i int) string {
	v := c.voices[i]
	name := shorten(v.name, 40)
	switch {
	case v.of > 0:
		return fmt.Sprintf("%d others", v.of)
	case v.name != unnamed && !drawable(v.name):
		return fmt.Sprintf("%s (speaker %d)", name, i+1)
	}
	return name
}

// shown is how the picture calls a voice.
func (c *chart) shown(i int) string {
	v := c.voices[i]
	switch {
	case v.of > 0:
		return fmt.Sprintf("%d others", v.of)
	case v.name != unnamed && !drawable(v.name):
		return fmt.Sprintf("Speaker %d", i+1)
	}
	return v.name
}

// heading is how the picture calls row i: by name, else by label, else by
// number, whichever it has letters for.
func (c *chart) heading(i int) string {
	for _, name := range []string{c.rows[i].name, c.rows[i].label} {
		if name != "" && drawable(name) {
			return name
		}
	}
	return fmt.Sprintf("Section %d", i+1)
}

func turns(n int) string {
	if n == 1 {
		return "1 turn"
	}
	return fmt.Sprintf("%d turns", n)
}

// shorten cuts a text to at most n characters, with an ellipsis.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ,") + "…"
}

// oneLine puts a text on one line without control characters.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
