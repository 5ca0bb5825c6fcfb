package bot

import (
	"net/url"
	"strings"

	"rapporteur/corpus"
)

// cite makes a citation of the words turn.Text[start:end]. Quotations are made
// here and nowhere else: they are copied from the record.
func cite(r *corpus.Record, t *corpus.Turn, start, end int) Citation {
	quote := t.Text[start:end]
	return Citation{
		Record: r.ID, Ref: t.Ref.String(), Section: r.SectionName(t),
		Speaker: t.Speaker, Attribution: t.Attribution,
		Quote: quote, Text: t.Text, URL: fragmentURL(r.Source.URL, quote),
		Title: r.Title, Date: r.Date,
	}
}

// citeTurn makes a citation of a whole turn.
func citeTurn(r *corpus.Record, t *corpus.Turn) Citation { return cite(r, t, 0, len(t.Text)) }

// fragmentWords is how many words of a long quotation begin and end the text
// fragment of its link.
const fragmentWords = 5

// fragmentURL returns the address of a page with a text fragment that makes the
// browser scroll to a quotation and highlight it, or "" without a page. See
// https://wicg.github.io/scroll-to-text-fragment/.
func fragmentURL(page, quote string) string {
	if page == "" {
		return ""
	}
	quote, _, _ = strings.Cut(quote, "\n") // a fragment's start and end lie in one block each
	words := strings.Fields(quote)
	if len(words) == 0 {
		return page
	}
	if len(words) <= 2*fragmentWords {
		return page + "#:~:text=" + escapeFragment(strings.Join(words, " "))
	}
	return page + "#:~:text=" + escapeFragment(strings.Join(words[:fragmentWords], " ")) +
		"," + escapeFragment(strings.Join(words[len(words)-fragmentWords:], " "))
}

// escapeFragment percent-encodes a text for a text directive, where dash, comma
// and ampersand have a meaning of their own.
func escapeFragment(s string) string {
	s = strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	return strings.NewReplacer("-", "%2D", "_", "%5F", ".", "%2E", "~", "%7E").Replace(s)
}
