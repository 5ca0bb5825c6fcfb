package bot

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// A question over several records may name the one it means: by its date (“at
// the June meeting”, “in the meeting of 10 July 1945”), by words of its title
// (“in the budget hearing”), or by its id. The name says where to look and is
// no part of what is asked.

const (
	monthWords = `(?:january|february|march|april|may|june|july|august|september|october|november|december)`
	dateWords  = `(?:\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)?(?: of)? ` + monthWords + `(?:,? \d{4})?|` +
		monthWords + ` \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?|` + monthWords + `(?:,? \d{4})?|\d{4})`
	occasionWords = `(?:meeting|session|hearing|sitting|debate|conference|talks?|call|interview|conversation|discussion|seminar|workshop|record|transcript|minutes|notes|memorandum)`
	// placeWords stand before what names where to look; “about the June meeting”
	// is a topic.
	placeWords = `(?:(about|regarding|concerning|before|after|since|until) |(at|in|during|from|for|of|by) )?`
)

var (
	// Submatches: the word before a topic, the word before a place, the date.
	dateThenOccasion = regexp.MustCompile(`(?i)\b` + placeWords + `(?:the|that|this|our) (` + dateWords + `)(?:['’]s)? (?:[a-z]+ )?` + occasionWords + `\b`)
	occasionThenDate = regexp.MustCompile(`(?i)\b` + placeWords + `(?:the|that|this|our) (?:[a-z]+ )?` + occasionWords + ` (?:(?:held )?(?:of|on|from|in)|dated) (?:the )?(` + dateWords + `)\b`)
	// Submatches: the word before, the words of a title.
	titleThenOccasion = regexp.MustCompile(`(?i)\b(at|in|during|from|for|of|by) (?:the|that|this|our) ((?:[\pL\d'’&-]+ ){1,6}?` + occasionWords + `)\b`)
	idToken           = regexp.MustCompile(`(?i)(?:\b(?:in|at|during|from|of) )?(?:\b(?:the )?(record|meeting|transcript) )?\b([a-z0-9][a-z0-9._-]*[a-z0-9])`)

	dayFirst   = regexp.MustCompile(`(?i)^(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]+)(?:,? (\d{4}))?$`)
	monthFirst = regexp.MustCompile(`(?i)^([a-z]+) (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?$`)
	monthAlone = regexp.MustCompile(`(?i)^([a-z]+)(?:,? (\d{4}))?$`)
)

// naming is a place of a question that names records.
type naming struct {
	words      string // as they stand in the question
	start, end int
	records    []*corpus.Entry
	date       bool // by a date
	place      bool // it says for certain where to look
}

// which returns the question as it is to be put to the one record it means: its
// own, or the one its text or the exchange before it names, or its default. If
// the name fits several records, or a date none, it returns the answer that says
// so instead.
func (b *Bot) which(q Question) (Question, *Answer) {
	if q.Record != "" {
		return q, nil
	}
	if named := b.namings(q.Text); len(named) > 0 {
		record, rest, err := b.settle(named, q.Text, q.Default)
		if err != nil {
			a := newAnswer(q)
			a.Notes = []string{upperFirst(err.Problem) + ". " + upperFirst(err.Hint) + "."}
			return q, a
		}
		q.Record, q.Text = record, rest
		return q, nil
	}
	q.Record = q.Default
	for i := len(q.History) - 1; i >= max(0, len(q.History)-earlier); i-- {
		if !dependent(q.Text) {
			return q, nil
		}
		before := b.namings(q.History[i].Question)
		if r := common(before); len(before) > 0 && len(r) == 1 {
			q.Record = r[0].ID
			return q, nil
		}
		if !dependent(q.History[i].Question) {
			return q, nil
		}
	}
	return q, nil
}

// Meant returns the record that a text means, and the text without what names
// it: the one record the text names, or else the other one given, which may be
// empty for none in particular. The error is a *UserError: what the text names
// fits several records or none; the other one and the text as it is then come
// with it, for callers that need no certainty.
func (b *Bot) Meant(text, otherwise string) (record, rest string, err error) {
	named := b.namings(text)
	if len(named) == 0 {
		return otherwise, text, nil
	}
	record, rest, problem := b.settle(named, text, otherwise)
	if problem != nil {
		return otherwise, text, problem
	}
	return record, rest, nil
}

// settle returns the record that a text with names of records means; where they
// fit several, the one meant otherwise if it is among them.
func (b *Bot) settle(named []naming, text, otherwise string) (record, rest string, err *UserError) {
	fit := common(named)
	switch {
	case len(fit) == 1:
		return fit[0].ID, without(text, named), nil
	case slices.ContainsFunc(fit, func(r *corpus.Entry) bool { return r.ID == otherwise }):
		return otherwise, without(text, named), nil
	case len(fit) > 1:
		return "", text, &UserError{
			Problem: fmt.Sprintf("“%s” may be any of %d records: %s", named[0].words, len(fit), listRecords(fit)),
			Hint:    "say which one is meant, by its date or id",
		}
	case slices.ContainsFunc(named, func(n naming) bool { return n.place }):
		return "", text, &UserError{
			Problem: fmt.Sprintf("there is no record for “%s”", named[0].words),
			Hint:    "there are: " + listRecords(b.lib.Entries),
		}
	}
	return otherwise, text, nil
}

// namings finds what names records in a question.
func (b *Bot) namings(text string) []naming {
	if len(b.lib.Entries) < 2 {
		return nil
	}
	var found []naming
	add := func(n naming) {
		n.words = text[n.start:n.end]
		if len(n.records) < len(b.lib.Entries) && !slices.ContainsFunc(found, func(o naming) bool { return n.start < o.end && o.start < n.end }) {
			found = append(found, n)
		}
	}
	for _, m := range idToken.FindAllStringSubmatchIndex(text, -1) {
		id := text[m[4]:m[5]]
		// A word is an id where it looks like one or is called a record.
		if m[2] < 0 && !strings.ContainsAny(id, "0123456789-._") {
			continue
		}
		if r, err := b.lib.Find(id); err == nil {
			add(naming{start: m[0], end: m[1], records: []*corpus.Entry{r}, place: true})
		}
	}
	for _, pattern := range []*regexp.Regexp{dateThenOccasion, occasionThenDate} {
		for _, m := range pattern.FindAllStringSubmatchIndex(text, -1) {
			fits := dateFits(text[m[6]:m[7]])
			if m[2] >= 0 || fits == nil {
				continue
			}
			n := naming{start: m[0], end: m[1], date: true, place: m[4] >= 0}
			for _, r := range b.lib.Entries {
				if fits(r.Date) {
					n.records = append(n.records, r)
				}
				n.place = n.place && len(r.Date) == len(time.DateOnly) // an undated record may be meant
			}
			if n.place || len(n.records) > 0 {
				add(n)
			}
		}
	}
	words := retrieval.Words(text)
	for _, r := range b.lib.Entries {
		if title := retrieval.Words(r.Title); len(title) < 3 || !containsRun(words, title) {
			continue
		}
		if at := regexp.MustCompile(`(?i)` + regexp.QuoteMeta(r.Title)).FindStringIndex(text); at != nil {
			add(naming{start: at[0], end: at[1], records: []*corpus.Entry{r}, place: true})
		}
	}
	for _, m := range titleThenOccasion.FindAllStringSubmatchIndex(text, -1) {
		if fit := b.titled(text[m[4]:m[5]]); len(fit) > 0 {
			add(naming{start: m[0], end: m[1], records: fit, place: true})
		}
	}
	slices.SortFunc(found, func(a, b naming) int { return a.start - b.start })
	return found
}

// titled returns the records whose titles have all topical words of a phrase;
// the last word, the kind of occasion, need not be among them.
func (b *Bot) titled(phrase string) []*corpus.Entry {
	words := retrieval.Words(phrase)
	words = slices.DeleteFunc(words[:len(words)-1], retrieval.IsStopword)
	if len(words) == 0 {
		return nil
	}
	var fit []*corpus.Entry
	for _, r := range b.lib.Entries {
		has := make(map[string]bool)
		addWords(has, r.Title)
		if !slices.ContainsFunc(words, func(w string) bool { return !has[retrieval.Stem(w)] }) {
			fit = append(fit, r)
		}
	}
	return fit
}

// dateFits returns what tells the dates of records that a date as people write
// it can mean, or nil if it is none.
func dateFits(written string) func(iso string) bool {
	month := func(name string) string {
		t, err := time.Parse("January", strings.ToUpper(name[:1])+strings.ToLower(name[1:]))
		if err != nil {
			return ""
		}
		return fmt.Sprintf("-%02d", int(t.Month()))
	}
	day := func(d, m, year string) func(string) bool {
		n, _ := strconv.Atoi(d)
		end := month(m) + fmt.Sprintf("-%02d", n)
		return func(iso string) bool {
			return len(iso) == len(time.DateOnly) && iso[4:] == end && strings.HasPrefix(iso, year)
		}
	}
	if m := dayFirst.FindStringSubmatch(written); m != nil && month(m[2]) != "" {
		return day(m[1], m[2], m[3])
	}
	if m := monthFirst.FindStringSubmatch(written); m != nil && month(m[1]) != "" {
		return day(m[2], m[1], m[3])
	}
	if m := monthAlone.FindStringSubmatch(written); m != nil && month(m[1]) != "" {
		return func(iso string) bool {
			return len(iso) >= len("2006-01") && iso[4:7] == month(m[1]) && strings.HasPrefix(iso, m[2])
		}
	}
	if _, err := strconv.Atoi(strings.ReplaceAll(written, "-", "")); err == nil { // 1945-07-10 or 1945
		return func(iso string) bool { return strings.HasPrefix(iso, written) }
	}
	return nil
}

// common returns the records that all namings fit.
func common(named []naming) []*corpus.Entry {
	var fit []*corpus.Entry
	for i, n := range named {
		if i == 0 {
			fit = n.records
			continue
		}
		fit = slices.DeleteFunc(slices.Clone(fit), func(r *corpus.Entry) bool { return !slices.Contains(n.records, r) })
	}
	return fit
}

// without returns a question without what names its record, unless nothing is
// left to look for.
func without(text string, named []naming) string {
	var rest strings.Builder
	at := 0
	for _, n := range named {
		rest.WriteString(text[at:n.start])
		at = n.end
	}
	rest.WriteString(text[at:])
	short := strings.Join(strings.Fields(rest.String()), " ")
	short = strings.TrimLeft(strings.NewReplacer(" ?", "?", " ,", ",").Replace(short), " ,;:")
	if !slices.ContainsFunc(retrieval.Words(short), func(w string) bool { return !retrieval.IsStopword(w) }) {
		return text
	}
	return short
}

// listRecords names records by date, title and id.
func listRecords(records []*corpus.Entry) string {
	const shown = 6
	var names []string
	for _, r := range records[:min(shown, len(records))] {
		name := r.Title + " (" + r.ID + ")"
		if r.Date != "" {
			name = r.Date + " " + name
		}
		names = append(names, name)
	}
	if len(records) > shown {
		names = append(names, "…")
	}
	return strings.Join(names, "; ")
}
