package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"rapporteur/bot/quality"
)

// evaluation shows what eval measured. old is the file compared with.
func (p *page) evaluation(e evalReport, old string) {
	all := e.Overall
	asked := ""
	if e.AllRecords {
		asked = ", each asked of all records"
	}
	p.print(fmt.Sprintf("%s: %s, %d answerable; %s%s", e.File, count(all.Questions, "question"), all.Answerable, count(e.Records, "record"), asked), "")
	p.figures("Search", e.Report, quality.SearchMetrics(e.K))
	p.figures("Citations", e.Report, quality.CitationMetrics())
	p.figures("Answers", e.Report, quality.AnswerMetrics())
	for _, r := range e.Inexact() {
		p.print(fmt.Sprintf("Not exact: the answer to %s quotes %s", r.ID, strings.Join(r.Answer.Inexact, ", ")), "  ")
	}
	if e.Latency != nil {
		p.latency(e.Latency)
	}
	if e.Comparison != nil {
		p.comparison(e.Comparison, old)
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (p *page) latency(l *quality.Latency) {
	var parts []string
	add := func(what string, of *quality.Percentiles) {
		if of != nil {
			parts = append(parts, fmt.Sprintf("%s p50 %.1f ms, p99 %.1f ms", what, of.P50, of.P99))
		}
	}
	add("search", l.Search)
	add("answer", l.Answer)
	fmt.Fprintln(p.w)
	p.note("Latency: " + strings.Join(parts, "; "))
}

// figures shows a table with a line for each category and, of all questions, the
// ends of the 95 % interval. Tables without figures are left out.
func (p *page) figures(title string, report *quality.Report, metrics []quality.Metric) {
	metrics = slices.DeleteFunc(metrics, func(m quality.Metric) bool {
		_, ok := report.Overall.Figures[m.Name]
		return !ok
	})
	if len(metrics) == 0 {
		return
	}
	header := []string{title, "n"}
	for _, m := range metrics {
		header = append(header, m.Title)
	}
	rows := [][]string{header}
	add := func(name, n string, figures map[string]quality.Figure, value func(quality.Figure) float64) {
		row := []string{name, n}
		for _, m := range metrics {
			cell := "–"
			if f, ok := figures[m.Name]; ok {
				cell = fmt.Sprintf("%.3f", value(f))
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	mean := func(f quality.Figure) float64 { return f.Value }
	for _, g := range report.Categories {
		if slices.ContainsFunc(metrics, func(m quality.Metric) bool { return g.Figures[m.Name].Questions > 0 }) {
			name := g.Category
			if name == "" {
				name = "(no category)"
			}
			add(name, fmt.Sprint(g.Questions), g.Figures, mean)
		}
	}
	all := report.Overall
	add("all", fmt.Sprint(all.Questions), all.Figures, mean)
	add("  95 % from", "", all.Figures, func(f quality.Figure) float64 { return f.Low })
	add("  95 % to", "", all.Figures, func(f quality.Figure) float64 { return f.High })
	fmt.Fprintln(p.w)
	p.table(rows)
}

// table shows rows in columns, the first to the left, the others to the right.
// The first row is the header.
func (p *page) table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(printable(cell)))
		}
	}
	for i, row := range rows {
		var line strings.Builder
		for k, cell := range row {
			cell = printable(cell)
			pad := strings.Repeat(" ", widths[k]-uniseg.StringWidth(cell))
			if k == 0 {
				line.WriteString(cell + pad)
			} else {
				line.WriteString("  " + pad + cell)
			}
		}
		text := strings.TrimRight(line.String(), " ")
		if i == 0 {
			text = p.style(bold, text)
		}
		fmt.Fprintln(p.w, text)
	}
}

// comparison shows what changed: the figures, then the questions.
func (p *page) comparison(c *quality.Comparison, old string) {
	fmt.Fprintln(p.w)
	rows := [][]string{{"Compared with " + old, "before", "now", "change", "95 % interval", "better", "worse"}}
	for _, d := range c.Figures {
		rows = append(rows, []string{
			d.Metric, fmt.Sprintf("%.3f", d.Old), fmt.Sprintf("%.3f", d.New), fmt.Sprintf("%+.3f", d.New-d.Old),
			fmt.Sprintf("%+.3f to %+.3f", d.Low, d.High), fmt.Sprint(d.Better), fmt.Sprint(d.Worse),
		})
	}
	p.table(rows)
	fmt.Fprintln(p.w)
	if len(c.Changes) == 0 {
		fmt.Fprintln(p.w, "No question changed.")
	}
	for _, of := range []string{"search", "answer"} {
		if better, worse := c.Totals(of); better+worse > 0 {
			fmt.Fprintf(p.w, "%s: %d better, %d worse\n", strings.ToUpper(of[:1])+of[1:], better, worse)
			p.changes(c.Changes, of)
		}
	}
	if len(c.Added) > 0 {
		p.print("Only in this report: "+strings.Join(c.Added, ", "), "  ")
	}
	if len(c.Removed) > 0 {
		p.print("Only in the old report: "+strings.Join(c.Removed, ", "), "  ")
	}
}

// changes lists the questions whose search or answer changed, the worse first:
// they are what to look at.
func (p *page) changes(changes []quality.Change, of string) {
	for _, better := range []bool{false, true} {
		sign := map[bool]string{false: "-", true: "+"}[better]
		for _, c := range changes {
			if c.Of == of && c.Better == better {
				p.print(fmt.Sprintf("%s %s  %s → %s  %s", sign, c.ID, c.Old, c.New, c.Question), "    ")
			}
		}
	}
}
