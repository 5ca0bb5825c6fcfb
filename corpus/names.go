package corpus

import (
	"strings"
	"unicode"
)

// name is what is known of a label: how often it begins a line where turns
// begin, and what speaks for its being a speaker's.
type name struct {
	count    int // lines that begin with it
	at       int // of them, where a turn can begin
	style    labelStyle
	present  bool // listed among those present
	timed    bool // a time is printed with it
	fits     bool // in capitals or with a title, as labels are
	accepted bool // it is a speaker's
	sure     bool // beyond doubt
}

// findFields reads the labels of all lines and tells header fields from them.
func (p *layout) findFields() {
	counts := make(map[string]int)
	for i := range p.lines {
		l := &p.lines[i]
		if isNumberedHeading(l.text) && l.marked == 0 {
			continue
		}
		l.speech = readLabel(l.text, l.marked)
		if l.speech.style == noLabel {
			_, _, l.field = headerField(l.text)
			continue
		}
		counts[l.speech.name]++
	}
	p.dropOrdinals()
	p.findLabelHeadings()
	for i := range p.lines {
		l := &p.lines[i]
		if l.speech.style != colonStyle && l.speech.style != markedStyle {
			continue
		}
		if !p.isRoleField(i, counts[l.speech.name]) {
			break
		}
		l.field = true
	}
	p.present = append(p.listed, participantsOf(p.lines)...)
}

// isRoleField reports whether a line above the first turn says who somebody
// is, as "Chairman: Mr. Smith" does: a name, no sentence.
func (p *layout) isRoleField(i, count int) bool {
	l := &p.lines[i]
	words := l.speech.words
	if words == "" || endsSentence(words) && !strings.HasSuffix(words, "Jr.") || len(words) > 200 || !allCapitalised(words) {
		return false
	}
	beside := i > 0 && l.blank == 0 && p.lines[i-1].field || i+1 < len(p.lines) && p.lines[i+1].blank == 0 && p.lines[i+1].field
	return beside || len(strings.Fields(words)) > 1 && (count == 1 || roles[bareField(l.speech.name)])
}

// dropOrdinals takes numbers before labels for part of the label only where
// nearly all turns have one.
func (p *layout) dropOrdinals() {
	with, without := 0, 0
	for i := range p.lines {
		switch s := &p.lines[i].speech; {
		case s.style == noLabel:
		case s.ordinal:
			with++
		default:
			without++
		}
	}
	if with > 1 && with > 3*without {
		return
	}
	for i := range p.lines {
		if p.lines[i].speech.ordinal {
			p.lines[i].speech = label{}
		}
	}
}

// findLabelHeadings finds headings of markup that are labels: they come back,
// or stand on a level where most do.
func (p *layout) findLabelHeadings() {
	counts := make(map[string]int)
	var again, all [7]int
	named := func(l *line) label { return readLabel(strings.TrimRight(l.text, ":.")+":", 0) }
	for i := range p.lines {
		if l := &p.lines[i]; l.level > 0 {
			counts[named(l).name]++
		}
	}
	for i := range p.lines {
		if l := &p.lines[i]; l.level > 0 {
			all[l.level]++
			if name := named(l).name; name != "" && counts[name] > 1 {
				again[l.level]++
			}
		}
	}
	for i := range p.lines {
		l := &p.lines[i]
		if l.level == 0 {
			continue
		}
		if again[l.level] > 1 && 2*again[l.level] >= all[l.level] && !isNumberedHeading(l.text) {
			if read := named(l); read.style == colonStyle {
				l.level, l.speech = 0, read
				l.blank = max(l.blank, 1)
				continue
			}
		}
		l.speech = label{}
	}
}

// findStyles finds the styles of labels the file uses. A colon or markup may
// set apart a label that stands once; other styles must come back.
func (p *layout) findStyles() {
	var uses [styles]map[string]int
	for i := range p.lines {
		l := &p.lines[i]
		s := &l.speech
		if s.style == noLabel || l.field || s.style == ownStyle && !p.standsAlone(i) {
			if s.style == ownStyle {
				s.style = noLabel
			}
			continue
		}
		if uses[s.style] == nil {
			uses[s.style] = make(map[string]int)
		}
		uses[s.style][s.name]++
	}
	var again, names [styles]int // lines and labels of those that come back
	for style, counts := range uses {
		for _, n := range counts {
			if n > 1 {
				again[style] += n
				names[style]++
			}
		}
	}
	for s := range uses[bareStyle] { // **Smith** where others are **Smith:**
		if uses[markedStyle][s] > 0 || uses[colonStyle][s] > 0 {
			p.styles[bareStyle] = true
		}
	}
	colons := again[colonStyle] + again[markedStyle]
	p.styles[colonStyle], p.styles[markedStyle] = true, true
	p.styles[bareStyle] = p.styles[bareStyle] || again[bareStyle] > colons || names[bareStyle] > 1
	p.styles[angleStyle] = again[angleStyle] > 1
	p.styles[stopStyle] = again[stopStyle] > 1 && 2*again[stopStyle] > colons
	if len(uses[colonStyle])+len(uses[markedStyle])+again[stopStyle]+again[dashStyle] < 3 { // a short file
		p.styles[stopStyle] = p.styles[stopStyle] || titledLabels(uses[stopStyle]) > 2
		p.styles[dashStyle] = !p.styles[stopStyle] && titledLabels(uses[dashStyle]) > 2
	}
	q, a := uses[letterStyle]["Q"], uses[letterStyle]["A"]
	p.styles[letterStyle] = q > 0 && a > 0 && q+a > 2
	p.styles[wideStyle] = names[wideStyle] > 1 && again[wideStyle] > colons
	p.styles[dashStyle] = p.styles[dashStyle] || names[dashStyle] > 1 && again[dashStyle] > colons+again[stopStyle]
	p.styles[ownStyle] = names[ownStyle] > 1 && again[ownStyle] > colons+again[stopStyle]
}

// titledLabels counts the labels that have a title.
func titledLabels(uses map[string]int) int {
	n := 0
	for s := range uses {
		if isTitled(s) {
			n++
		}
	}
	return n
}

// standsAlone reports whether line i stands over other words as a label does.
func (p *layout) standsAlone(i int) bool {
	l := &p.lines[i]
	if i > 0 && l.blank == 0 && !l.paged || i+1 >= len(p.lines) {
		return false
	}
	next := &p.lines[i+1]
	return next.blank < 2 && next.speech.style != ownStyle
}

// findGap finds how many blank lines stand between turns: two where labels
// mostly stand after two, as many as before the labels that come back.
func (p *layout) findGap() {
	counts := make(map[string]int)
	repeated := false
	for i := range p.lines {
		if l := &p.lines[i]; p.labelled(l) {
			counts[l.speech.name]++
			repeated = repeated || counts[l.speech.name] > 1
		}
	}
	var after [3]int
	for i := range p.lines {
		l := &p.lines[i]
		if !p.labelled(l) || l.paged || repeated && counts[l.speech.name] == 1 && l.speech.style == colonStyle {
			continue
		}
		if i == 0 {
			after[2]++
		} else {
			after[min(l.blank, 2)]++
		}
	}
	switch all := after[0] + after[1] + after[2]; {
	case all == 0:
		for i := range p.lines {
			if i > 0 && p.lines[i].blank > 0 {
				p.gap = 1
			}
		}
	case after[2] >= after[0]+after[1]:
		p.gap = 2
	case 10*(after[1]+after[2]) >= 7*all:
		p.gap = 1
	}
}

func (p *layout) labelled(l *line) bool {
	return l.speech.style != noLabel && !l.field && p.styles[l.speech.style]
}

// weighNames decides which labels are speakers'. Where two blank lines separate
// turns, the place of a label shows that it is one. Elsewhere what counts is
// whether it comes back, looks like the others, has a title or is listed as
// present; and against it, that the text uses its words as common ones.
func (p *layout) weighNames() {
	p.names = make(map[string]*name)
	capitals, others, marked, stamped, several, listed := 0, 0, 0, 0, 0, 0
	for i := range p.lines {
		l := &p.lines[i]
		if !p.labelled(l) {
			continue
		}
		n := p.names[l.speech.name]
		if n == nil {
			n = &name{style: l.speech.style}
			n.present = isListed(l.speech.name, p.present)
			n.fits = isCapitals(l.speech.name) || isTitled(l.speech.name)
			p.names[l.speech.name] = n
		}
		n.count++
		n.timed = n.timed || l.speech.time != ""
		if p.begins(i) || l.paged || p.standsClose(i) {
			n.at++
		}
		if n.fits {
			capitals++
		} else if !isRemark(l.speech.name) {
			others++
		}
		if l.speech.time != "" && strings.HasPrefix(strings.TrimLeft(l.speech.printed, "[("), l.speech.time) {
			stamped++
		}
		if n.style == markedStyle || n.style == bareStyle {
			marked++
		}
		if n.fits || strings.Contains(l.speech.name, " ") {
			several++
		}
		if n.present {
			listed++
		}
	}
	all := capitals + others
	most := func(count int) bool { return count > 4 && 3*count > 2*all }
	p.findOpening()
	p.stamped = stamped > 2 && 4*stamped >= 3*all
	upper := capitals > 4 && capitals > 4*others
	common, mentioned := p.commonWords()
	for s, n := range p.names {
		unlike := upper || n.at == 1 && n.style == colonStyle && 2*marked > all ||
			n.at < 3 && (most(capitals) || (most(listed) || most(several)) && mentioned[strings.ToLower(s)])
		n.accepted, n.sure = p.weigh(s, n, unlike && !n.fits && !n.present, common)
	}
}

// findOpening finds a label that stands right below the line of the title, with
// less space than labels have elsewhere.
func (p *layout) findOpening() {
	if len(p.lines) < 2 || p.spaced() || p.lines[0].speech.style != noLabel || !p.labelled(&p.lines[1]) || p.begins(1) {
		return
	}
	if n := p.names[p.lines[1].speech.name]; n.at > 0 {
		n.at++
		p.opening = p.lines[1].number
	}
}

// standsClose reports whether a label in capitals or with a title follows a
// whole sentence with less space than others have.
func (p *layout) standsClose(i int) bool {
	l := &p.lines[i]
	return p.gap == 1 && i > 0 && (isCapitals(l.speech.name) || isTitled(l.speech.name)) && endsSentence(p.lines[i-1].text)
}

// The weights were set so that a label which stands once needs a reason beyond
// its form, and one which comes back four times needs none. unlike says that
// the label is not written as most of the file's are.
func (p *layout) weigh(s string, n *name, unlike bool, common map[string]bool) (accepted, sure bool) {
	if n.at == 0 || isRemark(s) && !n.present {
		return false, false
	}
	if p.spaced() {
		return true, n.at > 1 || n.present || n.timed || isTitled(s)
	}
	score := min(n.at, 4)
	if n.present || n.timed {
		score += 3
	}
	if n.fits {
		score += 3
	}
	if n.style == markedStyle || n.style == angleStyle {
		score += 2
	}
	if first, _, _ := strings.Cut(s, " "); allCapitalised(s) && (!startsLower(s) || particles[first]) {
		score++
	} else {
		score -= 2
	}
	if unlike {
		score -= 3
	}
	titled := isTitled(s)
	if first, _, _ := strings.Cut(strings.ToLower(s), " "); openers[first] && n.at < 3 && !n.present {
		score -= 3 // My answer: words
	}
	for _, word := range strings.Fields(s) {
		if common[strings.ToLower(word)] && !titled {
			score -= 2
			if n.at == 1 {
				score -= 2
			}
			break
		}
	}
	return score >= 2, score >= 4 && (n.at > 1 || titled || n.present || n.timed || n.style == markedStyle)
}

// commonWords returns the words of unsure labels that the file writes small
// somewhere, and the words that are all of a label and stand behind "the", "in"
// and the like: "Costs: words" is no speaker's where "the costs" are spoken of, nor
// "Moscow: words" where "in Moscow" is said.
//
// mentioned are the words that are all of a label which stands once and come up
// elsewhere without a title before them, as things do.
func (p *layout) commonWords() (common, mentioned map[string]bool) {
	if p.spaced() {
		return nil, nil
	}
	common, mentioned = make(map[string]bool), make(map[string]bool)
	wanted, alone := make(map[string]bool), make(map[string]bool)
	for s, n := range p.names {
		if n.at < 6 {
			alone[strings.ToLower(s)] = n.at < 3
			for _, word := range strings.Fields(strings.ToLower(s)) {
				if len(word) > 3 {
					wanted[word] = true
				}
			}
		}
	}
	for i := range p.lines {
		above := "mr" // a label is no mention
		for word := range strings.FieldsFuncSeq(p.lines[i].text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-' }) {
			small := strings.ToLower(word)
			if wanted[small] && (word == small || placing[above] && alone[small]) {
				common[small] = true
			}
			if alone[small] && !titles[strings.ToLower(above)] {
				mentioned[small] = true
			}
			above = word
		}
	}
	return common, mentioned
}
