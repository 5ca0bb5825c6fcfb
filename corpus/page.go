package corpus

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	pagePattern   = regexp.MustCompile(`(?i)^(?:[\[({<]\s*(?:page|pg\.?|pp?\.|p|seite|folio|f\.)\s*([0-9ivxlc]{1,7}[a-z]?)(?:\s*(?:of|/)\s*\d+)?\s*[\])}>]|(?:page|pg\.)\s+(\d{1,5})(?:\s*(?:of|/)\s*\d+)?|[-–—]\s*(?:page\s+|p\.\s*)?(\d{1,4})\s*[-–—]|[\[({<]\s*page\s*break\s*[\])}>]|[-–—*]{2,}\s*page\s+(\d{1,5})\s*[-–—*]{2,})$`)
	inlinePage    = regexp.MustCompile(`(?i)\s*[\[{](?:page|pg\.?|p\.)\s*([0-9]{1,5}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d+)?[\]}]\s*`)
	numberPattern = regexp.MustCompile(`^\d{1,4}$`)
)

// dropPages takes the marks of pages out of the text and keeps them as data,
// with the lines that stand beside every mark (running heads).
func (p *layout) dropPages() {
	bare := p.bareNumbers()
	running := p.runningHeads(bare)
	kept := p.lines[:0]
	blank, paged := 0, false
	for i, l := range p.lines {
		name, ok := pageMark(l.text)
		if ok || bare[i] {
			if !ok {
				name = l.text
			}
			p.record.Pages = append(p.record.Pages, Page{Name: name, Line: l.number})
			blank, paged = max(blank, l.blank), true
			continue
		}
		if running[l.text] {
			p.doubtOnce(l.number, "left out as a running head of the pages: "+l.text)
			blank = max(blank, l.blank)
			continue
		}
		if strings.ContainsAny(l.text, "[{") {
			l.text = p.cutPages(l.text, l.number)
		}
		if l.text == "" {
			blank, paged = max(blank, l.blank), true
			continue
		}
		l.blank = max(l.blank, blank)
		l.paged = paged
		blank, paged = 0, false
		kept = append(kept, l)
	}
	p.lines = kept
}

// pageMark reads a line that is only the mark of a page, such as "[Page 3]",
// "- 3 -" or "Page 3 of 12".
func pageMark(s string) (name string, ok bool) {
	if len(s) > 40 {
		return "", false
	}
	m := pagePattern.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	return m[1] + m[2] + m[3] + m[4], true
}

// cutPages takes marks of pages out of a line.
func (p *layout) cutPages(s string, number int) string {
	return strings.TrimSpace(inlinePage.ReplaceAllStringFunc(s, func(mark string) string {
		p.record.Pages = append(p.record.Pages, Page{Name: inlinePage.FindStringSubmatch(mark)[1], Line: number})
		if strings.TrimSpace(mark) == mark {
			return ""
		}
		return " "
	}))
}

// standsBetween reports whether line j, right below the mark of a page, is a
// short line by itself.
func (p *layout) standsBetween(i, j int) bool {
	l := &p.lines[j]
	return i > 0 && j+1 < len(p.lines) && l.blank == 0 && p.lines[j+1].blank > 0 && len(l.text) <= 60 && startsUpper(l.text)
}

// bareNumbers finds page numbers that stand alone on a line: they count up by
// one from page to page. One alone is taken for one in doubt.
func (p *layout) bareNumbers() map[int]bool {
	found := make(map[int]bool)
	var run []int
	last := -1
	flush := func() {
		if len(run) == 1 && p.lines[run[0]].blank > 0 && p.lines[run[0]].number > p.lines[0].number+4 {
			p.doubt(p.lines[run[0]].number, "taken for the number of a page")
			found[run[0]] = true
		} else if len(run) > 1 {
			for _, i := range run {
				found[i] = true
			}
		}
		run = nil
	}
	for i := range p.lines {
		l := &p.lines[i]
		if !numberPattern.MatchString(l.text) || i+1 < len(p.lines) && i > 0 && l.blank == 0 && p.lines[i+1].blank == 0 {
			continue
		}
		n, _ := strconv.Atoi(l.text)
		if n != last+1 {
			flush()
		}
		run = append(run, i)
		last = n
	}
	flush()
	return found
}

// runningHeads finds lines that stand next to most marks of pages, or by
// themselves right below one, and markings such as TOP SECRET next to any.
func (p *layout) runningHeads(bare map[int]bool) map[string]bool {
	marks := 0
	running := make(map[string]bool)
	beside := make(map[string]int)
	for i := range p.lines {
		if _, ok := pageMark(p.lines[i].text); !ok && !bare[i] {
			continue
		}
		marks++
		for _, j := range []int{i - 1, i + 1} {
			if j < 0 || j >= len(p.lines) {
				continue
			}
			if l := p.lines[j]; len(l.text) <= 100 && !endsSentence(l.text) && strings.ContainsFunc(l.text, unicode.IsLetter) && readLabel(l.text, 0).words == "" {
				beside[l.text]++
				if j == i+1 && p.standsBetween(i, j) {
					running[l.text] = true
				}
			}
		}
	}
	for text, n := range beside {
		if n >= 2 && (n == marks || n >= 3 && 3*n >= 2*(marks-1)) || markings.MatchString(text) && isCapitals(text) {
			running[text] = true
		}
	}
	return running
}
