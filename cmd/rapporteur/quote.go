package main

import (
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) quoteCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "quote REF",
		Short: "Show a passage verbatim",
		Example: `  rapporteur quote V.9
  rapporteur quote IV.12-15`,
		Args: oneText("a reference such as V.9"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			p, err := b.Quote(strings.Join(args, " "), a.flags.record)
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, p)
			}
			a.page().passage(p)
			return nil
		},
	}
}
