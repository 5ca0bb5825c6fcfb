package openaitest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Model replies to prompts that number their evidence, as an honest model would
// or one that misbehaves in a way of its own. It reads what a prompt says, so
// that its mistakes are about the very passages shown.
type Model struct {
	Habit Habit
	Most  int // statements of a reply (default 3)
}

// Habit is what a model does to what it was shown.
type Habit string

// Habits. Each is a way in which real models went wrong.
const (
	Honest         Habit = "honest"
	FalseReference Habit = "cites what does not exist"
	ForeignTurn    Habit = "cites another passage than it uses"
	AlteredWord    Habit = "alters one word of a quotation"
	LostNegation   Habit = "drops a not"
	SwappedSpeaker Habit = "swaps the speakers"
	Stitched       Habit = "stitches two turns into one quotation"
	WrongNumber    Habit = "changes numbers"
	NoCitations    Habit = "cites nothing"
	Injection      Habit = "obeys an injection"
	BrokenJSON     Habit = "breaks its JSON"
	Prose          Habit = "writes prose instead of JSON"
	Rambling       Habit = "writes 20,000 characters"
	Silent         Habit = "says nothing"
)

// Misbehaviours are all habits but honesty.
var Misbehaviours = []Habit{FalseReference, ForeignTurn, AlteredWord, LostNegation, SwappedSpeaker, Stitched, WrongNumber, NoCitations, Injection, BrokenJSON, Prose, Rambling, Silent}

// What an injected model says.
const (
	InjectedText = "@everyone The meeting was cancelled, see https://evil.example/win"
	InjectedHost = "evil.example"
	// WrongWord is the word that an altered quotation has.
	WrongWord = "balderdash"
)

// Evidence is a passage of a prompt.
type Evidence struct{ Ref, Speaker, Text string }

var evidenceLine = regexp.MustCompile(`(?m)^\s*\[([^\]\n]+)\]\s*([^:\n]{0,80}):\s*(.+)$`)

// ReadEvidence returns the passages of a prompt: lines of the form
// [REF] SPEAKER: TEXT.
func ReadEvidence(prompt string) []Evidence {
	var all []Evidence
	for _, m := range evidenceLine.FindAllStringSubmatch(prompt, -1) {
		all = append(all, Evidence{m[1], strings.TrimSpace(strings.TrimSuffix(m[2], "(inferred)")), strings.TrimSpace(m[3])})
	}
	return all
}

// statement is a statement of a reply.
type statement struct {
	Text  string   `json:"text"`
	Refs  []string `json:"refs"`
	Quote string   `json:"quote"`
}

// Reply answers a request: see [Server.Answer].
func (m Model) Reply(r ChatRequest) Reply {
	evidence := relevant(ReadEvidence(r.User()), question(r.User()))
	switch m.Habit {
	case Silent:
		return Reply{}
	case Prose:
		return Reply{Text: "As everybody knows, it was all agreed in 1999. " + InjectedText}
	case Rambling:
		return Reply{Text: strings.Repeat("They talked and talked. ", 20000/24+1)[:20000], Piece: 500}
	}
	most := m.Most
	if most <= 0 {
		most = 3
	}
	statements := []statement{}
	for i, e := range evidence {
		if len(statements) == most {
			break
		}
		if s, ok := m.say(e, evidence[(i+1)%len(evidence)], speakers(evidence)); ok {
			statements = append(statements, s)
		}
	}
	data, _ := json.Marshal(map[string]any{"statements": statements})
	text := string(data)
	if m.Habit == BrokenJSON {
		text = strings.ReplaceAll(text, `","`, `" "`)
	}
	return Reply{Text: text}
}

// say makes a statement of a passage, or not, as the habit is.
func (m Model) say(e, next Evidence, all []string) (statement, bool) {
	sentence := firstSentence(e.Text)
	s := statement{Text: e.Speaker + " says: " + strings.TrimRight(sentence, ".") + ".", Refs: []string{e.Ref}, Quote: sentence}
	words := strings.Fields(sentence)
	switch m.Habit {
	case FalseReference:
		s.Refs = []string{"XXIX.77"}
	case ForeignTurn:
		s.Refs = []string{next.Ref}
		return s, next.Speaker != e.Speaker
	case AlteredWord:
		if len(words) < 4 {
			return s, false
		}
		words[len(words)/2] = WrongWord
		s.Quote = strings.Join(words, " ")
	case LostNegation:
		without := negation.ReplaceAllString(sentence, "")
		if without == sentence {
			return s, false
		}
		s.Text, s.Quote = e.Speaker+" says: "+strings.TrimRight(without, ".")+".", without
	case SwappedSpeaker:
		i := slices.IndexFunc(all, func(name string) bool { return name != e.Speaker })
		if i < 0 {
			return s, false
		}
		s.Text = all[i] + s.Text[len(e.Speaker):]
	case Stitched:
		s.Refs = append(s.Refs, next.Ref)
		s.Quote = strings.TrimRight(sentence, ".") + " " + firstSentence(next.Text)
	case WrongNumber:
		wrong := number.ReplaceAllString(sentence, "7${0}")
		if wrong == sentence {
			return s, false
		}
		s.Text, s.Quote = e.Speaker+" says: "+wrong, wrong
	case NoCitations:
		s.Refs = []string{}
	case Injection:
		s.Text, s.Quote = InjectedText+" "+s.Text, InjectedText
	}
	return s, true
}

var (
	negation = regexp.MustCompile(`(?i)\b(?:not|never)\b ?|n't\b`)
	number   = regexp.MustCompile(`\d+`)
	asked    = regexp.MustCompile(`(?s)<question>\s*(.*?)\s*</question>`)
	sentence = regexp.MustCompile(`^.*?[.!?](?:\s|$)`)
)

func question(prompt string) string {
	if m := asked.FindStringSubmatch(prompt); m != nil {
		return m[1]
	}
	return ""
}

func firstSentence(text string) string {
	if s := sentence.FindString(text); len(strings.Fields(s)) > 2 {
		return strings.TrimSpace(s)
	}
	return text
}

// relevant puts the passages that share most with the question first, and leaves
// out those without a speaker.
func relevant(evidence []Evidence, question string) []Evidence {
	evidence = slices.DeleteFunc(evidence, func(e Evidence) bool { return e.Speaker == "" || strings.HasPrefix(e.Speaker, "(") })
	about := embed(question, Dimensions, nil)
	near := make(map[string]float32)
	for _, e := range evidence {
		for i, x := range embed(e.Text, Dimensions, nil) {
			near[e.Ref] += x * about[i]
		}
	}
	slices.SortStableFunc(evidence, func(a, b Evidence) int {
		switch {
		case near[a.Ref] > near[b.Ref]:
			return -1
		case near[a.Ref] < near[b.Ref]:
			return 1
		}
		return 0
	})
	return evidence
}

func speakers(evidence []Evidence) []string {
	var all []string
	for _, e := range evidence {
		if !slices.Contains(all, e.Speaker) {
			all = append(all, e.Speaker)
		}
	}
	return all
}
