package corpus

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The parts of a record outside its sections, as they stand in references.
const (
	Head  = "head"
	Notes = "note"
)

// Ref is the stable address of a turn (V.9), of a range of turns (IV.12-15) or
// of a whole section (V). Records without sections have an empty Section and
// plain numbers (12).
type Ref struct {
	Section     string // label of the section, Head, Notes, or empty
	First, Last int    // from 1, inclusive; both 0 for the whole section
}

// Whole reports whether the reference addresses a whole section.
func (r Ref) Whole() bool { return r.First == 0 }

// String returns the reference as people write it.
func (r Ref) String() string {
	switch {
	case r.Whole():
		return r.Section
	case r.Section == "" && r.First == r.Last:
		return strconv.Itoa(r.First)
	case r.Section == "":
		return fmt.Sprintf("%d-%d", r.First, r.Last)
	case r.First == r.Last:
		return fmt.Sprintf("%s.%d", r.Section, r.First)
	}
	return fmt.Sprintf("%s.%d-%d", r.Section, r.First, r.Last)
}

var (
	rangePattern   = regexp.MustCompile(`^(\d{1,7})(?:-(\d{1,7}))?$`)
	sectionPattern = regexp.MustCompile(`^([^\s\[\]]{1,40}?)(?:\.(\d{1,7})(?:-(\d{1,7}))?)?$`)
)

// ParseRef reads a reference. It accepts surrounding space and brackets, an en
// dash in a range, and a range that repeats the section (IV.12-IV.15).
func ParseRef(s string) (Ref, error) {
	text := strings.TrimSpace(s)
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	text = strings.ReplaceAll(text, "–", "-")
	if from, to, ok := strings.Cut(text, "-"); ok {
		if section, n, ok := strings.Cut(to, "."); ok && strings.HasPrefix(from, section+".") {
			text = from + "-" + n
		}
	}
	bad := fmt.Errorf("%q is no reference; write V.9, a range IV.12-15, a section V or a number 12", s)
	var section, first, last string
	if m := rangePattern.FindStringSubmatch(text); m != nil {
		first, last = m[1], m[2]
	} else if m := sectionPattern.FindStringSubmatch(text); m != nil {
		section, first, last = m[1], m[2], m[3]
	} else {
		return Ref{}, bad
	}
	if first == "" {
		return Ref{Section: section}, nil
	}
	from, err := strconv.Atoi(first)
	if err != nil || from == 0 {
		return Ref{}, bad
	}
	to := from
	if last != "" {
		if to, err = strconv.Atoi(last); err != nil {
			return Ref{}, bad
		}
	}
	if to < from {
		return Ref{}, fmt.Errorf("the range %q runs backwards", s)
	}
	return Ref{Section: section, First: from, Last: to}, nil
}

// RefError reports a reference that a record does not have.
type RefError struct {
	Ref      string
	Record   string
	Part     string   // the part that exists but is shorter, or empty
	Count    int      // how many turns Part has
	Sections []string // the labels there are, when the section is unknown
}

func (e *RefError) Error() string {
	switch {
	case e.Count > 0 && e.Part != "":
		return fmt.Sprintf("record %s has no %s: %s ends at %s.%d", e.Record, e.Ref, e.Part, e.Part, e.Count)
	case e.Count > 0:
		return fmt.Sprintf("record %s has no %s: its last turn is %d", e.Record, e.Ref, e.Count)
	case len(e.Sections) > 0:
		return fmt.Sprintf("record %s has no %s; its sections are %s", e.Record, e.Ref, strings.Join(e.Sections, ", "))
	}
	return fmt.Sprintf("record %s has no %s; it has no sections, write the turn's number", e.Record, e.Ref)
}
