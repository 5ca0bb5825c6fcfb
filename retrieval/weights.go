package retrieval

// Weights are the constants of the ranking. Each was chosen by changing it
// alone around the others on the 236 questions about 35 real meetings that the
// project tunes on; the values stand in the middle of the range where nDCG@10
// and MRR@10 do not fall in either half of the meetings. A search of all of them
// at once gained nothing on meetings it had not seen (four folds), so what it
// found was only taken, rounded, where the folds agreed.
type Weights struct {
	// IDF is the power of a term's inverse document frequency within the
	// record: below 1, because a rare word of a short record is often chance.
	IDF float64
	// Rarity is the power of a word's rarity in English (1 beyond rank 10,000):
	// "general" says less of what a question is about than "plebiscite".
	Rarity float64
	// Weak is the weight of words that say what was done with a topic.
	Weak float64
	// Pair is the weight of two words of the question that stand together.
	Pair float64
	// Similar is the weight of a word like one of the question's, times their
	// similarity; Synonym that of an entry of the thesaurus.
	Similar, Synonym float64

	// Gloss is the weight of a word that stands in the gloss of a turn, not in
	// the turn.
	Gloss float64

	// A turn is about what the turns around it are about: its term counts
	// include its neighbours', decayed by Near a turn; what follows a turn
	// counts After of what precedes it. NearK1 and NearB are BM25's.
	Near, After, NearK1, NearB float64
	// Local is the weight of BM25 over the turn's own words, with its K1 and B.
	Local, LocalK1, LocalB float64
	// Wide is the decay of the region: how much of the question's terms lie
	// anywhere around, saturating with WideK1, as a factor to the power Wide
	// Power.
	Wide, WideAfter, WideK1, WidePower float64
	// Region is the power of the score summed over the turns around, decayed
	// by RegionDecay: it prefers turns among other good turns.
	Region, RegionDecay float64

	// Speaker is the factor of the named speaker's turns; turns near them get
	// up to 1 + SpeakerNear, decayed by SpeakerDecay a turn. Side is the factor
	// where only a side is named.
	Speaker, SpeakerNear, SpeakerDecay, Side float64
	// SideName is the weight of a side's name as a word.
	SideName float64
	// Reply is the share of a question's local score that the turn after it
	// gets: the answer is often short and does not repeat what it answers.
	Reply float64
	// Type is the factor of turns that have a number or a date where the
	// question asks for one.
	Type float64
	// Place is what the first turn of a start, or the last of an end, that a
	// question names gets on top, as a share of the best score.
	Place float64
	// Title is the weight of a term in the section's title.
	Title float64
	// Length is the number of words at which a turn gets 1/√2 of its score:
	// very short turns say little by themselves.
	Length float64
	// Vector is the weight of the passage's vector, as a share of the best
	// score, for a question none of whose words the record has.
	Vector float64

	// Meaning is the same for a question all of whose words the record has, with
	// the vectors of a language model; the built-in ones do not count there. It
	// is the highest at which vectors no better than the built-in ones cost less
	// than .005 nDCG@10 on the meetings and nothing on questions about the
	// bundled record.
	Meaning float64

	// MinWords: shorter turns are ranked below all others.
	MinWords int
	// The rest counts in [LibraryWeights] alone. Records is how many records are
	// searched turn by turn, the best as a whole first. A record's own score
	// counts to the power RecordPower; Level is the power to which a record's
	// best turn divides the scores of its turns: a record that says a lot of
	// everything is not better for it.
	Records            int
	RecordPower, Level float64
	// RecordK1 and RecordB are BM25's over whole records, and RecordPair is the
	// weight of two words that stand together there, in the [shortlist].
	RecordK1, RecordB, RecordPair float64
	// RecordSpeaker is the weight of a speaker's name that tells records apart.
	RecordSpeaker float64
}

// DefaultWeights returns the weights the program uses.
func DefaultWeights() Weights {
	return Weights{
		IDF: 1, Rarity: 1.5, Weak: .2, Pair: .75, Similar: .5, Synonym: .4, Gloss: .4,
		Near: .8, After: .5, NearK1: 1.2, NearB: .1,
		Local: .6, LocalK1: 1, LocalB: .7,
		Wide: .995, WideAfter: .5, WideK1: 3, WidePower: 1.5,
		Region: 1.25, RegionDecay: .97,
		Speaker: 2.5, SpeakerNear: .75, SpeakerDecay: .6, Side: 1.3, SideName: .5,
		Type: 1, Title: .5, Length: .5, Vector: .4, Meaning: .2, MinWords: 4,
	}
}

// AnswerWeights returns the weights for short answers. They were chosen like
// the others, on questions that one passage answers.
func AnswerWeights() Weights {
	return Weights{
		IDF: 1.2, Rarity: .3, Weak: .5, Pair: .4, Similar: .2, Synonym: .6, Gloss: .6,
		Near: .3, After: .4, NearK1: 1, NearB: 0,
		Local: 1.7, LocalK1: .6, LocalB: .6,
		Wide: .95, WideAfter: .5, WideK1: 1, WidePower: 1,
		Region: .4, RegionDecay: .9,
		Speaker: 3, SpeakerNear: .05, SpeakerDecay: .6, Side: 1.3, SideName: .5,
		Type: 1.5, Reply: .35, Place: 1, Title: .5, Length: .4, Vector: .5, Meaning: .2,
	}
}

// LibraryWeights returns the weights for reading in all records at once.
func LibraryWeights() Weights {
	w := DefaultWeights()
	w.Records, w.RecordPower, w.Level = 5, 1.5, .25
	w.RecordK1, w.RecordB, w.RecordPair, w.RecordSpeaker = 3, .5, .5, 4
	return w
}
