package main

import (
	"strings"

	"github.com/spf13/cobra"

	"rapporteur/bot"
)

func (a *app) askCommand() *cobra.Command {
	var section, speaker, batch string
	cmd := &cobra.Command{
		Use:   "ask QUESTION",
		Short: "Answer a question with the record's own words",
		Example: `  rapporteur ask "Who should own the railway according to each side?"
  rapporteur ask --section V --speaker Molotov "what about the bay"
  rapporteur ask --batch questions.jsonl > answers.jsonl`,
		Args: oneText("a question"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			ask := func(text, record string) (*bot.Answer, error) {
				return b.Ask(cmd.Context(), bot.Question{Text: text, Record: record, Section: section, Speaker: speaker})
			}
			if batch != "" {
				return a.eachLine(cmd.Context(), batch, func(line batchLine) error {
					answer, err := ask(line.Question, orElse(line.Record, a.flags.record))
					if err != nil {
						return err
					}
					return printJSONLine(a.out, struct {
						ID string `json:"id"`
						*bot.Answer
					}{line.ID, answer})
				})
			}
			answer, err := ask(strings.Join(args, " "), a.flags.record)
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, answer)
			}
			a.page().answer(answer)
			return nil
		},
	}
	cmd.Flags().StringVar(&section, "section", "", "only in this section: a `LABEL` or title")
	cmd.Flags().StringVar(&speaker, "speaker", "", "only words of this speaker or side, a `NAME`")
	cmd.Flags().StringVar(&batch, "batch", "", "answer the questions of a `FILE` of JSON lines {\"id\",\"question\",\"record\"?}; - reads standard input")
	return cmd
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
