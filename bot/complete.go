package bot

import (
	"context"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// Choice is something a reader may mean by what was typed so far.
type Choice struct {
	Label string // what is shown
	Value string // what is meant: a reference, a section label, a record id
}

// CompletePassage returns passages for what was typed so far: a reference or
// words. With an empty text it offers the sections. At most limit choices.
func (b *Bot) CompletePassage(ctx context.Context, typed, record string, limit int) ([]Choice, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return b.CompleteSection("", record, limit), nil
	}
	var choices []Choice
	if p, err := b.Quote(typed, record); err == nil {
		for _, c := range p.Citations[:min(limit, len(p.Citations))] {
			choices = append(choices, b.passageChoice(c))
		}
		return choices, nil
	}
	add := func(c Choice) {
		if len(choices) < limit && !slices.Contains(choices, c) {
			choices = append(choices, c)
		}
	}
	// Turns that have what was typed word for word are meant before any others.
	if strings.Contains(typed, " ") {
		if c, err := b.Concordance(ctx, ConcordanceQuery{Words: typed, Record: record, Limit: limit}); err == nil {
			for _, line := range c.Lines {
				add(b.passageChoice(line.Citation))
			}
		}
	}
	evidence, err := b.index.Search(ctx, retrieval.Query{Text: typed, Record: record, Limit: limit, Quick: true})
	if err != nil {
		return nil, err
	}
	for _, e := range evidence {
		add(b.passageChoice(citeTurn(e.Record, e.Turn)))
	}
	return choices, nil
}

func (b *Bot) passageChoice(c Citation) Choice {
	value := c.Ref
	if len(b.lib.Entries) > 1 {
		value = c.Record + " " + c.Ref
	}
	label := c.Ref + " "
	if c.Speaker != "" {
		label += c.Speaker + ": "
	}
	return Choice{Label: label + strings.ReplaceAll(c.Text, "\n", " "), Value: value}
}

// CompleteSection returns the sections whose label or title fits what was typed
// so far. At most limit choices.
func (b *Bot) CompleteSection(typed, record string, limit int) []Choice {
	typed = strings.ToLower(strings.TrimSpace(typed))
	var choices []Choice
	for _, r := range b.lib.Entries {
		if record != "" && r.ID != record {
			continue
		}
		for _, s := range r.Sections {
			if len(choices) < limit && strings.Contains(strings.ToLower(s.Name()), typed) {
				choices = append(choices, Choice{Label: s.Name(), Value: s.Label})
			}
		}
	}
	return choices
}

// CompleteRecord returns the records whose id, title or date fits what was
// typed so far. At most limit choices.
func (b *Bot) CompleteRecord(typed string, limit int) []Choice {
	typed = strings.ToLower(strings.TrimSpace(typed))
	var choices []Choice
	for _, r := range b.lib.Entries {
		label := r.Title
		if r.Date != "" {
			label = r.Date + " " + label
		}
		if len(choices) < limit && (strings.Contains(strings.ToLower(label), typed) || strings.Contains(r.ID, typed)) {
			choices = append(choices, Choice{Label: label, Value: r.ID})
		}
	}
	return choices
}
