package corpus

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// schemes are the ways to number sections, each with a value for a label.
var schemes = []struct {
	pattern *regexp.Regexp
	value   func(string) int
}{
	{regexp.MustCompile(`^\(?([IVXLC]{1,7})(?:[.):]\s*|\s*[—–-]\s*)(\S.*)$`), romanValue},
	{regexp.MustCompile(`^\(?(\d{1,3})(?:[.):]\s*|\s*[—–]\s*|\s+-\s+)([^\s\d].*)$`), arabicValue},
	{regexp.MustCompile(`^(?:§+\s*)(\d{1,3})[.:]?\s+(\S.*)$`), arabicValue},
	{regexp.MustCompile(`^(?:(?i:` + partWords + `))\s+(?:(?i:no\.?|number)\s*)?(\d{1,3})(?:[.:)]?\s*[—–-]+\s*|[.:)]\s*|\s+|$)(.*)$`), arabicValue},
	{regexp.MustCompile(`^(?:(?i:` + partWords + `))\s+([IVXLC]{1,7})(?:[.:)]?\s*[—–-]+\s*|[.:)]\s*|\s+|$)(.*)$`), romanValue},
	{regexp.MustCompile(`^(?:(?i:` + partWords + `))\s+((?i:one|two|three|four|five|six|seven|eight|nine|ten))(?:[.:)]?\s*[—–-]+\s*|[.:)]\s*|\s+|$)(.*)$`), wordValue},
	{regexp.MustCompile(`^\(?([A-Z])(?:[.)])\s+(\S.*)$`), letterValue},
}

const partWords = `agenda item|item|section|part|chapter|topic|point|question|article|subject|agenda point|order of business|session|day`

var (
	partPattern = regexp.MustCompile(`^(?i:` + partWords + `)\s+(?i:no\.?\s*)?(?:\d{1,3}|[IVXLC]{1,7}|(?i:one|two|three|four|five|six|seven|eight|nine|ten))\b`)
	dotted      = regexp.MustCompile(`^(\d{1,3}(?:\.\d{1,3})+)\.?\s+(\S.*)$`)
)

// isNumberedPart reports whether a text begins as "Item 2" does: no name.
func isNumberedPart(s string) bool {
	return len(s) > 4 && strings.IndexByte("aAiIsSpPcCtTqQoOdD", s[0]) >= 0 && partPattern.MatchString(s)
}

// isNumberedHeading reports whether a line can be a numbered heading.
func isNumberedHeading(s string) bool {
	if len(s) > 160 || s == "" {
		return false
	}
	switch c := s[0]; {
	case c >= '0' && c <= '9', c == '(', c >= utf8.RuneSelf, strings.IndexByte("IVXLC", c) >= 0, isNumberedPart(s):
	default:
		return false
	}
	for _, scheme := range schemes[:len(schemes)-1] {
		if m := scheme.pattern.FindStringSubmatch(s); m != nil && isTitle(m[2]) {
			return true
		}
	}
	return false
}

// findHeadings finds the section headings: those that markup shows, or the
// longest run numbered 1, 2, 3 … in one of the schemes.
func (p *layout) findHeadings() {
	p.headings = make(map[int]heading)
	marked := p.markedHeadings()
	best, doubtful := map[int]heading(nil), false
	for i, scheme := range schemes {
		found := p.numberedRun(scheme.pattern, scheme.value, i == len(schemes)-1)
		if len(found) > len(best) {
			best = found
		}
	}
	if len(best) < 2 && len(marked) < 2 {
		if titled := p.titleHeadings(); len(titled) > max(len(best), len(marked)) {
			best, doubtful = titled, true
		}
	}
	if len(marked) >= len(best) && len(marked) > 0 {
		best, doubtful = marked, false
	}
	for i, h := range best {
		if doubtful {
			p.doubt(h.line, fmt.Sprintf("%q is taken for a heading", h.text))
		}
		p.headings[i] = h
	}
}

// markedHeadings returns the headings that markup shows and under which
// somebody speaks or a paragraph is numbered.
func (p *layout) markedHeadings() map[int]heading {
	found := make(map[int]heading)
	first, last := -1, -1
	for i := range p.lines {
		if p.speaks(i) || memoPattern.MatchString(p.lines[i].text) && p.lines[i].level == 0 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	open := -1 // the last heading above the first turn
	for i := range p.lines {
		l := &p.lines[i]
		if l.level == 0 || i == 0 || i > last {
			continue
		}
		if i < first {
			open = i
			continue
		}
		found[i] = headingOf(l)
	}
	if open > 0 && (p.lines[open].level > 1 || !p.onlyTopLevel(open)) {
		found[open] = headingOf(&p.lines[open])
	}
	if first < 0 {
		for i := range p.lines {
			if l := &p.lines[i]; l.level > 1 {
				found[i] = headingOf(l)
			}
		}
	}
	return found
}

// onlyTopLevel reports whether no other line is a heading of the first level.
func (p *layout) onlyTopLevel(at int) bool {
	for i := range p.lines {
		if i != at && p.lines[i].level == 1 {
			return false
		}
	}
	return true
}

// headingOf reads the label and the title of a heading that is known to be one.
func headingOf(l *line) heading {
	h := heading{title: l.text, text: l.text, line: l.number}
	if m := dotted.FindStringSubmatch(l.text); m != nil {
		h.label, h.title = m[1], m[2]
		return h
	}
	for i, scheme := range schemes {
		if m := scheme.pattern.FindStringSubmatch(l.text); m != nil && (i < len(schemes)-1 || len(m[2]) < 80) {
			h.label, h.title = m[1], m[2]
			break
		}
	}
	return h
}

// numberedRun returns the headings of one scheme: lines that begin a block,
// read as titles and are numbered in order. A list of them above the text (an
// agenda) is none, as its lines have nothing below them.
func (p *layout) numberedRun(pattern *regexp.Regexp, value func(string) int, letters bool) map[int]heading {
	type candidate struct {
		at    int
		h     heading
		value int
	}
	var runs [][]candidate
	for i := range p.lines {
		l := &p.lines[i]
		if len(l.text) > 160 || p.speaks(i) || l.field || !p.begins(i) && !p.standsOver(i) {
			continue
		}
		m := pattern.FindStringSubmatch(l.text)
		if m == nil || !isTitle(m[2]) {
			continue
		}
		c := candidate{i, heading{label: m[1], title: m[2], text: l.text, line: l.number}, value(m[1])}
		if n := len(runs); c.value == 1 {
			runs = append(runs, []candidate{c})
		} else if n > 0 && runs[n-1][len(runs[n-1])-1].value+1 == c.value {
			runs[n-1] = append(runs[n-1], c)
		}
	}
	best, most := []candidate(nil), 0
	for _, run := range runs {
		filled, spoken := 0, 0
		for k, c := range run {
			next := c.at + 1
			if next < len(p.lines) && (k+1 == len(run) || run[k+1].at != next) {
				filled++
			}
			if next < len(p.lines) && (p.speaksBelow(next) || isStage(&p.lines[next])) {
				spoken++
			}
		}
		switch {
		case len(run) > 1 && 2*filled <= len(run), len(p.names) > 0 && !p.spaced() && 2*spoken < len(run) && p.hasSpeakers(),
			letters && (len(run) < 2 || spoken < len(run)):
			continue
		case filled >= most:
			best, most = run, filled
		}
	}
	found := make(map[int]heading)
	for _, c := range best {
		found[c.at] = c.h
	}
	return found
}

// speaksBelow is speaks for the line below what may be a heading.
func (p *layout) speaksBelow(i int) bool {
	l := &p.lines[i]
	if !p.labelled(l) {
		return false
	}
	n := p.names[l.speech.name]
	return n != nil && n.accepted
}

// standsOver reports whether line i stands directly over a turn.
func (p *layout) standsOver(i int) bool { return i+1 < len(p.lines) && p.speaksBelow(i+1) }

func (p *layout) hasSpeakers() bool {
	for _, n := range p.names {
		if n.accepted {
			return true
		}
	}
	return false
}

// titleHeadings returns headings without numbers: lines in capitals, in the
// middle of the page or written as titles that stand apart, over a turn or over
// one another. One in capitals or in the middle may also stand over a paragraph.
// Above the first turn they count only below the date, as there the head is.
func (p *layout) titleHeadings() map[int]heading {
	found := make(map[int]heading)
	first, margin := len(p.lines), 0
	for i := range p.lines {
		if p.speaks(i) {
			first, margin = min(first, i), max(margin, p.lines[i].indent)
		}
	}
	for i := len(p.lines) - 2; i > 0; i-- {
		l := &p.lines[i]
		if !p.standsApart(i) || i < first && !p.belowDate(i) {
			continue
		}
		plain := !isCapitals(l.text) && l.indent < margin+8
		next := i + 1
		for i > first && next+1 < len(p.lines) && isStage(&p.lines[next]) {
			next++
		}
		below := &p.lines[next]
		_, over := found[next]
		switch {
		case p.speaksBelow(next):
		case plain, !over && !(endsSentence(below.text) && len(strings.Fields(below.text)) > 5 && !isClosing(below.text)):
			continue
		}
		found[i] = heading{title: l.text, text: l.text, line: l.number}
	}
	if len(found) == 1 && !p.aloneBelow(first, found) {
		return nil
	}
	return found
}

// standsApart reports whether line i is a short title with space above it and,
// unless it is in capitals, below it.
func (p *layout) standsApart(i int) bool {
	l := &p.lines[i]
	return p.begins(i) && (l.blank > 0 || l.ruled || p.spaced()) && (p.lines[i+1].blank > 0 || isCapitals(l.text)) &&
		len(l.text) <= 100 && isTitle(l.text) && !endsSentence(l.text) && allCapitalised(l.text) &&
		!p.speaks(i) && l.speech.words == "" && !isStage(l) && !l.field && !isClosing(l.text) && !isOnlyDate(l.text) && !markings.MatchString(l.text)
}

// belowDate reports whether a date, a field or a sentence stands above line i.
func (p *layout) belowDate(i int) bool {
	return slices.ContainsFunc(p.lines[1:i], func(l line) bool {
		_, words := FindDate(l.text)
		return words != "" || l.field || endsSentence(l.text) && len(strings.Fields(l.text)) > 3
	})
}

// aloneBelow reports whether the only heading is in capitals and stands below
// the first turn.
func (p *layout) aloneBelow(first int, found map[int]heading) bool {
	for i, h := range found {
		return i > first && isCapitals(h.text)
	}
	return false
}

// looksLikeHeading reports whether line i is a short line without a full stop
// that stands alone over a turn.
func (p *layout) looksLikeHeading(i int) bool {
	l := &p.lines[i]
	return i > 0 && i+1 < len(p.lines) && p.begins(i) && p.lines[i+1].blank >= min(p.gap, 1) && !p.speaks(i) && !isStage(l) &&
		len(l.text) <= 80 && isTitle(l.text) && !endsSentence(l.text) && allCapitalised(l.text) && l.speech.words == "" && p.speaksBelow(i+1)
}

// isTitle reports whether a heading's text reads as a title, not as a sentence.
func isTitle(s string) bool {
	if len(s) > 120 || startsLower(s) || strings.HasSuffix(s, ":") || len(strings.Fields(s)) > 15 {
		return false
	}
	return !strings.HasSuffix(s, ".") || isCapitals(s) && len(strings.Fields(s)) <= 8
}

func arabicValue(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func romanValue(s string) int {
	digits := map[rune]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100}
	n, last := 0, 0
	for _, c := range s {
		d := digits[c]
		if d > last {
			n -= 2 * last
		}
		n += d
		last = d
	}
	return n
}

func letterValue(s string) int { return int(s[0]-'A') + 1 }

func wordValue(s string) int {
	for i, word := range []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"} {
		if strings.EqualFold(s, word) {
			return i + 1
		}
	}
	return 0
}
