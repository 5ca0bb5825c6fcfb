package retrieval

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rapporteur/corpus"
)

// nameBook knows the names of a record: who speaks under which names, and the
// other forms of the persons, places and terms in it.
type nameBook struct {
	speakers map[string][]speakerName // by the first word
	aliases  map[string][]alias       // by the first word
}

// speakerName is one way to name a speaker.
type speakerName struct {
	words    []string
	labels   []string // as in the record
	capitals bool     // counts only where it is written with a capital letter
}

// alias is one form of a name.
type alias struct {
	words []string
	group *nameGroup
}

// nameGroup are the forms of one name.
type nameGroup struct {
	name   string
	kind   corpus.NameKind
	forms  [][]string // words, the record's own form first
	labels []string   // for a side: who speaks for it
}

// titles stand before a name or after it and are no part of it.
var titles = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "miss": true, "dr": true, "prof": true, "hon": true, "right": true, "rt": true,
	"honourable": true, "honorable": true, "sir": true, "lord": true, "lady": true, "dame": true, "the": true, "senator": true,
	"am": true, "mp": true, "msp": true, "mla": true, "qc": true, "kc": true, "obe": true,
}

// newNameBook gathers the names of a record. plain reports whether the record
// also writes a word in lower case.
func newNameBook(r *corpus.Record, plain func(word string) bool) *nameBook {
	b := &nameBook{speakers: make(map[string][]speakerName), aliases: make(map[string][]alias)}
	people := make(map[string][]string) // the labels of each person, by name
	roles := make(map[string]string)    // what a label says in parentheses, by name
	var order []string
	for _, label := range r.Speakers() {
		name, role := splitRole(label)
		key := strings.Join(nameWords(name), " ")
		if key == "" {
			key = strings.ToLower(label)
		}
		if people[key] == nil {
			order = append(order, key)
		}
		people[key] = append(people[key], label)
		if roles[key] == "" {
			roles[key] = role
		}
	}
	for _, key := range order {
		b.addPerson(strings.Fields(key), Words(roles[key]), people[key], plain)
	}
	for _, p := range r.Participants {
		if labels := people[strings.Join(nameWords(p.Name), " ")]; labels != nil {
			for _, other := range append([]string{p.Full}, p.Also...) {
				if words := nameWords(other); len(words) > 0 {
					b.addSpeaker(words, labels, false)
				}
			}
		}
	}
	for _, n := range r.Names {
		b.addAliases(r, n)
	}
	return b
}

// addPerson adds the ways to name a speaker: in full, by the role, by the
// surname, by the first two of several names; "Grad C" also as C and as Grad.
func (b *nameBook) addPerson(words, role, labels []string, plain func(word string) bool) {
	b.addSpeaker(words, labels, len(words) == 1 && plain(words[0]))
	if len(role) > 1 {
		b.addSpeaker(role, labels, false)
	}
	if len(words) < 2 {
		return
	}
	switch last := words[len(words)-1]; {
	case len([]rune(last)) == 1:
		b.addSpeaker([]string{last}, labels, true)
		b.addSpeaker(words[:len(words)-1], labels, false)
	case !plain(last):
		b.addSpeaker([]string{last}, labels, false)
	}
	if len(words) > 2 {
		b.addSpeaker(words[:2], labels, false)
	}
}

func (b *nameBook) addSpeaker(words, labels []string, capitals bool) {
	if len(words) == 0 {
		return
	}
	for i, n := range b.speakers[words[0]] {
		if slices.Equal(n.words, words) {
			for _, label := range labels {
				if !slices.Contains(n.labels, label) {
					n.labels = append(slices.Clip(n.labels), label)
				}
			}
			b.speakers[words[0]][i] = n
			return
		}
	}
	b.speakers[words[0]] = append(b.speakers[words[0]], speakerName{words: words, labels: slices.Clone(labels), capitals: capitals})
	slices.SortStableFunc(b.speakers[words[0]], func(x, y speakerName) int { return len(y.words) - len(x.words) })
}

func (b *nameBook) addAliases(r *corpus.Record, n corpus.Name) {
	group := &nameGroup{name: n.Name, kind: n.Kind}
	for _, form := range append([]string{n.Name, n.Full}, n.Also...) {
		words := Words(form)
		if len(words) == 0 || slices.ContainsFunc(group.forms, func(f []string) bool { return slices.Equal(f, words) }) {
			continue
		}
		group.forms = append(group.forms, words)
		b.aliases[words[0]] = append(b.aliases[words[0]], alias{words: words, group: group})
		slices.SortStableFunc(b.aliases[words[0]], func(x, y alias) int { return len(y.words) - len(x.words) })
	}
	if n.Kind == corpus.Party {
		for _, p := range r.Participants {
			if p.Side == n.Name {
				group.labels = append(group.labels, p.Name)
			}
		}
	}
}

// eachWord calls f with each word of a name.
func (b *nameBook) eachWord(f func(word string)) {
	for _, names := range b.speakers {
		for _, n := range names {
			for _, word := range n.words {
				f(word)
			}
		}
	}
	for _, aliases := range b.aliases {
		for _, a := range aliases {
			for _, word := range a.words {
				f(word)
			}
		}
	}
}

// splitRole splits "Hon. Bill Morneau (Minister of Finance)" into name and role.
func splitRole(label string) (name, role string) {
	name, role, _ = strings.Cut(label, "(")
	return name, strings.Trim(role, "() ")
}

// nameWords are the words of a name without titles.
func nameWords(name string) []string {
	return slices.DeleteFunc(Words(name), func(w string) bool { return titles[w] })
}

// speakerAt returns the speaker named at words[i] and how many words name them.
// text is what the words were read from.
func (b *nameBook) speakerAt(text string, words []token, i int) (labels []string, n int) {
	for _, name := range b.speakers[words[i].word] {
		if !matches(words[i:], name.words) {
			continue
		}
		if name.capitals && !subject(words, i) && (words[i].word == "a" || !startsUpper(text[words[i].start:])) {
			continue // an ordinary word, such as the article
		}
		return name.labels, len(name.words)
	}
	return nil, 0
}

// matches reports whether words begin with the words of a name, which may be
// inflected.
func matches(words []token, name []string) bool {
	if len(words) < len(name) {
		return false
	}
	for i, w := range name {
		if words[i].word != w && (len(w) < 4 || stemOf(words[i].word) != stemOf(w)) {
			return false
		}
	}
	return true
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// subject reports whether words[i] stands where a question has its subject:
// "what did (the) marketing …".
func subject(words []token, i int) bool {
	if i > 0 && words[i-1].word == "the" {
		i--
	}
	if i == 0 {
		return false
	}
	switch words[i-1].word {
	case "did", "does", "do", "should", "would", "could", "can", "will", "has", "had":
		return true
	}
	return false
}

// aliasAt returns the name with a form at words[i] and how many words it has.
func (b *nameBook) aliasAt(words []token, i int) (*nameGroup, int) {
	for _, a := range b.aliases[words[i].word] {
		if matches(words[i:], a.words) {
			return a.group, len(a.words)
		}
	}
	return nil, 0
}
