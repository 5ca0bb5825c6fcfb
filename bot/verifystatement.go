package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// verifier holds the statements of a model against the evidence it was given.
// It is not safe for concurrent use.
type verifier struct {
	evidence []retrieval.Evidence
	many     bool // of several records
	names    map[*corpus.Record]*names
	turns    map[*corpus.Turn]*citedTurn
}

func newVerifier(evidence []retrieval.Evidence) *verifier {
	v := &verifier{evidence: evidence, names: make(map[*corpus.Record]*names), turns: make(map[*corpus.Turn]*citedTurn)}
	for _, e := range evidence {
		if v.names[e.Record] == nil {
			v.names[e.Record] = newNames(e.Record)
		}
	}
	v.many = len(v.names) > 1
	return v
}

// verified is a statement of a model that follows from what it cites.
type verified struct {
	text  string
	cited []retrieval.Evidence
	// quoted is the turn that is quoted and the words of it; nil: none.
	quoted *retrieval.Evidence
	span   textSpan
}

// widestRange is how many turns one reference of a statement may address.
const widestRange = 6

// resolve returns the evidence that a reference addresses. A reference to
// something that was no evidence addresses nothing.
func (v *verifier) resolve(s string) []retrieval.Evidence {
	record := ""
	text := strings.Trim(strings.TrimSpace(s), "[]() ")
	if id, rest, ok := strings.Cut(text, " "); ok {
		record, text = id, strings.TrimSpace(rest)
	}
	ref, err := corpus.ParseRef(text)
	if err != nil {
		return nil
	}
	var found []retrieval.Evidence
	in := make(map[*corpus.Record]bool)
	for _, e := range v.evidence {
		t := e.Turn.Ref
		if record != "" && !strings.EqualFold(e.Record.ID, record) || !strings.EqualFold(t.Section, ref.Section) || ref.Whole() || t.First < ref.First || t.First > ref.Last {
			continue
		}
		in[e.Record] = true
		found = append(found, e)
	}
	if len(in) > 1 || len(found) != ref.Last-ref.First+1 || len(found) > widestRange {
		return nil
	}
	return found
}

// check verifies a statement. The error is the reason why it does not hold.
func (v *verifier) check(c claim) (verified, error) {
	var s verified
	if utf8.RuneCountInString(c.Text) > maxStatement {
		return s, fmt.Errorf("it is longer than %d characters", maxStatement)
	}
	text, marks := takeMarks(cleanStatement(c.Text), func(ref string) bool { return len(v.resolve(ref)) > 0 })
	if strings.ContainsAny(text, "[]【】") {
		return s, errors.New("it has a reference that is no evidence")
	}
	var record *corpus.Record
	for _, ref := range append(slices.Clone(c.Refs), marks...) {
		for _, e := range v.resolve(ref) {
			if record == nil {
				record = e.Record
			}
			if e.Record == record && !slices.ContainsFunc(s.cited, func(x retrieval.Evidence) bool { return x.Turn == e.Turn }) {
				s.cited = append(s.cited, e)
			}
		}
	}
	if len(s.cited) == 0 {
		return s, errors.New("it cites nothing that was evidence")
	}
	spans, text, open := quotedSpans(text)
	if open {
		return s, errors.New("it has a quotation whose end is not marked")
	}
	var cited []*citedTurn
	for _, e := range s.cited {
		if v.turns[e.Turn] == nil {
			v.turns[e.Turn] = newCitedTurn(v.names[e.Record], e.Record, e.Turn, true)
		}
		cited = append(cited, v.turns[e.Turn])
	}
	n := v.names[record]
	clauses := n.clauses(text)
	for _, span := range spans {
		e, at := v.locate(s.cited, span, speakersAt(clauses, text, span))
		if e == nil {
			return s, fmt.Errorf("“%s” is not in what it cites", shortened(span))
		}
		if s.quoted == nil && len(strings.Fields(span)) >= leastQuoted {
			s.quoted, s.span = e, at
		}
	}
	if reason := holdClaim(n, text, cited); reason != "" {
		return s, errors.New(reason)
	}
	if quote := strings.TrimSpace(c.Quote); quote != "" && utf8.RuneCountInString(quote) <= maxStatement {
		if _, bare, _ := quotedSpans(cleanStatement(quote)); bare != "" {
			for i := range s.cited {
				if at, ok := nearestSpan(s.cited[i].Turn.Text, bare); ok {
					if leavesNegationOut(s.cited[i].Turn.Text, bare, at) {
						return s, errors.New("its quotation leaves a negation out")
					}
					s.quoted, s.span = &s.cited[i], at
					break
				}
			}
		}
	}
	s.text = asSentence(text)
	return s, nil
}

// locate returns the turn that has the words of a span, said by one of the
// speakers if there are any.
func (v *verifier) locate(cited []retrieval.Evidence, span string, by []string) (*retrieval.Evidence, textSpan) {
	for i := range cited {
		if len(by) > 0 && !slices.Contains(by, cited[i].Turn.Speaker) {
			continue
		}
		if at, ok := findSpan(cited[i].Turn.Text, span); ok {
			return &cited[i], at
		}
	}
	return nil, textSpan{}
}

// speakersAt returns who is said to speak in the clause that has a span.
func speakersAt(clauses []clause, text, span string) []string {
	at := strings.Index(text, span)
	var by []string
	for _, c := range clauses {
		if len(c.units) > 0 && c.units[0].start <= at {
			by = c.by
		}
	}
	return by
}

// leavesNegationOut reports whether a quotation that is not in a text as it
// stands differs where a negation stands next to the span nearest to it.
func leavesNegationOut(text, quote string, nearest textSpan) bool {
	if _, exact := findSpan(text, quote); exact {
		return false
	}
	words := splitWords(text, nil)
	for i, w := range words {
		beside := i+1 < len(words) && words[i+1].start == nearest.start ||
			i > 0 && words[i-1].start >= nearest.start && words[i-1].end <= nearest.end && w.start >= nearest.end
		if beside && negations[w.folded] {
			return true
		}
	}
	return false
}

func shortened(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// asSentence gives a statement a capital letter and a full stop.
func asSentence(text string) string {
	text = strings.TrimSpace(strings.Trim(text, " ,;:–—-"))
	if text == "" {
		return ""
	}
	r, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(r)) + text[size:]
	if last, _ := utf8.DecodeLastRuneInString(text); !strings.ContainsRune(".!?…", last) {
		text += "."
	}
	return text
}
