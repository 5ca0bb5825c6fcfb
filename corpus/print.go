package corpus

import "strings"

// Print writes a record in the plain layout. Parsing what it returns gives the
// same sections and turns, with the same references; pages, times of a
// recording and what came from a sidecar are not part of the layout.
func Print(r *Record) string {
	var b strings.Builder
	if len(r.Sections) == 0 {
		b.WriteString(r.Title + "\n\n")
	}
	section := -1
	for i := range r.Turns {
		t := &r.Turns[i]
		switch {
		case t.Ref.Section == Head && t.Speaker == "":
			b.WriteString(t.Text + "\n\n")
			continue
		case t.Ref.Section == Notes:
			if t.Ref.First == 1 {
				b.WriteString("\n\n-----\n\n")
			}
			b.WriteString(t.Text + "\n\n")
			continue
		}
		for section < t.Section {
			section++
			b.WriteString("\n\n\n" + printedHeading(&r.Sections[section]) + "\n")
		}
		b.WriteString("\n\n" + printedLabel(t) + strings.ReplaceAll(t.Text, "\n", "\n\n") + "\n")
	}
	for section++; section < len(r.Sections); section++ {
		b.WriteString("\n\n\n" + printedHeading(&r.Sections[section]) + "\n")
	}
	return b.String()
}

func printedHeading(s *Section) string {
	if strings.Contains(s.Heading, s.Label) {
		return s.Heading
	}
	return s.Label + ". " + s.Title
}

func printedLabel(t *Turn) string {
	switch {
	case t.Attribution == Stated && t.Label != "":
		return t.Label + ": "
	case t.Attribution == Stated:
		return t.Speaker + ": "
	case t.Label != "": // the number of a paragraph
		return t.Label + " "
	}
	return ""
}
