package corpus

import (
	"fmt"
	"strings"
)

// Report says what was understood of a record, for its owner to look at before
// others do.
type Report struct {
	ID           string          `json:"id"`
	File         string          `json:"file"`
	Layout       string          `json:"layout"`
	Title        string          `json:"title"`
	Date         string          `json:"date"`
	Time         string          `json:"time,omitempty"`
	Participants []Participant   `json:"participants"`
	Sections     []SectionReport `json:"sections"`
	Speakers     []SpeakerReport `json:"speakers"`
	Turns        int             `json:"turns"`      // all numbered lines
	Spoken       int             `json:"spoken"`     // of them, said by somebody named
	Head         int             `json:"head"`       // lines above the first section or turn
	Notes        int             `json:"notes"`      // lines below the last turn
	Stage        int             `json:"stage"`      // stage directions
	Unlabelled   []LineReport    `json:"unlabelled"` // other lines of the body nobody is named for, or only inferred
	Pages        int             `json:"pages"`
	Doubts       []Doubt         `json:"doubts"`
}

// SectionReport is a section in a [Report].
type SectionReport struct {
	Label string `json:"label"`
	Title string `json:"title"`
	Line  int    `json:"line"`
	Turns int    `json:"turns"`
}

// SpeakerReport is a speaker in a [Report].
type SpeakerReport struct {
	Name     string `json:"name"`
	Turns    int    `json:"turns"` // stated
	Inferred int    `json:"inferred,omitempty"`
	First    Ref    `json:"-"`
}

// LineReport is a line in a [Report].
type LineReport struct {
	Ref     string `json:"ref"`
	Line    int    `json:"line"`
	Speaker string `json:"speaker,omitempty"` // whose words it seems to be
	Text    string `json:"text"`              // its beginning
}

// NewReport reports on a record.
func NewReport(r *Record) Report {
	report := Report{ID: r.ID, File: r.File, Layout: r.Layout, Title: r.Title, Date: r.Date, Time: r.Time,
		Participants: r.Participants, Turns: len(r.Turns), Pages: len(r.Pages), Doubts: r.Doubts}
	for _, s := range r.Sections {
		report.Sections = append(report.Sections, SectionReport{Label: s.Label, Title: s.Title, Line: s.Line, Turns: s.End - s.First})
	}
	at := make(map[string]int)
	for i := range r.Turns {
		t := &r.Turns[i]
		switch {
		case t.Speaker != "":
			n, ok := at[t.Speaker]
			if !ok {
				n = len(report.Speakers)
				at[t.Speaker] = n
				report.Speakers = append(report.Speakers, SpeakerReport{Name: t.Speaker, First: t.Ref})
			}
			if t.Attribution == Inferred {
				report.Speakers[n].Inferred++
				report.Unlabelled = append(report.Unlabelled, lineReport(t))
			} else {
				report.Speakers[n].Turns++
				report.Spoken++
			}
		case t.Ref.Section == Head:
			report.Head++
		case t.Ref.Section == Notes:
			report.Notes++
		case t.Stage:
			report.Stage++
		default:
			report.Unlabelled = append(report.Unlabelled, lineReport(t))
		}
	}
	return report
}

func lineReport(t *Turn) LineReport {
	return LineReport{Ref: t.Ref.String(), Line: t.Line, Speaker: t.Speaker, Text: beginning(t.Text)}
}

// beginning returns the first words of a text, up to 60 characters.
func beginning(s string) string {
	s, _, more := strings.Cut(s, "\n")
	n := 0
	for i := range s {
		if n++; n > 60 {
			if space := strings.LastIndexByte(s[:i], ' '); space > 0 {
				i = space
			}
			return s[:i] + " …"
		}
	}
	if more {
		return s + " …"
	}
	return s
}

// String writes the report as text of a few lines.
func (r Report) String() string {
	var b strings.Builder
	field := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-13s%s\n", name, fmt.Sprintf(format, args...))
	}
	field("record", "%s (%s)", r.ID, printable(r.File))
	field("title", "%s", r.Title)
	if r.Date != "" {
		field("date", "%s", strings.TrimSpace(r.Date+" "+r.Time))
	} else {
		field("date", "not known; give it in a sidecar (NAME.yaml: “date: 1945-07-10”)")
	}
	field("read as", "%s", r.Layout)
	field("turns", "%d: %d with a speaker, %d stage directions, %d without a label, %d of the head, %d of the notes",
		r.Turns, r.Spoken, r.Stage, len(r.Unlabelled), r.Head, r.Notes)
	if r.Pages > 0 {
		field("pages", "%d", r.Pages)
	}
	for i, s := range r.Sections {
		field(first(i, "sections"), "%s  %s (line %d, %s)", s.Label, s.Title, s.Line, count(s.Turns, "turn"))
	}
	for i, s := range r.Speakers {
		text := fmt.Sprintf("%s: %s", s.Name, count(s.Turns, "turn"))
		if s.Inferred > 0 {
			text += fmt.Sprintf(" and %d inferred", s.Inferred)
		}
		field(first(i, "speakers"), "%s", text)
	}
	for i, p := range r.Participants {
		text := p.Name
		for _, more := range []string{p.Full, p.Role, p.Side} {
			if more != "" && more != p.Name {
				text += ", " + more
			}
		}
		field(first(i, "participants"), "%s", text)
	}
	for i, l := range r.Unlabelled {
		whose := "nobody is named"
		if l.Speaker != "" {
			whose = "seems to be " + l.Speaker
		}
		field(first(i, "unlabelled"), "line %d, %s, %s: %s", l.Line, l.Ref, whose, l.Text)
	}
	for i, d := range r.Doubts {
		if d.Line > 0 {
			field(first(i, "doubts"), "line %d: %s", d.Line, d.Text)
		} else {
			field(first(i, "doubts"), "%s", d.Text)
		}
	}
	return b.String()
}

func first(i int, name string) string {
	if i == 0 {
		return name
	}
	return ""
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
