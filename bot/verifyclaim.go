package bot

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// claim is a statement of a model as it was received.
type claim struct {
	Text  string
	Refs  []string
	Quote string
}

// Constants of the verification of claims, set on testdata/statements-first.jsonl.
const (
	mostUnsupported = .5  // of a clause's content, by weight, that nothing cited says
	leastRarity     = .3  // a word's weight at least
	leastMissing    = .45 // weight of what is missing at least
	nearby          = .5  // what the turn replied to counts where the reply stands by itself
	elsewhere       = .6  // what a turn of somebody else that is cited too counts
	stitched        = .2  // of that: what another turn of the same speaker counts
	shortTurn       = 8   // words of a turn that says little without what it replies to
)

// citedTurn is a turn that a claim may cite.
type citedTurn struct {
	record    *corpus.Record
	turn      *corpus.Turn
	sentences [][]unit
	questions []bool
	acts      act // of all its sentences, as replies too
	stems     map[string]bool
	words     map[string]bool
	numbers   map[string]bool
	entities  map[*entity]bool
	title     map[string]bool // stems of the section's title
	short     bool
	before    *citedTurn // what it replies to; nil for a turn that is only that
}

// newCitedTurn prepares a turn. With context, the turn before it is prepared too.
func newCitedTurn(n *names, r *corpus.Record, t *corpus.Turn, context bool) *citedTurn {
	s := &citedTurn{record: r, turn: t, stems: make(map[string]bool), words: make(map[string]bool), numbers: make(map[string]bool),
		entities: make(map[*entity]bool), title: make(map[string]bool)}
	for _, at := range splitSentences(t.Text) {
		text := t.Text[at.start:at.end]
		words := wordsOf(text)
		if len(words) == 0 {
			continue
		}
		folded := make([]string, len(words))
		for i, w := range words {
			folded[i] = w.folded
		}
		question := isQuestion(text, folded)
		units := n.read(text, question)
		s.sentences = append(s.sentences, units)
		s.questions = append(s.questions, question)
		for i := range units {
			u := &units[i]
			s.words[u.word] = true
			if u.entity != nil {
				s.entities[u.entity] = true
				for _, stem := range retrieval.Stems(text[u.start:u.end]) {
					s.stems[stem] = true
				}
				continue
			}
			s.stems[u.stem] = true
			if u.number != "" {
				s.numbers[u.number] = true
			}
		}
	}
	s.short = len(wordsOf(t.Text)) <= shortTurn
	if section := r.SectionOf(t); section != nil {
		for _, stem := range retrieval.Stems(section.Title) {
			s.title[stem] = true
		}
	}
	if !context {
		return s
	}
	i := t.Number - 1
	first := i
	for first > 0 && i-first < 3 && r.Turns[first-1].Ref.Section == t.Ref.Section {
		first--
	}
	all := analyse(r, first, i+1)
	for k, said := range all {
		if said.turn != t {
			continue
		}
		if said.acts&defers != 0 || putOff(all, k, len(all)) {
			said.acts &^= accepts // "O.K. Will report."
		}
		s.acts |= said.acts
	}
	if first < i {
		s.before = newCitedTurn(n, r, &r.Turns[i-1], false)
	}
	return s
}

//go:embed data/strongwords.txt
var strongWordsText string

// strongWords are words that must stand in what is cited, with those that may
// stand for them.
var strongWords = parseStrongWords(strongWordsText)

func parseStrongWords(text string) map[string][]string {
	table := make(map[string][]string)
	for _, line := range retrieval.DataLines(text) {
		required, supporting, _ := strings.Cut(line, "|")
		group := strings.Fields(required + " " + supporting)
		for _, w := range strings.Fields(required) {
			table[w] = append(table[w], group...)
		}
	}
	return table
}

// holdClaim holds what a statement claims against the turns it cites. It
// returns why it does not follow from them, or "".
func holdClaim(n *names, text string, cited []*citedTurn) string {
	list := n.clauses(text)
	if len(list) == 0 {
		return "it says nothing"
	}
	said := false
	for i := range list {
		c := &list[i]
		if reason := c.hold(n, text, cited); reason != "" {
			return reason
		}
		said = said || !c.empty() || c.kind != claimsNothing && c.kind != claimsSaying
	}
	if !said {
		return "it says nothing"
	}
	return ""
}

// pool is what supports a clause.
type pool struct {
	own    []*citedTurn // turns of those the clause is about
	near   []*citedTurn // what those reply to
	others []*citedTurn // further turns cited
	reply  bool         // what the turns reply to counts like themselves
}

func (c *clause) hold(n *names, text string, cited []*citedTurn) string {
	p := pool{}
	for _, s := range cited {
		if len(c.by) == 0 || slices.Contains(c.by, s.turn.Speaker) {
			p.own = append(p.own, s)
		} else {
			p.others = append(p.others, s)
		}
	}
	if len(p.own) == 0 {
		return fmt.Sprintf("%s is not who speaks there", c.name)
	}
	// One turn must carry what the clause says: what stands in several is
	// another statement.
	reason := ""
	for i, s := range p.own {
		one := pool{own: []*citedTurn{s}, others: slices.Concat(p.own[:i], p.own[i+1:], p.others)}
		if s.before != nil {
			one.near = []*citedTurn{s.before}
		}
		if reason = c.holdBy(n, &one); reason == "" {
			return ""
		}
	}
	return reason
}

func (c *clause) holdBy(n *names, p *pool) string {
	p.reply = c.kind == claimsConsent || c.kind == claimsRefusal || c.kind == claimsDeferral ||
		p.own[0].short && c.kind != claimsProposal && c.kind != claimsQuestion
	for _, rule := range []func(*names, *pool) string{c.holdActs, c.holdNumbers, c.holdNames, c.holdStrong, c.holdContent, c.holdPolarity, c.holdOrder, c.holdReports} {
		if reason := rule(n, p); reason != "" {
			return reason
		}
	}
	return ""
}

// context are the sources beside the clause's own that count like them.
func (p *pool) context() []*citedTurn {
	list := slices.Clone(p.own)
	if p.reply {
		list = append(list, p.near...)
	}
	return list
}

func anyTurn(list []*citedTurn, has func(*citedTurn) bool) bool {
	return slices.ContainsFunc(list, has)
}

// holdActs drops consent, refusal and undertakings where the turns cited do
// nothing of the kind: "will report" is no consent.
func (c *clause) holdActs(_ *names, p *pool) string {
	acts := act(0)
	denies := false
	for _, s := range p.own {
		acts |= s.acts
		for _, units := range s.sentences {
			for i := range units {
				denies = denies || units[i].polarity == negative || negations[units[i].word] || reversals[units[i].stem]
			}
		}
	}
	kind := c.kind
	word := func(i int) string {
		if i < 0 || i >= len(c.units) || c.verb < 0 {
			return ""
		}
		return c.units[i].word
	}
	next := word(c.verb + 1)
	if kind == claimsRefusal && next == "that" {
		return "" // objected that …
	}
	modal := modals[word(c.verb-1)]
	if c.denied || negations[word(c.verb-1)] || next == "no" || next == "nothing" || next == "neither" || next == "none" {
		switch kind {
		case claimsConsent:
			kind = claimsRefusal
		case claimsRefusal:
			kind = claimsConsent
		case claimsProposal, claimsPromise:
			if !denies {
				return "nothing cited denies it"
			}
			return ""
		default:
			return ""
		}
	}
	switch {
	case kind == claimsConsent && modal && acts&(proposes|commits|accepts|offers) != 0 && acts&refuses == 0:
	case kind == claimsConsent && acts&(accepts|offers) == 0 && !(c.denied && acts&(refuses|dissents) == 0 && denies):
		return "nobody agrees there"
	case kind == claimsRefusal && acts&(refuses|dissents|opposes) == 0 && !denies:
		return "nobody refuses there"
	case kind == claimsRefusal && acts&accepts != 0 && acts&refuses == 0:
		return "nobody refuses there"
	case kind == claimsPromise && acts&commits == 0:
		return "nobody undertakes it there"
	case kind == claimsProposal && acts&^(accepts|assents|refuses|dissents) == 0 && c.thin():
		return "nobody proposes it there"
	}
	return ""
}

// thin reports whether a clause has hardly any content beside its verb.
func (c *clause) thin() bool {
	n := 0
	for i := range c.units {
		if i != c.verb && c.units[i].content {
			n++
		}
	}
	return n <= 1
}

// holdNumbers drops a number that the turns do not have, or have for something
// else.
func (c *clause) holdNumbers(_ *names, p *pool) string {
	sources := p.context()
	for i := range c.units {
		u := &c.units[i]
		if u.number == "" {
			continue
		}
		next := ""
		for k := i + 1; k < min(i+3, len(c.units)) && next == ""; k++ {
			if c.units[k].number != "" {
				break
			}
			if c.units[k].entity == nil && !function(c.units[k].word) {
				next = c.units[k].stem
			}
		}
		if u.number == "2" && twoOf[next] || i == 0 && u.word == "second" {
			continue
		}
		if anyTurn(sources, func(s *citedTurn) bool { return s.record.Date != "" && strings.HasPrefix(s.record.Date, u.number+"-") }) && len(u.number) == 4 {
			continue
		}
		if !anyTurn(sources, func(s *citedTurn) bool { return s.numbers[u.number] }) {
			return fmt.Sprintf("the number “%s” is not there", u.word)
		}
		with, without := false, false
		for _, s := range sources {
			for _, units := range s.sentences {
				for k := range units {
					if units[k].number == "" || k+1 >= len(units) || units[k+1].stem != next || next == "" {
						continue
					}
					if units[k].number == u.number {
						with = true
					} else {
						without = true
					}
				}
			}
		}
		if without && !with {
			return fmt.Sprintf("“%s” counts something else there", u.word)
		}
	}
	return ""
}

var modals = wordSet("can could would might may")

var twoOf = stemSet("sides men ministers parties delegations countries governments powers leaders representatives ways options")

// holdNames drops persons, places and other names that are not there.
func (c *clause) holdNames(n *names, p *pool) string {
	around := append(slices.Clone(p.own), p.near...)
	for _, s := range p.others {
		if p.reply && s.turn.Speaker != p.own[0].turn.Speaker {
			around = append(around, s)
		}
	}
	for i := range c.units {
		u := &c.units[i]
		switch {
		case u.entity != nil && (len(u.entity.speakers) > 0 || u.entity.side):
		case u.entity != nil:
			if !anyTurn(around, func(s *citedTurn) bool {
				return s.entities[u.entity] || s.title[retrieval.Stem(u.word)] || s.stems[retrieval.Stem(u.word)]
			}) {
				return fmt.Sprintf("%s is not named there", u.entity.name)
			}
		case u.capital && u.content && i > 0 && !anyTurn(around, func(s *citedTurn) bool { return s.title[u.stem] || supportOf(u, s.stems) > .4 }):
			return fmt.Sprintf("“%s” is not there", u.word)
		}
	}
	return ""
}

// holdStrong drops words that say more than the turns do: all, only, never,
// immediately; and times that are not there.
func (c *clause) holdStrong(_ *names, p *pool) string {
	sources := append(slices.Clone(p.own), p.near...)
	for i := range c.units {
		u := &c.units[i]
		group := strongWords[u.word]
		if u.entity != nil || group == nil || i == c.verb {
			continue
		}
		if !anyTurn(sources, func(s *citedTurn) bool {
			return slices.ContainsFunc(group, func(w string) bool { return s.words[w] }) || s.dated(u.word)
		}) {
			return fmt.Sprintf("“%s” says more than is there", u.word)
		}
	}
	return ""
}

// dated reports whether a word is of the day of the record.
func (s *citedTurn) dated(word string) bool {
	date, err := time.Parse(time.DateOnly, s.record.Date)
	return err == nil && strings.EqualFold(date.Month().String(), word)
}

// supportOf returns how well stems support a word, from 0 to 1.
func supportOf(u *unit, stems map[string]bool) float64 {
	best := 0.0
	if u.alike == nil {
		u.alike = retrieval.AlikeTo(u.word)
	}
	for _, a := range u.alike {
		if a.Weight > best && stems[a.Stem] {
			best = a.Weight
		}
	}
	if best < derived {
		for stem := range stems {
			if sameRoot(u.stem, stem) {
				return derived
			}
		}
	}
	return best
}

// derived is what a word of the same root supports.
const derived = .9

// sameRoot reports whether two stems seem to come from one word: publish,
// publication.
func sameRoot(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 4 || a[:3] != b[:3] {
		return false
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	return n >= 5 && len(a)-n <= 2 && len(b)-n <= 6
}

// lightWords say little about the matter.
var lightWords = wordSet("mind effect contain contains contained cover covers covered include includes included mean means meant mentioned way ways joint done")

// holdContent drops a clause of which too much is not in the turns.
func (c *clause) holdContent(_ *names, p *pool) string {
	total, missing := 0.0, 0.0
	var strange []string
	phraseEnd, phrase := 0, []retrieval.Alike(nil)
	for i := range c.units {
		u := &c.units[i]
		if u.entity == nil && i >= phraseEnd {
			var stems []string
			for _, v := range c.units[i:min(i+4, len(c.units))] {
				stems = append(stems, v.stem)
			}
			n, alike := retrieval.PhraseAt(stems)
			phraseEnd, phrase = i+n, alike
		}
		if !u.content || i == c.verb {
			continue
		}
		weight := max(leastRarity, retrieval.Rarity(u.word))
		if lightWords[u.word] || claimVerbs[u.stem] != claimsNothing {
			weight = leastRarity
		}
		support := func(list []*citedTurn, factor float64) float64 {
			best := 0.0
			for _, s := range list {
				v := supportOf(u, s.stems)
				if i < phraseEnd {
					for _, a := range phrase {
						if s.stems[a.Stem] {
							v = max(v, a.Weight)
						}
					}
				}
				if s.title[u.stem] {
					v = 1
				}
				if factor == elsewhere && s.turn.Speaker == p.own[0].turn.Speaker {
					v *= stitched
				}
				best = max(best, v)
			}
			return best * factor
		}
		near := nearby
		if p.reply {
			near = 1
		}
		found := max(support(p.own, 1), support(p.near, near), support(p.others, elsewhere))
		total += weight
		missing += weight * (1 - found)
		if found < .5 {
			strange = append(strange, u.word)
		}
	}
	if missing > mostUnsupported*total && missing > leastMissing {
		return fmt.Sprintf("not there: %s", strings.Join(strange, ", "))
	}
	return ""
}

// holdPolarity drops a clause that asserts what the turns deny, or denies what
// they assert.
func (c *clause) holdPolarity(_ *names, p *pool) string {
	var all [][]unit
	for _, s := range p.own {
		all = append(all, s.sentences...)
	}
	own := len(all) // what is replied to may agree, but denies nothing
	if p.reply {
		for _, s := range p.near {
			all = append(all, s.sentences...)
		}
	}
	// The sentences that say most of what the clause says.
	best, scores := 0.0, make([]float64, len(all))
	for k, units := range all {
		for i := range c.units {
			if j := match(&c.units[i], units); j >= 0 && i != c.verb {
				scores[k]++
			}
		}
		best = max(best, scores[k])
	}
	if best == 0 {
		return ""
	}
	for i := range c.units {
		u := &c.units[i]
		if i == c.verb || !u.content && (u.entity == nil || i == c.subject) || u.polarity == unknown {
			continue
		}
		agree, oppose := false, false
		for k, units := range all {
			if scores[k] < best {
				continue
			}
			for j := range units {
				if !same(u, &units[j]) {
					continue
				}
				if units[j].polarity == unknown || units[j].polarity == u.polarity {
					agree = true
				} else {
					oppose = oppose || k < own
				}
			}
		}
		if oppose && !agree {
			if u.polarity == negative {
				return fmt.Sprintf("“%s” is not denied there", u.word)
			}
			return fmt.Sprintf("“%s” is denied there", u.word)
		}
	}
	return ""
}

func same(a, b *unit) bool {
	if a.entity != nil || b.entity != nil {
		return a.entity == b.entity
	}
	return a.content && b.content && (a.stem == b.stem || sameRoot(a.stem, b.stem))
}

func match(u *unit, units []unit) int {
	if !u.content && u.entity == nil {
		return -1
	}
	return slices.IndexFunc(units, func(v unit) bool { return same(u, &v) })
}

// holdOrder drops a clause that has two names the other way round than the
// sentence it is about: "A will defend it before B".
func (c *clause) holdOrder(_ *names, p *pool) string {
	for _, s := range p.own {
		for _, units := range s.sentences {
			for i := range c.units {
				for k := i + 2; k < len(c.units); k++ {
					a, b := c.units[i].entity, c.units[k].entity
					if a == nil || b == nil || a == b || i == c.subject || !a.person || !b.person {
						continue
					}
					x, y := match(&c.units[k], units), match(&c.units[i], units)
					if x < 0 || y < 0 || x > y {
						continue
					}
					for m := i + 1; m < k; m++ {
						if j := match(&c.units[m], units); c.units[m].content && j > x && j < y {
							return fmt.Sprintf("%s and %s are the other way round there", a.name, b.name)
						}
					}
				}
			}
		}
	}
	return ""
}

// holdReports drops a clause that gives one person's words, as the turn reports
// them, to another: the words behind a name there must be behind it here.
func (c *clause) holdReports(_ *names, p *pool) string {
	reported := func(u *unit) bool { return u.entity != nil && u.entity.person && len(u.entity.speakers) == 0 }
	behind := make(map[*entity][]unit)
	var last *entity
	for _, units := range p.own[0].sentences {
		for i := range units {
			if reported(&units[i]) && (i == 0 || !prepositions[units[i-1].word]) {
				last = units[i].entity
			} else if last != nil {
				behind[last] = append(behind[last], units[i])
			}
		}
	}
	if len(behind) < 2 {
		return ""
	}
	var who *entity
	for i := range c.units {
		u := &c.units[i]
		switch {
		case reported(u):
			who = nil
			if i == 0 || !prepositions[c.units[i-1].word] {
				who = u.entity
			}
		case who != nil && behind[who] != nil && match(u, behind[who]) < 0:
			for other, units := range behind {
				if other != who && match(u, units) >= 0 {
					return fmt.Sprintf("it is not %s who says “%s” there", who.name, u.word)
				}
			}
		}
	}
	return ""
}
