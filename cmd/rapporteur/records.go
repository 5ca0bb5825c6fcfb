package main

import (
	"github.com/spf13/cobra"
)

func (a *app) recordsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "records",
		Short: "List the records of the library",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, b.Records())
			}
			a.page().records(b.Records())
			return nil
		},
	}
}

func (a *app) recordCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "record [ID]",
		Short: "Show the outline of a record",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%s takes one record id", cmd.Name())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			id := a.flags.record
			if len(args) == 1 {
				id = args[0]
			}
			r, err := b.Record(id)
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, r)
			}
			a.page().outline(r)
			return nil
		},
	}
}
