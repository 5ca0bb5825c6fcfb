package bot

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// unit is a word or a name of a text, with what a statement may get wrong
// about it.
type unit struct {
	word, stem string
	start, end int
	entity     *entity // whom or what it names, or nil
	capital    bool    // written with a capital letter
	possessive bool
	number     string // as digits, or ""
	content    bool   // says something: no function word, no name of a speaker
	polarity   polarity
	after      string            // what stands between it and the next unit
	alike      []retrieval.Alike // what may stand for it, once it was asked for
}

// polarity says whether a word is denied.
type polarity int8

const (
	unknown polarity = iota // before a negation, far behind one, in a question
	positive
	negative
)

// entity is somebody or something the record has a name for.
type entity struct {
	name     string
	speakers []string // labels of those who speak under the name or for the side
	person   bool
	side     bool
}

// names finds the entities of a record in a text.
type names struct {
	record  *corpus.Record
	forms   map[string]*entity // by folded name
	longest int                // words of the longest name
}

// offices are words of a participant's role that readers use for him.
var offices = wordSet("commissar ambassador president premier minister secretary chairman chairwoman chair senator mayor professor judge counsel director")

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

func newNames(r *corpus.Record) *names {
	n := &names{record: r, forms: make(map[string]*entity)}
	add := func(e *entity, forms ...string) {
		for _, form := range forms {
			form = foldName(form)
			if form == "" || n.forms[form] != nil {
				continue
			}
			n.forms[form] = e
			n.longest = max(n.longest, strings.Count(form, " ")+1)
		}
	}
	speakers := r.Speakers()
	office := make(map[string][]*entity)
	for _, p := range r.Participants {
		e := &entity{name: p.Name, person: true}
		if slices.Contains(speakers, p.Name) {
			e.speakers = []string{p.Name}
		}
		add(e, append([]string{p.Name, p.Full}, p.Also...)...)
		for _, w := range splitWords(p.Role, nil) {
			if offices[w.folded] && e.speakers != nil && !slices.Contains(office[w.folded], e) {
				office[w.folded] = append(office[w.folded], e)
			}
		}
	}
	for _, s := range speakers {
		if n.forms[foldName(s)] == nil {
			e := &entity{name: s, person: true, speakers: []string{s}}
			add(e, s)
			if words := strings.Fields(s); len(words) > 1 {
				add(e, words[len(words)-1])
			}
		}
	}
	for word, who := range office {
		if len(who) == 1 {
			add(who[0], word)
		}
	}
	for _, name := range r.Names {
		e := &entity{name: name.Name, person: name.Kind == corpus.Person, side: name.Kind == corpus.Party}
		if e.side {
			e.speakers = speakersMeant(r, name.Name)
		}
		add(e, append([]string{name.Name, name.Full}, name.Also...)...)
	}
	for _, p := range r.Participants {
		if p.Side != "" && n.forms[foldName(p.Side)] == nil {
			add(&entity{name: p.Side, side: true, speakers: speakersMeant(r, p.Side)}, p.Side)
		}
	}
	return n
}

// at returns the entity that the words at i name, and how many words that takes.
func (n *names) at(words []textWord, i int) (*entity, int) {
	for k := min(n.longest, len(words)-i); k > 0; k-- {
		form := words[i].folded
		for _, w := range words[i+1 : i+k] {
			form += " " + w.folded
		}
		if e := n.forms[form]; e != nil && (k > 1 || len(form) > 2 || form != words[i].folded) {
			return e, k
		}
	}
	return nil, 0
}

// read takes a sentence apart. The offsets of the units are those of the text.
func (n *names) read(text string, question bool) []unit {
	words := splitWords(text, nil)
	var units []unit
	for i := 0; i < len(words); {
		w := words[i]
		if w.folded == "s" && len(units) > 0 && w.start > 0 && isApostropheAt(text, units[len(units)-1].end) {
			units[len(units)-1].possessive = true
			units[len(units)-1].end = w.end
			i++
			continue
		}
		u := unit{word: w.folded, start: w.start, end: w.end, capital: unicode.IsUpper(firstRune(text[w.start:]))}
		if e, k := n.at(words, i); e != nil && (u.capital || !e.person || k > 1 || offices[w.folded]) {
			u.entity, u.end = e, words[i+k-1].end
			i += k
		} else {
			i++
		}
		if u.entity == nil {
			u.stem = retrieval.Stem(u.word)
			u.number = numberOf(u.word)
			if k := len(units) - 1; u.number != "" && k >= 0 && len(u.number) == 1 && isTens(units[k].word) && u.word[0] > '9' {
				tens, _ := strconv.Atoi(units[k].number)
				ones, _ := strconv.Atoi(u.number)
				units[k].number = strconv.Itoa(tens + ones)
				units[k].end = u.end
				continue
			}
		}
		u.content = u.entity == nil && u.number == "" && !function(u.word) && !fillers[u.word] && len(u.word) > 1
		units = append(units, u)
	}
	for i := range units {
		end := len(text)
		if i+1 < len(units) {
			end = units[i+1].start
		}
		if units[i].end < end {
			units[i].after = strings.TrimSpace(text[units[i].end:end])
		}
	}
	setPolarity(units, question)
	return units
}

// function reports whether a word only joins others.
func function(word string) bool { return len(retrieval.Stems(word)) == 0 }

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func isApostropheAt(text string, at int) bool {
	return at < len(text) && isApostrophe(firstRune(text[at:]))
}

// fillers say little by themselves in a statement about what was said.
var fillers = wordSet(`according accordingly view opinion words eyes position side sides part matter question issue point topic thing things way
	regarding concerning about whether however therefore thus hence meanwhile further moreover instead rather still already again also
	both another other others certain particular given make makes made making take takes taken took put puts set come comes came go goes going get gets
	got give gives gave given use used using want wants wanted like would need needs needed let keep kept up down next rest mr sir
	since though although despite unlike else anyway anything something nothing everything someone anyone asked said reply replied response
	himself herself themselves itself own respect fact case time times meeting talks discussion conversation record`)

// numberWords are spelled numbers, ordinals and fractions.
var numberWords = map[string]string{
	"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
	"eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
	"seventy": "70", "eighty": "80", "ninety": "90", "hundred": "100", "thousand": "1000", "million": "1000000", "billion": "1000000000",
	"third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10",
	"eleventh": "11", "twelfth": "12", "thirteenth": "13", "fourteenth": "14", "fifteenth": "15", "sixteenth": "16", "seventeenth": "17",
	"eighteenth": "18", "nineteenth": "19", "twentieth": "20", "thirtieth": "30", "dozen": "12", "thirds": "3", "quarter": "1/4", "quarters": "1/4",
	"half": half, "halves": half, "50": half, "equal": half, "equally": half, "evenly": half, "parity": half, "fifty-fifty": half,
	"double": "2", "twice": "2", "triple": "3",
}

// half is the number that people write in most ways.
const half = "1/2"

// numberOf returns a number in one form, or "".
func numberOf(word string) string {
	if n, ok := numberWords[word]; ok {
		return n
	}
	if !isDigit(word[0]) {
		return ""
	}
	n := strings.TrimRight(word, "stndrh") // 1st, 2nd, 3rd, 13th
	if _, err := strconv.ParseFloat(strings.ReplaceAll(n, ":", "."), 64); err == nil {
		return n
	}
	return word
}

func isTens(word string) bool {
	return len(word) > 4 && strings.HasSuffix(word, "ty") && numberWords[word] != ""
}

var (
	// deniers turn what follows round: not, never, without.
	concord = wordSet("nowhere nothing nobody none neither nor anywhere anybody anyone anything either ever any")
	// reversals are verbs and nouns that deny what follows them.
	reversals = stemSet(`refuse reject decline deny oppose object objection avoid doubt doubtful lack disagree prevent exclude omit renounce
		unable unwilling impossible unacceptable mind prohibit forbid bar hardly fail impede no cease drop dismiss resist outside`)
	// breaks end the reach of a negation.
	breaks = wordSet("but while whereas because since although though if that as until who which when and so yet however therefore except unless where")
)

func stemSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[retrieval.Stem(w)] = true
	}
	return set
}

// reach is how many content words behind a negation are surely denied.
const reach = 3

// setPolarity marks what a sentence denies. What stands before a negation in
// its clause may or may not be denied by it.
func setPolarity(units []unit, question bool) {
	from := 0 // where the clause begins
	denied, far := false, 0
	seen := false // the clause has a negation
	open := false // it is a condition: unless
	end := func(i int) {
		if seen {
			for k := from; k < i && units[k].polarity == positive; k++ {
				units[k].polarity = unknown
			}
		}
		from, denied, far, seen, open = i, false, 0, false, false
	}
	for i := range units {
		u := &units[i]
		carries := i > 0 && (u.word == "that" || u.word == "whether" || u.word == "if") && // "denied that", "not that"
			units[i-1].stem != "object" && (negations[units[i-1].word] || reversals[units[i-1].stem] || claimVerbs[units[i-1].stem] != claimsNothing)
		if i > 0 && (breaks[u.word] && u.entity == nil && !carries || strings.ContainsAny(units[i-1].after, ".,;:!?—–()")) {
			end(i)
		}
		switch {
		case question || open:
			u.polarity = unknown
		case !denied:
			u.polarity = positive
		case far < reach:
			u.polarity = negative
		default:
			u.polarity = unknown
		}
		if denied && (u.content || u.entity != nil) {
			far++
		}
		if u.entity != nil {
			continue
		}
		switch {
		case u.word == "unless":
			open = true
		case u.word == "out" && i+1 < len(units) && units[i+1].word == "of": // out of harmony
			denied, far = !denied, reach-1
		case u.word == "none" || u.word == "nothing" && i == len(units)-1:
			for k := from; k < i && !question; k++ { // "the treaty has none"
				if units[k].polarity == positive {
					units[k].polarity = negative
				}
			}
			seen, denied, far = false, true, 0
		case u.word == "not" && i+1 < len(units) && (units[i+1].word == "only" || units[i+1].word == "just"):
		case concord[u.word] && denied:
		case negations[u.word] && u.word != "any", reversals[u.stem], u.word == "non", u.word == "except":
			denied, far = !denied, 0
			seen = seen || negations[u.word]
		}
	}
	end(len(units))
}
