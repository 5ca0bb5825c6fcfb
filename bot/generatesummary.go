package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// summaryQuestion is what a model is asked of a part of a record.
const summaryQuestion = "Sum up what was put forward, agreed, refused and left open here, in the order of the passages."

// leastPoints is how many points of a model take the place of the exact words.
const leastPoints = 3

// modelsAtOnce is how many parts of a summary a model words at a time.
const modelsAtOnce = 3

// wording is what a model made of a part of a record.
type wording struct {
	held    []verified
	dropped []Dropped
	err     error // why it is not complete
}

// wordSummary puts a model's points, as far as they hold up, in the place of the
// exact words of each part. The parts are worded a few at a time, each within
// [Options.ModelTime]; those that come to nothing keep the exact words. It
// reports whether every part was worded: only then is it worth keeping. Where
// each matter stands is read from the record alone.
func (b *Bot) wordSummary(ctx context.Context, s *Summary, r *corpus.Record, parts []part, asker string) bool {
	writing := &Writing{Name: b.opts.Model.Name()}
	s.Model = writing
	complete := true
	var note string
	for i, w := range b.wordParts(ctx, r, parts, asker) {
		writing.Dropped = append(writing.Dropped, w.dropped...)
		if w.err != nil {
			complete = false
			note = cmp.Or(note, modelNote(w.err))
		}
		a := newAnswer(Question{})
		a.Citations = slices.Clone(s.Citations)
		kept := 0
		for _, held := range w.held {
			if b.take(a, held) {
				kept++
			}
		}
		if kept < leastPoints {
			continue
		}
		writing.Kept += kept
		s.Mode = Generated
		s.Citations = a.Citations
		s.Notes = append(s.Notes, a.Notes...)
		s.Sections[i].Points = nil
		for _, statement := range a.Statements {
			s.Sections[i].Points = append(s.Sections[i].Points, Point{Says, statement})
		}
	}
	if s.Mode != Generated {
		writing.Note = cmp.Or(note, noteTooLittle)
		s.Notes = append(s.Notes, "Written without the model: "+writing.Note+".")
		return false
	}
	if !complete {
		s.Notes = append(s.Notes, "The model's answer was cut off.")
	}
	s.Statements = []Statement{}
	for _, section := range s.Sections {
		for _, p := range section.Points {
			s.Statements = append(s.Statements, p.Statement)
		}
	}
	s.Text = s.layout()
	return complete
}

// wordParts has a model word the parts of a record. Once it is down, silent or
// over its budget, it is asked for no further part.
func (b *Bot) wordParts(ctx context.Context, r *corpus.Record, parts []part, asker string) []wording {
	made := make([]wording, len(parts))
	var gone atomic.Pointer[error]
	var group errgroup.Group
	group.SetLimit(modelsAtOnce)
	for i, p := range parts {
		group.Go(func() error {
			if err := gone.Load(); err != nil {
				made[i].err = *err
				return nil
			}
			made[i] = b.wordPart(ctx, Question{Text: summaryQuestion, Asker: asker}, partEvidence(r, p, promptSize), mostStatements)
			if err := made[i].err; len(made[i].held) == 0 && (errors.Is(err, ErrBudget) || errors.Is(err, ErrModelDown) || errors.Is(err, context.DeadlineExceeded)) {
				gone.Store(&err)
			}
			return nil
		})
	}
	group.Wait() // no part returns an error
	return made
}

// wordPart has a model word evidence, in so many statements at most.
func (b *Bot) wordPart(ctx context.Context, q Question, evidence []retrieval.Evidence, most int) wording {
	if len(evidence) == 0 {
		return wording{}
	}
	prompt, err := evidencePrompt(q, evidence, most)
	if err != nil {
		return wording{err: err}
	}
	var w wording
	v := newVerifier(evidence)
	w.err = b.readReply(ctx, prompt, func(c claim) {
		if len(w.held) >= 2*most {
			return
		}
		if held, reason := v.check(c); reason != nil {
			w.dropped = append(w.dropped, Dropped{c.Text, reason.Error()})
		} else {
			w.held = append(w.held, held)
		}
	})
	return w
}

// partEvidence is a part of a record as evidence, so many characters at most.
func partEvidence(r *corpus.Record, p part, most int) []retrieval.Evidence {
	var evidence []retrieval.Evidence
	size := 0
	for i := p.first; i < p.end && size+len(r.Turns[i].Text) <= most; i++ {
		size += len(r.Turns[i].Text)
		evidence = append(evidence, retrieval.Evidence{Record: r, Turn: &r.Turns[i]})
	}
	return evidence
}
