// Package quality measures rankings and answers on questions whose evidence is
// known.
//
// A question file has one JSON object a line. Two ways of saying what answers a
// question are read:
//
//	{"id": "d091", "question": "how many directors were there in 1924", "answerable": true,
//	 "category": "numeric", "evidence": ["In 1924 there were 5+5 directors."],
//	 "speakers": ["Soong"], "answer": "5+5, according to Soong.", "keywords": ["5"]}
//
//	{"id": "m-03", "record": "meeting-03", "question": "What was said on speech overlap?",
//	 "relevant": ["194", "195-197", "II.4"], "answer": "a reference summary"}
//
// Evidence is exact words of a line of the record (a turn's paragraph or a
// heading) that stand in it once; relevant lists references. A question that
// names no record is about the record its evidence stands in. The turns and
// headings that answer a question are its gold.
//
// All figures are means over questions; see [Metrics] for the formulas. The same
// questions, library and options give the same report, but for the latency.
package quality

import (
	"context"

	"rapporteur/bot"
	"rapporteur/retrieval"
)

// Bot is what is measured.
type Bot interface {
	Search(context.Context, retrieval.Query) ([]bot.Hit, error)
	Ask(context.Context, bot.Question) (*bot.Answer, error)
}

var _ Bot = (*bot.Bot)(nil)

// Question is a question with what is known to answer it.
type Question struct {
	ID       string
	Record   string // the record it is about; or empty
	Text     string
	Category string // or empty
	// Answerable: the records answer it. The right reply to any other question
	// is to abstain.
	Answerable bool
	Evidence   []string // exact words, the most important first
	Relevant   []string // references within Record; instead of Evidence
	// Speakers are those whose words answer it; empty: those of the gold turns.
	Speakers []string
	Answer   string   // a reference answer; or empty
	Keywords []string // terms a good answer contains, in any letter case

	at string // FILE:LINE, for errors
}

// place says where a question comes from, for errors.
func (q *Question) place() string {
	if q.at != "" {
		return q.at
	}
	return "question " + q.ID
}
