package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// The JSON of a record holds all of it but the path of its file; reading what
// was written gives an equal record. Other keys are ignored.

const maxValueBytes = 4 << 20 // of a value beside the turns

type recordJSON struct {
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Date         string        `json:"date"`
	Time         string        `json:"time,omitempty"`
	Kind         string        `json:"kind,omitempty"`
	Participants []Participant `json:"participants"`
	Sections     []sectionJSON `json:"sections"`
	Turns        []turnJSON    `json:"turns"`
	Names        []Name        `json:"names,omitempty"`
	Source       Source        `json:"source"`
	Rights       string        `json:"rights"`
	Pages        []Page        `json:"pages,omitempty"`
	Layout       string        `json:"layout,omitempty"`
	Doubts       []Doubt       `json:"doubts,omitempty"`
}

type sectionJSON struct {
	Label   string `json:"label"`
	Title   string `json:"title"`
	Heading string `json:"heading,omitempty"`
	Line    int    `json:"line,omitempty"`
}

type turnJSON struct {
	Ref         string      `json:"ref"`
	Turn        int         `json:"turn"`
	Section     string      `json:"section"`
	Speaker     string      `json:"speaker"`
	Attribution Attribution `json:"attribution"`
	Text        string      `json:"text"`
	Stage       bool        `json:"stage,omitempty"`
	Label       string      `json:"label,omitempty"`
	Time        string      `json:"time,omitempty"`
	Start       float64     `json:"start,omitempty"` // seconds
	End         float64     `json:"end,omitempty"`
	Gloss       string      `json:"gloss,omitempty"`
	Line        int         `json:"line,omitempty"`
}

// MarshalJSON writes all of a record but the path of its file.
func (r Record) MarshalJSON() ([]byte, error) {
	out := recordJSON{ID: r.ID, Title: r.Title, Date: r.Date, Time: r.Time, Kind: r.Kind, Participants: r.Participants, Names: r.Names,
		Source: r.Source, Rights: r.Rights, Pages: r.Pages, Layout: r.Layout, Doubts: r.Doubts,
		Sections: make([]sectionJSON, 0, len(r.Sections)), Turns: make([]turnJSON, 0, len(r.Turns))}
	if out.Participants == nil {
		out.Participants = []Participant{}
	}
	for _, s := range r.Sections {
		out.Sections = append(out.Sections, sectionJSON{s.Label, s.Title, s.Heading, s.Line})
	}
	for i := range r.Turns {
		t := &r.Turns[i]
		out.Turns = append(out.Turns, turnJSON{Ref: t.Ref.String(), Turn: t.Number, Section: r.SectionName(t), Speaker: t.Speaker, Attribution: t.Attribution,
			Text: t.Text, Stage: t.Stage, Label: t.Label, Time: t.Time, Start: t.Start.Seconds(), End: t.End.Seconds(), Gloss: t.Gloss, Line: t.Line})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote, and checks that references are in
// order and texts are text. Turns without a reference or a number get theirs.
func (r *Record) UnmarshalJSON(data []byte) error {
	d := &jsonReader{decoder: json.NewDecoder(bytes.NewReader(data)), data: data}
	read, err := d.record()
	if err != nil {
		return err
	}
	*r = *read
	return nil
}

// ParseJSON reads a record from JSON.
func ParseJSON(file string, data []byte, meta *Sidecar) (*Record, error) {
	records, err := parseJSON(file, data, meta)
	if err != nil {
		return nil, err
	}
	if len(records) != 1 {
		return nil, &FileError{File: file, Problem: fmt.Sprintf("the file holds %d records, not one", len(records))}
	}
	return records[0], nil
}

// parseJSON reads the records of a file: one, an array of them, an object with
// the key "records", or one a line.
func parseJSON(file string, data []byte, meta *Sidecar) ([]*Record, error) {
	d := &jsonReader{decoder: json.NewDecoder(bytes.NewReader(data)), data: data}
	var records []*Record
	add := func() error {
		r, err := d.record()
		if err != nil {
			return err
		}
		records = append(records, d.inner...)
		d.inner = nil
		if r != nil {
			records = append(records, r)
		}
		return nil
	}
	for {
		if err := d.values(add); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, d.fail(file, err)
		}
	}
	if len(records) == 0 {
		return nil, &FileError{File: file, Problem: "the file holds no record", Hint: "a record is an object with the keys id, title and turns"}
	}
	for _, r := range records {
		r.File = file
		if r.ID == "" {
			r.ID, _ = idOf(file)
		}
		if meta != nil && len(records) == 1 {
			meta.apply(r)
		}
	}
	return records, nil
}

// jsonReader reads records value by value, so that a hostile file stays small
// in memory and errors know their line.
type jsonReader struct {
	decoder *json.Decoder
	data    []byte
	inner   []*Record // of an object with the key "records"
	nested  bool
}

// values calls read for the next value, or for each of an array.
func (d *jsonReader) values(read func() error) error {
	at := int(d.decoder.InputOffset())
	rest := bytes.TrimLeft(d.data[min(at, len(d.data)):], " \t\r\n:,")
	if len(rest) == 0 {
		return io.EOF
	}
	if rest[0] != '[' {
		return read()
	}
	if _, err := d.decoder.Token(); err != nil {
		return err
	}
	for d.decoder.More() {
		if err := read(); err != nil {
			return err
		}
	}
	_, err := d.decoder.Token()
	return err
}

// record reads an object. It is nil if the object only holds other records.
func (d *jsonReader) record() (*Record, error) {
	if token, err := d.decoder.Token(); err != nil {
		return nil, err
	} else if token != json.Delim('{') {
		return nil, errors.New("an object is wanted: {\"id\": …, \"title\": …, \"turns\": […]}")
	}
	r := &Record{}
	var sections []sectionJSON
	var turns []turnJSON
	found := false
	for d.decoder.More() {
		token, err := d.decoder.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		into := map[string]any{"id": &r.ID, "title": &r.Title, "date": &r.Date, "time": &r.Time, "kind": &r.Kind, "participants": &r.Participants,
			"sections": &sections, "names": &r.Names, "source": &r.Source, "rights": &r.Rights, "pages": &r.Pages, "layout": &r.Layout, "doubts": &r.Doubts}[key]
		switch {
		case key == "turns":
			found = true
			turns, err = d.turns()
		case key == "records" && d.nested:
			err = errors.New("records stand within records")
		case key == "records":
			d.nested = true
			err = d.values(func() error {
				inner, err := d.record()
				if err == nil && inner != nil {
					d.inner = append(d.inner, inner)
				}
				return err
			})
			d.nested = false
		default:
			err = d.value(key, into)
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := d.decoder.Token(); err != nil {
		return nil, err
	}
	switch {
	case !found && len(d.inner) > 0:
		return nil, nil
	case !found || len(turns) == 0:
		return nil, errors.New("the record has no turns")
	}
	return r, fill(r, sections, turns)
}

// value reads the value of a key, if it is known, and drops it otherwise.
func (d *jsonReader) value(key string, into any) error {
	var raw json.RawMessage
	if err := d.decoder.Decode(&raw); err != nil || into == nil {
		return err
	}
	if len(raw) > maxValueBytes {
		return fmt.Errorf("%s: the value has %d bytes, more than the %d it may have", key, len(raw), maxValueBytes)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %s", key, jsonProblem(err))
	}
	return nil
}

func (d *jsonReader) turns() ([]turnJSON, error) {
	if token, err := d.decoder.Token(); err != nil {
		return nil, err
	} else if token != json.Delim('[') {
		return nil, errors.New("turns: an array is wanted")
	}
	var turns []turnJSON
	for d.decoder.More() {
		var t turnJSON
		if err := d.decoder.Decode(&t); err != nil {
			return nil, fmt.Errorf("turn %d: %w", len(turns)+1, err)
		}
		if len(turns) == MaxLines {
			return nil, fmt.Errorf("the record has more than %d turns", MaxLines)
		}
		if err := t.check(len(turns) + 1); err != nil {
			return nil, err
		}
		turns = append(turns, t)
	}
	_, err := d.decoder.Token()
	return turns, err
}

// check refuses what no turn can have.
func (t *turnJSON) check(n int) error {
	problem := ""
	switch {
	case strings.TrimSpace(t.Text) == "":
		problem = "it has no text"
	case len(t.Text) > MaxLineBytes:
		problem = fmt.Sprintf("it has %d bytes, more than the %d a turn may have", len(t.Text), MaxLineBytes)
	case strings.ContainsFunc(t.Text+t.Speaker+t.Label+t.Time, isControl):
		problem = "it has a control character"
	case len(t.Speaker) > maxLabel || strings.Contains(t.Speaker, "\n"):
		problem = "its speaker is no name"
	case t.Turn != 0 && t.Turn != n:
		problem = fmt.Sprintf("its number is %d", t.Turn)
	case t.Start < 0 || t.End < t.Start || t.End > 1e7:
		problem = "its times are no times"
	}
	switch t.Attribution {
	case "":
		t.Attribution = Stated
		if t.Speaker == "" {
			t.Attribution = Unattributed
		}
	case Stated, Inferred, Unattributed:
		if (t.Attribution == Unattributed) != (t.Speaker == "") {
			problem = fmt.Sprintf("its attribution is %q and its speaker %q", t.Attribution, t.Speaker)
		}
	default:
		problem = fmt.Sprintf("attribution %q is not known; use stated, inferred or none", t.Attribution)
	}
	if problem != "" {
		return fmt.Errorf("turn %d: %s", n, problem)
	}
	return nil
}

// fill puts sections and turns into a record, checking their order.
func fill(r *Record, sections []sectionJSON, turns []turnJSON) error {
	for _, text := range []string{r.ID, r.Title, r.Time, r.Kind, r.Rights, r.Layout} {
		if strings.ContainsFunc(text, isControl) {
			return errors.New("the head of the record has a control character")
		}
	}
	switch {
	case r.ID != "" && !idPattern.MatchString(r.ID):
		return fmt.Errorf("id: %q is no record id", r.ID)
	case r.Date != "" && !isDate(r.Date):
		return fmt.Errorf("date: %q is no date; write 1945-07-10, 1945-07 or 1945", r.Date)
	}
	at := make(map[string]int)
	for i, s := range sections {
		ref, err := ParseRef(s.Label + ".1")
		if _, taken := at[s.Label]; err != nil || ref.Section != s.Label || taken || strings.EqualFold(s.Label, Head) || strings.EqualFold(s.Label, Notes) {
			return fmt.Errorf("section %d: the label %q cannot be referred to, or is taken", i+1, s.Label)
		}
		at[s.Label] = i
		r.Sections = append(r.Sections, Section{Label: s.Label, Title: s.Title, Heading: s.Heading, Line: s.Line, First: -1})
	}
	r.dropEmpty()
	counts := make(map[string]int)
	last := -1
	for i, t := range turns {
		ref, section, err := placeOf(&t, r.Sections, at, last, counts)
		if err != nil {
			return fmt.Errorf("turn %d: %w", i+1, err)
		}
		if section >= 0 {
			last = section
			if r.Sections[section].First < 0 {
				r.Sections[section].First = i
			}
			r.Sections[section].End = i + 1
		}
		r.Turns = append(r.Turns, Turn{Ref: ref, Number: i + 1, Section: section, Speaker: t.Speaker, Attribution: t.Attribution, Stage: t.Stage, Text: t.Text,
			Label: t.Label, Time: t.Time, Start: duration(t.Start), End: duration(t.End), Gloss: t.Gloss, Line: t.Line})
	}
	end := slices.IndexFunc(r.Turns, func(t Turn) bool { return t.Ref.Section != Head })
	if end < 0 {
		end = len(r.Turns)
	}
	for i := range r.Sections {
		if s := &r.Sections[i]; s.First < 0 { // a heading without turns
			s.First, s.End = end, end
		}
		end = r.Sections[i].End
	}
	return nil
}

// placeOf returns the reference and the section of a turn.
func placeOf(t *turnJSON, sections []Section, at map[string]int, last int, counts map[string]int) (Ref, int, error) {
	part := ""
	if t.Ref != "" {
		ref, err := ParseRef(t.Ref)
		if err != nil {
			return Ref{}, 0, err
		}
		if ref.First != counts[ref.Section]+1 || ref.Last != ref.First {
			return Ref{}, 0, fmt.Errorf("the reference %s is out of order", t.Ref)
		}
		part = ref.Section
	} else if t.Section != "" {
		i := slices.IndexFunc(sections, func(s Section) bool { return s.Label == t.Section || s.Name() == t.Section || s.Title == t.Section })
		if i < 0 {
			return Ref{}, 0, fmt.Errorf("there is no section %q", t.Section)
		}
		part = sections[i].Label
	} else if len(sections) > 0 {
		part = Head
	}
	section, known := at[part]
	switch {
	case !known && part != Head && part != Notes && (part != "" || len(sections) > 0):
		return Ref{}, 0, fmt.Errorf("there is no section %q", part)
	case known && section < last, part == Head && (last >= 0 || counts[""] > 0 || counts[Notes] > 0), part != Notes && counts[Notes] > 0:
		return Ref{}, 0, errors.New("it stands out of the order of sections")
	case !known:
		section = -1
	}
	counts[part]++
	return Ref{Section: part, First: counts[part], Last: counts[part]}, section, nil
}

// duration turns seconds into a duration, to the nanosecond.
func duration(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

// fail says in one line what is wrong with a JSON file, and at which line.
func (d *jsonReader) fail(file string, err error) error {
	at := d.decoder.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	e := &FileError{File: file, Problem: jsonProblem(err)}
	if at >= 0 && at <= int64(len(d.data)) {
		e.Line = lineOf(d.data, int(at))
	}
	return e
}

func jsonProblem(err error) string {
	var wrong *json.UnmarshalTypeError
	text := err.Error()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(text, "unexpected end of JSON"):
		return "the file ends in the midst of a record"
	case errors.As(err, &wrong):
		prefix, _, _ := strings.Cut(text, "json: ")
		return fmt.Sprintf("%s%s: a %s stands where it does not belong", prefix, wrong.Field, wrong.Value)
	}
	return strings.TrimPrefix(text, "json: ")
}
