package bot

import (
	"errors"
	"fmt"
	"strings"

	"rapporteur/corpus"
)

// Passage is a run of turns of a record, verbatim.
type Passage struct {
	Record    *corpus.Record `json:"-"`
	ID        string         `json:"record"`
	Ref       string         `json:"ref"`
	Citations []Citation     `json:"turns"`
	// More says whether turns stand before and after within the same part of
	// the record.
	MoreBefore, MoreAfter bool `json:"-"`
}

// Address splits "RECORD-ID V.9" or "V.9" into record and reference. With
// several records and no id the reference must be one that only one record has.
func (b *Bot) Address(s, record string) (*corpus.Record, corpus.Ref, error) {
	text := strings.Trim(strings.TrimSpace(s), "[]")
	if id, rest, ok := strings.Cut(text, " "); ok {
		if _, err := b.lib.Find(id); err == nil {
			record, text = id, rest
		}
	}
	ref, err := corpus.ParseRef(text)
	if err != nil {
		return nil, corpus.Ref{}, &UserError{Problem: err.Error()}
	}
	if record != "" || len(b.lib.Entries) < 2 {
		r, err := b.Record(record)
		return r, ref, err
	}
	var having []string
	var found *corpus.Entry
	for _, e := range b.lib.Entries {
		if e.Has(ref) {
			having = append(having, e.ID)
			found = e
		}
	}
	switch len(having) {
	case 0:
		return nil, corpus.Ref{}, &UserError{Problem: fmt.Sprintf("no record has %s", ref)}
	case 1:
		r, err := found.Open()
		return r, ref, err
	}
	return nil, corpus.Ref{}, &UserError{Problem: fmt.Sprintf("%s is in several records: %s", ref, shortList(having)), Hint: fmt.Sprintf("write which one is meant, such as “%s %s”", having[0], ref)}
}

// shortList joins names, with an ellipsis for those beyond the fifth.
func shortList(names []string) string {
	const shown = 5
	if len(names) > shown {
		return strings.Join(names[:shown], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// Quote returns the passage at a reference, verbatim. The reference may name
// its record ("RECORD-ID V.9"); record is used where it does not and may be
// empty with a single record. The error is a *UserError.
func (b *Bot) Quote(reference, record string) (*Passage, error) {
	r, ref, err := b.Address(reference, record)
	if err != nil {
		return nil, err
	}
	first, end, err := r.Lookup(ref)
	if err != nil {
		return nil, userRefError(err)
	}
	return passage(r, first, end), nil
}

// Context returns the passage at a reference with turns before and after it, as
// far as its part of the record goes.
func (b *Bot) Context(reference, record string, before, after int) (*Passage, error) {
	r, ref, err := b.Address(reference, record)
	if err != nil {
		return nil, err
	}
	first, end, err := r.Lookup(ref)
	if err != nil {
		return nil, userRefError(err)
	}
	part := r.Turns[first].Ref.Section
	for ; before > 0 && first > 0 && r.Turns[first-1].Ref.Section == part; before-- {
		first--
	}
	for ; after > 0 && end < len(r.Turns) && r.Turns[end].Ref.Section == part; after-- {
		end++
	}
	return passage(r, first, end), nil
}

func passage(r *corpus.Record, first, end int) *Passage {
	from, to := r.Turns[first].Ref, r.Turns[end-1].Ref
	p := &Passage{
		Record: r, ID: r.ID,
		Ref:        corpus.Ref{Section: from.Section, First: from.First, Last: to.Last}.String(),
		MoreBefore: first > 0 && r.Turns[first-1].Ref.Section == from.Section,
		MoreAfter:  end < len(r.Turns) && r.Turns[end].Ref.Section == from.Section,
	}
	for i := first; i < end; i++ {
		p.Citations = append(p.Citations, citeTurn(r, &r.Turns[i]))
	}
	return p
}

func userRefError(err error) error {
	var ref *corpus.RefError
	if errors.As(err, &ref) {
		return &UserError{Problem: err.Error()}
	}
	return err
}
