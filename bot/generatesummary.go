package bot

import (
	"context"
	"slices"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// summaryQuestion is what a model is asked of a part of a record.
const summaryQuestion = "Sum up what was put forward, agreed, refused and left open here, in the order of the passages."

// leastPoints is how many points of a model take the place of the exact words.
const leastPoints = 3

// wordSummary puts a model's points, as far as they hold up, in the place of the
// exact words of each part. It reports whether every part was worded: only then
// is it worth keeping. Where each matter stands is read from the record alone.
func (b *Bot) wordSummary(ctx context.Context, s *Summary, r *corpus.Record, parts []part) bool {
	ctx, cancel := context.WithTimeout(ctx, b.opts.ModelTime)
	defer cancel()
	writing := &Writing{Name: b.opts.Model.Name()}
	s.Model = writing
	complete := true
	for i, p := range parts {
		evidence := partEvidence(r, p)
		prompt, err := answerPrompt(Question{Text: summaryQuestion}, evidence)
		if err != nil || len(evidence) == 0 || i >= len(s.Sections) {
			complete = false
			continue
		}
		a := newAnswer(Question{})
		a.Citations = slices.Clone(s.Citations)
		v := newVerifier(evidence)
		kept := 0
		err = b.readReply(ctx, prompt, func(c claim) {
			if kept >= 2*mostStatements {
				return
			}
			switch held, reason := v.check(c); {
			case reason != nil:
				writing.Dropped = append(writing.Dropped, Dropped{c.Text, reason.Error()})
			case b.take(a, held):
				kept++
			}
		})
		complete = complete && err == nil
		if kept < leastPoints {
			continue
		}
		writing.Kept += kept
		s.Mode = Generated
		s.Citations = a.Citations
		s.Sections[i].Points = nil
		for _, statement := range a.Statements {
			s.Sections[i].Points = append(s.Sections[i].Points, Point{Says, statement})
		}
	}
	if s.Mode != Generated {
		writing.Note = "too little of what it wrote stands in the record, or it cannot be reached"
		s.Notes = append(s.Notes, "Written without the model: "+writing.Note+".")
		return false
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

// partEvidence is a part of a record as evidence, as much as a prompt takes.
func partEvidence(r *corpus.Record, p part) []retrieval.Evidence {
	var evidence []retrieval.Evidence
	size := 0
	for i := p.first; i < p.end && size+len(r.Turns[i].Text) <= promptSize; i++ {
		size += len(r.Turns[i].Text)
		evidence = append(evidence, retrieval.Evidence{Record: r, Turn: &r.Turns[i]})
	}
	return evidence
}
