package bot

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

//go:embed data/facts.txt
var factsText string

var factTable = parseFacts(factsText)

// fact is something people ask about a document rather than about what was
// said.
type fact struct {
	name    string
	cues    map[string]bool
	phrases [][]string
	allowed map[string]bool // words that may stand beside the cues
}

// parseFacts reads the table of facts.
func parseFacts(text string) []fact {
	var facts []fact
	common := make(map[string]bool)
	for _, line := range retrieval.DataLines(text) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		last := len(facts) - 1
		switch key {
		case "common":
			addWords(common, value)
		case "fact":
			f := fact{name: value, cues: make(map[string]bool), allowed: make(map[string]bool)}
			for word := range common {
				f.allowed[word] = true
			}
			facts = append(facts, f)
		case "cues":
			for i, part := range strings.Split(value, `"`) {
				if i%2 == 1 {
					words := retrieval.Words(part)
					facts[last].phrases = append(facts[last].phrases, words)
					part = strings.Join(words, " ")
				} else {
					addWords(facts[last].cues, part)
				}
				addWords(facts[last].allowed, part)
			}
		case "also":
			addWords(facts[last].allowed, value)
		}
	}
	return facts
}

func addWords(set map[string]bool, text string) {
	for _, word := range retrieval.Words(text) {
		set[retrieval.Stem(word)] = true
	}
}

// leastFact is the share of a question's words that must belong to a fact.
const leastFact = .7

// factAsked returns the fact a question asks for, or "".
func factAsked(question string) string {
	words := retrieval.Words(question)
	name, best := "", 0.0
	for _, f := range factTable {
		cues, content, fit := 0, 0, 0
		for _, phrase := range f.phrases {
			if containsRun(words, phrase) {
				cues += 2
				content++
				fit++
			}
		}
		for _, word := range words {
			stem := retrieval.Stem(word)
			cue := f.cues[stem]
			if cue {
				cues++
			}
			if retrieval.IsStopword(word) && !cue {
				continue
			}
			content++
			if f.allowed[stem] {
				fit++
			}
		}
		if cues == 0 || content == 0 {
			continue
		}
		share := float64(fit) / float64(content)
		if score := share + .1*float64(cues); share >= leastFact && score > best {
			name, best = f.name, score
		}
	}
	return name
}

func containsRun(words, run []string) bool {
	for i := 0; i+len(run) <= len(words); i++ {
		if slices.Equal(words[i:i+len(run)], run) {
			return true
		}
	}
	return false
}

// answerFact answers a question about the document itself with the lines of the
// records that say it, or returns nil.
func (b *Bot) answerFact(q Question) (*Answer, error) {
	if q.Section != "" || q.Speaker != "" {
		return nil, nil
	}
	entries, err := b.within(q.Record)
	if err != nil {
		return nil, nil
	}
	a := newAnswer(q)
	name := factAsked(q.Text)
	for _, e := range entries {
		if name == "" && len(entries) > 1 {
			break
		}
		r, err := e.Open()
		if err != nil {
			return nil, err
		}
		if len(entries) == 1 {
			if label := emptyLabel(r, q.Text); label != nil {
				a.Nearest = []Citation{citeTurn(r, label)}
				a.Notes = []string{fmt.Sprintf("The record has the label “%s” with nothing after it.", label.Text)}
				return a, nil
			}
		}
		found := factLines(r, name, q.Text)
		for _, c := range found {
			if len(entries) > 1 && len(a.Citations) == maxCited {
				a.Notes = []string{"More records state this: say which one is meant."}
				break
			}
			a.Statements = append(a.Statements, Statement{Text: introduceFact(r, c), Citations: []int{len(a.Citations)}, Quoted: true})
			a.Citations = append(a.Citations, c)
		}
		if name == "kind" && len(entries) == 1 && len(found) > 0 && e.Kind != "" {
			a.Notes = append(a.Notes, "Its editors' sidecar, not the record, says: "+e.Kind+".")
		}
		if len(a.Notes) > 0 {
			break
		}
	}
	if len(a.Citations) == 0 {
		return nil, nil
	}
	a.Status = Answered
	return a, nil
}

// emptyLabel returns the line of the notes that is a mere label for what a
// question asks, such as "Record ID", or nil.
func emptyLabel(r *corpus.Record, question string) *corpus.Turn {
	words := retrieval.Words(question)
	for _, t := range about(r) {
		label := retrieval.Words(t.Text)
		if t.Ref.Section != corpus.Notes || len(label) > 4 || strings.ContainsAny(t.Text, ".,:;0123456789") {
			continue
		}
		particular := false // a word that asks for just this
		for _, word := range label {
			particular = particular || slices.Contains(words, word) && !commonlyAsked(retrieval.Stem(word))
		}
		beside := func(word string) bool {
			stem := retrieval.Stem(word)
			return !retrieval.IsStopword(word) && !slices.Contains(label, word) && !commonlyAsked(stem)
		}
		if particular && !slices.ContainsFunc(words, beside) {
			return t
		}
	}
	return nil
}

// commonlyAsked reports whether a stem belongs to the questions for some fact.
func commonlyAsked(stem string) bool {
	return slices.ContainsFunc(factTable, func(f fact) bool { return f.allowed[stem] })
}

func introduceFact(r *corpus.Record, c Citation) string {
	ref, _ := corpus.ParseRef(c.Ref)
	if headingOf(r, ref) != nil {
		return "Section:"
	}
	first, _, err := r.Lookup(ref)
	if err != nil {
		return ""
	}
	return introduce(&r.Turns[first])
}

var (
	keptLine        = regexp.MustCompile(`(?i)\b(?:collection|box|folder|archives?|fond|opis|papers|record group|shelf|call number)\b`)
	contributorLine = regexp.MustCompile(`(?i)\b(?:contribut|donated|courtesy|provided by|obtained)`)
	rightsLine      = regexp.MustCompile(`(?i)\b(?:copyright|reuse|rights|licen[cs]e|public domain|reproduc)`)
	contactLine     = regexp.MustCompile(`(?i)\b(?:contact|enquir|inquir|e-?mail)|@`)
	supportLine     = regexp.MustCompile(`(?i)\b(?:made possible|support(?:ed)? (?:from|by|of)|funded|sponsor|foundation|grant)\b`)
	kindLine        = regexp.MustCompile(`(?i)^(?:meeting notes|minutes|memorandum(?: of conversation)?|transcript|letter|telegram|report|cable|diary(?: entry)?|record of conversation|notes)$`)
)

// factLines cites the lines of a record that state a fact, the plainest first.
func factLines(r *corpus.Record, name, question string) []Citation {
	switch name {
	case "date":
		return dateLines(r)
	case "participants":
		return participantLines(r)
	case "place-kept":
		return matchingLines(r, keptLine, 1)
	case "contributor":
		return matchingLines(r, contributorLine, 1)
	case "rights":
		return matchingLines(r, rightsLine, 2)
	case "contact":
		return matchingLines(r, contactLine, 1)
	case "support":
		return matchingLines(r, supportLine, 2)
	case "kind":
		return matchingLines(r, kindLine, 1)
	case "title":
		return titleLine(r)
	case "summary":
		return summaryLine(r)
	case "sections":
		return headings(r, question)
	case "illegible":
		return markedTurns(r, corpus.Illegible)
	case "doubtful":
		return markedTurns(r, corpus.Doubtful, corpus.Sic)
	}
	return nil
}

// headings cites the headings of the sections that a question names by their
// labels, or of all.
func headings(r *corpus.Record, question string) []Citation {
	words := retrieval.Words(question)
	var all, named []Citation
	for i := range r.Sections {
		s := &r.Sections[i]
		c := citeHeading(r, s)
		all = append(all, c)
		if containsRun(words, append([]string{"section"}, retrieval.Words(s.Label)...)) {
			named = append(named, c)
		}
	}
	if len(named) > 0 {
		return named
	}
	return all
}

// about returns the lines of the head and the notes in order.
func about(r *corpus.Record) []*corpus.Turn {
	var lines []*corpus.Turn
	for i := range r.Turns {
		if t := &r.Turns[i]; t.Ref.Section == corpus.Head || t.Ref.Section == corpus.Notes {
			lines = append(lines, t)
		}
	}
	return lines
}

// matchingLines cites the lines of head and notes that a pattern finds, whole
// sentences before labels, at most limit.
func matchingLines(r *corpus.Record, pattern *regexp.Regexp, limit int) []Citation {
	var found []*corpus.Turn
	for _, t := range about(r) {
		if pattern.MatchString(t.Text) {
			found = append(found, t)
		}
	}
	matches := func(t *corpus.Turn) int { return len(pattern.FindAllString(t.Text, -1)) }
	slices.SortStableFunc(found, func(a, b *corpus.Turn) int { return matches(b) - matches(a) })
	var citations []Citation
	for _, t := range found[:min(limit, len(found))] {
		citations = append(citations, citeTurn(r, t))
	}
	return citations
}

// dateLines cites the lines of the head that date the meeting, the one with the
// time of day first.
func dateLines(r *corpus.Record) []Citation {
	var dated []Citation
	for _, t := range about(r) {
		if t.Ref.Section != corpus.Head {
			continue
		}
		date, _ := corpus.FindDate(t.Text)
		switch {
		case date == "":
		case r.Time != "" && strings.Contains(t.Text, r.Time):
			dated = slices.Insert(dated, 0, citeTurn(r, t))
		case t.Text != r.Title:
			dated = append(dated, citeTurn(r, t))
		}
	}
	return dated
}

// participantLines cites the lines of the head that list who took part: those
// that name participants and nothing but names.
func participantLines(r *corpus.Record) []Citation {
	names := make(map[string]bool)
	for _, p := range r.Participants {
		for _, word := range retrieval.Words(p.Name) {
			names[word] = true
		}
	}
	var found []Citation
	for _, t := range about(r) {
		words := retrieval.Words(t.Text)
		known := 0
		for _, word := range words {
			if names[word] {
				known++
			}
		}
		if t.Ref.Section == corpus.Head && t.Text != r.Title && 2*known > len(words) {
			found = append(found, citeTurn(r, t))
		}
	}
	return found
}

func titleLine(r *corpus.Record) []Citation {
	for _, t := range about(r) {
		if t.Ref.Section == corpus.Head && t.Text == r.Title {
			return []Citation{citeTurn(r, t)}
		}
	}
	return nil
}

// summaryLine cites the archive's summary: the first sentence of the notes.
func summaryLine(r *corpus.Record) []Citation {
	for _, t := range about(r) {
		if t.Ref.Section == corpus.Notes && len(strings.Fields(t.Text)) > 6 && strings.HasSuffix(t.Text, ".") {
			return []Citation{citeTurn(r, t)}
		}
	}
	return nil
}

// markedTurns cites the turns with an editorial mark of one of the kinds.
func markedTurns(r *corpus.Record, kinds ...corpus.MarkKind) []Citation {
	var found []Citation
	for i := range r.Turns {
		t := &r.Turns[i]
		if t.Spoken() && slices.ContainsFunc(corpus.Marks(t.Text), func(m corpus.Mark) bool { return slices.Contains(kinds, m.Kind) }) {
			found = append(found, citeTurn(r, t))
		}
	}
	return found
}

// citeHeading cites the heading of a section.
func citeHeading(r *corpus.Record, s *corpus.Section) Citation {
	return Citation{
		Record: r.ID, Ref: s.Label, Section: s.Name(), Attribution: corpus.Unattributed,
		Quote: s.Name(), Text: s.Name(), URL: fragmentURL(r.Source.URL, s.Name()), Title: r.Title, Date: r.Date,
	}
}
