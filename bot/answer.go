// Package bot turns a question about the records into a cited answer or an
// honest refusal. Nothing leaves it as the record's words that is not in the
// record, at the reference given, said by the speaker named.
package bot

import (
	"strings"

	"rapporteur/corpus"
)

// Question is what somebody asks.
type Question struct {
	Text    string
	Record  string     // only this record: an id; or empty
	Default string     // the record meant where neither Record nor the text says: an id; or empty
	Section string     // only this section: a label or title; or empty
	Speaker string     // only this speaker or side; or empty
	History []Exchange // the exchange before a follow-up, oldest first
	// Asker identifies who asks, for the model's budget; empty: nobody in
	// particular.
	Asker string
	// Progress, if not nil, is called with the answer so far each time a model's
	// next statement was verified. It must not keep or change the answer.
	Progress func(*Answer)

	// withoutVectors, if not nil, is told when words alone were searched for.
	withoutVectors func(error)
}

// Exchange is an earlier question and the answer it got.
type Exchange struct {
	Question string
	Answer   string
}

// Status says whether a question was answered.
type Status string

// The record either says something on the question or does not.
const (
	Answered  Status = "answered"
	Abstained Status = "abstained"
)

// Mode says how an answer was made.
type Mode string

// Answers are exact words of the record, or prose of a model that was verified.
const (
	Extractive Mode = "extractive"
	Generated  Mode = "generated"
)

// Answer is the reply to a question.
type Answer struct {
	Question  string     `json:"question"`
	Status    Status     `json:"status"`
	Mode      Mode       `json:"mode"`
	Text      string     `json:"answer"` // the statements as one text with [V.6] markers
	TookMS    float64    `json:"took_ms"`
	Citations []Citation `json:"citations"`
	Nearest   []Citation `json:"nearest,omitempty"` // when abstained: near, but no answer
	// Statements are what the answer says, in order, for those who lay it out
	// themselves.
	Statements []Statement `json:"statements"`
	// Notes are remarks of the program about the answer, such as whose words
	// are reported; they claim nothing about what the record says.
	Notes []string `json:"notes,omitempty"`
	// Model says what became of a model's reply; nil where none was asked.
	Model *Writing `json:"model,omitempty"`
}

// Writing is what became of a model's reply: how much of it passed verification.
type Writing struct {
	Name    string    `json:"name"`
	Kept    int       `json:"kept"`              // statements shown
	Dropped []Dropped `json:"dropped,omitempty"` // statements held back
	// Note says why the answer is not the model's; empty where it is.
	Note string `json:"note,omitempty"`
}

// Dropped is a statement of a model that failed verification. It is for those
// who run the bot and is never shown as an answer.
type Dropped struct {
	Text   string `json:"text"`
	Reason string `json:"reason"`
}

// Statement is one thing an answer says and what supports it.
type Statement struct {
	// Text is prose: the program's own or a model's. In front of quotations it
	// is what introduces them.
	Text string `json:"text"`
	// Citations are indexes in Answer.Citations.
	Citations []int `json:"citations"`
	// Quoted: the words of the citations follow the text in quotation marks.
	Quoted bool `json:"quoted"`
}

// Citation is a reference with the exact words of the record there.
type Citation struct {
	Record      string             `json:"record"`
	Ref         string             `json:"ref"`
	Section     string             `json:"section"`
	Speaker     string             `json:"speaker"`
	Attribution corpus.Attribution `json:"attribution"`
	Quote       string             `json:"quote"` // exact words
	Text        string             `json:"text"`  // the whole turn
	URL         string             `json:"url,omitempty"`
	Title       string             `json:"title"` // of the record
	Date        string             `json:"date,omitempty"`
}

// Marker returns the citation's reference as it stands in an answer: [V.6], or
// [RECORD-ID V.6] where several records are cited.
func (a *Answer) Marker(c Citation) string {
	if a.manyRecords() {
		return "[" + c.Record + " " + c.Ref + "]"
	}
	return "[" + c.Ref + "]"
}

func (a *Answer) manyRecords() bool {
	for _, list := range [][]Citation{a.Citations, a.Nearest} {
		for _, c := range list {
			if c.Record != list[0].Record {
				return true
			}
		}
	}
	return false
}

// plain lays the statements out as one text.
func (a *Answer) plain() string {
	var b strings.Builder
	for i, s := range a.Statements {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(s.Text)
		for k, at := range s.Citations {
			c := a.Citations[at]
			if s.Quoted {
				if k > 0 {
					b.WriteString(" …")
				}
				b.WriteString(" “" + c.Quote + "”")
			}
			b.WriteString(" " + a.Marker(c))
		}
	}
	return b.String()
}
