package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rapporteur/corpus"
)

// Style is a way to write the citation of an archival document.
type Style string

// The styles known. Chicago is notes and bibliography, 17th edition; MLA the
// 9th edition; APA the 7th.
const (
	Chicago Style = "chicago"
	MLA     Style = "mla"
	APA     Style = "apa"
	BibTeX  Style = "bibtex"
	CSLJSON Style = "csl-json"
)

// Styles returns the styles known, in the order to offer them.
func Styles() []Style { return []Style{Chicago, MLA, APA, BibTeX, CSLJSON} }

// ArchivalCitation cites a record, or a passage of it, as an archival document.
type ArchivalCitation struct {
	Record string `json:"record"`
	Ref    string `json:"ref,omitempty"`
	Style  Style  `json:"style"`
	// Note is what stands in a footnote or in the text of a paper; empty for
	// BibTeX and CSL-JSON.
	Note string `json:"note,omitempty"`
	// Text is the entry of a bibliography, or the whole of a BibTeX or CSL-JSON
	// file.
	Text string `json:"text"`
}

// Cite cites a record as an archival document, and a passage of it if
// reference is not empty, from what the record says of its own provenance. What
// it does not say is left out. accessed is the day the page was seen; zero
// leaves it out. The same arguments give the same citation. The error is a
// *UserError.
func (b *Bot) Cite(reference, record string, style Style, accessed time.Time) (*ArchivalCitation, error) {
	var r *corpus.Record
	var passage string
	var err error
	if strings.TrimSpace(reference) == "" {
		r, err = b.Record(record)
	} else {
		var ref corpus.Ref
		if r, ref, err = b.Address(reference, record); err == nil {
			var first int
			if first, _, err = r.Lookup(ref); err == nil {
				ref.Section = r.Turns[first].Ref.Section
			}
			passage, err = ref.String(), userRefError(err)
		}
	}
	if err != nil {
		return nil, err
	}
	s := newSource(r, passage, accessed)
	c := &ArchivalCitation{Record: r.ID, Ref: passage, Style: Style(strings.ToLower(string(style)))}
	switch c.Style {
	case Chicago:
		c.Note, c.Text = s.chicago()
	case MLA:
		c.Note, c.Text = s.mla()
	case APA:
		c.Note, c.Text = s.apa()
	case BibTeX:
		c.Text = s.bibtex()
	case CSLJSON:
		c.Text, err = cslJSON(s.csl())
	default:
		return nil, &UserError{Problem: fmt.Sprintf("the style %q is not known", style), Hint: "use chicago, mla, apa, bibtex or csl-json"}
	}
	return c, err
}

// source is what citations of a record are made of.
type source struct {
	id, title, passage string
	url                string
	archive            string // who keeps it
	holding            string // collection, box, folder
	box                string // box and folder alone
	collection         string
	repository         string // who publishes it
	contributor        string
	date               partialDate
	accessed           partialDate
}

func newSource(r *corpus.Record, passage string, accessed time.Time) source {
	s := source{
		id: r.ID, title: r.Title, passage: passage, url: r.Source.URL, archive: r.Source.Archive,
		collection: r.Source.Collection, repository: r.Source.Repository, contributor: r.Source.Contributor,
		date: parsePartialDate(r.Date),
	}
	if s.title == "" {
		s.title = r.ID
	}
	s.box = join(", ", prefixed("box ", r.Source.Box), prefixed("folder ", r.Source.Folder))
	s.holding = join(", ", s.collection, s.box)
	if !accessed.IsZero() {
		s.accessed = partialDate{accessed.Year(), int(accessed.Month()), accessed.Day()}
	}
	return s
}

// chicago returns the note and the bibliography entry.
func (s source) chicago() (note, entry string) {
	accessed := s.accessed.monthDayYear()
	rest := join(", ", s.date.monthDayYear(), prefixed("passage ", s.passage), s.box, s.collection, s.archive,
		prefixed("contributed by ", s.contributor), s.repository, s.access("accessed ", accessed), s.url)
	note = "“" + s.title + ".”"
	if rest != "" {
		note = "“" + s.title + ",” " + rest + "."
	}
	entry = asSentences(
		"“"+s.title+".”", s.date.monthDayYear(), join(", ", upperFirst(s.box), s.collection, s.archive),
		prefixed("Contributed by ", s.contributor), s.repository, s.access("Accessed ", accessed), s.url)
	return note, entry
}

// mla returns the citation in the text and the entry of the works cited.
func (s source) mla() (note, entry string) {
	entry = asSentences(
		"“"+s.title+".”", s.date.dayMonthYear(false), join(", ", s.holding, s.archive),
		join(", ", s.repository, prefixed("contributed by ", s.contributor), s.url), s.access("Accessed ", s.accessed.dayMonthYear(true)))
	return "(“" + s.title + "”" + prefixed(" ", s.passage) + ")", entry
}

// apa returns the citation in the text and the entry of the reference list.
func (s source) apa() (note, entry string) {
	date := s.date.yearMonthDay()
	if date == "" {
		date = "n.d."
	}
	holding := s.collection
	if s.box != "" {
		holding = join(" ", holding, "("+titleCase(s.box)+")")
	}
	entry = asSentences(s.title, "("+date+")", join(", ", holding, s.archive), prefixed("Contributed by ", s.contributor), s.repository)
	if s.url != "" {
		retrieved := ""
		if !s.accessed.isZero() {
			retrieved = "Retrieved " + s.accessed.monthDayYear() + ", from "
		}
		entry += " " + retrieved + s.url
	}
	year := "n.d."
	if s.date.year > 0 {
		year = strconv.Itoa(s.date.year)
	}
	return "(" + join(", ", "“"+s.title+",”"+" "+year, prefixed("passage ", s.passage)) + ")", entry
}

// access says when the page was seen, if there is a page.
func (s source) access(word, date string) string {
	if s.url == "" {
		return ""
	}
	return prefixed(word, date)
}

// bibtex returns an entry that BibTeX and biblatex read. The text is Unicode;
// the characters that mean something to TeX are escaped.
func (s source) bibtex() string {
	var b strings.Builder
	fmt.Fprintf(&b, "@misc{%s", bibtexKey(s.id))
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, ",\n  %-12s = %s", name, value)
		}
	}
	text := func(s string) string {
		if s == "" {
			return ""
		}
		return "{" + escapeTeX(s) + "}"
	}
	field("title", "{"+text(s.title)+"}") // braces keep the capitals
	field("date", text(s.date.iso()))
	if s.date.year > 0 {
		field("year", "{"+strconv.Itoa(s.date.year)+"}")
	}
	if s.date.month > 0 {
		field("month", strings.ToLower(time.Month(s.date.month).String()[:3]))
	}
	field("howpublished", text(join(". ", join(", ", s.holding, s.archive), s.repository)))
	field("note", text(join(". ", prefixed("Passage ", s.passage), prefixed("Contributed by ", s.contributor))))
	if s.url != "" {
		field("url", "{"+strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C", " ", "%20").Replace(s.url)+"}")
		field("urldate", text(s.accessed.iso()))
	}
	b.WriteString("\n}\n")
	return b.String()
}

// bibtexKey returns an id as BibTeX takes it for a key.
func bibtexKey(id string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '-' || r == '_' || r == '.' || r == ':' || isWordRune(r)) {
			return r
		}
		return '-'
	}, id)
}

var texEscapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`,
	"~", `\textasciitilde{}`, "^", `\textasciicircum{}`, "\n", " ",
)

// escapeTeX escapes the characters that mean something to TeX.
func escapeTeX(s string) string { return texEscapes.Replace(s) }

// cslItem is an item of CSL-JSON, https://docs.citationstyles.org.
type cslItem struct {
	ID              string   `json:"id"`
	Type            string   `json:"type"`
	Title           string   `json:"title"`
	Issued          *cslDate `json:"issued,omitempty"`
	Archive         string   `json:"archive,omitempty"`
	ArchiveLocation string   `json:"archive_location,omitempty"`
	Source          string   `json:"source,omitempty"`
	Note            string   `json:"note,omitempty"`
	Annote          string   `json:"annote,omitempty"` // a reader's remark
	URL             string   `json:"URL,omitempty"`
	Accessed        *cslDate `json:"accessed,omitempty"`
}

type cslDate struct {
	Parts [][]int `json:"date-parts"`
}

// csl returns the citation as an item of CSL-JSON.
func (s source) csl() cslItem {
	item := cslItem{
		ID: s.id, Type: "manuscript", Title: s.title, Issued: s.date.csl(),
		Archive: s.archive, ArchiveLocation: s.holding, Source: s.repository, URL: s.url,
		Note: join(". ", prefixed("Passage ", s.passage), prefixed("Contributed by ", s.contributor)),
	}
	if s.url != "" {
		item.Accessed = s.accessed.csl()
	}
	return item
}

// cslJSON returns a CSL-JSON file.
func cslJSON(items ...cslItem) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if items == nil {
		items = []cslItem{}
	}
	if err := e.Encode(items); err != nil {
		return "", err
	}
	return string(datePartsPattern.ReplaceAllFunc(b.Bytes(), func(parts []byte) []byte {
		return bytes.ReplaceAll(bytes.Join(bytes.Fields(parts), nil), []byte(","), []byte(", "))
	})), nil
}

// datePartsPattern finds the parts of a date, which are easier to read in a line.
var datePartsPattern = regexp.MustCompile(`\[\s+\[[\d\s,]+\]\s+\]`)

// join joins the parts that are not empty.
func join(separator string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}

// prefixed returns prefix and s, or nothing for an empty s.
func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// asSentences joins the parts that are not empty as sentences.
func asSentences(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p)
		if !strings.HasSuffix(p, ".") && !strings.HasSuffix(p, ".”") {
			b.WriteByte('.')
		}
	}
	return b.String()
}

func upperFirst(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:size]) + s[size:]
}

// titleCase begins each word with a capital: Box 6, Folder 9.
func titleCase(s string) string {
	words := strings.Fields(s)
	for i := range words {
		words[i] = upperFirst(words[i])
	}
	return strings.Join(words, " ")
}
