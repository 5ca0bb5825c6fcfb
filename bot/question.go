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

// question is what the wording of a question says about the answer wanted.
type question struct {
	text      string
	words     []string
	wants     answerType
	noun      string // what is counted or sought: "how many directors", "which building"
	bothSides bool   // asks what each side wanted
	aftermath bool   // asks what came of it after the meeting
	wording   bool   // asks for a text itself: the full wording, the list
	identity  bool   // asks who somebody was, or who held an office
	reply     bool   // asks what somebody answered
	speech    bool   // asks what somebody said
	context   bool   // asks what some words were about
	section   bool   // asks in which section something stands
}

var (
	bothQuestion   = regexp.MustCompile(`(?i)\b(?:both|each|either) (?:of them|sides?|man|men|guys?|delegations?|part(?:y|ies)|other)\b|\b(?:each|every)(?:'?s)?\b.*\b(?:want|stance|position|read|view|think)|\bboth\b|\bvs\.?\b|\bversus\b|\bwho wanted (?:which|what)\b|\bthe two (?:sides|men|positions)\b|\brespective|\bside by side\b|\bpositions? (?:of|on)\b|\bdisagree|\bdiffer|\b(?:and|&) who (?:didnt|didn't|did not|not)\b`)
	aftermathWords = regexp.MustCompile(`(?i)\b(?:end(?:ed|s)? up|turn(?:ed|s)? out|in the end|eventually|afterwards?|after (?:this|the|that) (?:meeting|talks?|conference|session)|(?:at|in|during) the (?:next|following) (?:meeting|session)|later that|final(?:ly)? (?:version|sign(?:ed)?|agreed?|treaty|happen(?:ed)?|buil[dt]|handed|becom|became)|then attack(?:ed)?|(?:actually|really|then) (?:leave|left|attack(?:ed)?|happen(?:ed)?|build|built|withdr[ae]w)|consequences?|outcome of|result of the|came (?:out )?of (?:it|this|that))\b`)
	wordingWords   = regexp.MustCompile(`(?i)\b(?:full|actual|exact|complete|precise|original|literal) (?:text|wording|words|quote|quotation|list|contents?|terms|\w+ quote)\b|\bword for word\b|\b(?:text|wording|contents?) of (?:the )?(?:article|clause|telegram|letter|draft|note|treaty|agreement)\b|\bwhat exactly (?:was|were|is) the\b.*\b(?:wording|text|words)\b|\bin (?:his|her|their|\w+s) own (?:\w+ )?draft\b|\bgive me the list\b|\b(?:paste|post|send|show|print) (?:me |us |here )?(?:the|that|his|their|\w+'s) (?:\w+ ){0,2}(?:draft|text|list|telegram|letter|minutes|agreement|treaty)\b|\b(?:on|in) (?:the|that|his) (?:enterprise |promised )?list\b`)
	identityWords  = regexp.MustCompile(`(?i)\bwho(?:'?s| is| was| were| are)? (?:the )?(?:person|man|guy|chair\w*|president|head|boss|director|leader|interpreter\w*|translator\w*|secretary|note.?taker)\b|\bwho (?:would|will|was gonna|was going to|is going to|should|could) (?:be|become|head|chair|lead|run)\b.*\b(?:head|chair\w*|president|boss|director|leader|commander|mayor)\b|\bwho (?:was|were|is|took|wrote|typed|recorded|kept|made) (?:\w+ )?(?:interpret\w*|translat\w*|minutes|notes)\b|\bwho (?:signed|drafted|negotiated) (?:the|it)\b.*\d{4}|\b(?:his|her|their|whose|\w+'?s) (?:official |exact )?(?:job|post|rank|profession|background)\b|^\W*who (?:is|was) \w+\b[^?]*$|\bwhat(?:'?s| is| was) the (?:real |actual |proper )?name of\b|\bhis job\b|\b(?:first|last|full|given|middle|maiden|sur|family) ?names? (?:of|was|is)?\b|\b(?:'s|s|his|her|their) (?:first|given|middle|maiden|last|family) ?name\b|\bwho (?:actually |really )?(?:took|wrote|typed|recorded|kept|made) (?:\w+ ){0,2}(?:minutes|notes|record)\b`)
	replyWords     = regexp.MustCompile(`(?i)\b(?:repl(?:y|ied|ies)|answer(?:ed|s)?|respon(?:d|ds|ded|se)|comeback|retort(?:ed)?|counter(?:ed)?|react(?:ed|ion)?|(?:say|said|says) (?:to|about) (?:that|this|it)|in return|(?:get|got|hear|heard) back|take it|took it)\b`)
	speechWords    = regexp.MustCompile(`(?i)\b(?:say|said|says|saying|tell|told|repl(?:y|ied)|answer(?:ed)?|argue[ds]?|promised?|respond(?:ed)?|talk(?:ed)?|speak|spoke|think|thought)\b`)
	contextWords   = regexp.MustCompile(`(?i)\b(?:context|over what|about what|in reply to|what (?:was|were) (?:he|she|they|it) (?:answering|replying|about))\b`)
	sectionWords   = regexp.MustCompile(`(?i)\b(?:which|what) (?:section|chapter|part|heading)\b(?: of the (?:minutes|record|transcript|document|notes|meeting|text))?`)
	headNoun       = regexp.MustCompile(`(?i)\b(?:how (?:many|much)|what|which|whose)\s+(?:exact |kind of |sort of |type of |the )?([\p{L}%'-]+)`)
)

func readQuestion(text string) question {
	q := question{
		text:      text,
		words:     retrieval.Words(text),
		speech:    speechWords.MatchString(text),
		bothSides: bothQuestion.MatchString(text),
		aftermath: aftermathWords.MatchString(text),
		wording:   wordingWords.MatchString(text),
		identity:  identityWords.MatchString(text),
		context:   contextWords.MatchString(text),
		reply:     replyWords.MatchString(text),
		section:   sectionWords.MatchString(text),
	}
	q.wants = wantedAnswer(text)
	if m := headNoun.FindStringSubmatch(text); m != nil {
		if words := retrieval.Words(m[1]); len(words) > 0 && !retrieval.IsStopword(words[0]) {
			q.noun = words[0]
		}
	}
	return q
}

//go:embed data/worldnames.txt
var worldNamesText string

//go:embed data/attributes.txt
var attributesText string

var (
	worldNames = wordTable(worldNamesText)
	attributes = wordTable(attributesText)
)

func wordTable(text string) map[string]bool {
	table := make(map[string]bool)
	for _, line := range retrieval.DataLines(text) {
		for word := range strings.FieldsSeq(line) {
			table[word] = true
		}
	}
	return table
}

// A question whose words are mostly not in the record is about something else.
// Paraphrases have few words in common too, so the limits are wide; they were
// set on the project's question set.
const (
	mostUnknown  = .8
	leastCovered = .14
)

// whySilent says why the record does not say what is asked, or "" if it seems
// to. That the topic is in the record is not enough: the thing asked for must
// be there.
func whySilent(asked question, u retrieval.Understanding, found []retrieval.Evidence) string {
	r := found[0].Record
	total, unknown, covered, heaviest := 0.0, 0.0, 0.0, 0.0
	var missing, gone []string // gone are those that matter
	for _, term := range u.Terms {
		heaviest = max(heaviest, term.Weight)
	}
	for _, term := range u.Terms {
		total += term.Weight
		unknown += term.Weight * (1 - term.Known)
		if term.Known < leastKnown {
			missing = append(missing, term.Text)
			if term.Weight >= heaviest/2 {
				gone = append(gone, term.Text)
			}
		}
	}
	for _, e := range found[:min(3, len(found))] {
		covered = max(covered, e.Covered)
	}
	for _, word := range missing {
		if worldNames[word] || attributes[word] {
			return fmt.Sprintf("The record has nothing on “%s”.", word)
		}
	}
	if who := muteParticipant(asked, u, r); who != "" {
		return fmt.Sprintf("The record has no words of %s.", who)
	}
	if date := unknownDate(asked.text, r); date != "" {
		return fmt.Sprintf("The record does not mention %s.", date)
	}
	switch {
	case asked.aftermath:
		return "The record does not say what came of it: it ends with the meeting."
	case asked.wording:
		return "The record speaks of it but does not give the text."
	case asked.identity:
		return "The record does not say who that was."
	case asked.wants == aPlace:
		return "The record does not say where."
	case asked.wants != anything && !asked.wants.in(found) || asked.wants == aNumber && slices.Contains(missing, asked.noun):
		return asked.wants.missing()
	case unknown > mostUnknown*total && covered < leastCovered:
		return fmt.Sprintf("The record has nothing on “%s”.", strings.Join(gone, "”, “"))
	}
	return ""
}

// leastKnown is how well the record must know a term: as a synonym at least, a
// word that is merely alike is not enough.
const leastKnown = .5

// muteParticipant returns who is asked for words of their own and says nothing
// in the record, or "".
func muteParticipant(asked question, u retrieval.Understanding, r *corpus.Record) string {
	if !asked.speech {
		return ""
	}
	speakers := r.Speakers()
	for _, p := range r.Participants {
		if slices.Contains(speakers, p.Name) || len(p.Name) < 2 {
			continue
		}
		for _, name := range append([]string{p.Name, p.Full}, p.Also...) {
			if words := retrieval.Words(name); len(words) > 0 && isSubject(asked.words, words) {
				return p.Name
			}
		}
	}
	if !asked.reply {
		return ""
	}
	for _, n := range r.Names {
		if n.Kind != corpus.Person || slices.Contains(speakers, n.Name) {
			continue
		}
		for _, name := range append([]string{n.Name, n.Full}, n.Also...) {
			if words := retrieval.Words(name); len(words) > 0 && isSubject(asked.words, words) {
				return n.Name
			}
		}
	}
	return ""
}

// isSubject reports whether a name stands where a question has its subject:
// "what did NAME say".
func isSubject(words, name []string) bool {
	for i := 1; i+len(name) <= len(words); i++ {
		if slices.Equal(words[i:i+len(name)], name) {
			switch words[i-1] {
			case "did", "does", "do", "has", "had", "would", "will":
				return true
			}
		}
	}
	return false
}

var dayAndMonth = regexp.MustCompile(`(?i)\b(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)? (january|february|march|april|may|june|july|august|september|october|november|december)|(january|february|march|april|may|june|july|august|september|october|november|december) (\d{1,2})(?:st|nd|rd|th)?)\b`)

// unknownDate returns a day named in a question that the record does not name,
// or "".
func unknownDate(text string, r *corpus.Record) string {
	m := dayAndMonth.FindStringSubmatch(text)
	if m == nil {
		return unknownDay(text, r)
	}
	asked := strings.ToLower(m[1] + m[4] + " " + m[2] + m[3])
	for i := range r.Turns {
		for _, m := range dayAndMonth.FindAllStringSubmatch(r.Turns[i].Text, -1) {
			if strings.ToLower(m[1]+m[4]+" "+m[2]+m[3]) == asked {
				return ""
			}
		}
	}
	return m[0]
}

var dayOfMonth = regexp.MustCompile(`(?i)\bon the (\d{1,2})(?:st|nd|rd|th)\b`)

// unknownDay returns a day of a month named in a question, the month left out,
// that the record does not name, or "".
func unknownDay(text string, r *corpus.Record) string {
	m := dayOfMonth.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	named := regexp.MustCompile(`\b` + m[1] + `(?:st|nd|rd|th)?\b`)
	if slices.ContainsFunc(r.Turns, func(t corpus.Turn) bool { return named.MatchString(t.Text) }) {
		return ""
	}
	return strings.TrimPrefix(m[0], "on ")
}
