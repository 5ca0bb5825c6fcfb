package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// positionsQuestion is what a model is asked about a topic.
const positionsQuestion = "What does each speaker say on this topic: %s? Each statement about one speaker alone, with references to that speaker's own passages."

// Statements that a model is asked for.
const (
	perSpeaker     = 3  // of each speaker
	mostOfSpeakers = 16 // of all of them
)

// wordPositions returns positions with a model's statements, as far as they hold
// up, above each speaker's turns: those that rest on turns of that speaker
// alone. Where nothing holds up they are as they were, with a note. They are
// made once and kept, like summaries.
func (b *Bot) wordPositions(ctx context.Context, p *Positions, q PositionsQuery, r *corpus.Record, turns []topicTurn) *Positions {
	key := b.summaries.positionsKey(r, p.Topic, turns, b.opts.Model.Name())
	verify := func(kept *Positions, r *corpus.Record) error { return kept.verify(b.lib, r) }
	if kept := getKept(ctx, b.summaries, key, r, verify); kept != nil {
		shown := *kept
		shown.Question = p.Question
		shown.Notes = slices.Concat(p.Notes, kept.Notes)
		return &shown
	}
	writing := &Writing{Name: b.opts.Model.Name()}
	most := max(mostStatements, min(mostOfSpeakers, perSpeaker*len(p.Statements)))
	question := Question{Text: fmt.Sprintf(positionsQuestion, oneLineOf(p.Topic, MaxQuestion)), Asker: q.Asker}
	w := b.wordPart(ctx, question, topicEvidence(r, turns), most)
	writing.Dropped = w.dropped
	a := newAnswer(Question{})
	a.Citations = slices.Clone(p.Citations)
	worded := make(map[string][]Statement) // by speaker
	for _, held := range w.held {
		speaker := held.cited[0].Turn.Speaker
		if speaker == "" || slices.ContainsFunc(held.cited, func(e retrieval.Evidence) bool { return e.Turn.Speaker != speaker }) {
			writing.Dropped = append(writing.Dropped, Dropped{held.text, "it rests on turns of several speakers"})
			continue
		}
		held.quoted = nil // the turns are quoted below
		from := len(a.Statements)
		if b.take(a, held) {
			writing.Kept++
			worded[speaker] = append(worded[speaker], a.Statements[from:]...)
		}
	}
	made := *p
	made.Mode, made.Model = Generated, writing
	made.Citations, made.Notes = a.Citations, a.Notes
	made.Positions = slices.Clone(p.Positions)
	for i := range made.Positions {
		made.Positions[i].Worded = worded[made.Positions[i].Speaker]
	}
	made.Statements = made.statements()
	made.Text = made.plain()
	note := modelNote(w.err)
	if float64(writing.Kept) < leastKept*float64(writing.Kept+len(writing.Dropped)) || writing.Kept == 0 || made.verify(b.lib, r) != nil {
		writing.Note = cmp.Or(note, noteTooLittle)
		p.Model = writing
		p.Notes = append(p.Notes, "Written without the model: "+writing.Note+".")
		return p
	}
	if w.err == nil {
		b.summaries.put(ctx, key, r.ID, &made)
	}
	shown := made
	shown.Notes = slices.Concat(p.Notes, made.Notes)
	if w.err != nil {
		shown.Notes = append(shown.Notes, "The model's answer was cut off.")
	}
	return &shown
}

// statements returns what the positions say, in order: of each speaker what a
// model words, then the turns.
func (p *Positions) statements() []Statement {
	all := []Statement{}
	for _, position := range p.Positions {
		all = append(all, position.Worded...)
		if len(position.Citations) > 0 {
			all = append(all, Statement{Text: position.Text, Citations: position.Citations, Quoted: true})
		}
	}
	return all
}

// verify holds positions that were worded or kept against the record: each
// statement rests on turns of its speaker.
func (p *Positions) verify(lib *corpus.Library, r *corpus.Record) error {
	if p.Record != r.ID {
		return fmt.Errorf("positions in %q", p.Record)
	}
	for _, position := range p.Positions {
		for _, s := range append(slices.Clone(position.Worded), Statement{Citations: position.Citations}) {
			for _, at := range s.Citations {
				if at < 0 || at >= len(p.Citations) || p.Citations[at].Speaker != position.Speaker {
					return fmt.Errorf("a statement rests on no turn of %s", position.Speaker)
				}
			}
		}
	}
	if text := p.plain(); text != p.Text {
		return fmt.Errorf("their text is not that of the positions")
	}
	if !slices.EqualFunc(p.Statements, p.statements(), func(a, b Statement) bool {
		return a.Text == b.Text && a.Quoted == b.Quoted && slices.Equal(a.Citations, b.Citations)
	}) {
		return fmt.Errorf("their statements are not those of the positions")
	}
	if err := verify(lib, &p.Answer); err != nil {
		return err
	}
	return stillHold(r, &p.Answer)
}

// topicEvidence returns the turns that say most on a topic, as much as a prompt
// takes, in the record's order.
func topicEvidence(r *corpus.Record, turns []topicTurn) []retrieval.Evidence {
	best := slices.Clone(turns)
	slices.SortStableFunc(best, func(a, b topicTurn) int { return cmp.Compare(b.score, a.score) })
	var evidence []retrieval.Evidence
	size := 0
	for _, on := range best {
		if t := &r.Turns[on.index]; size+len(t.Text) <= promptSize {
			size += len(t.Text)
			evidence = append(evidence, retrieval.Evidence{Record: r, Turn: t})
		}
	}
	slices.SortFunc(evidence, func(a, b retrieval.Evidence) int { return cmp.Compare(a.Turn.Number, b.Turn.Number) })
	return evidence
}

// stillHold holds the statements of an answer that a model worded and that was
// kept against the turns of a record that they cite.
func stillHold(r *corpus.Record, a *Answer) error {
	if a.Mode != Generated {
		return nil
	}
	v := newVerifier(partEvidence(r, part{end: len(r.Turns)}, math.MaxInt))
	for _, s := range a.Statements {
		if s.Quoted {
			continue
		}
		c := claim{Text: s.Text}
		for _, at := range s.Citations {
			c.Refs = append(c.Refs, a.Citations[at].Ref)
		}
		if _, err := v.check(c); err != nil {
			return fmt.Errorf("%q: %w", s.Text, err)
		}
	}
	return nil
}

// positionsKey returns what positions are kept under: the topic, the turns on it
// and who words them.
func (k *keptSummaries) positionsKey(r *corpus.Record, topic string, turns []topicTurn, model string) string {
	h := sha256.New()
	fmt.Fprintf(h, "positions %d\n%q\n%s\n%q\n", summaryVersion, model, k.hash(r), topic)
	for _, t := range turns {
		fmt.Fprintf(h, "%d ", t.index)
	}
	return hex.EncodeToString(h.Sum(nil))
}
