package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rapporteur/bot"
)

func (a *app) citeCommand() *cobra.Command {
	var style string
	cmd := &cobra.Command{
		Use:   "cite [REF]",
		Short: "Cite the record or a passage as archives want it",
		Example: `  rapporteur cite V.9
  rapporteur cite --style bibtex`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var names []string
			for _, s := range bot.Styles() {
				names = append(names, string(s))
			}
			if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+style+" ") {
				return usagef("unknown style %q; styles are %s", style, strings.Join(names, ", "))
			}
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			c, err := b.Cite(strings.Join(args, " "), a.flags.record, bot.Style(style), time.Now())
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, c)
			}
			a.page().archival(c)
			return nil
		},
	}
	cmd.Flags().StringVar(&style, "style", string(bot.Chicago), "chicago, mla, apa, bibtex or csl-json: a `STYLE`")
	return cmd
}

func (p *page) archival(c *bot.ArchivalCitation) {
	for _, part := range []string{c.Note, c.Text} {
		if part != "" {
			fmt.Fprintln(p.w, printable(part))
		}
	}
}
