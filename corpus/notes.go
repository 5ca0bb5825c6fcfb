package corpus

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
)

var (
	memoPattern     = regexp.MustCompile(`^(?:[(\[¶§]\s*)?(\d{1,4})(?:[.)\]]+|\s*[—–])\s+(\S)`)
	footnotePattern = regexp.MustCompile(`^(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}/|\^\d{1,3}|[†‡¹²³⁴⁵⁶⁷⁸⁹]+)\s*\S|^\*+\S`)
)

// findNumbered finds the paragraphs of a memorandum in indirect speech: they
// are numbered in order, and there are more of them than labels of speakers.
func (p *layout) findNumbered() {
	p.numbered = make(map[int]string)
	for i := range p.lines {
		if p.speaks(i) {
			p.spoken++
		}
	}
	found, first := p.numberedParagraphs()
	if len(found) < 2 || p.spoken > 0 && len(found) <= 2*p.spoken {
		return
	}
	if first != 1 && len(found) < 3 {
		return
	}
	p.numbered = found
	for i := range p.lines {
		if p.speaks(i) {
			p.doubt(p.lines[i].number, fmt.Sprintf("%q is not taken for a speaker: the paragraphs of this file are numbered", p.lines[i].speech.name))
		}
	}
	for _, n := range p.names {
		n.accepted = false
	}
	p.spoken = 0
	if first != 1 {
		p.doubt(0, fmt.Sprintf("the paragraphs are numbered from %d; references count from 1", first))
	}
}

// numberedParagraphs returns the longest run of paragraphs numbered in order,
// and its first number. The count may begin again below a heading.
func (p *layout) numberedParagraphs() (best map[int]string, first int) {
	var run map[int]string
	start, last := 0, 0
	again := false // a heading stands below the last number
	for i := range p.lines {
		l := &p.lines[i]
		if p.isHeading(i) {
			again = true
			continue
		}
		m := memoPattern.FindStringSubmatchIndex(l.text)
		if m == nil || l.level > 0 || !p.opensParagraph(i) {
			continue
		}
		n := arabicValue(l.text[m[2]:m[3]])
		switch {
		case run != nil && (n == last+1 || n == 1 && again):
		case run == nil || n == 1:
			run, start = make(map[int]string), n
		default:
			continue
		}
		last, again = n, false
		run[i] = strings.TrimSpace(l.text[:m[4]])
		if len(run) > len(best) {
			best, first = run, start
		}
	}
	return best, first
}

// opensParagraph reports whether line i can be the first of a paragraph.
func (p *layout) opensParagraph(i int) bool {
	return p.lines[i].blank > 0 || p.gap == 0 || i == 0 || p.isHeading(i-1) || p.width > 0 || endsSentence(p.lines[i-1].text)
}

// findBounds finds where the head ends and the notes begin.
func (p *layout) findBounds(notesFrom string) {
	p.body, p.end = len(p.lines), len(p.lines)
	for i := range p.lines {
		if p.isHeading(i) || p.numbered[i] != "" || p.speaks(i) && (len(p.headings) == 0 || p.opensBefore(i)) {
			p.body = i
			break
		}
	}
	if p.spoken == 0 && len(p.numbered) == 0 && len(p.headings) < 2 {
		if first := p.findProse(); first > 0 {
			if p.isHeading(first - 1) {
				first--
			}
			p.body, p.prose = first, true
			maps.DeleteFunc(p.headings, func(i int, _ heading) bool { return i < first })
		}
	}
	p.findNotes(notesFrom)
}

// findProse returns the line where the body of a memorandum begins whose
// paragraphs have neither speakers nor numbers: below a head that says what kind
// of document it is and of what day. It returns -1 if this is none.
func (p *layout) findProse() int {
	first, paragraphs := -1, 0
	for i := range p.lines {
		if l := &p.lines[i]; !l.field && endsSentence(l.text) && len(strings.Fields(l.text)) >= 8 {
			if first < 0 {
				first = i
			}
			paragraphs++
		}
	}
	if paragraphs < 2 || first < 2 {
		return -1
	}
	dated, titled := false, false
	for _, l := range p.lines[:first] {
		_, words := FindDate(l.text)
		dated = dated || words != ""
		titled = titled || titleWords.MatchString(l.text)
	}
	if !dated || !titled {
		return -1
	}
	return first
}

// opensBefore reports whether the label at line i, above the first heading, is
// surely a speaker's.
func (p *layout) opensBefore(i int) bool {
	n := p.names[p.lines[i].speech.name]
	return n.sure && n.at > 1 || isTitled(p.lines[i].speech.name)
}

// findNotes finds the first line below the last turn. The notes begin with the
// block that holds a marker: what stands above the marker in it is the
// archive's summary.
func (p *layout) findNotes(notesFrom string) {
	last := p.body // the last line that is surely a turn's or a heading
	for i := p.body; i < len(p.lines); i++ {
		switch {
		case notesFrom != "" && strings.HasPrefix(p.lines[i].text, notesFrom):
			p.end = i
			return
		case p.numbered[i] != "", p.isHeading(i), p.speaks(i) && (p.names[p.lines[i].speech.name].at > 1 || isTitled(p.lines[i].speech.name)):
			last = i
		}
	}
	for i := last + 1; i < len(p.lines); i++ {
		l := &p.lines[i]
		marker := isNotesMarker(l.text)
		switch {
		case marker:
			p.end = i
			for j := i; p.spaced() && j > last; j-- {
				if p.speaks(j) {
					break
				}
				if p.lines[j].blank >= 2 {
					p.end = j
					break
				}
			}
			return
		case l.level > 0 && !p.isHeading(i), l.ruled && !p.speaks(i), l.field && isTrailing(l.text) && p.begins(i), isFootnote(l.text) && p.begins(i) && (len(p.numbered) == 0 || l.text[0] != '(') && !p.spaced():
			p.end = i
			p.doubt(l.number, "taken for notes below the record, from here on")
			return
		}
	}
}

func isNotesMarker(s string) bool {
	return len(s) < 60 && notesMarkers[strings.ToLower(strings.Trim(strings.TrimRight(s, ":. "), "[]()-—– "))]
}

func isTrailing(s string) bool {
	name, _, _ := strings.Cut(s, ":")
	return trailing[bareField(name)]
}

// isFootnote reports lines such as "[1] See the text above." and "* Sic."
func isFootnote(s string) bool {
	return footnotePattern.MatchString(s) && !isStarred(s) && !isBracketed(s)
}
