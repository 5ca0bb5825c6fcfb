package discord

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// runSummary shows a section, or the whole record section by section, in cited
// points, and where each matter stands.
func runSummary(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	return f.summary(ctx, bot.SummaryQuery{Section: r.options["section"], Record: r.options["record"], Asker: r.user})
}

func (f *Frontend) summary(ctx context.Context, q bot.SummaryQuery) (*reply, error) {
	s, err := f.core.Summary(ctx, q)
	if err != nil {
		return nil, err
	}
	most, whole := 0, len(s.Sections) > 1
	for _, part := range s.Sections {
		most = max(most, len(part.Points))
	}
	r := &reply{}
	how := "The points are exact words of the record; how they are introduced and sorted is mine."
	if s.Mode == bot.Generated {
		how = "Points without quotation marks are worded by a language model from the passages linked; every one was checked against the record."
	}
	end := sourceNotes(s.Citations, how)
	shown := fitting(most, func(n int) []block {
		r.blocks = nil
		for i, part := range s.Sections {
			r.blocks = append(r.blocks, pointBlocks(&s.Answer, part, n, i > 0)...)
			if !whole {
				r.blocks = append(r.blocks, ledgerBlocks(&s.Answer, part)...)
			}
		}
		for _, n := range s.Notes {
			r.blocks = append(r.blocks, note(n))
		}
		return append(r.blocks, end...)
	})
	if shown < most {
		r.blocks = append(r.blocks, note("Shortened: not all points are shown."))
	}
	if rec, err := f.core.Record(s.Record); err == nil && whole {
		r.blocks = append(r.blocks, note("Choose a section for all of its points, and for what was agreed and what was left open."))
		r.rows = sectionMenu(rec, doSummary, "Summary of a section…")
	}
	r.blocks = append(r.blocks, end...)
	return r, nil
}

// fitting returns the largest number of items, of at most so many, with which
// blocks take no more messages than a passage may. blocks is called last with
// the number returned.
func fitting(most int, blocks func(n int) []block) int {
	n := most
	for len(pack(blocks(n), maxContent)) > passageMessages && n > 1 {
		n = max(1, min(n-1, n*3/4))
	}
	return n
}

// telling are kinds of points, those first that a short summary must not leave
// out: where a matter was left, then what was wanted.
var telling = []bot.PointKind{bot.LeftOpen, bot.Differs, bot.Consents, bot.Undertakes, bot.Proposed, bot.Asked, bot.Says}

// chosenPoints returns n of a section's points, in order: of each n-th of the
// section the point that tells most.
func chosenPoints(points []bot.Point, n int) []bot.Point {
	if n >= len(points) {
		return points
	}
	var list []bot.Point
	for i := range n {
		stretch := points[i*len(points)/n : (i+1)*len(points)/n]
		list = append(list, slices.MinFunc(stretch, func(a, b bot.Point) int {
			return slices.Index(telling, a.Kind) - slices.Index(telling, b.Kind)
		}))
	}
	return list
}

// pointBlocks shows n points of a section.
func pointBlocks(a *bot.Answer, s bot.SectionSummary, n int, gap bool) []block {
	title := s.Title
	if title == "" {
		title = s.Ref
	}
	list := []block{{parts: []part{{open: bold(title)}}, gap: gap}}
	for _, p := range chosenPoints(s.Points, n) {
		b := statementBlock(a, p.Statement, false)
		b.parts = append([]part{{open: "•"}}, b.parts...)
		list = append(list, b)
	}
	return list
}

// ledgerBlocks shows where the matters of a section stand.
func ledgerBlocks(a *bot.Answer, s bot.SectionSummary) []block {
	var list []block
	for i, item := range s.Ledger {
		standing := sentence(string(item.Standing))
		b := block{gap: i == 0, parts: []part{{open: bold(standing), text: " " + strings.Join(item.Topic, ", ")}}}
		var seen []string
		for _, at := range slices.Concat(item.Raised, item.Shown) {
			if c := a.Citations[at]; !slices.Contains(seen, c.Ref) {
				seen = append(seen, c.Ref)
				b.parts = append(b.parts, part{open: link(c.Ref, c.URL)})
			}
		}
		list = append(list, b)
	}
	return list
}

// runPositions shows what each speaker says on a topic, side by side.
func runPositions(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	p, err := f.core.Positions(ctx, bot.PositionsQuery{Topic: r.options["topic"], Record: r.options["record"], Default: r.usual, Asker: r.user})
	if err != nil {
		return nil, err
	}
	if p.Status == bot.Abstained {
		return answerReply(&p.Answer, r.options["topic"]), nil
	}
	out := &reply{rows: sourceRows(p.Citations)}
	most := 0
	for _, x := range p.Positions {
		most = max(most, len(x.Citations))
	}
	how := "The quotations are exact words of the record."
	if p.Mode == bot.Generated {
		how = "Lines without quotation marks are worded by a language model from the passages linked; every one was checked against the record."
	}
	end := sourceNotes(p.Citations, how)
	shown := fitting(most, func(n int) []block {
		out.blocks = []block{note("On: " + shorten(r.options["topic"], maxAsked))}
		for _, x := range p.Positions {
			out.blocks = append(out.blocks, positionBlocks(&p.Answer, x, n)...)
		}
		for _, n := range p.Notes {
			out.blocks = append(out.blocks, note(n))
		}
		return append(out.blocks, end...)
	})
	if shown < most {
		out.blocks = append(out.blocks, note(fmt.Sprintf("Shortened: at most %d passages of each speaker are shown.", shown)))
	}
	out.blocks = append(out.blocks, end...)
	return out, nil
}

// positionBlocks shows what a model words of what a speaker says, and the first
// n passages of it.
func positionBlocks(a *bot.Answer, x bot.Position, n int) []block {
	name := x.Speaker
	if x.Side != "" {
		name += " (" + x.Side + ")"
	}
	head := block{parts: []part{{open: bold(name)}}, gap: true}
	if len(x.Citations) == 0 {
		head.parts = append(head.parts, part{text: x.Text})
		return []block{head}
	}
	list := []block{head}
	for _, s := range x.Worded {
		list = append(list, statementBlock(a, s, false))
	}
	for _, at := range x.Citations[:min(n, len(x.Citations))] {
		list = append(list, block{parts: []part{quotation(a.Citations[at], false)}})
	}
	return list
}

// runCite cites the record, or a passage of it, for a paper.
func runCite(f *Frontend, _ context.Context, r *request) (*reply, error) {
	c, err := f.core.Cite(r.options["reference"], r.options["record"], bot.Style(r.options["style"]), time.Now())
	if err != nil {
		return nil, err
	}
	out := citeReply(c)
	if c.Ref != "" {
		key := recordKey(c.Record)
		if a := contextAction(key, c.Ref, c.Ref, around, 0); a.fits() {
			out.rows = []discordgo.ActionsRow{row(button("In context", discordgo.SecondaryButton, a))}
		}
		out.keep, out.keepOnly = &address{c.Record, c.Ref}, true
	}
	return out, nil
}

// citePassage cites a passage in a style, the first of them where none was
// chosen yet, with a select for the others.
func (f *Frontend) citePassage(a action, style string) (*reply, error) {
	x := a.Refs[0]
	id := recordByKey(f.core.Records(), x.record)
	if id == "" {
		return nil, errGone
	}
	c, err := f.core.Cite(x.ref, id, bot.Style(cmp.Or(style, styles()[0])), time.Now())
	if err != nil {
		return nil, err
	}
	out := citeReply(c)
	out.update = style != ""
	var options []discordgo.SelectMenuOption
	for _, s := range styles() {
		options = append(options, discordgo.SelectMenuOption{Label: s, Value: s, Default: s == string(c.Style)})
	}
	out.rows = []discordgo.ActionsRow{menu("Style…", a, options)}
	return out, nil
}

// citeReply shows an archival citation as blocks to copy.
func citeReply(c *bot.ArchivalCitation) *reply {
	out := &reply{}
	add := func(label, text string) {
		if text != "" {
			out.blocks = append(out.blocks,
				block{parts: []part{{open: bold(label)}}},
				block{parts: []part{{open: "```\n", text: text, close: "\n```", raw: true}}})
		}
	}
	add("Note", c.Note)
	switch c.Style {
	case bot.BibTeX, bot.CSLJSON:
		add("File", c.Text)
	default:
		add("Bibliography", c.Text)
	}
	return out
}

// styles are the choices of a citation's style.
func styles() []string {
	var list []string
	for _, s := range bot.Styles() {
		list = append(list, string(s))
	}
	return list
}
