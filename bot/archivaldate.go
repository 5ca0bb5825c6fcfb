package bot

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// partialDate is a date as exact as known; unknown parts are 0.
type partialDate struct{ year, month, day int }

// parsePartialDate reads 1945-07-10, 1945-07 or 1945.
func parsePartialDate(iso string) partialDate {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, iso); err == nil {
			d := partialDate{t.Year(), int(t.Month()), t.Day()}
			if len(layout) < len(time.DateOnly) {
				d.day = 0
			}
			if len(layout) < len("2006-01") {
				d.month = 0
			}
			return d
		}
	}
	return partialDate{}
}

func (d partialDate) isZero() bool { return d.year == 0 }

func (d partialDate) parts() []int {
	var parts []int
	for _, n := range []int{d.year, d.month, d.day} {
		if n == 0 {
			break
		}
		parts = append(parts, n)
	}
	return parts
}

func (d partialDate) csl() *cslDate {
	if d.isZero() {
		return nil
	}
	return &cslDate{[][]int{d.parts()}}
}

func (d partialDate) iso() string {
	var parts []string
	for _, n := range d.parts() {
		parts = append(parts, fmt.Sprintf("%02d", n))
	}
	return strings.Join(parts, "-")
}

// monthDayYear is July 10, 1945.
func (d partialDate) monthDayYear() string {
	switch len(d.parts()) {
	case 3:
		return fmt.Sprintf("%s %d, %d", time.Month(d.month), d.day, d.year)
	case 2:
		return fmt.Sprintf("%s %d", time.Month(d.month), d.year)
	case 1:
		return strconv.Itoa(d.year)
	}
	return ""
}

// yearMonthDay is 1945, July 10.
func (d partialDate) yearMonthDay() string {
	switch len(d.parts()) {
	case 3:
		return fmt.Sprintf("%d, %s %d", d.year, time.Month(d.month), d.day)
	case 2:
		return fmt.Sprintf("%d, %s", d.year, time.Month(d.month))
	case 1:
		return strconv.Itoa(d.year)
	}
	return ""
}

// dayMonthYear is 10 July 1945; short writes long months as MLA does: Sept.
func (d partialDate) dayMonthYear(short bool) string {
	if d.isZero() {
		return ""
	}
	month := ""
	if d.month > 0 {
		month = time.Month(d.month).String()
		if short && len(month) > 4 {
			n := 3
			if month == "September" {
				n = 4
			}
			month = month[:n] + "."
		}
	}
	day := ""
	if d.day > 0 {
		day = strconv.Itoa(d.day)
	}
	return join(" ", day, month, strconv.Itoa(d.year))
}
