package corpus

import "strings"

// readHeader reads title, date, participants, source and rights.
func (t *teiReader) readHeader(header *element) {
	r := t.record
	if file := header.find("titleStmt"); file != nil {
		for _, title := range file.findAll("title") {
			if kind := title.attr("type"); r.Title == "" || kind == "main" || kind == "document" {
				r.Title = title.content()
			}
		}
	}
	for _, place := range []string{"creation", "settingDesc", "recordingStmt", "sourceDesc", "correspDesc"} {
		if at := header.find(place); at != nil && r.Date == "" {
			t.readDate(at)
		}
	}
	for _, person := range append(header.findAll("person"), header.findAll("personGrp")...) {
		t.readPerson(person)
	}
	if source := header.find("sourceDesc"); source != nil {
		r.Source.Credit = source.content()
		if id := source.find("msIdentifier"); id != nil {
			r.Source.Archive = id.find("repository").content()
			r.Source.Collection = id.find("collection").content()
		}
	}
	if publication := header.find("publicationStmt"); publication != nil {
		r.Source.Repository = publication.find("publisher").content()
		r.Rights = publication.find("availability").content()
		for _, id := range publication.findAll("idno") {
			if url := id.content(); strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://") {
				r.Source.URL = url
			}
		}
	}
}

// readDate reads the first date below an element.
func (t *teiReader) readDate(at *element) {
	for _, date := range append(at.findAll("date"), at.findAll("docDate")...) {
		if t.record.Date != "" {
			return
		}
		for _, name := range []string{"when", "when-iso", "from", "notBefore"} {
			value, clock, _ := strings.Cut(date.attr(name), "T")
			if isDate(value) {
				t.record.Date, t.record.Time = value, strings.TrimSuffix(clock, ":00")
				if name != "when" && name != "when-iso" {
					t.doubt(date.line, "the date is where a span of time begins: "+value)
				}
				return
			}
		}
		t.record.Date, _ = FindDate(date.content())
	}
}

func (t *teiReader) readPerson(person *element) {
	name := person.find("persName")
	if name == nil {
		name = person.find("name")
	}
	full := fullName(name)
	if full == "" {
		return
	}
	if id := person.attr("id"); id != "" {
		t.persons[id] = full
	}
	p := Participant{Name: full, Role: person.find("occupation").content()}
	if p.Role == "" {
		p.Role = person.attr("role")
	}
	p.Side = person.find("affiliation").content()
	t.record.Participants = append(t.record.Participants, p)
}

// fullName returns a name as people write it, whose parts may be marked up in
// another order.
func fullName(name *element) string {
	if name == nil {
		return ""
	}
	surname := name.find("surname")
	if surname == nil || surname.content() == "" {
		return name.content()
	}
	var parts []string
	for _, part := range append(name.findAll("forename"), append(name.findAll("nameLink"), name.findAll("surname")...)...) {
		parts = append(parts, part.content())
	}
	return strings.Join(parts, " ")
}
