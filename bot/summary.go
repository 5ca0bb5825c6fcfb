package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// Summary is a record or a section of it in cited points. Its statements are
// those of all points, in the record's order.
type Summary struct {
	Answer
	Record   string           `json:"record"`
	Sections []SectionSummary `json:"sections"`
}

// SummaryQuery says what to sum up.
type SummaryQuery struct {
	Section string // a label or title; empty: the whole record, section by section
	Record  string // an id; empty: the only record
	// Asker identifies who asks, for the model's budget; empty: nobody in
	// particular.
	Asker string
}

// SectionSummary is a section in points, and what became of each matter in it.
type SectionSummary struct {
	Ref    string       `json:"ref"`   // the section's label or the range of turns
	Title  string       `json:"title"` // the section's heading; the range again where there is none
	Points []Point      `json:"points"`
	Ledger []LedgerItem `json:"ledger"`
}

// Point is one thing that was said, in the record's words.
type Point struct {
	Kind PointKind `json:"kind"`
	Statement
}

// PointKind says what a point does, as far as its words show it.
type PointKind string

// Kinds of points.
const (
	Proposed   PointKind = "proposed"
	Asked      PointKind = "asked"
	Differs    PointKind = "differs"
	Consents   PointKind = "agreed"
	LeftOpen   PointKind = "open"
	Undertakes PointKind = "undertaken"
	Says       PointKind = "said"
)

// kindOf returns what a sentence does above all and how a point is introduced.
func kindOf(a act) (PointKind, string) {
	switch {
	case a&accepts != 0 && a&defers == 0 && a&conditions != 0:
		return Consents, "agrees, with a condition"
	case a&accepts != 0 && a&defers == 0:
		return Consents, "agrees"
	case a&refuses != 0:
		return Differs, "objects"
	case a&defers != 0:
		return LeftOpen, "leaves it open"
	case a&commits != 0:
		return Undertakes, "undertakes"
	case a&asks != 0:
		return Asked, "asks"
	case a&offers != 0:
		return Proposed, "offers"
	case a&proposes != 0:
		return Proposed, "proposes"
	}
	return Says, "says"
}

// Summary returns a section of a record, or the whole record section by section,
// in cited points. The points are exact words, in the
// record's order; the ledger says where each matter stands. It is made once and
// kept; see [Options]. The caller may change the summary but not what its
// slices hold. The error is a *UserError.
func (b *Bot) Summary(ctx context.Context, q SummaryQuery) (*Summary, error) {
	start := b.now()
	r, err := b.Record(q.Record)
	if err != nil {
		return nil, err
	}
	parts := partsOf(r)
	name := r.Title
	if strings.TrimSpace(q.Section) != "" {
		i := r.FindSection(q.Section)
		if i < 0 {
			return nil, unknownSection(r, q.Section)
		}
		name = r.Sections[i].Name()
		parts = slices.DeleteFunc(parts, func(p part) bool { return p.first != r.Sections[i].First })
	}
	model := ""
	if b.opts.Model != nil {
		model = b.opts.Model.Name()
	}
	key := b.summaries.key(r, parts, model)
	s := b.summaries.get(ctx, key, r)
	if s == nil {
		if s, err = b.summarise(ctx, r, parts, name); err != nil {
			return nil, err
		}
		keep := true
		if b.opts.Model != nil {
			keep = b.wordSummary(ctx, s, r, parts, q.Asker)
			if verify(b.lib, &s.Answer) != nil {
				if s, err = b.summarise(ctx, r, parts, name); err != nil {
					return nil, err
				}
			}
		}
		if keep {
			b.summaries.put(ctx, key, r.ID, s)
		}
	}
	shown := *s
	shown.TookMS = float64(b.now().Sub(start).Microseconds()) / 1000
	return &shown, nil
}

// summarise makes a summary of parts of a record.
func (b *Bot) summarise(ctx context.Context, r *corpus.Record, parts []part, name string) (*Summary, error) {
	s := &Summary{Record: r.ID, Sections: []SectionSummary{}, Answer: Answer{
		Question: "summary of " + name, Status: Abstained, Mode: Extractive, Citations: []Citation{}, Statements: []Statement{}}}
	weight := stemWeights(r)
	for _, p := range parts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.addPart(r, p, weight)
	}
	if len(s.Statements) > 0 {
		s.Status = Answered
	}
	s.Text = s.layout()
	if err := verify(b.lib, &s.Answer); err != nil {
		return nil, fmt.Errorf("a summary was held back: %w", err)
	}
	return s, nil
}

func unknownSection(r *corpus.Record, section string) error {
	if len(r.Sections) == 0 {
		return &UserError{Problem: fmt.Sprintf("the record %s has no sections", r.ID), Hint: "ask for the summary of the whole record"}
	}
	var names []string
	for _, s := range r.Sections {
		names = append(names, s.Name())
	}
	return &UserError{Problem: fmt.Sprintf("there is no section %q", section), Hint: "the sections are " + strings.Join(names, ", ")}
}

// part is a stretch of a record that is summarised as one.
type part struct {
	first, end int // half-open range of turns
	ref, title string
	untitled   bool
}

// partTurns is how many turns without sections are summarised as one part.
const partTurns = 120

// partsOf returns the sections of a record; where there are none, stretches of
// about equal length.
func partsOf(r *corpus.Record) []part {
	var parts []part
	for _, s := range r.Sections {
		parts = append(parts, part{s.First, s.End, s.Label, s.Name(), false})
	}
	if len(parts) > 0 {
		return parts
	}
	first, end := 0, len(r.Turns)
	for first < end && r.Turns[first].Ref.Section == corpus.Head {
		first++
	}
	for end > first && r.Turns[end-1].Ref.Section == corpus.Notes {
		end--
	}
	n := max(1, (end-first+partTurns/2)/partTurns)
	for i := range n {
		from, to := first+i*(end-first)/n, first+(i+1)*(end-first)/n
		if from == to {
			continue
		}
		ref := corpus.Ref{Section: r.Turns[from].Ref.Section, First: r.Turns[from].Ref.First, Last: r.Turns[to-1].Ref.Last}.String()
		parts = append(parts, part{from, to, ref, ref, true})
	}
	return parts
}

// addPart adds the points and the ledger of a part.
func (s *Summary) addPart(r *corpus.Record, p part, weight func(string) float64) {
	all := analyse(r, p.first, p.end)
	section := SectionSummary{Ref: p.ref, Title: p.title, Points: []Point{}, Ledger: []LedgerItem{}}
	matters, chosen := choosePoints(all, p, weight)
	topics := newTopics(r, weight)
	at := make(map[int]int) // index of the citation of a sentence
	for i := 0; i < len(all); i++ {
		if !chosen[i] {
			continue
		}
		// Sentences of a turn that follow each other are one point.
		end, acts := i, all[i].acts
		for end+1 < len(all) && chosen[end+1] && all[end+1].turn == all[i].turn && kindsMeet(acts, all[end+1].acts) &&
			!strings.Contains(all[i].turn.Text[all[end].end:all[end+1].start], "\n") {
			end++
			acts |= all[end].acts
		}
		kind, verb := kindOf(acts)
		for k := i; k <= end; k++ {
			at[k] = len(s.Citations)
		}
		statement := Statement{Text: who(all[i].turn) + " " + verb + ":", Citations: []int{len(s.Citations)}, Quoted: true}
		s.Citations = append(s.Citations, cite(r, all[i].turn, all[i].start, all[end].end))
		s.Statements = append(s.Statements, statement)
		section.Points = append(section.Points, Point{kind, statement})
		i = end
	}
	cited := func(list ...int) []int {
		var found []int
		for _, i := range list {
			k, ok := at[i]
			if !ok {
				k = len(s.Citations)
				at[i] = k
				s.Citations = append(s.Citations, cite(r, all[i].turn, all[i].start, all[i].end))
			}
			if !slices.Contains(found, k) {
				found = append(found, k)
			}
		}
		return found
	}
	for _, m := range matters {
		done := m.from
		reached := m.outcomesOf(all)
		for n, o := range reached {
			item := LedgerItem{Section: p.ref, Standing: o.standing, Raised: cited(o.raised), Shown: cited(o.shown...)}
			end := max(o.raised, o.shown[len(o.shown)-1]) + 1
			var about []int
			for i := o.raised; i < end; i++ {
				about = append(about, i)
			}
			item.Topic = topics.of(all, o.raised, about)
			for end < m.to && (n == len(reached)-1 || all[end].turn == all[end-1].turn) {
				end++
			}
			for i := done; i < end; i++ {
				if all[i].acts&commits != 0 && all[i].turn.Speaker != "" {
					item.Next = append(item.Next, Undertaking{all[i].turn.Speaker, cited(i)[0]})
				}
			}
			done = end
			section.Ledger = append(section.Ledger, item)
		}
	}
	s.Sections = append(s.Sections, section)
}

// kindsMeet reports whether two sentences make one point.
func kindsMeet(a, b act) bool {
	x, _ := kindOf(a)
	y, _ := kindOf(b)
	return x != Undertakes && y != Undertakes && (x == y || x == Says || y == Says)
}

// who names the speaker of a turn in a sentence.
func who(t *corpus.Turn) string {
	switch {
	case t.Speaker == "":
		return "A line without a speaker"
	case t.Attribution == corpus.Inferred:
		return t.Speaker + " (inferred)"
	}
	return t.Speaker
}

// layout lays a summary out as text: a heading where there are several parts,
// then its points.
func (s *Summary) layout() string {
	var b strings.Builder
	for _, section := range s.Sections {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		if len(s.Sections) > 1 {
			b.WriteString(section.Title + "\n")
		}
		a := s.Answer
		a.Statements = nil
		for _, p := range section.Points {
			a.Statements = append(a.Statements, p.Statement)
		}
		b.WriteString(a.plain())
		if ledger := s.ledgerText(section.Ledger); ledger != "" {
			b.WriteString("\n" + ledger)
		}
	}
	return b.String()
}

// ledgerText lists where the matters stand.
func (s *Summary) ledgerText(ledger []LedgerItem) string {
	var lines []string
	for _, item := range ledger {
		line := upperFirst(string(item.Standing)) + ": " + strings.Join(item.Topic, ", ")
		for _, k := range append(slices.Clone(item.Raised), item.Shown...) {
			if marker := s.Marker(s.Citations[k]); !strings.Contains(line, marker) {
				line += " " + marker
			}
		}
		for _, u := range item.Next {
			line += "; next, " + u.Who + ": “" + s.Citations[u.Citation].Quote + "” " + s.Marker(s.Citations[u.Citation])
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
