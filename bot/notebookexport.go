package bot

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// NoteFormat is a format in which notes are handed out.
type NoteFormat string

// The formats of notes: a text with archival citations in Chicago style, and
// items for a reference manager.
const (
	NotesMarkdown NoteFormat = "markdown"
	NotesCSLJSON  NoteFormat = "csl-json"
)

// NoteFormats returns the formats of notes, in the order to offer them.
func NoteFormats() []NoteFormat { return []NoteFormat{NotesMarkdown, NotesCSLJSON} }

// Export returns the notes chosen in a format, oldest first. Authors are left
// out: what a group hands on need not say who remarked what.
func (n *Notebook) Export(ctx context.Context, q NoteQuery, format NoteFormat) (string, error) {
	if format != NotesMarkdown && format != NotesCSLJSON {
		return "", &UserError{Problem: fmt.Sprintf("the format %q is not known", format), Hint: "use markdown or csl-json"}
	}
	notes, err := n.Notes(ctx, q)
	if err != nil {
		return "", err
	}
	if format == NotesCSLJSON {
		return n.cslJSON(notes)
	}
	return n.markdown(notes)
}

// cslJSON returns an item for each note: the record, with the passage and the
// remark.
func (n *Notebook) cslJSON(notes []*HeldNote) (string, error) {
	var items []cslItem
	for _, note := range notes {
		item := n.source(note).csl()
		item.ID = fmt.Sprintf("%s-%s-note-%d", item.ID, note.Ref, note.ID)
		item.Note = join(". ", item.Note, strings.TrimSuffix(note.Warning(), "."))
		item.Annote = note.Remark
		items = append(items, item)
	}
	return cslJSON(items...)
}

// source returns what a note is cited from; accessed when it was noted.
func (n *Notebook) source(note *HeldNote) source {
	r, err := n.bot.lib.Record(note.Record)
	if err != nil {
		return source{id: note.Record, title: note.Record, passage: note.Ref}
	}
	return newSource(r, note.Ref, note.Time)
}

// markdown returns the notes as a text.
func (n *Notebook) markdown(notes []*HeldNote) (string, error) {
	var b strings.Builder
	b.WriteString("# Notes\n")
	if len(notes) == 0 {
		b.WriteString("\nThere are none.\n")
	}
	for _, note := range notes {
		fmt.Fprintf(&b, "\n## %s\n\n", escapeMarkdown(note.Record+" "+note.Ref))
		if warning := note.Warning(); warning != "" {
			fmt.Fprintf(&b, "**%s** What it said then:\n\n", escapeMarkdown(warning))
		}
		for i, turn := range note.Words {
			if i > 0 {
				b.WriteString(">\n")
			}
			who := ""
			if turn.Speaker != "" {
				who = "**" + escapeMarkdown(turn.Speaker) + ":** "
			}
			for k, paragraph := range strings.Split(turn.Text, "\n") {
				if k > 0 {
					b.WriteString(">\n")
					who = ""
				}
				b.WriteString("> " + who + escapeMarkdown(paragraph))
				if k == strings.Count(turn.Text, "\n") && turn.Ref != note.Ref {
					b.WriteString(" \\[" + escapeMarkdown(turn.Ref) + "\\]")
				}
				b.WriteString("\n")
			}
		}
		if note.Remark != "" {
			b.WriteString("\n" + strings.ReplaceAll(escapeMarkdown(note.Remark), "\n", "  \n") + "\n")
		}
		cited, _ := n.source(note).chicago()
		fmt.Fprintf(&b, "\nNoted on %s. %s\n", note.Time.Format(time.DateOnly), escapeMarkdown(cited))
	}
	return b.String(), nil
}

// escapeMarkdown escapes what means something to Markdown, so that a text comes
// out as it is.
func escapeMarkdown(s string) string {
	var b strings.Builder
	lineStart := true
	for i, r := range s {
		switch {
		case strings.ContainsRune("\\`*_[]<>|~&", r):
			b.WriteByte('\\')
		case lineStart && strings.ContainsRune("#+-=", r):
			b.WriteByte('\\')
		case (r == '.' || r == ')') && digitsOnly(s[strings.LastIndexByte(s[:i], '\n')+1:i]):
			b.WriteByte('\\') // no list: "1) Point 8 you spoke of."
		}
		b.WriteRune(r)
		lineStart = r == '\n' || lineStart && r == ' '
	}
	return b.String()
}

// digitsOnly reports whether a text is a number.
func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
