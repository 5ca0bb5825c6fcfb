package retrieval

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"rapporteur/corpus"
)

// outline is what a search must know of a record to choose it among others: a
// small part of its analysis.
type outline struct {
	Total     int      // words in all turns
	Stems     []string // in alphabetical order
	Counts    []int32  // of the stems
	Words     []string // the words of turns and names
	WordCount []int32
	Speakers  []outlineName
	Aliases   [][]string
}

type outlineName struct {
	Words    []string
	Labels   []string
	Capitals bool
}

func newOutline(s *segment) *outline {
	o := &outline{Total: s.words, Stems: s.Stems}
	for i := range s.Stems {
		o.Counts = append(o.Counts, s.count(i))
	}
	words := make(map[string]int32)
	for i, word := range s.Words {
		words[word] = s.WordCounts[i]
	}
	s.names.eachWord(func(word string) { words[word]++ })
	for word := range words {
		o.Words = append(o.Words, word)
	}
	slices.Sort(o.Words)
	for _, word := range o.Words {
		o.WordCount = append(o.WordCount, words[word])
	}
	for _, names := range s.names.speakers {
		for _, n := range names {
			o.Speakers = append(o.Speakers, outlineName{n.words, n.labels, n.capitals})
		}
	}
	// Longer names first, as in the name book.
	slices.SortFunc(o.Speakers, func(a, b outlineName) int {
		if d := len(b.Words) - len(a.Words); d != 0 {
			return d
		}
		return slices.Compare(a.Words, b.Words)
	})
	for _, aliases := range s.names.aliases {
		for _, a := range aliases {
			o.Aliases = append(o.Aliases, a.words)
		}
	}
	slices.SortFunc(o.Aliases, func(a, b []string) int {
		if d := len(b) - len(a); d != 0 {
			return d
		}
		return slices.Compare(a, b)
	})
	return o
}

// names returns the name book of an outline: enough to count the speakers that
// a question names.
func (o *outline) names() *nameBook {
	b := &nameBook{speakers: make(map[string][]speakerName), aliases: make(map[string][]alias)}
	for _, n := range o.Speakers {
		b.speakers[n.Words[0]] = append(b.speakers[n.Words[0]], speakerName{n.Words, n.Labels, n.Capitals})
	}
	for _, words := range o.Aliases {
		b.aliases[words[0]] = append(b.aliases[words[0]], alias{words, &nameGroup{}})
	}
	return b
}

// occurrences returns how often a stem occurs.
func (o *outline) occurrences(stem string) int32 {
	if i := sort.SearchStrings(o.Stems, stem); i < len(o.Stems) && o.Stems[i] == stem {
		return o.Counts[i]
	}
	return 0
}

// nameKeys are the keys under which the speakers of a record are found.
func (o *outline) nameKeys() []string {
	var keys []string
	for _, n := range o.Speakers {
		keys = append(keys, nameKey(n.Words))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// nameKey is the same for inflected forms of a name.
func nameKey(words []string) string {
	stems := make([]string, len(words))
	for i, w := range words {
		if stems[i] = w; len(w) >= 4 {
			stems[i] = stemOf(w)
		}
	}
	return strings.Join(stems, " ")
}

// maxNameWords is how many words of a question are taken for one name at most.
const maxNameWords = 5

// soughtNames are the keys of all names that a question may hold.
func soughtNames(words []token) []string {
	var keys []string
	for i := range words {
		var name []string
		for k := i; k < min(len(words), i+maxNameWords); k++ {
			name = append(name, words[k].word)
			if len(name) > 1 || !stopwords[words[k].word] || len(words[k].word) == 1 {
				keys = append(keys, nameKey(name))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// statistics are the sums of outlines.
type statistics struct {
	Records, Words int
	WordCounts     map[string]int
	Stems          map[string]stemUse
}

// stemUse says in how many records a stem occurs, and how often in all.
type stemUse struct{ Records, Count int }

func newStatistics() *statistics {
	return &statistics{WordCounts: make(map[string]int), Stems: make(map[string]stemUse)}
}

func (s *statistics) has(stem string) bool { return s.Stems[stem].Records > 0 }

// add adds an outline, or with sign -1 takes it away again.
func (s *statistics) add(o *outline, sign int) {
	s.Records += sign
	s.Words += sign * o.Total
	for i, word := range o.Words {
		if s.WordCounts[word] += sign * int(o.WordCount[i]); s.WordCounts[word] == 0 {
			delete(s.WordCounts, word)
		}
	}
	for i, stem := range o.Stems {
		use := s.Stems[stem]
		use.Records += sign
		use.Count += sign * int(o.Counts[i])
		if s.Stems[stem] = use; use.Records == 0 {
			delete(s.Stems, stem)
		}
	}
}

// beyond estimates how many of the records that are not among some have one of
// the forms, each counted up to 1 as its weight says. in says how many of the
// some have a form. Forms are taken to be independent of one another.
func (s *statistics) beyond(forms []form, some int, in func(stem string) int) float64 {
	others := float64(s.Records - some)
	if others <= 0 {
		return 0
	}
	without := 1.0
	for _, f := range forms {
		if len(f.stems) != 1 {
			continue
		}
		use := s.Stems[f.stems[0]]
		if rest := float64(use.Records - in(f.stems[0])); rest > 0 {
			mean := float64(use.Count) / float64(use.Records)
			without *= 1 - min(1, rest/others)*min(1, float64(f.weight)*mean)
		}
	}
	return others * (1 - without)
}

// pack and unpack write and read outlines and statistics.
func pack(v any) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := gob.NewEncoder(z).Encode(v); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

func unpack(data []byte, v any) error {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("what the engine gave is damaged: %w", err)
	}
	if err := gob.NewDecoder(z).Decode(v); err != nil {
		return fmt.Errorf("what the engine gave is damaged: %w", err)
	}
	return nil
}

// outlineVersion changes whenever an outline or an entry is made otherwise.
const outlineVersion = 2

// versionOf identifies what an entry is made of.
func versionOf(r *corpus.Record, model string) (string, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %q\n", AnalysisVersion, outlineVersion, model)
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// termWeight turns a weight of a question's term into one of [Sought].
func termWeight(weight float64) int { return max(1, min(8, int(math.Round(4*weight)))) }
