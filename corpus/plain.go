package corpus

import (
	"fmt"
	"slices"
	"strings"
)

// The plain layout, as the bundled record has it:
//
//	Title, date, participants: the head, a line each
//	                           (any number of blank lines)
//	I. Title of a section      (optional; numbered in order)
//
//
//	Speaker: words             two blank lines between turns
//
//	more words                 a blank line or a line break inside a turn
//
//
//	(A stage direction.)       no speaker
//
//
//	Document Information       the archive's notes, if any
//
// Its relatives separate turns by one blank line or none, break lines at a
// column, write labels in other ways (MR. SMITH. words; [10:32] Smith: words;
// Q. words), mark pages ([Page 3]) or number paragraphs that have no speakers.
// There a turn begins where a line begins with the label of a speaker; which
// labels are speakers' is weighed over the whole file (see weighNames), and
// what stays uncertain is a [Doubt].

// ParsePlain reads a record in the plain layout or one of its relatives. file
// names it in errors and gives the id if meta has none; meta may be nil.
func ParsePlain(file string, data []byte, meta *Sidecar) (*Record, error) {
	lines, err := readLines(file, data)
	if err != nil {
		return nil, err
	}
	d := newDraft(file, "plain text")
	lines, numbered := dropMargin(lines)
	if numbered > 0 {
		d.doubt(numbered, "the numbers of the lines, from here on, are left out")
	}
	unmark(lines)
	return readLayout(d, lines, meta)
}

// unmark takes the asterisks off labels and titles that are set bold as in
// mail: **Smith:** words.
func unmark(lines []line) {
	for i := range lines {
		l := &lines[i]
		for _, mark := range []string{"**", "__", "*", "_"} {
			rest, ok := strings.CutPrefix(l.text, mark)
			at := strings.Index(rest, mark)
			if !ok || at <= 0 || at > maxLabel {
				continue
			}
			name, words := rest[:at], rest[at+len(mark):]
			if strings.HasSuffix(name, ":") || strings.HasPrefix(words, ":") || words == "" && len(mark) == 2 {
				l.text, l.marked = name+words, len(name)
			}
			break
		}
	}
}

// readLayout turns lines into a record: it finds the labels of speakers, the
// headings, the head and the notes, and reads what stands between them.
func readLayout(d *draft, lines []line, meta *Sidecar) (*Record, error) {
	if meta == nil {
		meta = &Sidecar{}
	}
	p := &layout{draft: d, lines: lines}
	p.dropFurniture(meta.Furniture)
	p.dropPages()
	p.findFields()
	p.findStyles()
	p.findGap()
	p.weighNames()
	p.joinWrapped()
	p.findHeadings()
	p.findNumbered()
	p.findBounds(meta.NotesFrom)
	if p.spoken == 0 && len(p.numbered) == 0 && len(p.headings) < 2 && !p.prose {
		return nil, &FileError{File: d.record.File, Problem: "no turns were found", Hint: "write each turn as “Name: words”, with two blank lines between turns"}
	}
	p.readHead()
	p.readBody()
	p.readNotes()
	p.describe()
	return d.finish(meta)
}

// layout is a file while it is read.
type layout struct {
	*draft
	lines    []line
	present  []Participant    // those the head lists
	styles   [styles]bool     // the styles of labels in force
	gap      int              // how many blank lines stand between turns, at least
	names    map[string]*name // by label
	width    int              // the column lines are broken at, or 0
	headings map[int]heading  // by index of the line
	numbered map[int]string   // the printed numbers of paragraphs, by index
	spoken   int              // how many turns have a label
	stamped  bool             // times stand before nearly all labels
	opening  int              // the number of the line whose label stands right below the title
	prose    bool             // a memorandum without speakers and numbers
	title    int              // index of the title line, or -1
	body     int              // the body is lines[body:end]
	end      int
}

// spaced reports whether two blank lines separate turns. Then the layout shows
// where a turn begins, and a label inside one means nothing.
func (p *layout) spaced() bool { return p.gap >= 2 }

// begins reports whether line i begins a block, by what stands above it.
func (p *layout) begins(i int) bool {
	if i == 0 || p.lines[i].blank >= p.gap || p.lines[i].level > 0 || p.lines[i].ruled {
		return true
	}
	above := &p.lines[i-1]
	if above.level > 0 || p.isHeading(i-1) || p.headings == nil && isNumberedHeading(above.text) {
		return true
	}
	return !p.spaced() && isStage(above)
}

func (p *layout) isHeading(i int) bool { _, ok := p.headings[i]; return ok }

// speaks reports whether line i begins with the label of a speaker.
func (p *layout) speaks(i int) bool {
	l := &p.lines[i]
	if l.speech.style == noLabel || l.field || !p.styles[l.speech.style] {
		return false
	}
	n := p.names[l.speech.name]
	if n == nil || !n.accepted || n.at == 1 && i > 0 && p.isOwnLabel(i-1) {
		return false
	}
	return p.begins(i) || l.number == p.opening || n.at >= 2 && l.paged || p.standsClose(i) || n.at >= 2 && p.gap == 1 && endsSentence(p.lines[i-1].text)
}

// isOwnLabel reports whether line i is a label and no more.
func (p *layout) isOwnLabel(i int) bool {
	s := &p.lines[i].speech
	n := p.names[s.name]
	return s.style == ownStyle && p.styles[ownStyle] && n != nil && n.accepted
}

// readBody reads sections and turns.
func (p *layout) readBody() {
	for i := p.body; i < p.end; {
		if h, ok := p.headings[i]; ok {
			p.open(h)
			i++
			continue
		}
		next := i + 1
		for next < p.end && !p.isHeading(next) && !p.separates(next) {
			next++
		}
		p.readTurn(i, next)
		i = next
	}
}

// separates reports whether a new turn begins at line i.
func (p *layout) separates(i int) bool {
	l := &p.lines[i]
	if p.spaced() {
		return p.begins(i) || l.paged && p.speaks(i)
	}
	if p.numbered[i] != "" || p.speaks(i) || p.stamped && stampPattern.MatchString(l.text) {
		return true
	}
	above := &p.lines[i-1]
	switch {
	case isStage(l), isStage(above), isEditorial(l.text), l.speech.style == markedStyle && isRemark(l.speech.name):
		return true
	case p.spoken == 0 && len(p.numbered) == 0:
		return p.begins(i)
	case !p.begins(i):
		return false
	case isClosing(l.text):
		return true
	}
	return p.looksLikeHeading(i) || p.looksLikeHeading(i-1)
}

// readTurn reads the turn in lines[from:to].
func (p *layout) readTurn(from, to int) {
	first := &p.lines[from]
	t := Turn{Line: first.number}
	texts := make([]string, 0, to-from)
	for _, l := range p.lines[from:to] {
		texts = append(texts, l.text)
	}
	switch {
	case p.speaks(from) && (first.speech.words != "" || len(texts) > 1):
		l := first.speech
		t.Speaker, t.Attribution, t.Label, t.Time = l.name, Stated, l.printed, l.time
		texts[0] = l.words
		if l.words == "" {
			texts = texts[1:]
		}
		p.doubtSpeaker(from)
		p.doubtInside(from, to)
	case p.numbered[from] != "":
		t.Label = p.numbered[from]
		texts[0] = strings.TrimSpace(strings.TrimPrefix(texts[0], t.Label))
	case len(texts) == 1 && isStage(first):
		t.Stage = true
		if first.stage && !isBracketed(first.text) {
			p.doubt(t.Line, "taken for a stage direction because of how it is set")
		}
	case len(texts) == 1 && isClosing(texts[0]):
		t.Stage = true
		if p.spoken > 0 && !p.spaced() {
			p.doubt(t.Line, "taken for a remark on the meeting, not for the last speaker's words")
		}
	default:
		t.Speaker, t.Attribution = p.inferSpeaker()
		p.doubtUnlabelled(from, t.Speaker)
	}
	t.Text = strings.Join(texts, "\n")
	p.add(inBody, t, p.lines[to-1].last)
}

// inferSpeaker names the speaker whose words go on after a stage direction.
func (p *layout) inferSpeaker() (string, Attribution) {
	n := len(p.entries)
	if n < 2 || p.entries[n-1].part != inBody || !p.entries[n-1].turn.Stage || isClosing(p.entries[n-1].turn.Text) {
		return "", Unattributed
	}
	for i := n - 2; i >= 0 && p.entries[i].part == inBody; i-- {
		if t := &p.entries[i].turn; !t.Stage {
			if t.Speaker == "" {
				break
			}
			return t.Speaker, Inferred
		}
	}
	return "", Unattributed
}

// doubtSpeaker notes a label that may be no speaker's.
func (p *layout) doubtSpeaker(i int) {
	l := &p.lines[i]
	n := p.names[l.speech.name]
	switch {
	case !n.sure && n.at == 1:
		p.doubt(l.number, fmt.Sprintf("%q speaks only once: is this a speaker?", l.speech.name))
	case !n.sure:
		p.doubtOnce(l.number, fmt.Sprintf("is %q a speaker?", l.speech.name))
	case !p.begins(i):
		p.doubt(l.number, fmt.Sprintf("the label %q stands closer to the line above than others do", l.speech.name))
	case len(p.present) > 0 && n.at == 1 && !n.present:
		p.doubt(l.number, fmt.Sprintf("%q is not among those listed as present", l.speech.name))
	}
}

// doubtInside notes lines of a turn that look like the beginning of another.
func (p *layout) doubtInside(from, to int) {
	for i := from + 1; i < to; i++ {
		l := &p.lines[i]
		if l.speech.style == noLabel || l.field {
			continue
		}
		if !p.styles[l.speech.style] {
			if (l.speech.style == ownStyle || l.speech.style == bareStyle) && isPersonal(l.speech.name) {
				p.doubt(l.number, fmt.Sprintf("%q looks like a label, but not like the others", l.speech.name))
			}
			continue
		}
		if n := p.names[l.speech.name]; n != nil && n.accepted {
			p.doubt(l.number, fmt.Sprintf("%q begins a paragraph of %s: a turn needs more space above it", l.speech.name, p.lines[from].speech.name))
		} else if (l.speech.style == colonStyle || l.speech.style == markedStyle) && p.begins(i) {
			p.doubt(l.number, fmt.Sprintf("%q is taken for a paragraph of %s, not for a speaker", l.speech.name, p.lines[from].speech.name))
		}
	}
}

// doubtUnlabelled notes a block that is nobody's by name.
func (p *layout) doubtUnlabelled(i int, speaker string) {
	l := &p.lines[i]
	switch {
	case speaker != "":
	case p.spoken == 0 && len(p.numbered) == 0:
		p.doubtOnce(l.number, "nobody is named as speaking in this file; each paragraph is a turn")
	case p.looksLikeHeading(i):
		p.doubt(l.number, "this looks like a heading, but not like one of the others; nobody is named for it")
	default:
		p.doubt(l.number, "nobody is named for this line")
	}
}

// describe says how the file was read.
func (p *layout) describe() {
	said := []string{p.record.Layout}
	switch {
	case len(p.numbered) > 0:
		said = append(said, "numbered paragraphs without speakers")
	case p.spaced():
		said = append(said, "turns two blank lines apart")
	case p.gap == 1:
		said = append(said, "turns a blank line apart")
	default:
		said = append(said, "turns line by line")
	}
	if p.width > 0 {
		said = append(said, fmt.Sprintf("lines broken at column %d", p.width))
	}
	p.record.Layout = strings.Join(said, ", ")
}

func (p *layout) readNotes() {
	for _, l := range p.lines[p.end:] {
		p.add(inNotes, Turn{Text: l.text, Line: l.number}, l.last)
	}
}

// dropFurniture removes lines that are no part of the record, and rules.
func (p *layout) dropFurniture(more []string) {
	kept := p.lines[:0]
	blank, ruled := 0, false
	for i, l := range p.lines {
		if isRule(l.text) {
			if n := len(kept); n > 0 && l.blank == 0 && !ruled && underlines(l, kept[n-1]) {
				kept[n-1].level = 2
			} else {
				ruled = i > 0
			}
			blank = max(blank, l.blank)
			continue
		}
		if len(l.text) < 40 && siteFurniture[strings.ToLower(l.text)] || slices.Contains(more, l.text) {
			blank = max(blank, l.blank)
			continue
		}
		l.blank = max(l.blank, blank)
		l.ruled = l.ruled || ruled
		blank, ruled = 0, false
		kept = append(kept, l)
	}
	p.lines = kept
}

// isRule reports lines such as "-----", "* * *" and "=====".
func isRule(s string) bool {
	if len(s) < 3 || strings.Trim(s, "-—–_=*~#· \t+") != "" {
		return false
	}
	return len(strings.Fields(s)) >= 3 || len(s) >= 3 && !strings.ContainsAny(s, " \t")
}

// underlines reports whether a rule underlines the short line above it.
func underlines(rule, above line) bool {
	c := rule.text[0]
	width := above.width - above.indent
	return (c == '-' || c == '=' || c == '~') && width <= 100 && above.level == 0 &&
		len(rule.text) >= width-2 && len(rule.text) <= width+4
}
