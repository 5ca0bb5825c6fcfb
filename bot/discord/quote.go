package discord

import (
	"context"
	"regexp"
	"strings"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// writtenRef is what is meant as a reference even where the record has none
// like it; anything else that is no reference is taken for words.
var writtenRef = regexp.MustCompile(`^\[?(?:\S+ )?(?:\S{1,40}\.)?\d+(?:\s*[-–]\s*\S+)?\]?$`)

// runQuote shows a passage verbatim: at a reference or, where words were given,
// the one that has them or fits them best. What was completed is looked up anew.
func runQuote(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	text := strings.TrimSpace(r.options["passage"])
	p, err := f.core.Quote(text, r.options["record"])
	if err == nil {
		return f.passageReply(p), nil
	}
	if writtenRef.MatchString(text) {
		return nil, err
	}
	found, how, err := f.passageWith(ctx, text, r.options["record"])
	if err != nil {
		return nil, err
	}
	if p, err = f.core.Quote(found.ref, found.record); err != nil {
		return nil, err
	}
	answer := f.passageReply(p)
	answer.blocks = append([]block{note(how)}, answer.blocks...)
	return answer, nil
}

// passageWith returns the turn that has some words, or else fits them best, and
// says which of the two.
func (f *Frontend) passageWith(ctx context.Context, text, record string) (found address, how string, err error) {
	c, err := f.core.Concordance(ctx, bot.ConcordanceQuery{Words: text, Record: record, Limit: 1})
	if err == nil && c.Count > 0 && strings.Contains(text, " ") {
		how = "The passage that has these words."
		if c.Count > 1 {
			how = "The first passage that has these words; /search with “exact” lists all."
		}
		return address{c.Lines[0].Record, c.Lines[0].Ref}, how, nil
	}
	hits, err := f.core.Search(ctx, retrieval.Query{Text: text, Record: record, Limit: 1})
	if err != nil {
		return address{}, "", err
	}
	if len(hits) == 0 {
		return address{}, "", &bot.UserError{Problem: "no passage fits these words", Hint: "give a reference such as V.9, or try /search"}
	}
	return address{hits[0].Record, hits[0].Ref}, "The passage that fits these words best; /search shows others.", nil
}

// turnBlock shows a turn as a block quote under its reference. Each piece of a
// long turn has the reference.
func turnBlock(c bot.Citation, mark string) block {
	return block{prefix: quote, gap: true, parts: []part{{open: mark + link(c.Ref, c.URL) + " " + bold(speaker(c)) + "\n", text: c.Text}}}
}

// passageMessages is how many messages a passage takes; what is longer is
// continued by a button.
const passageMessages = 4

// passageReply shows a passage verbatim.
func (f *Frontend) passageReply(p *bot.Passage) *reply {
	r := &reply{}
	turns := p.Citations
	r.blocks = append(r.blocks, passageHead(p))
	shown := 0
	fill := packer{limit: maxContent}
	fill.add(r.blocks...)
	for _, c := range turns {
		b := turnBlock(c, "")
		fill.add(b)
		if shown > 0 && fill.pages() > passageMessages {
			break
		}
		r.blocks = append(r.blocks, b)
		shown++
	}
	cited := turns[:shown]
	if shown < len(turns) {
		r.blocks = append(r.blocks, note("Continues with "+turns[shown].Ref+"."))
	}
	r.blocks = append(r.blocks, sourceNotes(cited[:1], "")...)
	r.rows = passageRows(p, shown)
	if ref, ok := rangeOf(cited); ok {
		r.keep, r.keepOnly = &address{p.ID, ref}, true
	}
	return r
}

func passageHead(p *bot.Passage) block {
	name := p.Ref
	if s := p.Citations[0].Section; s != "" {
		name = s + " · " + p.Ref
	}
	return block{parts: []part{{open: bold(name)}}}
}

// passageRows are the components under a passage of which so many turns are
// shown.
func passageRows(p *bot.Passage, shown int) []discordgo.ActionsRow {
	key := recordKey(p.ID)
	var buttons []discordgo.MessageComponent
	add := func(label string, style discordgo.ButtonStyle, a action) {
		if a.fits() {
			buttons = append(buttons, button(label, style, a))
		}
	}
	if shown < len(p.Citations) {
		if rest, ok := rangeOf(p.Citations[shown:]); ok {
			add("Continue", discordgo.PrimaryButton, action{Do: doContinue, Record: key, Refs: []address{{key, rest}}})
		}
	}
	ref := p.Citations[0].Ref
	add("In context", discordgo.SecondaryButton, contextAction(key, p.Ref, ref, around, 0))
	if ref, ok := rangeOf(p.Citations[:shown]); ok {
		add("Quote", discordgo.SecondaryButton, action{Do: doQuote, Record: key, Refs: []address{{key, ref}}})
		add("Cite", discordgo.SecondaryButton, action{Do: doCite, Record: key, Refs: []address{{key, ref}}})
	}
	if len(buttons) == 0 {
		return nil
	}
	return []discordgo.ActionsRow{row(buttons...)}
}

// rangeOf returns the reference of a run of turns.
func rangeOf(turns []bot.Citation) (string, bool) {
	first, err1 := corpus.ParseRef(turns[0].Ref)
	last, err2 := corpus.ParseRef(turns[len(turns)-1].Ref)
	if err1 != nil || err2 != nil || first.Section != last.Section || first.Whole() {
		return "", false
	}
	return corpus.Ref{Section: first.Section, First: first.First, Last: last.Last}.String(), true
}
