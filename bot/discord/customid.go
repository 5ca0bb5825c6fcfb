package discord

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rapporteur/corpus"
)

// A component's custom_id says all that its handler needs, so that components
// work for as long as the record has the passage, whatever was restarted in
// between. It is a verb and its fields, separated by "|":
//
//	s|RECORD|V.6,V.9         sources in full
//	q|RECORD|V.6,V.9         quote blocks
//	m|RECORD                 a select; the value chosen is a reference, shown in context
//	c|RECORD|V.9|V.7|b|0     passage in context: the passage, the turn to start from, which way, page of a long turn
//	g|RECORD|V.9-40          quotation continued
//	o|RECORD                 a select; the value chosen is a section, shown in full
//	y|RECORD                 a select; the value chosen is a section, summed up
//	r                        a select; the value chosen is a record, shown in outline
//	k|RECORD|V.9             a form for a note on a passage, and the form itself
//	n|c|10                   notes of the channel (c) or one's own (m), so many newer ones left out
//	f                        delete all notes of whoever presses it
//	e|RECORD|V.9             archival citation of a passage; from a select, in the style chosen
//	h                        show this private message to the channel
//
// RECORD is a key: see recordKey. A reference of another record is written
// RECORD:V.6.
type action struct {
	Do     verb
	Record string    // key
	Refs   []address // by keys of their records
	At     string
	Way    way
	Page   int
}

type verb string

const (
	doSources  verb = "s"
	doQuote    verb = "q"
	doMenu     verb = "m"
	doContext  verb = "c"
	doContinue verb = "g"
	doOpen     verb = "o"
	doSummary  verb = "y"
	doRecord   verb = "r"
	doShare    verb = "h"
	doKeep     verb = "k"
	doCite     verb = "e"
	doNotes    verb = "n"
	doForget   verb = "f"
)

// way says which turns a view in context shows.
type way string

const (
	around  way = "a"
	earlier way = "b" // those before At
	later   way = "f" // those after At
	pageOf  way = "p" // a page of At itself
)

// fieldCount is how many fields an action has, the verb included.
var fieldCount = map[verb]int{doSources: 3, doQuote: 3, doMenu: 2, doOpen: 2, doSummary: 2, doContinue: 3, doContext: 6, doRecord: 1, doShare: 1, doKeep: 3, doCite: 3, doNotes: 3, doForget: 1}

// The separators inside fields are percent-encoded.
var (
	fieldEncoder = strings.NewReplacer("%", "%25", "|", "%7C", ",", "%2C", ":", "%3A")
	fieldDecoder = strings.NewReplacer("%25", "%", "%7C", "|", "%2C", ",", "%3A", ":")
)

// String prints the action. It is at most 100 characters long if the action
// fits: see [action.fits].
func (a action) String() string {
	if a.Do == doNotes {
		return strings.Join([]string{string(a.Do), string(a.Way), strconv.Itoa(a.Page)}, "|")
	}
	fields := []string{
		string(a.Do), fieldEncoder.Replace(a.Record), a.refField(),
		fieldEncoder.Replace(a.At), string(a.Way), strconv.Itoa(a.Page),
	}
	return strings.Join(fields[:fieldCount[a.Do]], "|")
}

// refField prints the references; those of another record than the action's
// say of which.
func (a action) refField() string {
	refs := make([]string, len(a.Refs))
	for i, x := range a.Refs {
		refs[i] = fieldEncoder.Replace(x.ref)
		if x.record != a.Record {
			refs[i] = fieldEncoder.Replace(x.record) + ":" + refs[i]
		}
	}
	return strings.Join(refs, ",")
}

// parseRefs reads what refField printed, for an action on a record.
func parseRefs(field, record string) ([]address, bool) {
	var list []address
	for text := range strings.SplitSeq(field, ",") {
		x := address{record, text}
		if other, ref, found := strings.Cut(text, ":"); found {
			x = address{fieldDecoder.Replace(other), ref}
		}
		x.ref = fieldDecoder.Replace(x.ref)
		if !isRef(x.ref) {
			return nil, false
		}
		list = append(list, x)
	}
	return list, true
}

func (a action) fits() bool { return size(a.String()) <= maxCustomID }

// parseAction reads a custom_id. What it accepts prints as it was read.
func parseAction(id string) (action, error) {
	fields := strings.Split(id, "|")
	a := action{Do: verb(fields[0])}
	n := len(fields)
	ok := n == fieldCount[a.Do]
	if ok && a.Do == doNotes {
		a.Way = way(fields[1])
		a.Page, _ = strconv.Atoi(fields[2])
		if a.Page < 0 || a.Way != ofChannel && a.Way != ofAuthor || a.String() != id {
			return action{}, unknownAction(id)
		}
		return a, nil
	}
	if ok && n > 1 {
		a.Record = fieldDecoder.Replace(fields[1])
	}
	if ok && n > 2 {
		a.Refs, ok = parseRefs(fields[2], a.Record)
	}
	if ok && a.Do == doContext {
		a.At, a.Way = fieldDecoder.Replace(fields[3]), way(fields[4])
		a.Page, _ = strconv.Atoi(fields[5])
		ok = isRef(a.At) && a.Page >= 0 && slices.Contains([]way{around, earlier, later, pageOf}, a.Way)
	}
	if !ok || !a.fits() || a.String() != id {
		return action{}, unknownAction(id)
	}
	return a, nil
}

func unknownAction(id string) error {
	return fmt.Errorf("%q is no component of this version", shorten(id, 40))
}

func isRef(s string) bool {
	_, err := corpus.ParseRef(s)
	return err == nil
}

// maxKey is the longest record id that stands in a custom_id as it is.
const maxKey = 40

// recordKey returns the form of a record's id that stands in a custom_id: the
// id, or a digest of it where it is long.
func recordKey(id string) string {
	if len(id) <= maxKey && clean(id) == id && !strings.HasPrefix(id, "~") {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "~" + hex.EncodeToString(sum[:8])
}

// recordByKey returns the id of the record with a key, or "".
func recordByKey(records []*corpus.Entry, key string) string {
	for _, r := range records {
		if recordKey(r.ID) == key {
			return r.ID
		}
	}
	return ""
}

// address is a passage: a record, or its key, and a reference in it.
type address struct{ record, ref string }

// packRefs returns actions that together hold the addresses, in order, as many
// in each as fit into a custom_id.
func packRefs(do verb, list []address) []action {
	var out []action
	for _, x := range list {
		x.record = recordKey(x.record)
		if n := len(out) - 1; n >= 0 {
			longer := out[n]
			longer.Refs = append(slices.Clone(longer.Refs), x)
			if longer.fits() {
				out[n] = longer
				continue
			}
		}
		if a := (action{Do: do, Record: x.record, Refs: []address{x}}); a.fits() {
			out = append(out, a)
		}
	}
	return out
}
