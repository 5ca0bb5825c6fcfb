// Package retrieval finds the evidence for a question: an index over records
// that returns ranked, explained turns.
package retrieval

import (
	"context"
	"fmt"
	"sync"

	"github.com/philippgille/chromem-go"

	"rapporteur/corpus"
)

// Index holds the turns of a set of records. It is immutable and safe for
// concurrent use; a changed library gets a new index.
type Index struct {
	segments []*segment // a record each
	terms    *terms
	// vocabulary says which stems the records have: terms, or the statistics of
	// a store.
	vocabulary interface{ has(stem string) bool }
	remote     *remote // instead of segments, where a store holds the index
	speller    *speller
	average    float64 // words of a record
	vectors    vectors
	weights    Weights  // for reading
	across     Weights  // for reading in all records
	answer     Weights  // for answers
	stems      sync.Map // of words like those of questions, by word
}

// Options configures an index; the zero value works.
type Options struct {
	Weights *Weights // for reading in one record; nil: DefaultWeights
	Library *Weights // for reading in all records; nil: LibraryWeights
	Answer  *Weights // for answers; nil: AnswerWeights
	// Embedder makes the vectors; nil: WordEmbedder.
	Embedder Embedder
	// Progress is called with how many turns are analysed of how many; nil: not
	// at all.
	Progress func(done, total int)
}

// New indexes records, whose ids differ. The error is the embedder's.
func New(ctx context.Context, records []*corpus.Record, opts Options) (*Index, error) {
	analyses := make([]*Analysis, len(records))
	done, total := 0, 0
	for _, r := range records {
		total += len(r.Turns)
	}
	var m analyst
	for i, r := range records {
		a, err := m.analyse(ctx, r, opts.Embedder)
		if err != nil {
			return nil, err
		}
		analyses[i] = a
		if done += len(r.Turns); opts.Progress != nil {
			opts.Progress(done, total)
		}
	}
	return Assemble(ctx, records, analyses, opts)
}

// Assemble makes an index of records that were analysed before, by the embedder
// of the options; the index is the one that [New] makes. It is an error if an
// analysis is not of its record.
func Assemble(ctx context.Context, records []*corpus.Record, analyses []*Analysis, opts Options) (*Index, error) {
	x := &Index{weights: DefaultWeights(), across: LibraryWeights(), answer: AnswerWeights(), vectors: vectors{embedder: opts.Embedder, db: chromem.NewDB()}}
	if opts.Weights != nil {
		x.weights = *opts.Weights
	}
	if opts.Library != nil {
		x.across = *opts.Library
	}
	if opts.Answer != nil {
		x.answer = *opts.Answer
	}
	if opts.Embedder == nil {
		x.vectors.embedder = WordEmbedder{}
	}
	x.weighMeaning()
	if len(analyses) != len(records) {
		return nil, fmt.Errorf("%d analyses for %d records", len(analyses), len(records))
	}
	words := 0
	for i, r := range records {
		a := analyses[i]
		if len(a.Length) != len(r.Turns) {
			return nil, fmt.Errorf("%s has %d turns, its analysis %d: analyse the record again", r.ID, len(r.Turns), len(a.Length))
		}
		collection, err := x.vectors.add(ctx, r, a)
		if err != nil {
			return nil, err
		}
		s := newSegment(r, a, collection)
		words += s.words
		x.segments = append(x.segments, s)
	}
	x.average = float64(words) / max(1, float64(len(records)))
	x.terms = gatherTerms(x.segments)
	x.vocabulary = x.terms
	for i, s := range x.segments {
		s.terms, s.number = x.terms, int32(i)
	}
	x.speller = newSpeller(x.segments)
	return x, nil
}

// weighMeaning leaves the weight of meaning to the vectors of language models.
func (x *Index) weighMeaning() {
	_, builtIn := x.vectors.embedder.(WordEmbedder)
	if x.vectors.learned = !builtIn; builtIn {
		x.weights.Meaning, x.across.Meaning, x.answer.Meaning = 0, 0, 0
	}
}
