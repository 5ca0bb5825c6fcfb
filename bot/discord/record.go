package discord

import (
	"context"
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"

	"rapporteur/corpus"
)

// rank numbers what stands at index i of a list. It is markup as it is.
func rank(i int) string { return fmt.Sprintf("**%d.**", i+1) }

// runRecord shows the outline of a record, or the choice of records.
func runRecord(f *Frontend, _ context.Context, r *request) (*reply, error) {
	records := f.core.Records()
	if r.options["record"] == "" && len(records) != 1 {
		return libraryReply(records), nil
	}
	rec, err := f.core.Record(strings.TrimSpace(r.options["record"]))
	if err != nil {
		return nil, err
	}
	return f.recordReply(rec), nil
}

// recordReply shows what a record is, with its picture.
func (f *Frontend) recordReply(rec *corpus.Record) *reply {
	r := outlineReply(rec)
	if f.opts.Picture == nil {
		return r
	}
	png, text, err := f.drawings.of(rec)
	if err != nil {
		f.log.Warn("a record could not be drawn", "record", rec.ID, "error", err)
		return r
	}
	if len(png) > 0 && len(png) <= maxFile {
		r.files = []file{{name: "record.png", kind: "image/png", about: text, data: png}}
	}
	return r
}

// recordName is a record's title with its date.
func recordName(r *corpus.Description) string {
	if r.Date == "" {
		return r.Title
	}
	return r.Title + ", " + r.Date
}

// libraryReply lists the records.
func libraryReply(records []*corpus.Entry) *reply {
	r := &reply{blocks: []block{{parts: []part{{open: bold("Records")}}}}}
	if len(records) == 0 {
		r.blocks = append(r.blocks, line("There are no records yet."))
		return r
	}
	var options []discordgo.SelectMenuOption
	for i, rec := range records {
		if i == maxOptions {
			r.blocks = append(r.blocks, note(fmt.Sprintf("… and %d more; the option “record” of /record finds them by name.", len(records)-i)))
			break
		}
		r.blocks = append(r.blocks, block{parts: []part{{open: rank(i) + " ", text: recordName(&rec.Description)}, {open: "`" + fenced(rec.ID) + "`"}}})
		options = append(options, discordgo.SelectMenuOption{Label: shorten(recordName(&rec.Description), maxOptionText), Value: recordKey(rec.ID)})
	}
	r.rows = []discordgo.ActionsRow{menu("Show a record…", action{Do: doRecord}, options)}
	return r
}

// outlineReply shows what a record is and what it contains.
func outlineReply(rec *corpus.Record) *reply {
	r := &reply{blocks: []block{{parts: []part{{open: bold(rec.Title)}}}}}
	add := func(label, text string) {
		if text != "" {
			r.blocks = append(r.blocks, block{parts: []part{{open: bold(label + ":"), text: " " + text}}})
		}
	}
	add("Date", strings.TrimSpace(rec.Date+" "+rec.Time))
	add("Kind", rec.Kind)
	for _, side := range sides(rec) {
		add(side.label, side.names)
	}
	for i, s := range rec.Sections {
		if i == 0 {
			r.blocks = append(r.blocks, block{gap: true, parts: []part{{open: bold("Sections")}}})
		}
		r.blocks = append(r.blocks, line(fmt.Sprintf("%s (%s)", s.Name(), turnCount(rec, s))))
	}
	if len(rec.Sections) == 0 {
		add("Turns", fmt.Sprint(len(rec.Turns)))
	}
	b := block{gap: true, prefix: small, parts: []part{{text: sourceLine(rec)}}}
	if safeURL(rec.Source.URL) != "" {
		b.parts = append(b.parts, part{open: link("page of the archive", rec.Source.URL)})
	}
	r.blocks = append(r.blocks, b)
	if rec.Rights != "" {
		r.blocks = append(r.blocks, note("Rights: "+rec.Rights))
	}
	r.blocks = append(r.blocks, note("Record "+rec.ID))
	r.rows = append(sectionMenu(rec, doOpen, "Read a section…"), sectionMenu(rec, doSummary, "Summary of a section…")...)
	return r
}

type side struct{ label, names string }

// sides returns the participants by delegation, in order.
func sides(rec *corpus.Record) []side {
	var list []side
	at := make(map[string]int)
	for _, p := range rec.Participants {
		label := p.Side
		if label == "" {
			label = "Participants"
		}
		name := p.Name
		if p.Full != "" {
			name = p.Full
		}
		if p.Role != "" {
			name += " (" + p.Role + ")"
		}
		if i, ok := at[label]; ok {
			list[i].names += "; " + name
			continue
		}
		at[label] = len(list)
		list = append(list, side{label, name})
	}
	return list
}

func turnCount(rec *corpus.Record, s corpus.Section) string {
	if n := s.End - s.First; n == 1 {
		return rec.Turns[s.First].Ref.String()
	} else if n > 1 {
		return rec.Turns[s.First].Ref.String() + " to " + rec.Turns[s.End-1].Ref.String()
	}
	return "empty"
}

// sourceLine says where a record comes from, in the archive's own words where
// there are any.
func sourceLine(rec *corpus.Record) string {
	s := rec.Source
	if s.Credit != "" {
		return "Source: " + s.Credit
	}
	var parts []string
	for _, p := range []string{s.Archive, s.Collection, s.Box, s.Folder, s.Repository} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return "Source: not stated"
	}
	return "Source: " + strings.Join(parts, ", ")
}

// sectionMenu is a select that does something with a section.
func sectionMenu(rec *corpus.Record, do verb, placeholder string) []discordgo.ActionsRow {
	a := action{Do: do, Record: recordKey(rec.ID)}
	var options []discordgo.SelectMenuOption
	for _, s := range rec.Sections {
		if s.End > s.First && s.Label != "" && size(s.Label) <= maxOptionText && len(options) < maxOptions {
			options = append(options, discordgo.SelectMenuOption{Label: shorten(s.Name(), maxOptionText), Value: s.Label, Description: turnCount(rec, s)})
		}
	}
	if len(options) == 0 || !a.fits() {
		return nil
	}
	return []discordgo.ActionsRow{menu(placeholder, a, options)}
}
