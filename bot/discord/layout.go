package discord

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Limits of Discord, in UTF-16 code units: its clients count so, its server
// counts code points, and what fits the first fits the second.
const (
	maxContent     = 2000
	maxCustomID    = 100
	maxChoices     = 25
	maxChoice      = 100
	maxOptions     = 25 // of a select
	maxOptionText  = 100
	maxButtonLabel = 80
	maxLink        = 512
)

// Prefixes of a line.
const (
	small = "-# " // small grey print
	quote = "> "
)

// size is the length of s as Discord counts it.
func size(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// part is a run of text between marks, such as a quotation and its link. The
// marks are markup and stay with the text wherever it is continued; the text is
// plain and escaped when shown.
type part struct {
	open  string
	text  string
	close string
	raw   bool // text is put into a code block: see fenced
}

func (p part) markup() string {
	if p.raw {
		return p.open + fenced(p.text) + p.close
	}
	return p.open + escape(p.text) + p.close
}

// block is a paragraph of a message: parts one after the other, each line
// behind the prefix. A block stays in one message if it fits into one.
type block struct {
	parts  []part
	prefix string
	gap    bool // an empty line stands before it
}

// line returns a block of one text without marks.
func line(text string) block { return block{parts: []part{{text: text}}} }

// note returns a block of small print.
func note(text string) block { return block{parts: []part{{text: text}}, prefix: small} }

// indent puts the prefix before every line after the first.
func (b block) indent(markup string) string {
	if b.prefix == "" {
		return markup
	}
	return strings.ReplaceAll(markup, "\n", "\n"+b.prefix)
}

func (b block) markup() string {
	parts := make([]string, len(b.parts))
	for i, p := range b.parts {
		parts[i] = b.indent(p.markup())
	}
	return b.prefix + strings.Join(parts, " ")
}

// minHead is the room, in code units, below which an over-long text is begun in
// a new message rather than at the end of one.
const minHead = 500

// pack lays blocks out in messages of at most limit code units. What does not
// fit into one message is continued in the next: between blocks if possible,
// else between parts, else inside a text, between sentences or at least words.
// Marks are never cut; each piece of a text has its own. limit must leave room
// beside the longest marks of a part.
func pack(blocks []block, limit int) []string {
	p := packer{limit: limit}
	p.add(blocks...)
	p.flush()
	return p.out
}

type packer struct {
	limit int
	out   []string
	page  string
}

func (p *packer) flush() {
	if page := strings.TrimSpace(p.page); page != "" {
		p.out = append(p.out, page)
	}
	p.page = ""
}

// room reports whether markup fits behind sep on the page.
func (p *packer) room(sep, markup string) bool {
	return size(p.page)+size(sep)+size(markup) <= p.limit
}

func (p *packer) add(blocks ...block) {
	for _, b := range blocks {
		p.addBlock(b)
	}
}

// pages returns how many messages there are so far.
func (p *packer) pages() int {
	if p.page == "" {
		return len(p.out)
	}
	return len(p.out) + 1
}

func (p *packer) addBlock(b block) {
	sep := "\n"
	if b.gap {
		sep = "\n\n"
	}
	if p.page == "" {
		sep = ""
	}
	whole := b.markup()
	switch {
	case p.room(sep, whole):
		p.page += sep + whole
		return
	case size(whole) <= p.limit:
		p.flush()
		p.page = whole
		return
	}
	for i, part := range b.parts {
		if i > 0 {
			sep = " "
		}
		p.flow(b, part, sep)
	}
}

// flow puts a part on the page behind sep, and what does not fit on further
// pages.
func (p *packer) flow(b block, x part, sep string) {
	for {
		lead := sep
		if p.page == "" {
			lead = ""
		}
		if lead != " " {
			lead += b.prefix
		}
		long := len(x.text) > 8*p.limit // certainly too long: not worth the markup
		if !long {
			markup := b.indent(x.markup())
			if p.room(lead, markup) {
				p.page += lead + markup
				return
			}
			long = size(b.prefix+markup) > p.limit
		}
		if p.page != "" && (!long || p.limit-size(p.page) < minHead) {
			p.flush()
			continue
		}
		room := p.limit - size(p.page) - size(lead)
		head, tail := cut(x.text, room, func(s string) bool {
			return size(b.indent(part{x.open, s, x.close, x.raw}.markup())) <= room
		})
		if head != "" {
			p.page += lead + b.indent(part{x.open, head, x.close, x.raw}.markup())
		}
		p.flush()
		if tail == "" {
			return
		}
		x.text = tail
	}
}

// cut divides text so that the head fits: at the last end of a paragraph or
// sentence in the second half of what fits, else at the last place for a line
// break, else between two characters as readers see them. White space at the
// cut is dropped. No more than limit code units can fit. Callers come to an end
// even where nothing fits: the tail is always shorter than the text.
func cut(text string, limit int, fits func(string) bool) (head, tail string) {
	type boundary struct {
		at       int
		sentence bool
		line     bool
	}
	var bounds []boundary
	rest, state, at, units := text, -1, 0, 0
	for rest != "" && units <= limit {
		var cluster string
		var flags int
		cluster, rest, flags, state = uniseg.StepString(rest, state)
		for size(cluster) > minHead/2 { // not a character anybody reads
			_, n := utf8.DecodeRuneInString(cluster)
			at += n
			units++
			cluster = cluster[n:]
			bounds = append(bounds, boundary{at: at})
		}
		at += len(cluster)
		units += size(cluster)
		bounds = append(bounds, boundary{
			at:       at,
			sentence: flags&uniseg.MaskSentence != 0,
			line:     flags&uniseg.MaskLine != uniseg.LineDontBreak,
		})
	}
	if len(bounds) == 0 {
		return "", ""
	}
	n := sort.Search(len(bounds), func(i int) bool { return !fits(text[:bounds[i].at]) })
	if n == len(bounds) && at == len(text) {
		return text, ""
	}
	n = max(n, 1)
	best := bounds[n-1].at
	for _, want := range []func(boundary) bool{
		func(b boundary) bool { return b.sentence && b.at > best/2 },
		func(b boundary) bool { return b.line && b.at > best/2 },
	} {
		found := 0
		for _, b := range bounds[:n] {
			if want(b) {
				found = b.at
			}
		}
		if found > 0 {
			best = found
			break
		}
	}
	return strings.TrimRight(text[:best], " \n"), strings.TrimLeft(text[best:], " \n")
}

// shorten returns text in at most limit code units, cut between characters as
// readers see them, with an ellipsis where something is missing.
func shorten(text string, limit int) string {
	text = strings.Join(strings.Fields(clean(text)), " ")
	if size(text) <= limit {
		return text
	}
	end, rest, state, n := 0, text, -1, 1 // one for the ellipsis
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.StepString(rest, state)
		if n += size(cluster); n > limit {
			break
		}
		end += len(cluster)
	}
	return strings.TrimRight(text[:end], " ") + "…"
}
