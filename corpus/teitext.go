package corpus

import "strings"

// paragraphs returns the text of an element, a string for each paragraph, item
// or line of verse in it. Notes go below the record and pages become data.
func (t *teiReader) paragraphs(e *element) []string {
	w := &teiText{reader: t}
	w.write(e)
	w.end()
	return w.texts
}

// teiText is the text of an element while it is written.
type teiText struct {
	reader *teiReader
	texts  []string
	text   strings.Builder
}

// end ends a paragraph.
func (w *teiText) end() {
	if text := plainSpaces(strings.Join(strings.FieldsFunc(w.text.String(), isXMLSpace), " ")); text != "" {
		w.texts = append(w.texts, text)
	}
	w.text.Reset()
}

// isXMLSpace reports the white space that XML does not keep.
func isXMLSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' }

func (w *teiText) children(e *element) {
	for _, child := range e.children {
		w.write(child)
	}
}

func (w *teiText) write(e *element) {
	switch e.name {
	case "":
		w.text.WriteString(e.text)
	case "p", "ab", "item", "l", "row", "head", "seg", "byline", "dateline", "docDate", "docAuthor", "signed", "salute", "label", "titlePart", "div", "sp", "opener", "closer", "bibl":
		if e.name == "seg" && e.attr("type") == "" && w.text.Len() > 0 && !strings.HasSuffix(w.text.String(), "\n") {
			w.children(e) // a part of a sentence
			return
		}
		w.end()
		w.children(e)
		w.end()
	case "cell":
		w.children(e)
		w.text.WriteByte(' ')
	case "lb", "cb":
		if e.attr("break") != "no" {
			w.text.WriteByte(' ')
		}
	case "pb":
		w.reader.page(e)
		if e.attr("break") != "no" {
			w.text.WriteByte(' ')
		}
	case "note":
		w.reader.note(e)
	case "gap":
		w.bracket(gapText(e))
	case "unclear":
		w.children(e)
		w.text.WriteString(" [?]")
	case "supplied":
		w.bracket(e.content())
	case "stage", "incident", "kinesic", "vocal", "writing":
		if w.text.Len() > 0 || len(w.texts) > 0 {
			w.bracket(e.content())
			return
		}
		w.children(e)
	case "choice":
		w.choice(e)
	case "fw", "figDesc", "graphic", "index", "milestone", "anchor", "pause", "shift", "speaker":
		if e.name == "speaker" {
			w.children(e)
		}
	case "del":
		w.reader.doubt(e.line, "struck out in the document, left out of the text: "+beginning(e.content()))
	default:
		w.children(e)
	}
}

func endsInLetter(s string) bool {
	return s != "" && !strings.HasSuffix(s, " ") && !strings.HasSuffix(s, "\n")
}

// bracket writes an editor's words in brackets.
func (w *teiText) bracket(s string) {
	if s == "" {
		return
	}
	if !isBracketed(s) {
		s = "[" + s + "]"
	}
	if endsInLetter(w.text.String()) {
		w.text.WriteByte(' ')
	}
	w.text.WriteString(s)
}

func gapText(e *element) string {
	if text := e.content(); text != "" {
		return text
	}
	reason := e.attr("reason")
	if reason == "" {
		reason = "illegible"
	}
	return reason
}

// choice writes what the document has, and the editor's word for it in brackets.
func (w *teiText) choice(e *element) {
	var first, second *element
	for _, child := range e.children {
		switch child.name {
		case "sic", "orig", "abbr":
			first = child
		case "corr", "reg", "expan":
			second = child
		}
	}
	switch {
	case first == nil:
		w.children(e)
	default:
		w.children(first)
		if second != nil && second.content() != first.content() {
			w.bracket(second.content())
		}
	}
}
