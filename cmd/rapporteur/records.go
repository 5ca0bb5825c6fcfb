package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"rapporteur/bot/picture"
	"rapporteur/corpus"
)

func (a *app) recordsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "records",
		Short: "List the records of the library",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			if a.flags.json {
				records, err := a.library.lib.Records()
				return errors.Join(err, printJSON(a.out, records))
			}
			a.page().records(b.Records())
			return nil
		},
	}
	cmd.AddCommand(a.recordsCheckCommand())
	return cmd
}

func (a *app) recordsCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check PATH...",
		Short: "Report how files and folders would be read, before others see them",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("records check needs a file or a folder")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			lib, err := corpus.Load(corpus.Options{Paths: args})
			records, opening := lib.Records()
			err = errors.Join(err, opening)
			reports := make([]corpus.Report, 0, len(records))
			for _, r := range records {
				reports = append(reports, corpus.NewReport(r))
			}
			if a.flags.json {
				return errors.Join(printJSON(a.out, reports), err)
			}
			for i, report := range reports {
				if i > 0 {
					fmt.Fprintln(a.out)
				}
				fmt.Fprintln(a.out, strings.TrimRight(printable(report.String()), "\n"))
			}
			for _, path := range args {
				a.sayPassedOver(corpus.PassedOver(path))
			}
			return err
		},
	}
}

// sayPassedOver says which files of a folder are no transcripts, the first of
// them by name.
func (a *app) sayPassedOver(names []string) {
	const shown = 10
	if len(names) == 0 {
		return
	}
	list := strings.Join(names[:min(len(names), shown)], ", ")
	if more := len(names) - shown; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	fmt.Fprintln(a.out, "\npassed over, as no transcripts by their names or kind: "+printable(strings.ReplaceAll(list, "\n", " ")))
}

func (a *app) recordCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "record [ID]",
		Short: "Show the outline of a record",
		Example: `  rapporteur record soong-molotov-1945-07-10
  rapporteur record --picture meeting.png`,
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
			if file != "" {
				return a.drawRecord(r, file)
			}
			if a.flags.json {
				return printJSON(a.out, r)
			}
			a.page().outline(r)
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "picture", "", "draw the turns of each speaker in each section, and write them as PNG to `FILE`")
	return cmd
}

// drawRecord writes the picture of a record to a file, and says what it shows.
func (a *app) drawRecord(r *corpus.Record, file string) error {
	png, alt, err := picture.Draw(r)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		return fmt.Errorf("%s: %w", file, errorWithoutPath(err))
	}
	if a.flags.json {
		return printJSON(a.out, struct {
			File string `json:"file"`
			Alt  string `json:"alt"`
		}{file, alt})
	}
	a.page().print(alt, "")
	return nil
}
