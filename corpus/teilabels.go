package corpus

import (
	"slices"
	"strings"
)

// findLabels finds the speakers in paragraphs, as in plain text, where an
// edition marks no speeches: <p>Mr. Smith: words</p>. A paragraph without a
// label goes on with the words of the speaker above it.
func (t *teiReader) findLabels() {
	if slices.ContainsFunc(t.entries, func(e entry) bool { return e.turn.Speaker != "" }) {
		return
	}
	lines := make([]line, len(t.paragraph))
	for i, at := range t.paragraph {
		turn := &t.entries[at].turn
		lines[i] = line{text: turn.Text, number: turn.Line, last: turn.Line, blank: 1, speech: readLabel(turn.Text, 0)}
	}
	p := &layout{draft: t.draft, lines: lines, gap: 1, present: t.record.Participants}
	p.dropOrdinals()
	p.findStyles()
	p.styles[ownStyle] = false
	p.weighNames()
	speakers := make(map[int]int) // lines by entry
	for i, at := range t.paragraph {
		if p.speaks(i) {
			speakers[at] = i
		}
	}
	if len(speakers) == 0 {
		return
	}
	kept := t.entries[:0]
	speaker, above := "", -2 // who speaks; the entry of the paragraph above, if it is theirs
	for at, e := range t.entries {
		i, labelled := speakers[at]
		switch {
		case labelled:
			l := p.lines[i].speech
			e.turn.Speaker, e.turn.Attribution, e.turn.Label, e.turn.Time, e.turn.Text = l.name, Stated, l.printed, l.time, l.words
			p.doubtSpeaker(i)
			speaker, above = l.name, at
		case e.part == inBody && e.turn.Stage && speaker != "":
			above = -2
		case speaker != "" && t.isParagraph(at):
			if above == at-1 {
				above = at
				last := &kept[len(kept)-1]
				last.turn.Text, last.last = strings.TrimSpace(last.turn.Text+"\n"+e.turn.Text), e.last
				continue
			}
			e.turn.Speaker, e.turn.Attribution = speaker, Inferred
			above = at
		case e.part != inHead:
			speaker = ""
		}
		kept = append(kept, e)
	}
	t.entries = kept
}

// isParagraph reports whether an entry is a paragraph outside of speeches.
func (t *teiReader) isParagraph(at int) bool {
	_, found := slices.BinarySearch(t.paragraph, at)
	return found
}
