package corpus

import "strings"

// Print writes a record in the plain layout. Parsing what it returns gives the
// same sections and turns, with the same references.
func Print(r *Record) string {
	var b strings.Builder
	if len(r.Sections) == 0 {
		b.WriteString(r.Title + "\n\n")
	}
	section := -1
	for i := range r.Turns {
		t := &r.Turns[i]
		switch {
		case t.Ref.Section == Head:
			b.WriteString(t.Text + "\n\n")
			continue
		case t.Ref.Section == Notes && t.Ref.First > 1:
			b.WriteString("\n" + t.Text + "\n")
			continue
		}
		for section < t.Section {
			section++
			b.WriteString("\n\n\n" + r.Sections[section].Heading + "\n")
		}
		b.WriteString("\n\n")
		if t.Attribution == Stated {
			b.WriteString(t.Speaker + ": ")
		}
		b.WriteString(strings.ReplaceAll(t.Text, "\n", "\n\n") + "\n")
	}
	return b.String()
}
