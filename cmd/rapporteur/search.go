package main

import (
	"strings"

	"github.com/spf13/cobra"

	"rapporteur/bot"
	"rapporteur/retrieval"
)

func (a *app) searchCommand() *cobra.Command {
	q := retrieval.Query{}
	var batch string
	var exact bool
	cmd := &cobra.Command{
		Use:   "search QUERY",
		Short: "Rank the turns that speak of something",
		Example: `  rapporteur search "withdrawal of troops"
  rapporteur search --explain -k 3 Lüshun
  rapporteur search --exact sovereignty`,
		Args: oneText("a query"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if exact && batch != "" {
				return usagef("search takes --exact or --batch, not both")
			}
			if q.Limit < 1 {
				return usagef("-k must be 1 or more, not %d", q.Limit)
			}
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			if exact {
				c, err := b.Concordance(cmd.Context(), bot.ConcordanceQuery{Words: strings.Join(args, " "), Record: a.flags.record, Speaker: q.Speaker})
				if err != nil {
					return err
				}
				if a.flags.json {
					return printJSON(a.out, c)
				}
				a.page().concordance(c)
				return nil
			}
			search := func(text, record string) ([]bot.Hit, error) {
				if record == "" { // a name that fits several records or none narrows nothing
					record, text, _ = b.Meant(text, "")
				}
				q.Text, q.Record = text, record
				return b.Search(cmd.Context(), q)
			}
			if batch != "" {
				return a.eachLine(cmd.Context(), batch, func(line batchLine) error {
					hits, err := search(orElse(line.Query, line.Question), orElse(line.Record, a.flags.record))
					if err != nil {
						return err
					}
					return printJSONLine(a.out, struct {
						ID   string    `json:"id"`
						Hits []bot.Hit `json:"hits"`
					}{line.ID, hits})
				})
			}
			hits, err := search(strings.Join(args, " "), a.flags.record)
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, hits)
			}
			a.page().hits(hits)
			return nil
		},
	}
	cmd.Flags().IntVarP(&q.Limit, "limit", "k", 10, "show `N` turns")
	cmd.Flags().BoolVar(&exact, "exact", false, "list every occurrence of the very word or phrase in its context")
	cmd.Flags().BoolVar(&q.Explain, "explain", false, "show how each score came about")
	cmd.Flags().StringVar(&q.Section, "section", "", "only in this section: a `LABEL` or title")
	cmd.Flags().StringVar(&q.Speaker, "speaker", "", "only words of this speaker or side, a `NAME`")
	cmd.Flags().StringVar(&batch, "batch", "", "search for the queries of a `FILE` of JSON lines {\"id\",\"query\",\"record\"?}; - reads standard input")
	return cmd
}
