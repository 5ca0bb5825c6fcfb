package bot

import (
	"context"
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

//go:embed data/quotecues.txt
var quoteCuesText string

// quoteCues are phrases by which a question asks whether a quotation is real.
var quoteCues = retrieval.DataLines(quoteCuesText)

// AsksAboutQuotation reports whether a question is whether somebody really said
// the words it quotes, and returns them. known is as for [ParseQuotations].
func AsksAboutQuotation(question string, known func(string) bool) ([]Quoted, bool) {
	quoted := slices.DeleteFunc(ParseQuotations(question, known), func(q Quoted) bool {
		return !q.Marked || len(splitWords(q.Text, nil)) < 2
	})
	if len(quoted) == 0 {
		return nil, false
	}
	outside, said := question, false
	for i := len(quoted) - 1; i >= 0; i-- {
		before := foldName(outside[:quoted[i].Start])
		if topical.MatchString(before) {
			return nil, false
		}
		said = said || quoted[i].Speaker != ""
		outside = outside[:quoted[i].Start] + " " + outside[quoted[i].End:]
	}
	outside = foldName(outside)
	said = said && !openQuestion.MatchString(outside) && slices.ContainsFunc(strings.Fields(outside), func(w string) bool { return sayings[w] })
	outside = " " + outside + " "
	return quoted, said || slices.ContainsFunc(quoteCues, func(cue string) bool { return strings.Contains(outside, " "+cue+" ") })
}

var (
	// topical ends a question's words before a quotation that names a topic.
	topical = regexp.MustCompile(`(?:^| )(?:about|on|regarding|concerning|mean|means|meant|meaning|mean by|meant by|word|words|term|terms|phrase|called)$`)
	// openQuestion begins a question that a yes or no does not answer.
	openQuestion = regexp.MustCompile(`^(?:and |so |but )?(?:what|why|how|when|where|which)\b`)
)

// answerQuotation answers a question whether somebody really said something.
// It reports false for any other question.
func (b *Bot) answerQuotation(ctx context.Context, q Question) (*Answer, bool, error) {
	quoted, asked := AsksAboutQuotation(q.Text, b.known)
	if !asked {
		return nil, false, nil
	}
	a := &Answer{Question: q.Text, Status: Abstained, Mode: Extractive, Citations: []Citation{}, Statements: []Statement{}}
	for _, quotation := range quoted {
		speaker := quotation.Speaker
		if speaker == "" {
			speaker = q.Speaker
		}
		c, err := b.Check(ctx, CheckQuery{Quotation: quotation.Text, Speaker: speaker, Record: q.Record})
		if err != nil {
			return nil, true, err
		}
		c.addTo(a)
	}
	if a.Status == Answered {
		a.Nearest = nil
	}
	a.Text = a.plain()
	return a, true, nil
}

// shownPlaces is how many places of a quotation an answer shows.
const shownPlaces = 4

// addTo adds what a check found to an answer.
func (c *Check) addTo(a *Answer) {
	a.Notes = append(a.Notes, c.Notes...)
	if c.Verdict == Absent {
		a.Nearest = append(a.Nearest, c.Nearest...)
		a.Notes = append(a.Notes, "The record has no such words.")
		return
	}
	a.Status = Answered
	s := Statement{Text: c.sentence(), Quoted: true}
	for _, m := range c.Matches[:min(len(c.Matches), shownPlaces)] {
		s.Citations = append(s.Citations, len(a.Citations))
		a.Citations = append(a.Citations, m.Citation)
	}
	a.Statements = append(a.Statements, s)
}

// sentence says what a check came to, in front of the record's own words.
func (c *Check) sentence() string {
	who := c.Speaker
	if who == "" {
		who = "the record, naming no speaker"
	}
	switch c.Verdict {
	case Verbatim:
		return "Yes, these words are in the record, said by " + who + ":"
	case Misattributed:
		if c.Claimed != "" {
			return "The words are in the record, but not as " + c.Claimed + "'s; they are said by " + who + ":"
		}
		return "The words are in the record, said by " + who + ":"
	case Stitched:
		return "Not as one passage: the parts stand at different places of the record, said by " + who + ":"
	}
	said := "Not in these words. The record has " + who + " saying:"
	if c.Speaker == "" {
		said = "Not in these words. The record has:"
	}
	switch c.Negation {
	case "lost":
		return said[:len(said)-1] + " (with a negation that was lost):"
	case "added":
		return said[:len(said)-1] + " (without the negation):"
	}
	return said
}
