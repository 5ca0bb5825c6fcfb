package discord

import (
	"context"
	"fmt"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// routeComponent finds the handler of a button or select. All it needs is in
// the component and, for sharing, in the message.
func (f *Frontend) routeComponent(r *request) (handler, error) {
	a := r.action
	h := handler{private: true}
	switch a.Do {
	case doSources:
		h.name, h.run = "sources", func(context.Context) (*reply, error) { return f.sources(a) }
	case doQuote:
		h.name, h.run = "quote block", func(context.Context) (*reply, error) { return f.quoteBlocks(a) }
	case doMenu:
		refs, ok := parseRefs(chosen(r), a.Record)
		if !ok || len(refs) != 1 {
			return handler{}, &staleError{}
		}
		view := contextAction(refs[0].record, refs[0].ref, "", around, 0)
		h.name, h.run = "context", func(context.Context) (*reply, error) { return f.inContext(view) }
	case doContext:
		h.name, h.run = "context", func(context.Context) (*reply, error) { return f.inContext(a) }
		h.update = a.Way != around
	case doContinue:
		h.name, h.run = "continue", func(context.Context) (*reply, error) { return f.passageAt(a.Refs[0]) }
	case doOpen:
		h.name, h.run = "section", func(context.Context) (*reply, error) { return f.passageAt(address{a.Record, chosen(r)}) }
	case doSummary:
		h.name, h.run = "summary of section", func(ctx context.Context) (*reply, error) {
			id := recordByKey(f.core.Records(), a.Record)
			if id == "" {
				return nil, errGone
			}
			return f.summary(ctx, bot.SummaryQuery{Section: chosen(r), Record: id, Asker: r.user})
		}
	case doRecord:
		h.name, h.run = "record", func(context.Context) (*reply, error) { return f.chosenRecord(chosen(r)) }
	case doKeep:
		h.name, h.form = "keep", func() form { return noteForm(a) }
	case doCite:
		h.name, h.update = "cite", len(r.values) > 0
		h.run = func(context.Context) (*reply, error) { return f.citePassage(a, chosen(r)) }
	case doNotes:
		h.name, h.update = "notes", true
		h.run = func(ctx context.Context) (*reply, error) { return f.listNotes(ctx, r, a) }
	case doForget:
		h.name, h.update = "forget", true
		h.run = func(ctx context.Context) (*reply, error) { return f.forget(ctx, r) }
	case doShare:
		h.name, h.private = "share", false
		h.run = func(context.Context) (*reply, error) { return shared(r) }
	default:
		return handler{}, &staleError{}
	}
	return h, nil
}

// chosen returns the value chosen from a select.
func chosen(r *request) string {
	if len(r.values) == 0 {
		return ""
	}
	return r.values[0]
}

// errGone is for components whose record or passage is no more.
var errGone = &bot.UserError{Problem: "the passage this button shows is no longer among my records", Hint: "see /record for those there are"}

// passage looks up what a component addresses.
func (f *Frontend) passage(x address) (*bot.Passage, error) {
	id := recordByKey(f.core.Records(), x.record)
	if id == "" {
		return nil, errGone
	}
	return f.core.Quote(x.ref, id)
}

func (f *Frontend) passageAt(x address) (*reply, error) {
	p, err := f.passage(x)
	if err != nil {
		return nil, err
	}
	return f.passageReply(p), nil
}

func (f *Frontend) chosenRecord(key string) (*reply, error) {
	rec, err := f.core.Record(recordByKey(f.core.Records(), key))
	if err != nil {
		return nil, errGone
	}
	return f.recordReply(rec), nil
}

// sources shows the whole turns an answer cites.
func (f *Frontend) sources(a action) (*reply, error) {
	r := &reply{}
	var cited []bot.Citation
	for _, x := range a.Refs {
		p, err := f.passage(x)
		if err != nil {
			return nil, err
		}
		for _, c := range p.Citations {
			b := turnBlock(c, "")
			b.gap = len(r.blocks) > 0
			r.blocks = append(r.blocks, b)
		}
		cited = append(cited, p.Citations...)
	}
	r.blocks = append(r.blocks, sourceNotes(cited, "The turns cited, in full.")...)
	r.rows = sourceRows(cited)
	return r, nil
}

// quoteBlocks shows passages as blocks to copy: the words of each turn, who
// says them, and where they stand.
func (f *Frontend) quoteBlocks(a action) (*reply, error) {
	r := &reply{}
	for _, x := range a.Refs {
		p, err := f.passage(x)
		if err != nil {
			return nil, err
		}
		for _, c := range p.Citations {
			where := speaker(c) + ", " + c.Ref + ", " + c.Title
			if c.Date != "" {
				where += ", " + c.Date
			}
			if page := safeURL(c.URL); page != "" {
				where += "\n" + page
			}
			r.blocks = append(r.blocks, block{parts: []part{{open: "```\n“", text: c.Text, close: "”\n— " + fenced(where) + "\n```", raw: true}}})
		}
	}
	return r, nil
}

// shared shows a private message of the bot to the channel.
func shared(r *request) (*reply, error) {
	if r.message == nil || r.message.Content == "" {
		return nil, errGone
	}
	out := &reply{blocks: []block{{parts: []part{{open: r.message.Content}}}}}
	by := block{prefix: small, parts: []part{{text: "Shared by " + shorten(r.name, 60)}}}
	if size(r.message.Content)+1+size(by.markup()) <= maxContent {
		out.blocks = append(out.blocks, by)
	}
	share := action{Do: doShare}.String()
	for _, c := range r.message.Components {
		old, ok := c.(*discordgo.ActionsRow)
		if !ok {
			continue
		}
		var kept []discordgo.MessageComponent
		for _, x := range old.Components {
			if b, ok := x.(*discordgo.Button); !ok || b.CustomID != share {
				kept = append(kept, x)
			}
		}
		if len(kept) > 0 {
			out.rows = append(out.rows, row(kept...))
		}
	}
	return out, nil
}

const (
	wholePart    = 1 << 30 // more turns than a part of a record has
	aroundTurns  = 3       // turns shown on either side of a passage
	contextTurns = 8       // turns shown when moving on
)

// inContext shows a passage among the turns around it, in one message that
// moves with its buttons.
func (f *Frontend) inContext(a action) (*reply, error) {
	x := a.Refs[0]
	id := recordByKey(f.core.Records(), x.record)
	if id == "" {
		return nil, errGone
	}
	p, err := f.core.Quote(x.ref, id)
	if err != nil {
		return nil, err
	}
	whole, err := f.core.Context(x.ref, id, wholePart, wholePart)
	if err != nil {
		return nil, err
	}
	v := view{turns: whole.Citations, marked: make(map[string]bool), action: a}
	for _, c := range p.Citations {
		v.marked[c.Ref] = true
	}
	if a.Way == around {
		a.At = p.Citations[0].Ref
	}
	at := -1
	for i, c := range v.turns {
		if c.Ref == a.At {
			at = i
		}
	}
	if at < 0 {
		return nil, errGone
	}
	head := block{parts: []part{{open: bold("In context")}}}
	if s := v.turns[at].Section; s != "" {
		head = block{parts: []part{{open: bold(s)}}}
	}
	v.limit = maxContent - size(head.markup()) - 40 // for the small line below
	return v.reply(head, at), nil
}

// view is a window on the turns of a part of a record.
type view struct {
	turns  []bot.Citation
	marked map[string]bool // references of the passage itself
	action action
	limit  int // code units
}

func (v *view) block(i int) block {
	mark := ""
	if v.marked[v.turns[i].Ref] {
		mark = "▸ "
	}
	return turnBlock(v.turns[i], mark)
}

// reply shows the turns around, before or after the one at index at; a turn too
// long for a message is shown in pages.
func (v *view) reply(head block, at int) *reply {
	pages := pack([]block{v.block(at)}, v.limit)
	r := &reply{update: v.action.Way != around, blocks: []block{head}}
	if len(pages) > 1 {
		page := min(v.action.Page, len(pages)-1)
		if v.action.Way == earlier {
			page = len(pages) - 1
		}
		r.blocks = append(r.blocks, block{gap: true, parts: []part{{open: pages[page]}}},
			note(fmt.Sprintf("Part %d of %d of this turn.", page+1, len(pages))))
		back, on := v.step(at-1, earlier, 0), v.step(at+1, later, 0)
		if page > 0 {
			back = v.step(at, pageOf, page-1)
		}
		if page < len(pages)-1 {
			on = v.step(at, pageOf, page+1)
		}
		r.rows = moveRow(back, on)
		return r
	}
	first, last := v.window(at)
	for i := first; i <= last; i++ {
		r.blocks = append(r.blocks, v.block(i))
	}
	r.rows = moveRow(v.step(first-1, earlier, 0), v.step(last+1, later, 0))
	return r
}

// window returns the turns that fit, as the way asks.
func (v *view) window(at int) (first, last int) {
	first, last = at, at
	fits := func(a, b int) bool {
		if a < 0 || b >= len(v.turns) {
			return false
		}
		n := 0
		for i := a; i <= b; i++ {
			n += size(v.block(i).markup()) + 2
		}
		return n <= v.limit
	}
	before, after := aroundTurns, aroundTurns
	switch v.action.Way {
	case earlier:
		before, after = contextTurns, 0
	case later, pageOf:
		before, after = 0, contextTurns
	}
	for before > 0 || after > 0 {
		if before > 0 {
			if before--; fits(first-1, last) {
				first--
			} else {
				before = 0
			}
		}
		if after > 0 {
			if after--; fits(first, last+1) {
				last++
			} else {
				after = 0
			}
		}
	}
	return first, last
}

// step returns the action that moves the view, or nil where there is nothing.
func (v *view) step(i int, w way, page int) *action {
	if i < 0 || i >= len(v.turns) {
		return nil
	}
	x := v.action.Refs[0]
	a := contextAction(x.record, x.ref, v.turns[i].Ref, w, page)
	if !a.fits() {
		return nil
	}
	return &a
}

func moveRow(back, on *action) []discordgo.ActionsRow {
	var buttons []discordgo.MessageComponent
	if back != nil {
		buttons = append(buttons, button("◂ Earlier", discordgo.SecondaryButton, *back))
	}
	if on != nil {
		buttons = append(buttons, button("Later ▸", discordgo.SecondaryButton, *on))
	}
	if buttons == nil {
		return nil
	}
	return []discordgo.ActionsRow{row(buttons...)}
}
