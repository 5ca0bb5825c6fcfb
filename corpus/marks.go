package corpus

import "regexp"

// MarkKind is the kind of an editorial mark.
type MarkKind string

// The editorial marks known.
const (
	Illegible MarkKind = "illegible" // [ILLEGIBLE], [inaudible], {disfmarker}
	Doubtful  MarkKind = "doubtful"  // (?)
	Sic       MarkKind = "sic"       // [sic]
	Gloss     MarkKind = "gloss"     // an editor's addition in brackets: [Lüshunkou]
)

// Mark is an editorial mark in a text: words that stand in the record but were
// added by whoever wrote it down or edited it.
type Mark struct {
	Kind       MarkKind
	Start, End int // byte offsets
}

var (
	markPattern      = regexp.MustCompile(`\[[^\[\]\n]{1,200}\]|\(\?\)|\{[a-z]{1,20}\}`)
	illegiblePattern = regexp.MustCompile(`(?i)^[\[{](?:illegible|inaudible|unintelligible|indistinct|unclear|crosstalk|disfmarker|vocalsound|pause|gap)\b`)
	sicPattern       = regexp.MustCompile(`(?i)^\[sic[\].!]`)
)

// Marks returns the editorial marks of a text in order.
func Marks(text string) []Mark {
	var marks []Mark
	for _, at := range markPattern.FindAllStringIndex(text, -1) {
		mark := text[at[0]:at[1]]
		kind := Gloss
		switch {
		case mark == "(?)" || mark == "[?]":
			kind = Doubtful
		case sicPattern.MatchString(mark):
			kind = Sic
		case illegiblePattern.MatchString(mark):
			kind = Illegible
		case mark[0] == '{':
			continue
		}
		marks = append(marks, Mark{Kind: kind, Start: at[0], End: at[1]})
	}
	return marks
}
