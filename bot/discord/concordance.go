package discord

import (
	"context"
	"fmt"
	"strings"

	"rapporteur/bot"
)

// shownLines is how many occurrences of a word are shown.
const shownLines = 25

// runConcordance lists every occurrence of the words of a search.
func runConcordance(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	c, err := f.core.Concordance(ctx, bot.ConcordanceQuery{
		Words: r.options["query"], Record: r.options["record"], Speaker: r.options["speaker"], Limit: shownLines,
	})
	if err != nil {
		return nil, err
	}
	words := "“" + shorten(c.Words, bot.MaxConcordance) + "”"
	out := &reply{blocks: []block{{parts: []part{{open: bold(words)}, {text: "occurs " + times(c.Count) + "."}}}}}
	if c.Count == 0 {
		out.outcome = outcomeAbstained
		out.blocks = []block{{parts: []part{{open: bold(words)}, {text: "does not occur" + within(r) + "."}}},
			note("Looked for as whole words, in any letter case. /search without “exact” also finds what is like it.")}
		return out, nil
	}
	cited := make([]bot.Citation, len(c.Lines))
	for i, line := range c.Lines {
		cited[i] = line.Citation
	}
	many := manyRecords(cited)
	out.blocks = append(out.blocks, countBlocks(c.Speakers)...)
	for i, line := range c.Lines {
		out.blocks = append(out.blocks, keyWordBlock(line, many, i == 0))
	}
	if n := c.Count - len(c.Lines); n > 0 {
		out.blocks = append(out.blocks, note(fmt.Sprintf("… and %d more, in the order of the record; “speaker” or “record” narrow them down.", n)))
	}
	out.blocks = append(out.blocks, sourceNotes(cited, "The words are those of the record, cut at “…”.")...)
	out.rows = sourceRows(cited)
	return out, nil
}

// within says where words were looked for.
func within(r *request) string {
	where := " in the record"
	if id := r.options["record"]; id != "" {
		where = " in " + shorten(id, 100)
	}
	if who := r.options["speaker"]; who != "" {
		where += " in words of " + shorten(who, 100)
	}
	return where
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// countBlocks say how often each speaker says the words, of each record with an
// occurrence on a line of its own.
func countBlocks(counts []bot.SpeakerCount) []block {
	var list []block
	var records []string
	lines := make(map[string][]string)
	found := make(map[string]int)
	for _, c := range counts {
		if _, ok := lines[c.Record]; !ok {
			records = append(records, c.Record)
		}
		who := c.Speaker
		if who == "" {
			who = "no speaker named"
		}
		lines[c.Record] = append(lines[c.Record], fmt.Sprintf("%s %d", who, c.Count))
		found[c.Record] += c.Count
	}
	for _, id := range records {
		if found[id] == 0 {
			continue
		}
		text := strings.Join(lines[id], " · ")
		if len(records) > 1 {
			text = id + ": " + text
		}
		list = append(list, note(text))
	}
	return list
}

// keyWordBlock shows an occurrence between what stands before and after it.
func keyWordBlock(k bot.KeyWord, many, gap bool) block {
	oneLine := func(s string) string { return strings.Join(strings.Split(s, "\n"), " ") }
	before, after := "“… ", " …”"
	if strings.HasPrefix(k.Text, k.Before+k.Quote) {
		before = "“"
	}
	if strings.HasSuffix(k.Text, k.Quote+k.After) {
		after = "”"
	}
	return block{gap: gap, parts: []part{{
		open: link(marker(k.Citation, many), k.URL) + " " + bold(speaker(k.Citation)+":") + " " +
			before + escape(oneLine(k.Before)) + bold(oneLine(k.Quote)) + escape(oneLine(k.After)) + after,
	}}}
}
