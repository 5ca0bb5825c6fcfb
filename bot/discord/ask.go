package discord

import (
	"cmp"
	"context"

	"rapporteur/bot"
	"rapporteur/retrieval"
)

// runAsk answers a question.
func runAsk(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	a, err := f.core.Ask(ctx, bot.Question{
		Text: r.options["question"], Record: r.options["record"], Default: r.usual,
		Section: r.options["section"], Speaker: r.options["speaker"],
		Asker:    r.user,
		Progress: func(a *bot.Answer) { r.grow(partOf(a, r.options["question"])) },
	})
	if err != nil {
		return nil, err
	}
	answer := answerReply(a, r.options["question"])
	answer.share = asPrivate(r)
	return answer, nil
}

const (
	shownHits = 8
	hitWords  = 350 // code units of a turn shown among others
)

// runSearch lists the turns that fit a query, or every occurrence of its words.
func runSearch(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	record, text := r.options["record"], r.options["query"]
	if r.options["exact"] == "true" {
		r.options["record"] = cmp.Or(record, r.usual)
		return runConcordance(f, ctx, r)
	}
	if record == "" { // a name that fits several records or none narrows nothing
		record, text, _ = f.core.Meant(text, r.usual)
	}
	hits, err := f.core.Search(ctx, retrieval.Query{Text: text, Record: record, Speaker: r.options["speaker"], Limit: shownHits})
	if err != nil {
		return nil, err
	}
	return f.hitsReply(hits, "Searched: "+shorten(r.options["query"], maxAsked)), nil
}

// hitsReply lists turns found, under a small line that says for what.
func (f *Frontend) hitsReply(hits []bot.Hit, what string) *reply {
	r := &reply{blocks: []block{note(what)}}
	if len(hits) == 0 {
		r.outcome = outcomeAbstained
		r.blocks = append(r.blocks, line("Nothing in the record fits these words."))
		return r
	}
	cited := make([]bot.Citation, len(hits))
	for i, h := range hits {
		cited[i] = bot.Citation{Record: h.Record, Ref: h.Ref, Section: h.Section, Speaker: h.Speaker, Quote: h.Text, Text: h.Text, URL: h.URL}
		if rec, err := f.core.Find(h.Record); err == nil {
			cited[i].Title, cited[i].Date = rec.Title, rec.Date
		}
	}
	many := manyRecords(cited)
	// One message is read on a telephone too; a list that goes on is not.
	shown := fitsOne(len(cited), func(n int) []block {
		r.blocks = append([]block{note(what)}, hitBlocks(cited[:n], many)...)
		r.blocks = append(r.blocks, sourceNotes(cited[:n], "")...)
		return r.blocks
	})
	r.rows = sourceRows(cited[:shown])
	return r
}

// hitBlocks show turns found, numbered.
func hitBlocks(cited []bot.Citation, many bool) []block {
	var list []block
	for i, c := range cited {
		text, rest := cut(c.Text, hitWords, func(s string) bool { return size(s) <= hitWords })
		quoted := part{open: "“", text: text, close: "”"}
		if rest != "" {
			quoted.close = "” …"
		}
		who := "No speaker named:"
		if c.Speaker != "" {
			who = bold(c.Speaker) + ":"
		}
		list = append(list, block{gap: i > 0, parts: []part{
			{open: rank(i) + " " + link(marker(c, many), c.URL) + " " + who}, quoted,
		}})
	}
	return list
}
