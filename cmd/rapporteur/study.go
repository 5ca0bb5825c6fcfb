package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rapporteur/bot"
)

func (a *app) summaryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "summary [SECTION]",
		Short: "Sum up a section, or the whole record section by section, in cited points",
		Example: `  rapporteur summary IV
  rapporteur summary --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			s, err := b.Summary(cmd.Context(), bot.SummaryQuery{Section: strings.Join(args, " "), Record: a.flags.record})
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, s)
			}
			a.page().summary(s)
			return nil
		},
	}
}

func (a *app) positionsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "positions TOPIC",
		Short:   "Show what each speaker said on a topic, side by side",
		Example: `  rapporteur positions "Port Arthur"`,
		Args:    oneText("a topic"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			p, err := b.Positions(cmd.Context(), bot.PositionsQuery{Topic: strings.Join(args, " "), Record: a.flags.record})
			if err != nil {
				return err
			}
			if a.flags.json {
				return printJSON(a.out, p)
			}
			a.page().positions(p)
			return nil
		},
	}
}

func (p *page) summary(s *bot.Summary) {
	for i, section := range s.Sections {
		if i > 0 {
			fmt.Fprintln(p.w)
		}
		p.print(p.style(bold, printable(section.Title)), "")
		for _, point := range section.Points {
			p.print("  "+p.statement(&s.Answer, point.Statement), "    ")
		}
		for k, item := range section.Ledger {
			if k == 0 {
				p.note("  What became of it:")
			}
			p.print("  "+string(item.Standing)+": "+strings.Join(item.Topic, ", ")+p.markers(&s.Answer, item.Shown), "    ")
			for _, u := range item.Next {
				c := s.Citations[u.Citation]
				p.print("    next, "+u.Who+": “"+c.Quote+"” "+s.Marker(c), "      ")
			}
		}
	}
	for _, n := range s.Notes {
		p.note(n)
	}
	p.sources(s.Citations)
}

func (p *page) positions(positions *bot.Positions) {
	for i, position := range positions.Positions {
		if i > 0 {
			fmt.Fprintln(p.w)
		}
		who := printable(position.Speaker)
		if position.Side != "" {
			who += " (" + printable(position.Side) + ")"
		}
		p.print(p.style(bold, who), "")
		if len(position.Citations) == 0 {
			p.note("  " + position.Text)
		}
		for _, s := range position.Worded {
			p.print("  "+p.statement(&positions.Answer, s), "    ")
		}
		for _, at := range position.Citations {
			c := positions.Citations[at]
			p.print("  ["+c.Ref+"] “"+c.Quote+"”", "    ")
		}
	}
	for _, n := range positions.Notes {
		p.note(n)
	}
	p.sources(positions.Citations)
}

// statement lays one statement of an answer out.
func (p *page) statement(a *bot.Answer, s bot.Statement) string {
	text := s.Text
	for _, at := range s.Citations {
		c := a.Citations[at]
		if s.Quoted {
			text += " “" + c.Quote + "”"
		}
		text += " " + a.Marker(c)
	}
	return text
}

func (p *page) markers(a *bot.Answer, citations []int) string {
	text := ""
	for _, at := range citations {
		text += " " + a.Marker(a.Citations[at])
	}
	return text
}
