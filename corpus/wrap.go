package corpus

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Files of typewriters and mail programs break their lines at a column. Such
// breaks are white space; a break after a line that had room for the next word
// ends a paragraph.

var itemPattern = regexp.MustCompile(`^(?:[-•*–—·▪]\s|\(?[0-9ivxa-zA-Z]{1,4}[.)]\s)`)

// joinWrapped joins the lines of a paragraph if the file is evidently broken at
// a column, or where markup says that a break is only a space.
func (p *layout) joinWrapped() {
	p.width = p.findWidth()
	words := p.splitWords()
	kept := p.lines[:0]
	var texts []string // of the paragraph that grows
	var above line     // its last line as it stands in the file
	flush := func() {
		if len(texts) > 1 {
			l := &kept[len(kept)-1]
			l.text = joinLines(texts, words)
			if l.speech.style != noLabel {
				l.speech.words = strings.TrimSpace(joinLines(append([]string{l.speech.words}, texts[1:]...), words))
			}
		}
		texts = texts[:0]
	}
	for i := range p.lines {
		l := p.lines[i]
		if i > 0 && p.continues(&kept[len(kept)-1], &above, i, len(texts)) {
			texts = append(texts, l.text)
			kept[len(kept)-1].last = l.number
		} else {
			flush()
			kept = append(kept, l)
			texts = append(texts, l.text)
		}
		above = l
	}
	flush()
	p.lines = kept
}

// continues reports whether line i goes on with the paragraph that begins with
// first and has n lines, the last of which is above.
func (p *layout) continues(first, above *line, i, n int) bool {
	l := &p.lines[i]
	if l.level > 0 || above.level > 0 || l.ruled {
		return false
	}
	if p.startsTurn(i) || l.field {
		return false
	}
	ended := endsSentence(above.text)
	if l.paged && !ended && startsLower(l.text) && l.blank < 2 {
		return true // a sentence that runs over the page
	}
	if l.blank > 0 || above.indent > 8 && l.indent > 8 && above.indent != l.indent && !p.labelled(first) { // centred lines
		return false
	}
	if first.field && l.indent > first.indent+1 && !ended {
		return true
	}
	if !ended && openBracket(first.text) && n == 1 && p.width > 0 {
		return true // a stage direction of several lines
	}
	full := above.width+1+firstWidth(l.text) > p.width-2
	switch {
	case isStage(l), itemPattern.MatchString(l.text) && (ended || !full), isNumberedHeading(l.text) && (ended || !full), isStage(above):
		return false
	case l.soft:
		return p.labelled(first) || !isOnlyDate(l.text) && !isOnlyDate(above.text) // a date below a title
	case p.width == 0:
		return false
	case l.indent > above.indent+1 && ended && !(n == 1 && p.labelled(first) && full):
		return false
	case full:
		return true
	}
	return !ended && (startsLower(l.text) || 2*above.width > p.width && p.labelled(first))
}

// startsTurn reports whether line i begins with the label of a speaker or, in
// a wrapped file, with what may be one.
func (p *layout) startsTurn(i int) bool {
	l := &p.lines[i]
	if !p.labelled(l) {
		return false
	}
	n := p.names[l.speech.name]
	return n != nil && n.accepted && (l.blank >= p.gap || p.speaksAfter(i))
}

// speaksAfter is speaks for a line whose own lines above are not joined yet.
func (p *layout) speaksAfter(i int) bool {
	above := &p.lines[i-1]
	n := p.names[p.lines[i].speech.name]
	return p.begins(i) || p.standsClose(i) || n.at >= 2 && endsSentence(above.text)
}

// openBracket reports whether a text opens a bracket at its beginning and does
// not close it.
func openBracket(s string) bool {
	return (s[0] == '(' || s[0] == '[') && strings.Count(s, s[:1]) > strings.Count(s, map[byte]string{'(': ")", '[': "]"}[s[0]])
}

// findWidth returns the column the file is evidently broken at, or 0: where a
// line goes on with a small letter, its first word had no room on the line
// above.
func (p *layout) findWidth() int {
	type pair struct{ width, next int }
	var pairs []pair
	for i := 1; i < len(p.lines); i++ {
		l, above := &p.lines[i], &p.lines[i-1]
		if l.blank == 0 && !l.soft && !l.field && startsLower(l.text) && l.indent <= above.indent+1 && above.level == 0 && !itemPattern.MatchString(l.text) {
			pairs = append(pairs, pair{above.width, firstWidth(l.text)})
		}
	}
	if len(pairs) == 0 {
		return 0
	}
	widths := make([]int, 0, len(pairs))
	for _, pair := range pairs {
		widths = append(widths, pair.width)
	}
	slices.Sort(widths)
	width := widths[(len(widths)-1)*97/100]
	full, wider := 0, 0
	for _, pair := range pairs {
		if pair.width+1+pair.next >= width-6 {
			full++
		}
	}
	for i := range p.lines {
		if p.lines[i].width > width+12 {
			wider++
		}
	}
	switch {
	case width < 30, width > 150, len(pairs) < 3 && width < 50:
		return 0
	case 10*full < 8*len(pairs), 20*wider > len(p.lines):
		return 0
	}
	return width
}

// firstWidth returns the columns of the first word of a text.
func firstWidth(s string) int {
	if at := strings.IndexFunc(s, unicode.IsSpace); at >= 0 {
		s = s[:at]
	}
	return utf8.RuneCountInString(s)
}

// splitWords returns the words of the file if some may be divided at the end
// of a line, so that a hyphen put in there can be told from the word's own.
func (p *layout) splitWords() map[string]bool {
	if p.width == 0 || !slices.ContainsFunc(p.lines, func(l line) bool { return strings.HasSuffix(l.text, "-") }) {
		return nil
	}
	words := make(map[string]bool)
	for i := range p.lines {
		for word := range strings.FieldsFuncSeq(strings.ToLower(p.lines[i].text), func(r rune) bool { return !unicode.IsLetter(r) }) {
			words[word] = true
		}
	}
	return words
}

// joinLines joins lines with spaces. A word divided at its hyphen is put together
// without a space; the hyphen goes only if the file has the word without it
// elsewhere.
func joinLines(texts []string, words map[string]bool) string {
	var joined []byte
	for _, text := range texts {
		if text == "" {
			continue
		}
		head, divided := bytes.CutSuffix(joined, []byte("-"))
		r, _ := utf8.DecodeLastRune(head)
		switch {
		case len(joined) == 0:
		case bytes.HasSuffix(head, []byte("-")) && !bytes.HasSuffix(head, []byte(" -")) && startsLower(text): // we agreed--all of us
		case !divided || !unicode.IsLetter(r) || !startsLetter(text) || hangs(text):
			joined = append(joined, ' ')
		case startsLower(text) && words[wholeWord(head, text)]:
			joined = head
		}
		joined = append(joined, text...)
	}
	return string(joined)
}

// hangs reports whether a hyphen before a text stands for a word to come, as in
// "pre- and post-war".
func hangs(next string) bool {
	word, _, _ := strings.Cut(next, " ")
	return word == "and" || word == "or" || word == "to" || word == "nor"
}

func startsLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// wholeWord returns the word that the end of one line and the beginning of the
// next make, in lower case.
func wholeWord(head []byte, next string) string {
	start := len(head)
	for start > 0 {
		r, size := utf8.DecodeLastRune(head[:start])
		if !unicode.IsLetter(r) {
			break
		}
		start -= size
	}
	if at := strings.IndexFunc(next, func(r rune) bool { return !unicode.IsLetter(r) }); at >= 0 {
		next = next[:at]
	}
	return strings.ToLower(string(head[start:]) + next)
}
