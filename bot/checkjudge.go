package bot

import (
	"fmt"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// maxMatches is how many places of the record a check shows.
const maxMatches = 25

// A passage counts as the one a quotation changed, and not as another with
// words in common, from a similarity on and up to a share of edits. Chosen on
// changed and invented quotations of meetings: of the changed ones 99 % reach
// .57 with up to two edits, of the invented ones 97 % stay below .56 or need
// more edits; see TestCheckMeetings.
const (
	alteredAt = .58
	fewEdits  = 2
	mostEdits = .45 // edits a word
)

// judge decides on one reading of a quotation. It returns nil if the quotation
// has no words.
func (x *wordIndex) judge(q *quotation, speaker string, bounds run) *judgement {
	if !slices.ContainsFunc(q.words, func(w textWord) bool { return !w.aside }) {
		for i := range q.words {
			q.words[i].aside = false
		}
	}
	parts := q.parts()
	if len(parts) == 0 {
		return nil
	}
	v := &verdictMaker{x: x, q: q, speaker: speaker, bounds: bounds, parts: parts,
		check: &Check{Matches: []Match{}, Claimed: speaker}}
	for _, part := range parts {
		ids := make([]int32, len(part))
		for i, at := range part {
			ids[i] = x.id(q.words[at].folded)
		}
		v.ids = append(v.ids, ids)
	}
	if v.check.Claimed == "" {
		v.check.Claimed = q.claimAt(parts[0][0])
	}
	v.decide()
	return &judgement{q, v.check, v.similarity}
}

// verdictMaker holds what is known while a quotation is judged.
type verdictMaker struct {
	x          *wordIndex
	q          *quotation
	speaker    string // who is said to have said all of it; wins over labels
	bounds     run
	parts      [][]int   // words between ellipses
	ids        [][]int32 // their numbers
	check      *Check
	similarity float64
	likely     []*corpus.Record // records with passages most like the quotation
}

func (v *verdictMaker) note(format string, args ...any) {
	note := fmt.Sprintf(format, args...)
	if !slices.Contains(v.check.Notes, note) {
		v.check.Notes = append(v.check.Notes, note)
	}
}

func (v *verdictMaker) decide() {
	v.similarity = 1
	if found := v.x.occurrences(v.ids, v.bounds); len(found) > 0 {
		v.found(found)
		return
	}
	if v.heading() {
		return
	}
	best := v.bestAlignment()
	if best != nil && best.edits == 0 {
		v.found([]occurrence{best.occurrence(v.q)})
		if best.cut {
			v.note("The quotation begins or ends within a word.")
		}
		return
	}
	if o := v.cover(best); o != nil && !v.rather(best, o) {
		v.check.Verdict = Stitched
		v.show(o, true)
		v.note("The parts stand in the record at different places; together they are no passage of it.")
		return
	}
	v.unknownWords()
	if best != nil && v.isAltered(best) {
		v.altered(best)
		return
	}
	v.check.Verdict = Absent
	v.similarity = 0
}

// heading decides on a quotation that is the heading of a section, with or
// without its label. It reports false for any other.
func (v *verdictMaker) heading() bool {
	quoted := foldName(v.q.text)
	for i, r := range v.x.records {
		if b := v.x.bounds[i]; b.from < v.bounds.from || b.to > v.bounds.to {
			continue
		}
		for k := range r.Sections {
			s := &r.Sections[k]
			if quoted != "" && (quoted == foldName(s.Name()) || quoted == foldName(s.Title)) {
				v.check.Matches = append(v.check.Matches, Match{Citation: citeHeading(r, s)})
			}
		}
	}
	if len(v.check.Matches) == 0 {
		return false
	}
	v.check.Matches = v.check.Matches[:min(len(v.check.Matches), maxMatches)]
	v.check.Verdict = Verbatim
	if v.check.Claimed != "" {
		v.check.Verdict = Misattributed
	}
	v.note("These are the words of a heading of the record, not somebody's speech.")
	return true
}

// claim returns who is said to say a place's words, or "".
func (v *verdictMaker) claim(p place) string {
	if v.speaker != "" {
		return v.speaker
	}
	return v.q.claimAt(v.parts[p.part][p.first])
}

// says reports whether the record has the person claimed say a place's words.
func (v *verdictMaker) says(p place) bool {
	claim := v.claim(p)
	return claim == "" || slices.Contains(speakersMeant(p.record, claim), p.turn.Speaker)
}

// found decides on a quotation that stands in the record word for word.
func (v *verdictMaker) found(found []occurrence) {
	var right, mixed, wrong []occurrence
	for _, o := range found {
		n := 0
		for _, p := range o {
			if v.says(p) {
				n++
			}
		}
		switch n {
		case len(o):
			right = append(right, o)
		case 0:
			wrong = append(wrong, o)
		default:
			mixed = append(mixed, o)
		}
	}
	switch {
	case len(right) > 0:
		if lost := lostAtGap(right[0]); lost != "" {
			v.check.Verdict, v.check.Negation = Altered, "lost"
			v.show(right[0], true)
			v.note("The ellipsis leaves out “%s” within a sentence and turns it round.", lost)
			return
		}
		v.check.Verdict = Verbatim
	case len(mixed) > 0:
		v.check.Verdict = Stitched
		v.show(mixed[0], true)
		v.note("%s says only a part of this: the words of several turns run together.", v.check.Claimed)
		return
	default:
		v.check.Verdict = Misattributed
	}
	for _, list := range [][]occurrence{right, wrong} {
		slices.SortStableFunc(list, func(a, b occurrence) int { return v.standing(b) - v.standing(a) })
	}
	all := slices.Concat(right, mixed, wrong)
	for i, o := range all {
		if len(v.check.Matches)+len(o) > maxMatches {
			v.note("The words stand in the record %d times; the first %d are shown.", len(all), i)
			break
		}
		v.show(o, len(o) > 1)
	}
	// The passages that stand in the record most like the quotation say whose
	// it is.
	best := slices.Concat(right, wrong)
	if len(right) > 0 {
		best = right
	}
	v.check.Speaker = speakersIn(slices.DeleteFunc(slices.Clone(best), func(o occurrence) bool { return v.standing(o) < v.standing(best[0]) }))
	v.remark(all[0])
}

// standing is how likely an occurrence of the words is the one quoted: the one
// at the reference given, a whole turn, a whole sentence, or any other.
func (v *verdictMaker) standing(o occurrence) int {
	first, last := o[0], o[len(o)-1]
	switch {
	case v.q.ref != "" && strings.EqualFold(first.turn.Ref.String(), v.q.ref):
		return 3
	case !beginsSentence(first) || !endsSentence(last):
		return 0
	case first.start == 0 && last.end == len(last.turn.Text):
		return 2
	}
	return 1
}

// show adds an occurrence to the matches.
func (v *verdictMaker) show(o occurrence, numbered bool) {
	for i, p := range o {
		m := Match{Citation: cite(p.record, p.turn, p.start, p.end)}
		if numbered {
			m.Part = i + 1
		}
		v.check.Matches = append(v.check.Matches, m)
	}
	v.check.Speaker = speakersOf(v.check.Matches)
}

func speakersIn(found []occurrence) string {
	var matches []Match
	for _, o := range found {
		for _, p := range o {
			matches = append(matches, Match{Citation: Citation{Speaker: p.turn.Speaker}})
		}
	}
	return speakersOf(matches)
}

// remark says what a reader should know about a passage: who is named for it,
// what stands just before it, whose words it reports.
func (v *verdictMaker) remark(o occurrence) {
	p := o[0]
	ref := p.turn.Ref.String()
	claimed := v.check.Claimed
	switch {
	case p.turn.Stage || p.aside:
		v.note("The words at %s are a remark of the record, not somebody's speech.", ref)
	case p.turn.Attribution == corpus.Unattributed:
		if before := speakerBefore(p.record, p.turn); before != nil && p.turn.Spoken() {
			v.note("The record names no speaker at %s; the line follows %s (%s).", ref, before.Speaker, before.Ref)
		} else {
			v.note("The record names no speaker at %s.", ref)
		}
	case p.turn.Attribution == corpus.Inferred:
		v.note("The record does not repeat the speaker's name at %s; the text goes on after a remark.", ref)
	}
	if v.check.Verdict == Misattributed && claimed != "" {
		switch {
		case p.turn.Speaker != "" && mentions(p.turn.Text, claimed, p.record):
			v.note("At %s %s names %s in the same turn: if these are %s's words, the record has %s reporting them.", ref, p.turn.Speaker, claimed, claimed, p.turn.Speaker)
		case len(speakersMeant(p.record, claimed)) == 0:
			v.note("%s does not speak in this record.", claimed)
		}
	}
	if lead := negationBefore(p); lead != "" {
		v.note("Just before the words quoted stands “%s”.", lead)
	}
	if len(o) > 1 && speakersIn([]occurrence{o}) != p.turn.Speaker {
		v.note("The passage runs over turns of several speakers.")
	}
	if v.q.ref != "" && !slices.ContainsFunc(v.check.Matches, func(m Match) bool { return strings.EqualFold(m.Ref, v.q.ref) }) {
		v.note("It stands at %s, not at %s.", ref, v.q.ref)
	}
}

// speakerBefore returns the last turn before t in its section that somebody is
// named for, or nil.
func speakerBefore(r *corpus.Record, t *corpus.Turn) *corpus.Turn {
	for i := t.Number - 2; i >= 0 && r.Turns[i].Section == t.Section; i-- {
		if r.Turns[i].Speaker != "" {
			return &r.Turns[i]
		}
	}
	return nil
}

// mentions reports whether a text names somebody, under any of the names the
// record's sidecar gives.
func mentions(text, name string, r *corpus.Record) bool {
	names := []string{name}
	for _, n := range r.Names {
		same := func(s string) bool { return foldName(s) == foldName(name) }
		if same(n.Name) || same(n.Full) || slices.ContainsFunc(n.Also, same) {
			names = append(names, n.Name)
		}
	}
	text = " " + foldName(text) + " "
	return slices.ContainsFunc(names, func(s string) bool { return strings.Contains(text, " "+foldName(s)+" ") })
}

// negationBefore returns the words of the same sentence just before a place if
// they hold a negation that the quotation cuts off, or "".
func negationBefore(p place) string {
	before := p.turn.Text[:p.start]
	words := splitWords(before, nil)
	for k := 1; k <= 3 && k <= len(words); k++ {
		w := words[len(words)-k]
		if strings.ContainsAny(before[w.end:], ".!?\n;") {
			return ""
		}
		if negations[w.folded] {
			return before[w.start:words[len(words)-1].end]
		}
	}
	return ""
}

// lostAtGap returns what an ellipsis leaves out within one sentence if that
// holds a negation, or "".
func lostAtGap(o occurrence) string {
	for i := 1; i < len(o); i++ {
		if o[i].part == o[i-1].part || o[i].turn != o[i-1].turn || o[i].start < o[i-1].end {
			continue
		}
		left := o[i].turn.Text[o[i-1].end:o[i].start]
		if strings.ContainsAny(left, ".!?\n;") || strings.HasSuffix(o[i].turn.Text[:o[i-1].end], ".") {
			continue
		}
		if slices.ContainsFunc(splitWords(left, asides(left)), func(w textWord) bool { return negations[w.folded] && !w.aside }) {
			return strings.Trim(left, " ,—–-")
		}
	}
	return ""
}

// unknownWords lists the words of the quotation that the records do not have.
func (v *verdictMaker) unknownWords() {
	for k, part := range v.parts {
		for i, at := range part {
			w := v.q.words[at]
			if len(v.x.positions(v.ids[k][i], v.bounds)) == 0 && !slices.Contains(v.check.Unknown, v.q.text[w.start:w.end]) {
				v.check.Unknown = append(v.check.Unknown, v.q.text[w.start:w.end])
			}
		}
	}
}
