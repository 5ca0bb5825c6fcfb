package corpus

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

const monthNames = `(January|February|March|April|May|June|July|August|September|October|November|December|` +
	`(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)`

var (
	dayMonthYear = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?(?:\s+(?:day\s+)?of)?[\s-]+` + monthNames + `[,\s-]+(\d{4})\b`)
	monthDayYear = regexp.MustCompile(`(?i)\b` + monthNames + `\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
	isoDate      = regexp.MustCompile(`\b\d{4}(?:-\d{2}-|/\d{2}/|\.\d{2}\.)\d{2}\b`) // the year first: there is one reading
	monthYear    = regexp.MustCompile(`(?i)\b` + monthNames + `,?\s+(\d{4})\b`)
	numericDate  = regexp.MustCompile(`\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b`)
	spanOfDays   = regexp.MustCompile(`(?i)\b(?:\d{1,2}(?:st|nd|rd|th)?\s*(?:-|–|—|to|and|/|&)\s*\d{1,2}(?:st|nd|rd|th)?\s+` + monthNames + `,?\s+\d{4}|` +
		monthNames + `\s+\d{1,2}\s*(?:-|–|—|to|and|/|&)\s*\d{1,2},?\s+\d{4})\b`)
	firstOfSpan = regexp.MustCompile(`\d{1,2}(?:st|nd|rd|th)?\s*(?:-|–|—|to|and|/|&)\s*`)
	nameDate    = regexp.MustCompile(`(?:^|\D)((?:1[5-9]|20)\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?:\D|$)`)
	clockTime   = regexp.MustCompile(`(?i)\b\d{1,2}[:.]\d{2}(?:\s*(?:[ap]\.?\s?m\b\.?|hours|hrs\b\.?|h\b))?(?:\s*(?:-|–|—|to|until)\s*\d{1,2}[:.]\d{2})?(?:\s*(?:[ap]\.?\s?m\b\.?|hours|hrs\b\.?|h\b))?`)
)

// FindDate returns the first full date written in a text as ISO 8601, and the
// words it was read from. It returns empty strings where there is none.
// Numeric dates are read only with the year first: 10/7/1945 is two different
// days.
func FindDate(text string) (iso, words string) {
	for _, form := range []struct {
		pattern          *regexp.Regexp
		year, month, day int
	}{{dayMonthYear, 3, 2, 1}, {monthDayYear, 3, 1, 2}} {
		for _, m := range form.pattern.FindAllStringSubmatch(text, 8) {
			if iso := isoOf(m[form.year], m[form.month], m[form.day]); iso != "" {
				return iso, m[0]
			}
		}
	}
	for _, m := range isoDate.FindAllString(text, 8) {
		iso := strings.NewReplacer("/", "-", ".", "-").Replace(m)
		if _, err := time.Parse(time.DateOnly, iso); err == nil {
			return iso, m
		}
	}
	return findForeignDate(text)
}

// isoOf returns a date in ISO form, or "" if there is no such day.
func isoOf(year, month, day string) string {
	t, err := time.Parse("2 Jan 2006", fmt.Sprintf("%s %s %s", day, shortMonth(month), year))
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

func shortMonth(month string) string {
	return strings.ToUpper(month[:1]) + strings.ToLower(month[1:3])
}

// findMonth returns the first month and year written in a text: 1945-07.
func findMonth(text string) string {
	m := monthYear.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	t, err := time.Parse("Jan 2006", shortMonth(m[1])+" "+m[2])
	if err != nil {
		return ""
	}
	return t.Format("2006-01")
}

// daySpan returns the words of a span of days within a month, such as "10-12
// July 1945", and the month.
func daySpan(text string) (words, month string) {
	words = spanOfDays.FindString(text)
	if words == "" {
		return "", ""
	}
	date, _ := FindDate(firstOfSpan.ReplaceAllString(words, ""))
	if len(date) < 7 {
		return "", ""
	}
	return words, date[:7]
}

// dateInName returns the date in a file's name, if there is one.
func dateInName(file string) string {
	m := nameDate.FindStringSubmatch(filepath.Base(file))
	if m == nil {
		return ""
	}
	iso := m[1] + "-" + m[2] + "-" + m[3]
	if _, err := time.Parse(time.DateOnly, iso); err != nil {
		return ""
	}
	return iso
}

// findTime returns the time of day written in a text, or "".
func findTime(text string) string { return strings.TrimSpace(clockTime.FindString(text)) }
