package retrieval

import (
	"regexp"
	"slices"
	"strings"

	"rapporteur/corpus"
	"rapporteur/retrieval/wordvectors"
)

// reading is what a query is understood to ask of a record.
type reading struct {
	concepts []*concept
	speakers []string // labels of the speakers named
	subject  []string // of these, labels of the one asked about: "what did NAME say"
	sides    []string // labels of those who speak for the sides named
	place    place
	wants    answerType
}

// answerType is what kind of thing a question asks for.
type answerType int

const (
	anything answerType = iota
	number
	date
)

var (
	numberQuestion = regexp.MustCompile(`(?i)\bhow (?:many|much|big|large|wide|long|far|high|old)\b|\b(?:what|which) (?:percentage|percent|number|share|size|price|amount|split)\b`)
	dateQuestion   = regexp.MustCompile(`(?i)^\W*(?:\w+ ){0,3}when\b|\b(?:what|which) (?:exact )?(?:day|date|month|year|time)\b|\bby when\b|\bhow (?:quickly|soon|fast)\b`)
)

func wantedType(question string) answerType {
	switch {
	case numberQuestion.MatchString(question):
		return number
	case dateQuestion.MatchString(question):
		return date
	}
	return anything
}

// place says where in a section or record a question looks.
type place int

const (
	anywhere place = iota
	atStart
	atEnd
)

// placeWords are the words of a question that look at the start or the end.
var placeWords = map[string]place{
	"start": atStart, "beginning": atStart, "outset": atStart, "opening": atStart, "opens": atStart, "begin": atStart, "begins": atStart, "starts": atStart,
	"end": atEnd, "ends": atEnd, "ending": atEnd, "last": atEnd, "close": atEnd, "closing": atEnd, "finish": atEnd, "finished": atEnd, "conclude": atEnd,
}

// typed is a question as typed: what is found out about it before it is known
// which record it is asked of.
type typed struct {
	text   string
	words  []token // spelling corrected
	stems  []string
	wants  answerType
	topics []*concept // by word, as they are needed
}

func (x *Index) typed(text string) *typed {
	t := &typed{text: text, words: tokenize(text), wants: wantedType(text)}
	t.stems = make([]string, len(t.words))
	t.topics = make([]*concept, len(t.words))
	for i := range t.words {
		t.words[i].word = x.speller.correct(t.words[i].word)
		t.stems[i] = x.stem(t.words[i].word)
	}
	return t
}

// read understands a question about a record; book may be nil. The words that
// name a speaker count as such and not as topics, unless nothing else is left.
func (x *Index) read(typed *typed, book *nameBook, w *Weights) *reading {
	text, words, stems := typed.text, typed.words, typed.stems
	topic := func(i int) *concept {
		if typed.topics[i] == nil {
			typed.topics[i] = x.topicConcept(words[i].word, stems[i], w)
		}
		c := *typed.topics[i]
		return &c
	}
	q := &reading{wants: typed.wants}
	spoken := q.readNames(text, words, book)
	for i, t := range words {
		if at := placeWords[t.word]; at != anywhere && !(at == atEnd && i > 0 && words[i-1].word == "in") {
			q.place = at
			spoken[i] = true
		}
	}

	seen := make(map[string]bool)
	add := func(key string, c *concept) {
		if !seen[key] {
			seen[key] = true
			q.concepts = append(q.concepts, c)
		}
	}
	last := -1 // the topical word before
	for i := 0; i < len(words); {
		if book != nil && !spoken[i] {
			if g, n := book.aliasAt(words, i); n > 0 {
				add(g.name, x.nameConcept(g, stems[i:i+n]))
				if x.vocabulary.has(stems[i]) && n == 1 && g.kind != corpus.Party && words[i].word != g.forms[0][0] {
					add(stems[i], &concept{text: words[i].word, kind: name, forms: []form{{stems: stems[i : i+1], weight: 1}}})
				}
				i += n
				last = i - 1
				continue
			}
		}
		if p, ok := thesaurus.phraseAt(stems[i:]); ok && !slices.Contains(spoken[i:i+len(p.stems)], true) {
			key := strings.Join(p.stems, " ")
			add(key, phraseConcept(text[words[i].start:words[i+len(p.stems)-1].end], p, w))
			i += len(p.stems)
			last = i - 1
			continue
		}
		if spoken[i] || stopwords[words[i].word] || questionwords[words[i].word] {
			i++
			continue
		}
		add(stems[i], topic(i))
		if last >= 0 && i-last <= 2 && stems[last] != stems[i] {
			key := stems[last] + " " + stems[i]
			add(key, &concept{text: key, kind: pair, forms: []form{{stems: []string{stems[last], stems[i]}, weight: 1}}})
		}
		last = i
		i++
	}
	if len(q.concepts) == 0 && len(q.speakers) == 0 {
		for i, t := range words {
			if !stopwords[t.word] {
				add(stems[i], topic(i))
			}
		}
	}
	return q
}

// readNames finds the speakers and sides that are named and returns which words
// name a speaker.
func (q *reading) readNames(text string, words []token, book *nameBook) []bool {
	spoken := make([]bool, len(words))
	if book == nil {
		return spoken
	}
	add := func(list *[]string, labels []string) {
		for _, label := range labels {
			if !slices.Contains(*list, label) {
				*list = append(*list, label)
			}
		}
	}
	for i := 0; i < len(words); {
		if labels, n := book.speakerAt(text, words, i); n > 0 {
			if i == 0 || words[i-1].word != "not" { // "molotov (not soong)"
				add(&q.speakers, labels)
				if q.subject == nil && subject(words, i) {
					q.subject = labels
				}
			}
			for k := range n {
				spoken[i+k] = true
			}
			i += n
			continue
		}
		if g, n := book.aliasAt(words, i); n > 0 {
			add(&q.sides, g.labels)
			i += n
			continue
		}
		i++
	}
	return spoken
}

// maxSimilar is how many words like one of the question's are looked for.
const maxSimilar = 5

// topicConcept is a word of the question with the words that may stand for it.
func (x *Index) topicConcept(word, stem string, w *Weights) *concept {
	c := &concept{text: word, forms: []form{{stems: []string{stem}, weight: 1}}}
	if weakwords[word] {
		c.kind = weakTopic
	}
	for _, synonym := range thesaurus.words[stem] {
		c.forms = append(c.forms, form{stems: synonym, weight: float32(w.Synonym)})
	}
	similar := 0
	for _, near := range wordvectors.Nearest(word) {
		like := x.stem(near.Word)
		if x.vocabulary.has(like) && !c.has(like) && similar < maxSimilar {
			c.forms = append(c.forms, form{stems: []string{like}, weight: float32(w.Similar * near.Similarity)})
			similar++
		}
	}
	return c
}

// otherName is the weight of a name's other forms where the record also has the
// form typed: who asks for Dalny means Dairen, but Dalny first.
const otherName = .7

// nameConcept is a name that the question writes in the form typed, with its
// other forms.
func (x *Index) nameConcept(g *nameGroup, typed []string) *concept {
	c := &concept{text: g.name, kind: name}
	if g.kind == corpus.Party {
		c.kind = side
	}
	others := float32(1)
	if x.vocabulary.has(typed[0]) && len(typed) == 1 {
		c.forms = append(c.forms, form{stems: typed, weight: 1})
		others = otherName
	}
	for _, words := range g.forms {
		stems := contentStems(words)
		if len(stems) == 0 || len(stems) == 1 && c.has(stems[0]) {
			continue
		}
		weight := others
		if slices.Equal(stems, typed) {
			weight = 1
		}
		c.forms = append(c.forms, form{stems: stems, weight: weight})
	}
	return c
}

// phraseConcept is a phrase of the question that the thesaurus knows.
func phraseConcept(text string, p phrase, w *Weights) *concept {
	c := &concept{text: text, kind: name}
	var own []string
	for _, stem := range p.stems {
		if !stopwords[stem] {
			own = append(own, stem)
		}
	}
	if len(own) > 0 {
		c.forms = append(c.forms, form{stems: own, weight: 1})
	}
	for _, other := range p.others {
		if !slices.Equal(other, own) {
			c.forms = append(c.forms, form{stems: other, weight: float32(w.Synonym)})
		}
	}
	return c
}

// contentStems are the stems of the words that are no stop words.
func contentStems(words []string) []string {
	var stems []string
	for _, w := range words {
		if !stopwords[w] {
			stems = append(stems, stemOf(w))
		}
	}
	return stems
}

// stem returns the stem of a word of a question or of one like it, which it
// remembers if it is an ordinary English word.
func (x *Index) stem(word string) string {
	if stem, ok := x.stems.Load(word); ok {
		return stem.(string)
	}
	stem := stemOf(word)
	if wordvectors.Rank(word) < wordvectors.Words {
		x.stems.Store(word, stem)
	}
	return stem
}
