package bot

import (
	"fmt"
	"strings"

	"rapporteur/corpus"
)

// verify is the one place where every answer is held against the records before
// anyone sees it, whatever produced it. It returns the first thing that is not
// as the record has it.
func verify(lib *corpus.Library, a *Answer) error {
	for _, list := range [][]Citation{a.Citations, a.Nearest} {
		for _, c := range list {
			if err := verifyCitation(lib, c); err != nil {
				return err
			}
		}
	}
	for _, s := range a.Statements {
		if a.Mode == Generated && !s.Quoted && strings.ContainsAny(s.Text, quoteMarks+"`") {
			return fmt.Errorf("statement %q seems to quote", s.Text)
		}
		if a.Mode == Generated && len(s.Citations) == 0 {
			return fmt.Errorf("statement %q cites nothing", s.Text)
		}
		for _, at := range s.Citations {
			if at < 0 || at >= len(a.Citations) {
				return fmt.Errorf("statement %q cites nothing", s.Text)
			}
		}
	}
	if a.Status == Answered && len(a.Citations) == 0 {
		return fmt.Errorf("an answer without a citation")
	}
	return nil
}

// verifyCitation checks reference, section, speaker and words of a citation.
func verifyCitation(lib *corpus.Library, c Citation) error {
	r, err := lib.Record(c.Record)
	if err != nil {
		return err
	}
	ref, err := corpus.ParseRef(c.Ref)
	if err != nil {
		return err
	}
	if s := headingOf(r, ref); s != nil {
		if c.Quote != s.Name() || c.Text != s.Name() || c.Speaker != "" || c.Attribution != corpus.Unattributed {
			return fmt.Errorf("%s: %q is not the heading %q", c.Ref, c.Quote, s.Name())
		}
		return nil
	}
	first, end, err := r.Lookup(ref)
	if err != nil {
		return err
	}
	if end != first+1 {
		return fmt.Errorf("%s: a citation addresses one turn", c.Ref)
	}
	t := &r.Turns[first]
	switch {
	case c.Text != t.Text:
		return fmt.Errorf("%s: not the text of the turn", c.Ref)
	case strings.TrimSpace(c.Quote) == "" || !strings.Contains(t.Text, c.Quote):
		return fmt.Errorf("%s: %q is not in the turn", c.Ref, c.Quote)
	case c.Speaker != t.Speaker || c.Attribution != t.Attribution:
		return fmt.Errorf("%s: speaker %q (%s), not %q (%s)", c.Ref, t.Speaker, t.Attribution, c.Speaker, c.Attribution)
	case c.Section != r.SectionName(t):
		return fmt.Errorf("%s: section %q, not %q", c.Ref, r.SectionName(t), c.Section)
	}
	return nil
}

// headingOf returns the section whose heading a reference to a whole section
// cites, or nil.
func headingOf(r *corpus.Record, ref corpus.Ref) *corpus.Section {
	if !ref.Whole() {
		return nil
	}
	for i := range r.Sections {
		if strings.EqualFold(r.Sections[i].Label, ref.Section) {
			return &r.Sections[i]
		}
	}
	return nil
}
