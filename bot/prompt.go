package bot

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

//go:embed prompts
var promptFiles embed.FS

var prompts = template.Must(template.ParseFS(promptFiles, "prompts/*.txt"))

// replySchema is the JSON schema of a model's reply.
const replySchema = `{"type":"object","additionalProperties":false,"required":["statements"],"properties":{"statements":{"type":"array","items":{` +
	`"type":"object","additionalProperties":false,"required":["text","refs","quote"],"properties":{"text":{"type":"string"},` +
	`"refs":{"type":"array","items":{"type":"string"}},"quote":{"type":"string"}}}}}}`

// Limits of a prompt and its reply.
const (
	promptEvidence  = 14    // turns found that a model sees, each with its neighbours
	promptTurns     = 30    // turns a model sees at most
	promptSize      = 16000 // characters of the passages at most
	promptExchanges = 3     // earlier exchanges a model sees
	exchangeSize    = 600   // characters of an earlier answer it sees
	mostStatements  = 8     // statements of an answer
	replyTokens     = 1200
	rewriteTokens   = 120
)

// promptData fills the template of a prompt.
type promptData struct {
	Records  []*corpus.Record
	Passages []string
	Exchange []string
	Question string
	Example  string
	Most     int
}

// oneLineOf puts a text of a record or a user on one line and keeps it from
// ending its part of the prompt.
func oneLineOf(text string, most int) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch r {
		case '<':
			return '‹'
		case '>':
			return '›'
		}
		return r
	}, text)), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// refOf is the reference of a turn as a prompt writes it: with the record where
// there are several.
func refOf(r *corpus.Record, t *corpus.Turn, many bool) string {
	if many {
		return r.ID + " " + t.Ref.String()
	}
	return t.Ref.String()
}

// answerPrompt is the prompt for an answer from evidence, which is not empty.
func answerPrompt(q Question, evidence []retrieval.Evidence) (Prompt, error) {
	return evidencePrompt(q, evidence, mostStatements)
}

// evidencePrompt is the prompt for so many statements at most from evidence,
// which is not empty.
func evidencePrompt(q Question, evidence []retrieval.Evidence, most int) (Prompt, error) {
	data := promptData{Question: oneLineOf(q.Text, MaxQuestion), Most: most}
	for _, e := range evidence {
		if !slices.Contains(data.Records, e.Record) {
			data.Records = append(data.Records, e.Record)
		}
	}
	many := len(data.Records) > 1
	data.Example = refOf(evidence[0].Record, evidence[0].Turn, many)
	for _, e := range evidence {
		who := e.Turn.Speaker
		switch {
		case who == "":
			who = "(no speaker named)"
		case e.Turn.Attribution == corpus.Inferred:
			who += " (inferred)"
		}
		data.Passages = append(data.Passages, fmt.Sprintf("[%s] %s: %s", refOf(e.Record, e.Turn, many), who, oneLineOf(e.Turn.Text, promptSize)))
	}
	data.Exchange = exchangeOf(q)
	p, err := makePrompt("answer", "", data, q.Asker)
	p.Schema, p.MaxTokens = json.RawMessage(replySchema), replyTokens
	return p, err
}

// exchangeOf is the exchange before a question as a prompt shows it.
func exchangeOf(q Question) []string {
	var lines []string
	for _, e := range q.History[max(0, len(q.History)-promptExchanges):] {
		lines = append(lines, "Q: "+oneLineOf(e.Question, exchangeSize), "A: "+oneLineOf(e.Answer, exchangeSize))
	}
	return lines
}

// questionSchema is the JSON schema of a rewritten question.
const questionSchema = `{"type":"object","additionalProperties":false,"required":["question"],"properties":{"question":{"type":"string"}}}`

// followUpPrompt asks for a follow-up as a question that stands by itself.
func followUpPrompt(q Question) (Prompt, error) {
	p, err := makePrompt("question", "followup-", promptData{Question: oneLineOf(q.Text, MaxQuestion), Exchange: exchangeOf(q)}, q.Asker)
	p.Schema, p.MaxTokens = json.RawMessage(questionSchema), rewriteTokens
	return p, err
}

// makePrompt fills the templates whose names begin with kind.
func makePrompt(name, kind string, data promptData, asker string) (Prompt, error) {
	var system, user strings.Builder
	if err := prompts.ExecuteTemplate(&system, kind+"system", data); err != nil {
		return Prompt{}, err
	}
	if err := prompts.ExecuteTemplate(&user, kind+"user", data); err != nil {
		return Prompt{}, err
	}
	return Prompt{System: system.String(), User: user.String(), Name: name, Asker: asker}, nil
}
