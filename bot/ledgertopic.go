package bot

import (
	"cmp"
	_ "embed"
	"math"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Constants of the words of a topic.
const (
	topicPhrases = 3 // phrases of a topic
	topicStems   = 5 // words that phrases are made of
)

// topics finds what matters of a record are about.
type topics struct {
	weight func(stem string) float64
	names  []string        // names of several words
	people map[string]bool // stems of the names of persons, who are rarely the topic
}

func newTopics(r *corpus.Record, weight func(string) float64) *topics {
	t := &topics{weight: weight, people: make(map[string]bool)}
	person := func(name string) {
		for _, stem := range retrieval.Stems(name) {
			t.people[stem] = true
		}
	}
	for _, p := range r.Participants {
		person(p.Name)
	}
	for _, speaker := range r.Speakers() {
		person(speaker)
	}
	for _, n := range r.Names {
		if n.Kind == corpus.Person {
			person(n.Name)
		}
		if strings.Contains(n.Name, " ") {
			t.names = append(t.names, n.Name)
		}
	}
	return t
}

// of returns what the sentences given turn on, in phrases as they are written
// there, most telling first: made of words of what was raised, and of words
// said more than once. Words that only steer a discussion tell nothing.
func (t *topics) of(all []spoken, raised int, list []int) []string {
	count := make(map[string]int)
	var order []string
	for _, i := range append([]int{raised, raised}, list...) {
		for _, stem := range all[i].stems {
			if count[stem]++; count[stem] == 1 {
				order = append(order, stem)
			}
		}
	}
	value := func(stem string) float64 { return math.Sqrt(float64(count[stem])) * t.weight(stem) }
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(value(b), value(a)) })
	order = slices.DeleteFunc(order, func(stem string) bool { return count[stem] < 2 })
	// What tells nothing is left out, as long as anything is left.
	words := order
	for _, little := range []func(stem string) bool{
		func(stem string) bool { return steering[stem] || len(stem) < 2 || isDigit(stem[0]) },
		func(stem string) bool { return topicless[stem] },
		func(stem string) bool { return t.people[stem] },
	} {
		if rest := slices.DeleteFunc(slices.Clone(words), little); len(rest) > 0 {
			words = rest
		}
	}
	words = words[:min(len(words), topicStems)]
	sentences := append([]int{raised}, list...)
	order = append(slices.Clone(words), numbersAfter(all, sentences, words)...)
	topic := []string{}
	said := make(map[string]bool) // stems that stand in the topic
	for _, stem := range words {
		if said[stem] {
			continue
		}
		for _, i := range sentences {
			if phrase, stems := t.phrase(&all[i], stem, order); phrase != "" {
				for _, s := range stems {
					said[s] = true
				}
				topic = append(topic, phrase)
				break
			}
		}
		if len(topic) == topicPhrases {
			break
		}
	}
	return topic
}

// numbersAfter returns the numbers that stand right after one of the words:
// article 3.
func numbersAfter(all []spoken, list []int, words []string) []string {
	var numbers []string
	for _, i := range list {
		text := all[i].text()
		found := wordsOf(text)
		for k := 1; k < len(found); k++ {
			if n := found[k].folded; isDigit(n[0]) && !slices.Contains(numbers, n) && slices.Contains(words, stemOf(text, found[k-1])) {
				numbers = append(numbers, n)
			}
		}
	}
	return numbers
}

// stemOf returns the stem of a word of a text, or "" if it has none.
func stemOf(text string, w textWord) string {
	if stems := retrieval.Stems(text[w.start:w.end]); len(stems) == 1 && !w.aside {
		return stems[0]
	}
	return ""
}

// phrase returns the word of a sentence that has a stem, as it is written, with
// the words beside it that are of the topic too, or the name it is a part of;
// and the stems of the phrase.
func (t *topics) phrase(s *spoken, stem string, topic []string) (string, []string) {
	text := s.text()
	words := wordsOf(text)
	at := slices.IndexFunc(words, func(w textWord) bool { return stemOf(text, w) == stem })
	if at < 0 {
		return "", nil
	}
	for _, name := range t.names {
		if i := strings.Index(text, name); i >= 0 && i <= words[at].start && words[at].end <= i+len(name) {
			return name, retrieval.Stems(name)
		}
	}
	from, to := at, at
	joined := func(a, b int) bool { // b, which comes next to a, belongs to the phrase
		switch text[words[min(a, b)].end:words[max(a, b)].start] {
		case " ":
			return slices.Contains(topic, stemOf(text, words[b]))
		case "-": // co-operation
			return true
		}
		return false
	}
	for from > 0 && joined(from, from-1) {
		from--
	}
	for to+1 < len(words) && joined(to, to+1) {
		to++
	}
	var stems []string
	for _, w := range words[from : to+1] {
		stems = append(stems, stemOf(text, w))
	}
	return text[words[from].start:words[to].end], stems
}

// topicless are the stems of words that say little about a topic.
var topicless = func() map[string]bool {
	stems := make(map[string]bool)
	for _, line := range retrieval.DataLines(topiclessText) {
		for _, w := range strings.Fields(line) {
			stems[retrieval.Stem(w)] = true
		}
	}
	return stems
}()

//go:embed data/topicless.txt
var topiclessText string

// steering are the stems of the words by which a discussion is steered, not
// what it is about.
var steering = steeringStems()

func steeringStems() map[string]bool {
	stems := make(map[string]bool)
	for _, list := range cues {
		for _, c := range list {
			for _, stem := range retrieval.Stems(strings.Join(c.words, " ")) {
				stems[stem] = true
			}
		}
	}
	for w := range sayings {
		stems[retrieval.Stem(w)] = true
	}
	return stems
}
