package bot

import (
	_ "embed"
	"maps"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// claimKind is what a verb claims that somebody did.
type claimKind string

// Kinds of claims, as in the data file.
const (
	claimsNothing  claimKind = ""
	claimsSaying   claimKind = "say"
	claimsProposal claimKind = "propose"
	claimsQuestion claimKind = "ask"
	claimsConsent  claimKind = "accept"
	claimsRefusal  claimKind = "refuse"
	claimsPromise  claimKind = "commit"
	claimsDeferral claimKind = "defer"
)

//go:embed data/claimverbs.txt
var claimVerbsText string

// claimVerbs are the kinds of verbs by stem; those of two words are joined by a
// space.
var claimVerbs = parseClaimVerbs(claimVerbsText)

func parseClaimVerbs(text string) map[string]claimKind {
	table := make(map[string]claimKind)
	for _, line := range retrieval.DataLines(text) {
		kind, verbs, _ := strings.Cut(line, ":")
		for verb := range strings.FieldsSeq(verbs) {
			first, second, two := strings.Cut(verb, "_")
			stem := retrieval.Stem(first)
			if two {
				stem += " " + second
			}
			if table[stem] == "" {
				table[stem] = claimKind(kind)
			}
		}
	}
	for past, verb := range map[string]string{"said": "say", "told": "tell", "thought": "think", "felt": "feel", "held": "hold", "saw": "see",
		"found": "find", "spoke": "speak", "sought": "seek", "understood": "understand", "gave": "give"} {
		past, verb = retrieval.Stem(past), retrieval.Stem(verb)
		for known, kind := range maps.Clone(table) {
			if first, second, two := strings.Cut(known, " "); first == verb && two {
				table[past+" "+second] = kind
			} else if known == verb {
				table[past] = kind
			}
		}
	}
	return table
}

// claimAt returns the kind of the verb at i and how many units it takes.
func claimAt(units []unit, i int) (claimKind, int) {
	u := &units[i]
	if u.entity != nil || u.stem == "" {
		return claimsNothing, 0
	}
	if i+1 < len(units) {
		if kind := claimVerbs[u.stem+" "+units[i+1].word]; kind != "" {
			return kind, 2
		}
	}
	return claimVerbs[u.stem], 1
}

// clause is a part of a statement that claims one thing of somebody.
type clause struct {
	units   []unit
	by      []string // labels of the speakers it may be of; empty: nobody in particular
	name    string   // as whom it names them
	kind    claimKind
	denied  bool // the claim itself is denied: "did not accept"
	verb    int  // index of the verb of the claim, or -1
	subject int  // index of the name, or -1
}

var (
	heads         = wordSet("side sides delegation delegates government minister commissar representative representatives party team leader foreign premier ambassador")
	prepositions  = wordSet("to with of for from against before between than like toward towards about on in at behind after into over under upon without by")
	joints        = wordSet("but while whereas and although though")
	subordinators = wordSet("because when if unless since whether as who which")
	viewWords     = wordSet("view words opinion eyes judgment judgement account reading telling understanding")
)

// clauses divides a statement at its conjunctions and marks where somebody else
// is said to do something.
func (n *names) clauses(text string) []clause {
	units := n.read(text, false)
	var parts [][]unit
	from := 0
	for i := 1; i < len(units); i++ {
		mark := units[i-1].after
		w := units[i].word
		begins := strings.ContainsAny(mark, ".;:!?—–") ||
			(w == "but" || w == "while" || w == "whereas") && units[i].entity == nil ||
			(strings.Contains(mark, ",") || joints[w] && units[i].entity == nil) && n.subjectNear(units, i) ||
			strings.Contains(mark, ",") && subordinates(units[from:i])
		if begins {
			parts = append(parts, units[from:i])
			from = i
		}
	}
	if from < len(units) {
		parts = append(parts, units[from:])
	}
	var list []clause
	for _, part := range parts {
		c := n.attribute(part)
		// ", Molotov said," belongs to what stands before it.
		if c.kind == claimsSaying && c.empty() && len(list) > 0 && len(c.by) > 0 {
			for k := range list {
				if last := &list[k]; last.kind != claimsSaying {
					last.by, last.name, last.kind, last.verb, last.denied = c.by, c.name, c.kind, -1, false
				}
			}
			continue
		}
		if len(c.by) == 0 && len(list) > 0 && !c.named() {
			last := list[len(list)-1] // it goes on about the same speaker
			c.by, c.name = last.by, last.name
		}
		list = append(list, c)
	}
	// "…, said Molotov" speaks for all before it; what begins a statement in
	// nobody's name is of the next speaker.
	for i := len(list) - 2; i >= 0; i-- {
		if len(list[i].by) == 0 && !list[i].named() {
			list[i].by, list[i].name = list[i+1].by, list[i+1].name
		}
	}
	return list
}

// subordinates reports whether units are a clause that begins with a
// conjunction and goes before its main clause.
func subordinates(units []unit) bool {
	return len(units) > 2 && slices.Contains([]string{"while", "when", "if", "unless", "although", "though", "since", "because", "asked"}, units[0].word)
}

// subjectNear reports whether somebody who speaks in the record begins a claim
// at i or just behind it.
func (n *names) subjectNear(units []unit, i int) bool {
	for k := i; k < min(i+3, len(units)); k++ {
		u := &units[k]
		if u.entity == nil {
			if kind, _ := claimAt(units, k); kind == claimsSaying && k == i && k+1 < len(units) && units[k+1].entity != nil && units[k+1].entity.speakers != nil {
				return true // said Molotov
			}
			if k > i && !function(u.word) || u.word == "that" || k > i && subordinators[u.word] {
				return false
			}
			continue
		}
		if len(u.entity.speakers) == 0 && !u.entity.person || u.possessive || k > 0 && prepositions[units[k-1].word] {
			return false
		}
		_, _, ok := claimAfter(units, k)
		return ok || u.entity.person && k+1 < len(units) && function(units[k+1].word) && !prepositions[units[k+1].word] && !joints[units[k+1].word]
	}
	return false
}

// claimAfter returns the verb that a name at k is the subject of.
func claimAfter(units []unit, k int) (at int, kind claimKind, ok bool) {
	for i := k + 1; i < min(k+7, len(units)); i++ {
		if strings.ContainsAny(units[i-1].after, ";:.") {
			break
		}
		if units[i].entity != nil && i > k+1 && (units[i].entity.person || units[i].entity.side) {
			break
		}
		if units[i].entity != nil {
			continue
		}
		if kind, _ := claimAt(units, i); kind != claimsNothing && !heads[units[i].word] {
			return i, kind, true
		}
		if units[i].content && !heads[units[i].word] && i > k+1 && !strings.HasSuffix(units[i].word, "ly") {
			break
		}
	}
	return -1, claimsNothing, false
}

// attribute finds whose words or deeds a clause is about.
func (n *names) attribute(units []unit) clause {
	c := clause{units: units, verb: -1, subject: -1}
	for k := range units {
		u := &units[k]
		if u.entity == nil || len(u.entity.speakers) == 0 {
			if u.entity != nil && u.entity.person && !u.possessive && (k == 0 || !prepositions[units[k-1].word]) && c.subject < 0 {
				if _, _, ok := claimAfter(units, k); ok && !n.outer(units[:k]) {
					break // what a person who does not speak in the record is said to have said
				}
			}
			continue
		}
		before := ""
		if k > 0 {
			before = units[k-1].word
			if before == "the" && k > 1 {
				before = units[k-2].word
			}
		}
		set := func(at int, kind claimKind) {
			c.by, c.name, c.subject, c.verb, c.kind = u.entity.speakers, u.entity.name, k, at, kind
			if at >= 0 {
				c.denied = units[at].polarity == negative
			}
		}
		switch {
		case before == "to" && k > 1 && (units[k-2].word == "according" || k > 2 && units[k-3].word == "according"):
			set(-1, claimsSaying)
			return c
		case u.possessive && k+1 < len(units) && viewWords[units[k+1].word] && (before == "in" || before == "from" || before == "to"):
			set(-1, claimsSaying)
			return c
		case (before == "for" || before == "to") && k <= 2 && u.entity.person:
			set(-1, claimsSaying)
			return c
		case before == "by" && !u.possessive:
			for i := k - 2; i >= max(0, k-4) && c.subject < 0; i-- {
				if units[i].content && claimVerbs[units[i].stem] == claimsNothing {
					break
				}
				if kind, _ := claimAt(units, i); kind != claimsNothing {
					set(i, kind)
					return c
				}
			}
		case u.possessive || prepositions[before]:
		case c.subject >= 0:
		case k > 0 && k == len(units)-1 && claimVerbs[units[k-1].stem] == claimsSaying && units[k-1].entity == nil:
			set(k-1, claimsSaying) // said Molotov
		default:
			at, kind, ok := claimAfter(units, k)
			if ok || u.entity.person {
				set(at, kind)
			}
		}
	}
	return c
}

// outer reports whether some units already name a speaker.
func (n *names) outer(units []unit) bool {
	return slices.ContainsFunc(units, func(u unit) bool { return u.entity != nil && len(u.entity.speakers) > 0 && u.entity.person })
}

// empty reports whether a clause says nothing beside who said it.
func (c *clause) empty() bool {
	for i := range c.units {
		if i != c.verb && i != c.subject && (c.units[i].content || c.units[i].number != "" || c.units[i].entity != nil || negations[c.units[i].word]) {
			return false
		}
	}
	return true
}

// named reports whether a clause has a subject of its own.
func (c *clause) named() bool { return c.subject >= 0 }
