package discord

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
	"rapporteur/corpus"
)

// asked begins the small line with the question that an answer to a command
// carries: others in the channel do not see what was asked, and a follow-up
// reads it from there.
const asked = "Asked: "

// maxAsked is how much of a question that line shows.
const maxAsked = 300

// bold puts text in bold type.
func bold(text string) string { return "**" + escape(text) + "**" }

// marker is the label of a citation: its reference, with the record where
// several are in play.
func marker(c bot.Citation, many bool) string {
	if many {
		return c.Record + " " + c.Ref
	}
	return c.Ref
}

// manyRecords reports whether citations are of more than one record.
func manyRecords(list []bot.Citation) bool {
	return slices.ContainsFunc(list, func(c bot.Citation) bool { return c.Record != list[0].Record })
}

// speaker says who speaks at a citation, and how that is known.
func speaker(c bot.Citation) string {
	switch {
	case c.Speaker == "":
		return "No speaker named"
	case c.Attribution == corpus.Inferred:
		return c.Speaker + " (inferred)"
	}
	return c.Speaker
}

// quotation shows the exact words of a citation with its link.
func quotation(c bot.Citation, many bool) part {
	return part{open: "“", text: c.Quote, close: "” " + link(marker(c, many), c.URL)}
}

// statementBlock shows one statement of an answer.
func statementBlock(a *bot.Answer, s bot.Statement, many bool) block {
	b := block{}
	text := strings.TrimSpace(s.Text)
	if name, ok := strings.CutSuffix(text, ":"); s.Quoted && ok && size(name) <= 60 {
		b.parts = append(b.parts, part{open: bold(name) + ":"})
	} else if text != "" {
		b.parts = append(b.parts, part{text: text})
	}
	for _, at := range s.Citations {
		c := a.Citations[at]
		if s.Quoted {
			b.parts = append(b.parts, quotation(c, many))
		} else {
			b.parts = append(b.parts, part{open: link(marker(c, many), c.URL)})
		}
	}
	return b
}

// nearBlock shows a passage that is near what was asked.
func nearBlock(c bot.Citation, many bool) block {
	return block{parts: []part{{open: bold(speaker(c)) + ":"}, quotation(c, many)}}
}

// answerReply shows an answer: what it says first, its sources below. question
// is shown small above it unless it is empty.
func answerReply(a *bot.Answer, question string) *reply {
	many := severalRecords(a)
	r := &reply{outcome: outcomeAnswered, blocks: statementBlocks(a, question)}
	if a.Status == bot.Abstained {
		r.outcome = outcomeAbstained
	}
	for i, n := range a.Notes {
		b := note(n)
		b.gap = i == 0
		r.blocks = append(r.blocks, b)
	}
	if len(a.Nearest) > 0 {
		r.blocks = append(r.blocks, block{parts: []part{{text: "The nearest passages, which may not be about this:"}}, gap: true})
		for _, c := range a.Nearest {
			r.blocks = append(r.blocks, nearBlock(c, many))
		}
	}
	how := "The quotations are exact words of the record."
	if a.Mode == bot.Generated {
		how = "Worded by a language model from the passages linked; every quotation was checked against the record."
	}
	cited := slices.Concat(a.Citations, a.Nearest)
	r.blocks = append(r.blocks, sourceNotes(cited, how)...)
	r.rows = sourceRows(cited)
	if len(a.Citations) > 0 {
		r.keepFirst(a.Citations)
	}
	return r
}

// keepFirst has a button keep the first of the passages cited.
func (r *reply) keepFirst(cited []bot.Citation) {
	r.keep, r.keepOnly = &address{cited[0].Record, cited[0].Ref}, len(addressesOf(cited)) == 1
}

// severalRecords reports whether an answer names passages of several records.
func severalRecords(a *bot.Answer) bool { return manyRecords(slices.Concat(a.Citations, a.Nearest)) }

// statementBlocks show what an answer says, under the question unless that is
// empty.
func statementBlocks(a *bot.Answer, question string) []block {
	var list []block
	if question != "" {
		list = append(list, note(asked+shorten(question, maxAsked)))
	}
	if a.Status == bot.Abstained {
		list = append(list, block{parts: []part{{open: bold("The record does not say.")}}})
	}
	many := severalRecords(a)
	for i, s := range a.Statements {
		b := statementBlock(a, s, many)
		b.gap = i > 0
		list = append(list, b)
	}
	return list
}

// sourceNotes are small lines that name the records cited.
func sourceNotes(cited []bot.Citation, how string) []block {
	var list []block
	seen := make(map[string]bool)
	for _, c := range cited {
		if seen[c.Record] {
			continue
		}
		seen[c.Record] = true
		name := c.Title
		if c.Date != "" {
			name += ", " + c.Date
		}
		b := block{prefix: small, parts: []part{{text: "Source: " + name}}, gap: len(list) == 0}
		if page, _, _ := strings.Cut(c.URL, "#"); safeURL(page) != "" {
			b.parts = append(b.parts, part{open: link("page of the archive", page)})
		}
		list = append(list, b)
	}
	if len(list) > 0 && how != "" {
		last := &list[len(list)-1]
		last.parts = append(last.parts, part{text: "· " + how})
	}
	return list
}

// addressesOf returns the passages cited, each once, in order.
func addressesOf(cited []bot.Citation) []address {
	var list []address
	for _, c := range cited {
		if a := (address{c.Record, c.Ref}); !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list
}

// maxSourceButtons is how many buttons the sources of one answer take: each
// holds the references that fit.
const maxSourceButtons = 2

// sourceRows are the components under an answer.
func sourceRows(cited []bot.Citation) []discordgo.ActionsRow {
	list := addressesOf(cited)
	if len(list) == 0 {
		return nil
	}
	var buttons []discordgo.MessageComponent
	add := func(label string, style discordgo.ButtonStyle, actions []action) {
		for i, a := range actions[:min(maxSourceButtons, len(actions))] {
			text := label
			if len(actions) > 1 {
				text = fmt.Sprintf("%s %d", label, i+1)
			}
			buttons = append(buttons, button(text, style, a))
		}
	}
	add("Sources", discordgo.SecondaryButton, packRefs(doSources, list))
	if len(list) == 1 {
		key := recordKey(list[0].record)
		if a := contextAction(key, list[0].ref, list[0].ref, around, 0); a.fits() {
			buttons = append(buttons, button("In context", discordgo.SecondaryButton, a))
		}
	}
	add("Quote", discordgo.SecondaryButton, packRefs(doQuote, list))
	var rows []discordgo.ActionsRow
	if len(buttons) > 0 {
		rows = append(rows, row(buttons[:min(4, len(buttons))]...))
	}
	if len(list) > 1 {
		rows = append(rows, contextMenu(cited)...)
	}
	return rows
}

// contextMenu is a select that shows one of the passages in context.
func contextMenu(cited []bot.Citation) []discordgo.ActionsRow {
	first := recordKey(cited[0].Record)
	many := manyRecords(cited)
	var options []discordgo.SelectMenuOption
	seen := make(map[string]bool)
	for _, c := range cited {
		value := (action{Do: doSources, Record: first, Refs: []address{{recordKey(c.Record), c.Ref}}}).refField()
		if seen[value] || size(value) > maxOptionText || len(options) == maxOptions {
			continue
		}
		seen[value] = true
		options = append(options, discordgo.SelectMenuOption{
			Label: shorten(marker(c, many)+" "+speaker(c), maxOptionText), Value: value,
			Description: shorten(c.Quote, maxOptionText),
		})
	}
	a := action{Do: doMenu, Record: first}
	if len(options) == 0 || !a.fits() {
		return nil
	}
	return []discordgo.ActionsRow{menu("Show a passage in context…", a, options)}
}

func contextAction(key, ref, at string, w way, page int) action {
	return action{Do: doContext, Record: key, Refs: []address{{key, ref}}, At: at, Way: w, Page: page}
}
