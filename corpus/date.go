package corpus

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

const monthNames = `(January|February|March|April|May|June|July|August|September|October|November|December)`

var (
	dayMonthYear = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?\s+` + monthNames + `,?\s+(\d{4})\b`)
	monthDayYear = regexp.MustCompile(`(?i)\b` + monthNames + `\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
	isoDate      = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`)
	clockTime    = regexp.MustCompile(`(?i)\b\d{1,2}[:.]\d{2}(?:\s*[ap]\.?\s?m\b\.?)?(?:\s*(?:-|–|—|to)\s*\d{1,2}[:.]\d{2})?(?:\s*[ap]\.?\s?m\b\.?)?`)
)

// FindDate returns the first full date written in a text as ISO 8601, and the
// words it was read from. It returns empty strings where there is none.
// Numeric dates are read only in ISO form: 10/7/1945 is two different days.
func FindDate(text string) (iso, words string) {
	if m := dayMonthYear.FindStringSubmatch(text); m != nil {
		return isoOf(m[3], m[2], m[1]), m[0]
	}
	if m := monthDayYear.FindStringSubmatch(text); m != nil {
		return isoOf(m[3], m[1], m[2]), m[0]
	}
	if m := isoDate.FindStringSubmatch(text); m != nil {
		if _, err := time.Parse(time.DateOnly, m[0]); err == nil {
			return m[0], m[0]
		}
	}
	return "", ""
}

func isoOf(year, month, day string) string {
	month = strings.ToUpper(month[:1]) + strings.ToLower(month[1:])
	t, err := time.Parse("2 January 2006", fmt.Sprintf("%s %s %s", day, month, year))
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// findTime returns the time of day written in a text, or "".
func findTime(text string) string { return clockTime.FindString(text) }
