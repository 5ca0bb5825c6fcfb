package bot

import (
	_ "embed"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// act is a set of things a sentence does in a discussion.
type act uint16

const (
	accepts    act = 1 << iota // consents, wherever it stands
	assents                    // consents if it replies to something
	refuses                    // refuses or objects
	dissents                   // refuses if it replies to something
	defers                     // leaves open, refers to somebody
	commits                    // undertakes to do something
	proposes                   // puts something forward, asks for something
	conditions                 // makes what it says conditional
	weighs                     // says that something matters
	shifts                     // turns to another matter
	asks                       // is a question
	opposes                    // holds against what the other side said
	offers                     // would consent if the other side did
)

// outcomes are the acts that close a matter, for the time being.
const outcomes = accepts | refuses | defers

// decides are all acts that say where a matter stands.
const decides = outcomes | commits | proposes | offers

//go:embed data/acts.txt
var actsText string

// cue is a phrase that shows an act.
type cue struct {
	act        act
	words      []string // "*" stands for up to three words
	start, end bool     // at the start, at the end of a sentence
}

// cues are the phrases of the data file by their first word.
var cues = parseCues(actsText)

var actNames = map[string]act{
	"accept": accepts, "assent": assents, "refuse": refuses, "dissent": dissents, "defer": defers, "commit": commits,
	"propose": proposes, "condition": conditions, "weight": weighs, "shift": shifts,
}

func parseCues(text string) map[string][]cue {
	table := make(map[string][]cue)
	for _, line := range retrieval.DataLines(text) {
		name, phrases, _ := strings.Cut(line, ":")
		for phrase := range strings.SplitSeq(phrases, "|") {
			phrase = strings.TrimSpace(phrase)
			c := cue{act: actNames[name]}
			phrase, c.start = strings.CutPrefix(phrase, "^")
			phrase, c.end = strings.CutSuffix(phrase, "$")
			if c.words = strings.Fields(phrase); len(c.words) > 0 {
				table[c.words[0]] = append(table[c.words[0]], c)
			}
		}
	}
	return table
}

// actsOf returns the acts that the words of a sentence show.
func actsOf(words []string) act {
	var found act
	for i, w := range words {
		for _, c := range cues[w] {
			if found&c.act != 0 || c.start && i > 0 {
				continue
			}
			if n := matchCue(c.words, words[i:]); n > 0 && (!c.end || i+n == len(words)) {
				found |= c.act
			}
		}
	}
	return found
}

// matchCue returns how many words a phrase takes at the beginning of words, or 0.
func matchCue(phrase, words []string) int {
	at := 0
	for k, p := range phrase {
		if p == "*" {
			for skip := 0; skip <= 3 && at+skip < len(words); skip++ {
				if n := matchCue(phrase[k+1:], words[at+skip:]); n > 0 {
					return at + skip + n
				}
			}
			return 0
		}
		if at >= len(words) || words[at] != p {
			return 0
		}
		at++
	}
	return at
}

// spoken is a sentence somebody says, with what it does.
type spoken struct {
	turn       *corpus.Turn
	start, end int // byte offsets in the turn's text
	words      []string
	stems      []string // of its content words
	acts       act
	replyTo    int // index of the sentence of another speaker it replies to, or -1
}

func (s *spoken) text() string { return s.turn.Text[s.start:s.end] }

// analyse returns the sentences said in the turns first to end of a record,
// with their acts.
func analyse(r *corpus.Record, first, end int) []spoken {
	var all []spoken
	for i := first; i < end; i++ {
		t := &r.Turns[i]
		if !t.Spoken() {
			continue
		}
		for _, at := range splitSentences(t.Text) {
			s := spoken{turn: t, start: at.start, end: at.end, replyTo: -1}
			for _, w := range wordsOf(s.text()) {
				if !w.aside {
					s.words = append(s.words, w.folded)
				}
			}
			if len(s.words) == 0 {
				continue
			}
			s.stems = retrieval.Stems(s.text())
			s.acts = actsOf(s.words)
			if isQuestion(s.text(), s.words) {
				s.acts = s.acts&^(accepts|assents|refuses|dissents|defers|commits) | asks
			}
			if s.words[0] == "if" && (s.acts&accepts != 0 || len(s.words) > 2 && s.words[1] == "you" && s.words[2] == "agree") {
				s.acts = s.acts&^accepts | offers
			}
			s.reply(all)
			all = append(all, s)
		}
	}
	return all
}

// questionWords begin a question, whatever mark ends it; whenWords do before a
// verb.
var (
	questionWords = map[string]bool{"what": true, "why": true, "how": true, "who": true}
	whenWords     = map[string]bool{"when": true, "where": true, "which": true}
	auxiliaries   = map[string]bool{"is": true, "are": true, "was": true, "were": true, "do": true, "does": true, "did": true,
		"can": true, "could": true, "will": true, "would": true, "shall": true, "should": true, "have": true, "has": true}
)

// isQuestion reports whether a sentence asks something. A doubtful word's (?)
// asks nothing.
func isQuestion(text string, words []string) bool {
	for _, s := range slices.Backward(asides(text)) {
		text = text[:s.start] + text[s.end:]
	}
	return strings.HasSuffix(strings.TrimRight(text, "\"”’' )"), "?") || questionWords[words[0]] && len(words) > 2 ||
		whenWords[words[0]] && len(words) > 1 && auxiliaries[words[1]]
}

// reply finds what a sentence replies to, and whether its yes or no consents.
func (s *spoken) reply(before []spoken) {
	n := len(before)
	if n == 0 {
		return
	}
	last := n - 1
	if before[last].turn == s.turn {
		return // only the first sentence of a turn replies
	}
	if before[last].turn.Speaker == s.turn.Speaker {
		return
	}
	s.replyTo = last
	to := &before[last]
	for k := last; k >= 0 && before[k].turn == before[last].turn; k-- {
		if before[k].acts&(asks|proposes|offers) != 0 {
			to, s.replyTo = &before[k], k
			break
		}
	}
	negative := slices.ContainsFunc(to.words, func(w string) bool { return negations[w] })
	wanted := to.acts&(asks|proposes|commits|defers|offers) != 0 && to.acts&refuses == 0
	but := slices.Contains(s.words, "but")
	switch {
	case s.acts&assents != 0 && !but && (wanted || s.acts&commits != 0):
		s.acts |= accepts
	case s.acts&dissents != 0 && negative:
		s.acts |= accepts // "You have no objection?" "No."
	case s.acts&dissents != 0 && to.acts&(asks|proposes) != 0 && !slices.Contains(to.words, "any"):
		s.acts |= refuses
	}
	if but && s.acts&conditions != 0 || s.words[0] == "why" {
		s.acts |= opposes
	}
}
