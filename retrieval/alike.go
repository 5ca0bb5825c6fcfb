package retrieval

import "rapporteur/retrieval/wordvectors"

// Alike is a stem that may stand for a word.
type Alike struct {
	Stem string
	// Weight is how much of the word's meaning it has: 1 for the word itself.
	Weight float64
}

// synonymous is what an entry of the thesaurus has of the meaning of another.
const synonymous = .9

// AlikeTo returns the stems that may stand for a word as [Words] returns it:
// its own, those of the thesaurus, those of words used alike, the last with
// their similarity.
func AlikeTo(word string) []Alike {
	own := stemOf(word)
	alike := []Alike{{own, 1}}
	for _, other := range thesaurus.words[own] {
		if len(other) == 1 {
			alike = append(alike, Alike{other[0], synonymous})
		}
	}
	for _, near := range wordvectors.Nearest(word) {
		alike = append(alike, Alike{stemOf(near.Word), near.Similarity})
	}
	return alike
}

// PhraseAt returns how many of the stems a phrase of the thesaurus takes that
// begins with the first of them, and the stems that may stand for it; n is 0
// where there is none.
func PhraseAt(stems []string) (n int, alike []Alike) {
	p, ok := thesaurus.phraseAt(stems)
	if !ok || len(p.stems) < 2 {
		return 0, nil
	}
	for _, other := range p.others {
		for _, stem := range other {
			alike = append(alike, Alike{stem, synonymous})
		}
	}
	return len(p.stems), alike
}

// Rarity returns how rare a word as [Words] returns it is in English, up to 1
// beyond the 10,000 most frequent.
func Rarity(word string) float64 { return rarity(word) }
