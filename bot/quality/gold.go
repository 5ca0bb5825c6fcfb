package quality

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rapporteur/corpus"
)

// gold is what answers a question, by address: RECORD-ID REF.
type gold struct {
	record   string   // the record all of it stands in
	cited    []string // turns and headings, distinct, in the order of the question
	turns    []string // the turns among them: what a search can find
	speakers []string
}

func address(record, ref string) string { return record + " " + ref }

// shortTurn is the number of words below which a turn is left out of the ranking
// and the gold of a question with relevant references: "Yeah." is about as
// relevant as what stands around it and tells no ranking from another. Words are
// what white space separates.
const shortTurn = 4

func short(text string) bool { return len(strings.Fields(text)) < shortTurn }

// library finds gold in records.
type library struct {
	records []*corpus.Record // all that are searched
	only    string           // id of the record asked about; or empty
}

func (l *library) record(id string) *corpus.Record {
	for _, r := range l.records {
		if strings.EqualFold(r.ID, id) {
			return r
		}
	}
	return nil
}

// MissingError reports questions about records that the library does not have.
type MissingError struct{ Records []string }

func (e *MissingError) Error() string {
	if len(e.Records) == 1 {
		return "the questions are about a record that is not in the library: " + e.Records[0]
	}
	return fmt.Sprintf("the questions are about %d records that are not in the library: %s", len(e.Records), strings.Join(e.Records, ", "))
}

// missing returns a *MissingError, or nil if the library has all records that the
// questions name.
func (l *library) missing(questions []Question) error {
	var ids []string
	for _, q := range questions {
		if q.Record != "" && l.record(q.Record) == nil && !slices.Contains(ids, q.Record) {
			ids = append(ids, q.Record)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return &MissingError{ids}
}

// gold returns what answers a question.
func (l *library) gold(q *Question) (*gold, error) {
	if !q.Answerable {
		return &gold{record: q.Record}, nil
	}
	g, err := l.find(q)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.place(), err)
	}
	if len(q.Speakers) > 0 {
		g.speakers = q.Speakers
	}
	return g, nil
}

func (l *library) find(q *Question) (*gold, error) {
	id := q.Record
	if id == "" {
		id = l.only
	}
	records := l.records
	if id != "" {
		r := l.record(id)
		if r == nil {
			return nil, fmt.Errorf("there is no record %q", id)
		}
		records = []*corpus.Record{r}
	}
	if len(q.Relevant) > 0 {
		return fromReferences(records[0], q.Relevant)
	}
	var found *gold
	var problem error
	for _, r := range records {
		g, err := fromWords(r, q.Evidence)
		switch {
		case err != nil:
			if problem == nil || !errors.As(err, new(*notThere)) {
				problem = err
			}
		case found != nil:
			return nil, fmt.Errorf("its evidence stands in %s and in %s: say which is meant with a record", found.record, r.ID)
		default:
			found = g
		}
	}
	if found == nil && problem == nil {
		problem = errors.New("there are no records")
	}
	if found == nil {
		return nil, problem
	}
	return found, nil
}

func (g *gold) add(r *corpus.Record, ref corpus.Ref, turn *corpus.Turn) {
	a := address(r.ID, ref.String())
	if slices.Contains(g.cited, a) {
		return
	}
	g.cited = append(g.cited, a)
	if turn == nil {
		return
	}
	g.turns = append(g.turns, a)
	if turn.Speaker != "" && !slices.Contains(g.speakers, turn.Speaker) {
		g.speakers = append(g.speakers, turn.Speaker)
	}
}

// fromReferences takes every turn of the references but short ones.
func fromReferences(r *corpus.Record, references []string) (*gold, error) {
	g := &gold{record: r.ID}
	for _, s := range references {
		ref, err := corpus.ParseRef(s)
		if err != nil {
			return nil, err
		}
		first, end, err := r.Lookup(ref)
		if err != nil {
			return nil, err
		}
		for i := first; i < end; i++ {
			if t := &r.Turns[i]; !short(t.Text) {
				g.add(r, t.Ref, t)
			}
		}
	}
	if len(g.turns) == 0 {
		return nil, fmt.Errorf("relevant names only turns of under %d words, which are left out; give evidence instead", shortTurn)
	}
	return g, nil
}

// notThere reports evidence that a record does not have.
type notThere struct{ record, words string }

func (e *notThere) Error() string {
	return fmt.Sprintf("the evidence %q is in no line of %s", e.words, e.record)
}

// fromWords takes the turns and headings that have the words.
func fromWords(r *corpus.Record, evidence []string) (*gold, error) {
	g := &gold{record: r.ID}
	for _, words := range evidence {
		count := 0
		var ref corpus.Ref
		var turn *corpus.Turn
		for i := range r.Turns {
			if n := strings.Count(r.Turns[i].Text, words); n > 0 {
				count += n
				ref, turn = r.Turns[i].Ref, &r.Turns[i]
			}
		}
		for _, s := range r.Sections {
			if n := strings.Count(s.Name(), words); n > 0 {
				count += n
				ref, turn = corpus.Ref{Section: s.Label}, nil
			}
		}
		switch {
		case count == 0:
			return nil, &notThere{r.ID, words}
		case count > 1:
			return nil, fmt.Errorf("the evidence %q stands %d times in %s; give more words of the line", words, count, r.ID)
		}
		g.add(r, ref, turn)
	}
	return g, nil
}
