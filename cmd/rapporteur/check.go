package main

import (
	"strings"

	"github.com/spf13/cobra"

	"rapporteur/bot"
)

func (a *app) checkCommand() *cobra.Command {
	var speaker string
	cmd := &cobra.Command{
		Use:     "check QUOTATION",
		Short:   "Say whether a quotation is really in the record",
		Example: `  rapporteur check --speaker Soong "Yalta is not sacred."`,
		Args:    oneText("a quotation"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			c, err := b.Check(cmd.Context(), bot.CheckQuery{Quotation: strings.Join(args, " "), Speaker: speaker, Record: a.flags.record})
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, c)
			}
			a.page().check(c)
			return nil
		},
	}
	cmd.Flags().StringVar(&speaker, "speaker", "", "who is said to have said it, a `NAME`")
	return cmd
}
