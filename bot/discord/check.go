package discord

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"rapporteur/bot"
	"rapporteur/retrieval"
)

// runCheck says whether a quotation is in the record.
func runCheck(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	c, err := f.core.Check(ctx, bot.CheckQuery{
		Quotation: r.options["quotation"], Speaker: r.options["speaker"], Record: r.options["record"],
	})
	if err != nil {
		return nil, err
	}
	answer := &reply{blocks: checkBlocks(c)}
	cited := checkCitations(c)
	answer.blocks = append(answer.blocks, sourceNotes(cited, "")...)
	answer.rows = sourceRows(cited)
	if len(c.Matches) > 0 {
		answer.keepFirst(cited)
	}
	return answer, nil
}

// maxChecked is how many quotations of one message are checked.
const maxChecked = 4

// runMenuCheck checks the quotations in a message.
func runMenuCheck(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	text := messageText(r)
	if text == "" {
		return nil, errNoText
	}
	quoted := f.core.Quotations(text)
	answer := &reply{}
	var cited []bot.Citation
	for i, q := range quoted[:min(maxChecked, len(quoted))] {
		c, err := f.core.Check(ctx, bot.CheckQuery{Quotation: q.Text, Speaker: q.Speaker, Record: r.options["record"]})
		if err != nil {
			return nil, err
		}
		blocks := checkBlocks(c)
		blocks[0].gap = i > 0
		answer.blocks = append(answer.blocks, blocks...)
		cited = append(cited, checkCitations(c)...)
	}
	if len(quoted) == 0 {
		return nil, &bot.UserError{Problem: "there is no quotation in this message", Hint: "choose a message with words in quotation marks, or use /check"}
	}
	if n := len(quoted) - maxChecked; n > 0 {
		answer.blocks = append(answer.blocks, note(fmt.Sprintf("%d more quotations of this message were not checked; use /check for them.", n)))
	}
	answer.blocks = append(answer.blocks, sourceNotes(cited, "")...)
	answer.rows = sourceRows(cited)
	return answer, nil
}

// runMenuFind finds where the record speaks of what a message says.
func runMenuFind(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	text := messageText(r)
	if text == "" {
		return nil, errNoText
	}
	if runes := []rune(text); len(runes) > bot.MaxQuestion {
		text = string(runes[:bot.MaxQuestion])
	}
	hits, err := f.core.Search(ctx, retrieval.Query{Text: text, Record: r.options["record"], Limit: shownHits})
	if err != nil {
		return nil, err
	}
	return f.hitsReply(hits, "Passages that fit this message: "+shorten(text, 100)), nil
}

var errNoText = &bot.UserError{Problem: "this message has no text that I can read", Hint: "choose one with words"}

// discordMarkup is what Discord's own notation adds to what a person wrote.
var discordMarkup = regexp.MustCompile(`<(?:@[!&]?|#|a?:\w+:|t:|/[^>:]*:|id:)[^>\s]*>`)

// messageText returns what the message of a menu says.
func messageText(r *request) string {
	if r.target == nil {
		return ""
	}
	text := r.target.Content
	for _, e := range r.target.Embeds {
		text += "\n" + e.Description
	}
	text = maskedLink.ReplaceAllString(discordMarkup.ReplaceAllString(text, " "), "$1")
	return strings.TrimSpace(clean(unescape(text)))
}

// verdicts say what a check came to.
var verdicts = map[bot.Verdict]string{
	bot.Verbatim:      "✅ Verbatim: the record has these words.",
	bot.Misattributed: "⚠️ Misattributed: the words are in the record, but not from this speaker.",
	bot.Stitched:      "⚠️ Stitched: every part is in the record, but not as one passage.",
	bot.Altered:       "⚠️ Altered: the record says this in other words.",
	bot.Absent:        "❌ Absent: the record has nothing like this.",
}

// checkBlocks shows what a check came to.
func checkBlocks(c *bot.Check) []block {
	verdict, ok := verdicts[c.Verdict]
	if !ok {
		verdict = sentence(string(c.Verdict))
	}
	blocks := []block{
		{parts: []part{{open: bold(verdict)}}},
		note("Checked: " + shorten(c.Quotation, maxAsked)),
	}
	if c.Verdict == bot.Misattributed && c.Claimed != "" {
		blocks = append(blocks, line("Claimed: "+c.Claimed+". In the record: "+c.Speaker+"."))
	}
	cited := checkCitations(c)
	many := manyRecords(cited)
	for _, m := range c.Matches {
		blocks = append(blocks, block{parts: []part{{open: bold(speaker(m.Citation)) + ":"}, quotation(m.Citation, many)}})
		if changes := diffText(m.Diff); changes != "" {
			blocks = append(blocks, block{prefix: small, parts: []part{{open: changes}}})
		}
	}
	for _, n := range c.Notes {
		blocks = append(blocks, note(n))
	}
	if len(c.Nearest) > 0 {
		blocks = append(blocks, line("The nearest passages:"))
		for _, n := range c.Nearest {
			blocks = append(blocks, nearBlock(n, many))
		}
	}
	return blocks
}

// maxDiff is the longest comparison shown, in code units of markup.
const maxDiff = 900

// diffText shows how a quotation differs from the record: struck out what it
// leaves out, underlined what it adds. It is empty without a difference.
func diffText(ops []bot.DiffOp) string {
	var b strings.Builder
	changed := false
	for _, op := range ops {
		text := strings.Join(strings.Fields(op.Text), " ")
		if text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		switch op.Op {
		case "delete":
			b.WriteString("~~" + escape(text) + "~~")
			changed = true
		case "insert":
			b.WriteString("__" + escape(text) + "__")
			changed = true
		default:
			b.WriteString(escape(text))
		}
	}
	if !changed || size(b.String()) > maxDiff {
		return ""
	}
	return "~~record~~ __quotation__: " + b.String()
}

// checkCitations returns the places a check found, or those near.
func checkCitations(c *bot.Check) []bot.Citation {
	var list []bot.Citation
	for _, m := range c.Matches {
		list = append(list, m.Citation)
	}
	return append(list, c.Nearest...)
}
