package corpus

import (
	"regexp"
	"strconv"
)

// marginNumber is the number of a line that is printed before it, as court
// reporters do; what numbers a paragraph has a full stop or a bracket.
var marginNumber = regexp.MustCompile(`^(\d{1,2})(?:\s+|$)`)

const (
	leastMargin  = 12 // numbered lines of a record whose lines are numbered
	marginShare  = .8 // of all lines
	marginSteady = .9 // of its numbers follow each other or begin a page
	leastPage    = 10 // lines of a page
	marginMost   = 60
)

// dropMargin takes the numbers of lines out of the margin of a record whose lines
// are numbered on every page, and returns the line of the first.
func dropMargin(lines []line) ([]line, int) {
	numbers := make([]int, len(lines)) // 0: none
	count, steady, pages, before := 0, 0, 0, 0
	for i := range lines {
		m := marginNumber.FindStringSubmatch(lines[i].text)
		if m == nil {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		if n == 0 || n > marginMost {
			continue
		}
		numbers[i] = n
		count++
		if n == before+1 || n == 1 && (before == 0 || before >= leastPage) {
			steady++
		}
		if n == 1 || len(m[0]) == len(lines[i].text) {
			pages++ // or an empty line: a list of paragraphs has neither
		}
		before = n
	}
	if count < leastMargin || float64(count) < marginShare*float64(len(lines)) || float64(steady) < marginSteady*float64(count) || pages < 2 {
		return lines, 0
	}
	kept := lines[:0]
	blank, first := 0, 0
	for i, l := range lines {
		prefix := marginNumber.FindString(l.text)
		ofPage := len(prefix) == len(l.text) && i+1 < len(lines) && numbers[i+1] == 1 // the number of the page
		if numbers[i] > 0 && !ofPage {
			if first == 0 {
				first = l.number
			}
			l.text = l.text[len(prefix):]
			l.indent += len(prefix)
			if l.text == "" {
				blank += 1 + l.blank
				continue
			}
		}
		l.blank += blank
		blank = 0
		kept = append(kept, l)
	}
	return kept, first
}
