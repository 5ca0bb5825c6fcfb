package corpus

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// readHead numbers the lines above the first section and reads title, date and
// time from them. In a record without sections the title line has no number,
// so that turns count from 1.
func (p *layout) readHead() {
	head := p.lines[:p.body]
	p.title = p.findTitle(head)
	bare := footnoteMark.ReplaceAllString(p.record.Title, "$1")
	marked := bare != p.record.Title
	p.record.Title = bare
	for i := range head {
		if i == p.title && len(p.headings) == 0 && !marked {
			continue
		}
		p.add(inHead, Turn{Text: head[i].text, Line: head[i].number}, head[i].last)
	}
	p.record.Participants = slices.Clone(p.present)
	p.readDate(head)
}

var (
	titleWords = regexp.MustCompile(`(?i)\b(?:minutes|record|transcript|meeting|memorandum|conversation|hearing|conference|proceedings|interview|debate|testimony|notes? of|summary (?:of|record)|protocol|stenogra\w*|deposition|session|talks?|discussion|statement|inquiry|examination|treaty|negotiations?|panel|podcast|lecture|seminar|workshop|oral history)\b`)
	// footnoteMark is the number of a note that stands behind a title.
	footnoteMark = regexp.MustCompile(`(\pL|[)”"])\s?(?:\[(?:\d{1,3}|[*†‡§])\]|[¹²³⁴⁵⁶⁷⁸⁹]+|\*)$`)
	markings     = regexp.MustCompile(`(?i)^(?:[\[(]?(?:top |most )?(?:secret|confidential|restricted|unclassified|classified|declassified|immediate|urgent|draft|copy|original|translation|verbatim|personal)\b.{0,24}|copy no.*|no\. ?\d+.*|page \d+.*|document \d+.*)$`)
)

// findTitle returns the index of the title line and sets the title. It is the
// line a field names, a heading of the first level, or the first line that is
// no date, field or marking; if a line below it says what kind of document
// this is and it does not, that one.
func (p *layout) findTitle(head []line) int {
	r := p.record
	for i := range head {
		if name, value, ok := headerField(head[i].text); ok && name == "title" && value != "" {
			r.Title = value
			return i
		}
	}
	if r.Title != "" { // known from markup
		return slices.IndexFunc(head, func(l line) bool { return l.text == r.Title })
	}
	first, dated, subject := -1, -1, ""
	for i := range head {
		l := &head[i]
		name, value, ok := headerField(l.text)
		if ok && (name == "subject" || name == "re" || name == "topic") && subject == "" {
			subject = value
		}
		if _, words := FindDate(l.text); ok || l.field || words == l.text || !strings.ContainsFunc(l.text, unicode.IsLetter) {
			continue
		}
		if l.level == 1 {
			r.Title = l.text
			return i
		}
		if markings.MatchString(l.text) || isStage(l) {
			continue
		}
		if isOnlyDate(l.text) {
			if dated < 0 {
				dated = i
			}
			continue
		}
		if first < 0 {
			first = i
			if titleWords.MatchString(l.text) {
				break
			}
			continue
		}
		if i <= first+4 && len(l.text) <= 160 && titleWords.MatchString(l.text) && !endsSentence(l.text) &&
			strings.Contains(l.text, " ") && !titleWords.MatchString(head[first].text) {
			p.doubt(l.number, "taken for the title")
			first = i
			break
		}
	}
	switch {
	case first >= 0:
		r.Title = head[first].text
		for i := first + 1; i < min(first+3, len(head)) && head[i].blank == 0 && goesOn(r.Title); i++ {
			r.Title += " " + head[i].text
		}
	case subject != "":
		r.Title = subject
	case dated >= 0:
		r.Title = head[dated].text
		return dated
	}
	return first
}

// goesOn reports whether a title ends in a small word: there is more of it on
// the line below.
func goesOn(title string) bool {
	last := title[strings.LastIndexByte(title, ' ')+1:]
	return smallWords[strings.ToLower(last)] || last == "&"
}

// isOnlyDate reports lines that hold a date or a time and little else.
func isOnlyDate(s string) bool {
	_, words := FindDate(s)
	if words == "" {
		return false
	}
	rest := strings.Replace(s, words, "", 1)
	rest = strings.Replace(rest, findTime(rest), "", 1)
	rest = weekday.ReplaceAllString(rest, "")
	return strings.Count(rest, "") < 24 && len(strings.Fields(rest)) <= 3
}

var (
	weekday  = regexp.MustCompile(`(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b`)
	otherDay = regexp.MustCompile(`(?i)\b(?:declassified|released|printed|received|typed|transcribed|published|retrieved|accessed|uploaded|approved|revised|copied|scanned|born|deposited|updated)\b`)
)

// readDate reads the date and the time of the meeting: from a DATE field, or
// from the line that has both, or the first with a date.
func (p *layout) readDate(head []line) {
	r := p.record
	var dates []string
	from := 0
	best := 0
	known := r.Date != "" // from front matter
	for i := range head {
		l := &head[i]
		if known {
			break
		}
		date, words := FindDate(l.text)
		if date == "" {
			if month := findMonth(l.text); month != "" && r.Date == "" && best == 0 && !otherDay.MatchString(l.text) {
				r.Date = month
			}
			continue
		}
		if otherDay.MatchString(l.text) {
			continue
		}
		if span, month := daySpan(l.text); span != "" {
			p.doubt(l.number, "several days ("+span+"); the record is dated by the month")
			date = month
		}
		if !slices.Contains(dates, date) {
			dates = append(dates, date)
		}
		rank := 1
		if findTime(strings.Replace(l.text, words, "", 1)) != "" {
			rank = 2
		}
		if name, _, ok := headerField(l.text); ok && strings.Contains(name, "date") || ok && name == "held on" {
			rank = 3
		}
		if rank > best {
			best, from, r.Date = rank, l.number, date
		}
	}
	if len(dates) > 1 && best < 3 {
		p.doubt(from, "the head has several dates ("+strings.Join(dates, ", ")+"); taken: "+r.Date)
	}
	for i := range head {
		if name, value, ok := headerField(head[i].text); ok && name == "time" && value != "" && r.Time == "" {
			r.Time = value
		}
	}
	for i := range head {
		text := head[i].text
		if _, words := FindDate(text); words != "" {
			text = strings.Replace(text, words, " ", 1)
		}
		if r.Time == "" {
			r.Time = findTime(text)
		}
	}
	if r.Date == "" {
		for i := range head {
			if numericDate.MatchString(head[i].text) {
				p.doubtOnce(head[i].number, "the date is not read: which number is the day? Write it out, or as 1945-07-10, in a sidecar")
			}
		}
	}
}

// headerField splits a line of the head such as "DATE: 5 May 1946".
func headerField(text string) (name, value string, ok bool) {
	if at := strings.IndexByte(text[:min(len(text), 48)], ':'); at > 0 && isField(strings.Trim(text[:at], "*_ ")) {
		return bareField(strings.Trim(text[:at], "*_ ")), strings.TrimSpace(strings.TrimLeft(text[at+1:], "*_ ")), true
	}
	return "", "", false
}

var presentFields = set(`present, also present, participants, attendees, in attendance, those present, persons present, members present,
	present at the meeting, delegates, attendance, guests, delegations`)

// participantsOf reads those whom the head lists: after "PRESENT:", in the same
// line and in those below it.
func participantsOf(lines []line) []Participant {
	var found []Participant
	for i := 0; i < min(len(lines), 200); i++ {
		name, value, ok := headerField(lines[i].text)
		if !ok {
			if heading := strings.ToLower(lines[i].text); !presentFields[strings.Trim(heading, ":. ")] || len(heading) > 40 {
				continue
			}
		} else if !presentFields[name] {
			continue
		}
		texts := []string{}
		if value != "" {
			texts = append(texts, value)
		}
		rows := 0 // rows with one participant each
		for i+1 < len(lines) && rows < 100 && listGoesOn(&lines[i+1], len(texts) > 0) {
			i++
			below := &lines[i]
			if n := len(texts); n > 0 && below.blank == 0 && (strings.HasSuffix(texts[n-1], ",") || strings.HasSuffix(texts[n-1], " and") || startsLower(below.text) ||
				strings.Contains(texts[n-1], ";") && !strings.HasSuffix(texts[n-1], ";")) {
				texts[n-1] += " " + below.text
				continue
			}
			texts = append(texts, below.text)
			rows++
		}
		found = append(found, readList(texts)...)
	}
	return found
}

// listGoesOn reports whether a line goes on with a list of participants.
func listGoesOn(l *line, begun bool) bool {
	if l.field || l.level > 0 || isField(l.text) || isNumberedHeading(l.text) && !itemPattern.MatchString(l.text) || l.blank > 1 || len(l.text) > 200 {
		return false
	}
	if begun && l.blank > 0 && !l.item {
		return false
	}
	if s := l.speech; s.style == colonStyle || s.style == markedStyle {
		return l.blank == 0 && s.words != "" && allCapitalised(s.words) && !endsSentence(s.words) && strings.Contains(s.words, ",") // China: Soong, Hoo
	}
	return !endsSentence(l.text) || strings.HasSuffix(l.text, ".") && len(strings.Fields(l.text)) < 12 && (strings.Contains(l.text, ",") || allCapitalised(l.text))
}

// readList splits a list of participants. Commas separate them, unless lines or
// semicolons do: there a comma stands before the role.
func readList(texts []string) []Participant {
	var found []Participant
	rows := len(texts) > 1
	for _, text := range texts {
		side := ""
		if at := strings.Index(text, ": "); at > 0 && at < 40 {
			side, text = strings.TrimSpace(text[:at]), text[at+2:]
		}
		text = strings.TrimSuffix(text, ".")
		items := splitOutside(text, ';')
		apart := len(items) > 1 || rows && side == ""
		if !apart || len(items) == 1 && rows && strings.Count(text, ",") > 2 && side == "" {
			items = splitOutside(text, ',')
			apart = len(items) == 2 && rows && !allCapitalised(items[1])
			if apart {
				items = []string{text}
			}
		}
		for _, item := range items {
			found = addParticipant(found, item, side)
		}
	}
	return found
}

func addParticipant(found []Participant, item, side string) []Participant {
	item = strings.TrimSpace(strings.TrimLeft(item, "-•*– \t"))
	item = strings.TrimSpace(strings.TrimPrefix(item, "and "))
	p := Participant{Name: item, Side: side}
	if at := strings.IndexByte(item, '('); at > 0 && strings.HasSuffix(item, ")") {
		p.Name, p.Role = strings.TrimSpace(item[:at]), item[at+1:len(item)-1]
	} else if at := strings.IndexAny(item, ",–—"); at > 0 {
		p.Name = strings.TrimSpace(item[:at])
		p.Role = strings.TrimSpace(strings.TrimLeft(item[at:], ",–— "))
	}
	if p.Name == "" || len(p.Name) > maxLabel || !strings.ContainsFunc(p.Name, unicode.IsLetter) {
		return found
	}
	if n := len(found); n > 0 && found[n-1].Role == "" && (startsLower(item) || isRole(item)) {
		found[n-1].Role = item
		return found
	}
	if first, second, ok := strings.Cut(p.Name, " and "); ok && allCapitalised(first) && allCapitalised(second) && p.Role == "" {
		return append(found, Participant{Name: strings.TrimSpace(first), Side: side}, Participant{Name: strings.TrimSpace(second), Side: side})
	}
	return append(found, p)
}

var bodies = set(`ministry, department, embassy, office, bureau, university, institute, committee, board, council, agency, commission, delegation, mission, bank, company`)

// isRole reports whether an item of a list is a role or an office, not a name.
func isRole(s string) bool {
	words := strings.Fields(strings.ToLower(strings.TrimPrefix(s, "the ")))
	return len(words) > 0 && (bodies[words[0]] || roles[words[0]] && len(words) < 8 || strings.Contains(s, " of ") && titles[words[0]])
}

// splitOutside splits a text at a separator that is not within parentheses.
func splitOutside(s string, separator rune) []string {
	var parts []string
	depth, from := 0, 0
	for i, r := range s {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case separator:
			if depth == 0 {
				parts = append(parts, s[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, s[from:])
}

// isListed reports whether a label names one of those listed.
func isListed(label string, present []Participant) bool {
	return slices.ContainsFunc(present, func(p Participant) bool {
		return strings.EqualFold(p.Name, label) || sameName(p.Name, label) || p.Role != "" && sameName(p.Role, strings.TrimPrefix(strings.ToLower(label), "the "))
	})
}
