package bot

import (
	"slices"
	"strings"

	"rapporteur/corpus"
)

// foldName brings a name to the form in which names are compared.
func foldName(name string) string {
	var b strings.Builder
	eachWord(name, func(folded []byte, _, _ int) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.Write(folded)
	})
	return strings.TrimPrefix(b.String(), "the ")
}

// knownNames returns the folded names of everybody who speaks, takes part or
// is named in the sidecars of the records, and of the sides.
func knownNames(records []*corpus.Entry) map[string]bool {
	known := make(map[string]bool)
	add := func(names ...string) {
		for _, name := range names {
			if name = foldName(name); name != "" {
				known[name] = true
			}
		}
	}
	for _, r := range records {
		add(r.Speakers...)
		for _, p := range r.Participants {
			add(p.Name, p.Full, p.Side)
			add(p.Also...)
		}
		for _, n := range r.Names {
			if n.Kind == corpus.Person || n.Kind == corpus.Party {
				add(n.Name, n.Full)
				add(n.Also...)
			}
		}
	}
	return known
}

// speakersMeant returns the speakers of a record that a name, in any of the
// forms the record's sidecar knows, may mean; a side's name means all of its
// speakers. It is empty for somebody who does not speak.
func speakersMeant(r *corpus.Record, name string) []string {
	name = foldName(name)
	if name == "" {
		return nil
	}
	var meant []string
	speakers := r.Speakers()
	for _, s := range speakers {
		if foldName(s) == name {
			return []string{s}
		}
	}
	add := func(speaker string) {
		if slices.Contains(speakers, speaker) && !slices.Contains(meant, speaker) {
			meant = append(meant, speaker)
		}
	}
	is := func(s string) bool { return s != "" && foldName(s) == name }
	side := ""
	for _, n := range r.Names {
		if n.Kind == corpus.Party && (is(n.Name) || is(n.Full) || slices.ContainsFunc(n.Also, is)) {
			side = n.Name
		}
	}
	for _, p := range r.Participants {
		if is(p.Name) || is(p.Full) || slices.ContainsFunc(p.Also, is) || is(p.Side) || p.Side != "" && p.Side == side {
			add(p.Name)
		}
	}
	if len(meant) > 0 {
		return meant
	}
	for _, s := range speakers {
		if within(strings.Fields(name), strings.Fields(foldName(s))) || within(strings.Fields(foldName(s)), strings.Fields(name)) {
			add(s)
		}
	}
	return meant
}

// within reports whether every word of a is one of b.
func within(a, b []string) bool {
	for _, w := range a {
		if !slices.Contains(b, w) {
			return false
		}
	}
	return true
}

// sameSpeaker reports whether two turns are one speaker's.
func sameSpeaker(a, b *corpus.Turn) bool { return a.Speaker == b.Speaker && a.Speaker != "" }
