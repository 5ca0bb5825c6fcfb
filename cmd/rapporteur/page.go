package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/term"

	"rapporteur/bot"
	"rapporteur/corpus"
)

// page lays results out for a terminal, or plainly for anything else.
type page struct {
	w      io.Writer
	width  int  // columns to wrap at; 0: do not wrap
	colour bool // use colour
}

// widest is how many columns a line of text takes at most: longer lines are
// hard to read.
const widest = 100

// page returns a page on standard output.
func (a *app) page() *page {
	p := &page{w: a.out}
	if f, ok := a.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.width = widest
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 20 {
			p.width = min(columns, widest)
		}
		_, plain := a.env("NO_COLOR")
		p.colour = !plain
	}
	return p
}

// Styles are ANSI escape codes.
const (
	bold = "1"
	dim  = "2"
	cyan = "36"
)

func (p *page) style(code, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// print writes a paragraph, wrapped, its further lines indented.
func (p *page) print(text, indent string) {
	for line := range strings.SplitSeq(printable(text), "\n") {
		column := 0
		for i, word := range strings.Split(line, " ") {
			width := uniseg.StringWidth(word)
			if i > 0 {
				if p.width > 0 && column+1+width > p.width {
					fmt.Fprint(p.w, "\n"+indent)
					column = uniseg.StringWidth(indent)
				} else {
					fmt.Fprint(p.w, " ")
					column++
				}
			}
			fmt.Fprint(p.w, word)
			column += width
		}
		fmt.Fprintln(p.w)
	}
}

// printable takes control characters out of a text that comes from a record or
// a user: they could rewrite the screen.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r >= ' ' && r != 0x7f && (r < 0x80 || r > 0x9f) && !unicode.Is(unicode.Bidi_Control, r) {
			return r
		}
		return -1
	}, text)
}

func (p *page) note(text string) {
	if text != "" {
		fmt.Fprintln(p.w, p.style(dim, text))
	}
}

func (p *page) answer(a *bot.Answer) {
	if a.Status == bot.Abstained {
		p.print(silence(a), "")
		if len(a.Nearest) > 0 {
			fmt.Fprintln(p.w, "\nThe nearest passages, which do not answer it:")
		}
		for _, c := range a.Nearest {
			p.print(said(c)+" "+a.Marker(c), "  ")
		}
	} else {
		p.print(a.Text, "  ")
		for _, n := range a.Notes {
			p.note(n)
		}
	}
	p.sources(append(append([]bot.Citation{}, a.Citations...), a.Nearest...))
}

func silence(a *bot.Answer) string {
	if len(a.Notes) == 0 {
		return "The record does not say."
	}
	return strings.Join(a.Notes, " ")
}

// said is a citation's words after who says them.
func said(c bot.Citation) string {
	if c.Speaker == "" {
		return "“" + c.Quote + "”"
	}
	return c.Speaker + ": “" + c.Quote + "”"
}

// sources names the records cited and the page each can be read on.
func (p *page) sources(citations []bot.Citation) {
	seen := make(map[string]bool)
	for _, c := range citations {
		if seen[c.Record] {
			continue
		}
		seen[c.Record] = true
		source := c.Title
		if c.Date != "" {
			source += ", " + c.Date
		}
		fmt.Fprintln(p.w)
		p.note(printable(source))
		if page, _, _ := strings.Cut(c.URL, "#"); page != "" {
			p.note(printable(page))
		}
	}
}

func (p *page) hits(hits []bot.Hit) {
	if len(hits) == 0 {
		fmt.Fprintln(p.w, "Nothing was found.")
		return
	}
	several := slices.ContainsFunc(hits, func(h bot.Hit) bool { return h.Record != hits[0].Record })
	for _, h := range hits {
		who := ""
		if h.Speaker != "" {
			who = h.Speaker + ": "
		}
		where := "[" + h.Ref + "]"
		if several {
			where = strings.TrimSpace("[" + h.Record + " " + h.Ref + "] " + h.Date)
		}
		p.print(fmt.Sprintf("%2d. %s %s%s", h.Rank, where, who, h.Text), "    ")
		for _, r := range h.Reasons {
			p.note(fmt.Sprintf("    %s %8.3f  %s", r.Op, r.Value, printable(r.What)))
		}
		if len(h.Reasons) > 0 {
			p.note(fmt.Sprintf("    = %8.3f  score", h.Score))
		}
	}
}

// concordance lists every occurrence in its context and how often each speaker
// says it.
func (p *page) concordance(c *bot.Concordance) {
	fmt.Fprintf(p.w, "“%s” occurs %s.\n", printable(c.Words), times(c.Count))
	for _, line := range c.Lines {
		before := strings.ReplaceAll(line.Before, "\n", " ")
		pad := max(0, 44-uniseg.StringWidth(before))
		fmt.Fprintf(p.w, "%8s  %s%s%s%s  %s\n", line.Ref, strings.Repeat(" ", pad), printable(before),
			p.style(bold, printable(line.Quote)), printable(strings.ReplaceAll(line.After, "\n", " ")), p.style(dim, printable(line.Speaker)))
	}
	for _, s := range c.Speakers {
		who := s.Speaker
		if who == "" {
			who = "no speaker named"
		}
		p.note(fmt.Sprintf("%s: %d", printable(who), s.Count))
	}
}

func times(n int) string {
	switch n {
	case 0:
		return "nowhere"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func (p *page) passage(passage *bot.Passage) {
	for _, c := range passage.Citations {
		who := c.Speaker
		switch {
		case who == "":
			who = ""
		case c.Attribution == corpus.Inferred:
			who += " (inferred): "
		default:
			who += ": "
		}
		p.print(p.style(cyan, "["+c.Ref+"]")+" "+p.style(bold, printable(who))+c.Text, "  ")
	}
	p.sources(passage.Citations)
}

func (p *page) check(c *bot.Check) {
	p.print(headline(c), "")
	for _, m := range c.Matches {
		p.print("["+m.Ref+"] "+said(m.Citation), "  ")
		if len(m.Diff) > 0 && c.Verdict == bot.Altered {
			p.print("     "+diff(m.Diff), "     ")
		}
	}
	for _, n := range c.Notes {
		p.note(n)
	}
	if len(c.Unknown) > 0 {
		p.note("Not in the record at all: " + strings.Join(c.Unknown, ", "))
	}
	if len(c.Nearest) > 0 {
		fmt.Fprintln(p.w, "The nearest passages:")
		for _, n := range c.Nearest {
			p.print("["+n.Ref+"] "+said(n), "  ")
		}
	}
}

// headline says in a sentence what a check came to.
func headline(c *bot.Check) string {
	by := ""
	if c.Speaker != "" {
		by = ", said by " + c.Speaker
	}
	switch c.Verdict {
	case bot.Verbatim:
		return "Verbatim: these words are in the record" + by + "."
	case bot.Misattributed:
		return "Misattributed: the words are in the record" + by + ", not by " + c.Claimed + "."
	case bot.Stitched:
		return "Stitched: every part is in the record, but not as one passage" + by + "."
	case bot.Altered:
		line := "Altered: the record has other words" + by + "."
		if c.Negation != "" {
			line += " A negation was " + c.Negation + "."
		}
		return line
	}
	return "Absent: the record has nothing like this."
}

// diff shows what stands in the record as -word- and what was quoted as +word+.
func diff(ops []bot.DiffOp) string {
	var b strings.Builder
	for i, op := range ops {
		if i > 0 && !strings.HasPrefix(op.Text, " ") {
			b.WriteByte(' ')
		}
		switch op.Op {
		case "delete":
			b.WriteString("[-" + op.Text + "-]")
		case "insert":
			b.WriteString("{+" + op.Text + "+}")
		default:
			b.WriteString(op.Text)
		}
	}
	return b.String()
}

func (p *page) records(records []*corpus.Entry) {
	for _, r := range records {
		p.print(p.style(bold, r.ID)+"  "+r.Title+dated(&r.Description), "  ")
		p.note(fmt.Sprintf("  %d sections, %d numbered lines, speakers: %s", len(r.Sections), r.Turns, strings.Join(r.Speakers, ", ")))
	}
}

func dated(r *corpus.Description) string {
	if r.Date == "" {
		return ""
	}
	return " (" + r.Date + ")"
}

func (p *page) outline(r *corpus.Record) {
	p.print(p.style(bold, r.Title), "")
	if r.Date != "" {
		p.print(strings.TrimSuffix(r.Date+", "+r.Time, ", "), "")
	}
	if r.Kind != "" {
		p.print(r.Kind, "")
	}
	fmt.Fprintln(p.w)
	count := make(map[string]int)
	for i := range r.Turns {
		count[r.Turns[i].Speaker]++
	}
	for _, participant := range r.Participants {
		line := "  " + participant.Name
		if participant.Full != "" {
			line += ", " + participant.Full
		}
		if participant.Side != "" {
			line += " (" + participant.Side + ")"
		}
		if participant.Role != "" {
			line += ", " + participant.Role
		}
		if n := count[participant.Name]; n > 0 {
			line += fmt.Sprintf(": %d turns", n)
		}
		p.print(line, "    ")
	}
	fmt.Fprintln(p.w)
	for i := range r.Sections {
		s := &r.Sections[i]
		p.print(fmt.Sprintf("  %s  [%s.1-%d]", s.Name(), s.Label, s.End-s.First), "    ")
	}
	if len(r.Sections) == 0 {
		p.print(fmt.Sprintf("  %d turns, no sections", len(r.Turns)), "")
	}
	fmt.Fprintln(p.w)
	for _, line := range []string{r.Source.Credit, r.Source.Repository, r.Source.URL, r.Rights} {
		if line != "" {
			p.print(line, "")
		}
	}
}
