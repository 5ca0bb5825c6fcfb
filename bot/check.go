package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"rapporteur/retrieval"
)

// MaxQuotation is the longest quotation checked, in characters.
const MaxQuotation = 6000

// CheckQuery asks whether a quotation is real.
type CheckQuery struct {
	Quotation string
	Speaker   string // who is said to have said it: a name or a side; or empty
	Record    string // only this record: an id; or empty
}

// Verdict is what the check of a quotation came to.
type Verdict string

// Verdicts, from true to false.
const (
	// Verbatim: the words stand in the record like this. Typography, editorial
	// marks and what an ellipsis leaves out of one speech change nothing.
	Verbatim Verdict = "verbatim"
	// Misattributed: the words are in the record, but the speaker named does
	// not say them there.
	Misattributed Verdict = "misattributed"
	// Stitched: every part is in the record, but not as one continuous passage.
	Stitched Verdict = "stitched"
	// Altered: the record has a passage like this in other words.
	Altered Verdict = "altered"
	// Absent: the record has nothing like this.
	Absent Verdict = "absent"
)

// Check is what the records say about a quotation.
type Check struct {
	Quotation string  `json:"quotation"`
	Verdict   Verdict `json:"verdict"`
	Speaker   string  `json:"speaker"`           // who says it in the record; several are joined by commas
	Claimed   string  `json:"claimed,omitempty"` // who was said to have said it
	// Matches are the places in the record. Those of a quotation in several
	// parts, or over several turns, are in its order and numbered by Part.
	Matches []Match `json:"matches"`
	// Negation is "lost" or "added" where a change turned a statement round.
	Negation string `json:"negation,omitempty"`
	// Unknown are words of the quotation that stand nowhere in the records
	// searched, as they were typed.
	Unknown []string   `json:"not_in_record,omitempty"`
	Notes   []string   `json:"notes,omitempty"`   // remarks of the program for readers
	Nearest []Citation `json:"nearest,omitempty"` // when absent: near, but not it
	TookMS  float64    `json:"took_ms"`
}

// Match is a place of the record that a quotation was found at.
type Match struct {
	Citation
	Part int      `json:"part,omitempty"` // from 1, where the place holds a part of the quotation
	Diff []DiffOp `json:"diff,omitempty"` // from the record's words to the quotation's
}

// DiffOp is a step from the record's words to the quotation's: "equal" and
// "delete" show words of the record, "insert" words of the quotation.
type DiffOp struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

// Check says whether a quotation stands in the records: in these words, in one
// passage, said by the speaker named. It is held against the whole of every
// record. The error is a *UserError where the question is at fault.
func (b *Bot) Check(ctx context.Context, query CheckQuery) (*Check, error) {
	start := b.now()
	if n := utf8.RuneCountInString(query.Quotation); n > MaxQuotation {
		return nil, &UserError{Problem: fmt.Sprintf("the quotation has %d characters, more than the %d that are checked", n, MaxQuotation), Hint: "check it in pieces"}
	}
	readings := readings(query, b.known)
	x, only, err := b.wordsFor(ctx, readings[0].text, query.Record)
	if err != nil {
		return nil, err
	}
	var best *judgement
	for _, reading := range readings {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j := x.judge(&reading, query.Speaker, x.bound(only))
		if j != nil && (best == nil || j.better(best)) {
			best = j
		}
	}
	if best == nil {
		return nil, &UserError{Problem: "there are no words to check", Hint: "give the quotation itself"}
	}
	c := best.check
	c.Quotation = query.Quotation
	if c.Verdict == Absent {
		if err := b.addNearest(ctx, c, best.quotation.text, query.Record); err != nil {
			return nil, err
		}
	}
	for _, m := range c.Matches {
		if err := verifyCitation(b.lib, m.Citation); err != nil {
			return nil, fmt.Errorf("quotation check not shown: %w", err)
		}
	}
	c.TookMS = float64(b.now().Sub(start).Microseconds()) / 1000
	return c, nil
}

// known reports whether a text names somebody of the records.
func (b *Bot) known(name string) bool { return b.names()[foldName(name)] }

// readings returns how a quotation may be meant, the likeliest first.
func readings(query CheckQuery, known func(string) bool) []quotation {
	plain := readQuotation(query.Quotation, known, false)
	list := []quotation{plain}
	if q := readQuotation(query.Quotation, known, true); len(q.labels) > len(plain.labels) {
		list = append(list, q)
	}
	// Words outside the quotation marks say who is quoted: “…”, said Molotov.
	if marked := ParseQuotations(query.Quotation, known); len(marked) == 1 && marked[0].Marked {
		inside := len(splitWords(marked[0].Text, nil))
		if outside := len(plain.words) - inside; marked[0].Speaker != "" && 0 < outside && outside <= inside {
			q := readQuotation(marked[0].Text, known, false)
			if q.tail == "" {
				q.tail = marked[0].Speaker
			}
			list = append(list, q)
		}
	}
	return list
}

// nearestPassages is how many passages are shown for an absent quotation.
const nearestPassages = 3

// addNearest completes the nearest passages by what a search finds.
func (b *Bot) addNearest(ctx context.Context, c *Check, text, record string) error {
	if runes := []rune(text); len(runes) > MaxQuestion {
		text = string(runes[:MaxQuestion])
	}
	evidence, err := b.index.Search(ctx, retrieval.Query{Text: text, Record: record, Limit: 2 * nearestPassages})
	if err != nil {
		return err
	}
	for _, e := range evidence {
		found := citeTurn(e.Record, e.Turn)
		same := func(n Citation) bool { return n.Record == found.Record && n.Ref == found.Ref }
		if len(c.Nearest) < nearestPassages && !slices.ContainsFunc(c.Nearest, same) {
			c.Nearest = append(c.Nearest, found)
		}
	}
	return nil
}

// judgement is the outcome for one reading of a quotation.
type judgement struct {
	quotation  *quotation
	check      *Check
	similarity float64
}

var verdictRank = map[Verdict]int{Verbatim: 4, Misattributed: 3, Stitched: 2, Altered: 1}

// better reports whether a reading explains a quotation better than another.
func (j *judgement) better(other *judgement) bool {
	if a, b := verdictRank[j.check.Verdict], verdictRank[other.check.Verdict]; a != b {
		return a > b
	}
	return j.similarity > other.similarity+.05
}

// speakersOf returns the speakers of citations, each once, in order.
func speakersOf(matches []Match) string {
	var names []string
	for _, m := range matches {
		if m.Speaker != "" && !slices.Contains(names, m.Speaker) {
			names = append(names, m.Speaker)
		}
	}
	return strings.Join(names, ", ")
}
