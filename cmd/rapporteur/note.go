package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/bot"
)

// terminal is the channel of the notes taken in a terminal.
const terminal = "terminal"

// member is who takes notes in a terminal: the user of the system, for several
// may share a database.
func (a *app) member() string {
	for _, variable := range []string{"USER", "USERNAME"} {
		if name, ok := a.env(variable); ok && name != "" {
			return terminal + ":" + name
		}
	}
	return terminal
}

func (a *app) noteCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "note",
		Short: "Keep passages with remarks: add, list, delete, export, forget",
		Example: `  rapporteur note add V.9 "the naval base"
  rapporteur note list
  rapporteur note export --format csl-json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("note has add, list, delete, export and forget, not %q", args[0])
			}
			return nil
		},
		RunE: a.listNotes(terminal),
	}
	cmd.AddCommand(a.noteAddCommand(), a.noteListCommand(), a.noteDeleteCommand(), a.noteExportCommand(), a.noteForgetCommand())
	return cmd
}

// notebook returns the notebook of the records and the state.
func (a *app) notebook(cmd *cobra.Command) (*bot.Notebook, error) {
	b, err := a.load(cmd.Context())
	if err != nil {
		return nil, err
	}
	s, err := a.openState(cmd.Context())
	if err != nil {
		return nil, err
	}
	return b.Notebook(s), nil
}

func (a *app) noteAddCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "add REF [REMARK]",
		Short: "Keep a passage with a remark",
		Args: func(_ *cobra.Command, args []string) error {
			if len(strings.Fields(strings.Join(args, " "))) == 0 {
				return usagef("note add needs a reference such as V.9")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := a.notebook(cmd)
			if err != nil {
				return err
			}
			w := bot.NewNote{Author: a.member(), Channel: terminal, Record: a.flags.record}
			w.Reference, w.Remark, _ = strings.Cut(strings.TrimSpace(strings.Join(args, " ")), " ")
			if _, err := a.bot.Find(w.Reference); err == nil && w.Remark != "" { // RECORD-ID V.9
				w.Record = w.Reference
				w.Reference, w.Remark, _ = strings.Cut(strings.TrimSpace(w.Remark), " ")
			}
			note, err := n.Add(cmd.Context(), w)
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, note)
			}
			a.page().heldNote(note)
			return nil
		},
	}
}

func (a *app) noteListCommand() *cobra.Command {
	channel := terminal
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the notes with their numbers",
		Args:  noArgs,
	}
	cmd.Flags().StringVar(&channel, "channel", terminal, "the notes of a Discord channel: its `ID`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return a.listNotes(channel)(cmd, args) }
	return cmd
}

// listNotes returns what lists the notes of a channel.
func (a *app) listNotes(channel string) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		n, err := a.notebook(cmd)
		if err != nil {
			return err
		}
		notes, err := n.Notes(cmd.Context(), bot.NoteQuery{Channel: channel})
		if err != nil {
			return err
		}
		if a.flags.json {
			return printJSON(a.out, notes)
		}
		if len(notes) == 0 {
			fmt.Fprintln(a.out, "There are no notes. “note add V.9 REMARK” keeps a passage.")
		}
		for i, note := range notes {
			if i > 0 {
				fmt.Fprintln(a.out)
			}
			a.page().heldNote(note)
		}
		return nil
	}
}

func (a *app) noteDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "delete NUMBER",
		Short: "Delete a note of your own for good",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("note delete needs the number of a note")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usagef("%q is no number of a note", args[0])
			}
			n, err := a.notebook(cmd)
			if err != nil {
				return err
			}
			if err := n.Delete(cmd.Context(), a.member(), id); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "Note %d is deleted.\n", id)
			return nil
		},
	}
}

func (a *app) noteExportCommand() *cobra.Command {
	var format, channel string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print the notes as Markdown, or as CSL-JSON for a reference manager",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := a.notebook(cmd)
			if err != nil {
				return err
			}
			text, err := n.Export(cmd.Context(), bot.NoteQuery{Channel: channel}, bot.NoteFormat(format))
			if err != nil {
				return err
			}
			fmt.Fprint(a.out, printable(text))
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", string(bot.NotesMarkdown), "markdown or csl-json: a `FORMAT`")
	cmd.Flags().StringVar(&channel, "channel", terminal, "the notes of a Discord channel: its `ID`")
	return cmd
}

func (a *app) noteForgetCommand() *cobra.Command {
	var member string
	cmd := &cobra.Command{
		Use:   "forget",
		Short: "Delete all of your notes for good",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := a.notebook(cmd)
			if err != nil {
				return err
			}
			if member == "" {
				member = a.member()
			}
			count, err := n.Forget(cmd.Context(), member)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%d notes are deleted.\n", count)
			return nil
		},
	}
	cmd.Flags().StringVar(&member, "member", "", "all notes of a Discord member instead: an `ID`, for those who run the bot")
	return cmd
}

// heldNote shows a note: the passage as the record has it, and the remark. Of
// a changed passage it shows what was noted, as such.
func (p *page) heldNote(n *bot.HeldNote) {
	p.print(p.style(bold, fmt.Sprintf("Note %d", n.ID))+p.style(dim, fmt.Sprintf("  %s, %s", n.Record, n.Time.Local().Format(time.DateOnly))), "")
	if warning := n.Warning(); warning != "" {
		p.print("  "+warning+" What was noted then:", "  ")
		for _, t := range n.Words {
			who := ""
			if t.Speaker != "" {
				who = t.Speaker + ": "
			}
			p.print("    "+t.Ref+"  "+who+strings.ReplaceAll(t.Text, "\n", " "), "      ")
		}
	} else {
		for _, c := range n.Citations {
			c.Quote = strings.ReplaceAll(c.Quote, "\n", " ")
			p.print("  ["+c.Ref+"] "+said(c), "    ")
		}
	}
	if n.Remark != "" {
		p.print("  "+strings.ReplaceAll(n.Remark, "\n", " "), "  ")
	}
}
