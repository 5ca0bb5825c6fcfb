package corpus_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"rapporteur/corpus"

	"github.com/google/go-cmp/cmp"
)

// TestGenerated writes transcripts with choices drawn at random (labels, space
// between turns, columns, headings, pages, line ends) and reads them back: each
// must be read exactly.
func TestGenerated(t *testing.T) {
	for seed := range uint64(400) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
		text, want := g.transcript()
		r, err := corpus.ParsePlain("generated.txt", []byte(text), nil)
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, text)
			continue
		}
		got := contents{title: r.Title, date: r.Date}
		for _, s := range r.Sections {
			got.sections = append(got.sections, s.Label+" "+s.Title)
		}
		for i := range r.Turns {
			if turn := &r.Turns[i]; turn.Speaker != "" {
				got.said(turn.Speaker, strings.Join(strings.Fields(turn.Text), " "))
			}
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(contents{})); diff != "" {
			t.Errorf("seed %d: %s\n%s", seed, diff, text)
		}
	}
}

// contents is what a transcript says; the words of a speaker whom a stage
// direction interrupts are one entry.
type contents struct {
	title, date string
	sections    []string
	turns       []string
}

func (o *contents) said(speaker, words string) {
	if n := len(o.turns); n > 0 && strings.HasPrefix(o.turns[n-1], speaker+": ") {
		o.turns[n-1] += " " + words
		return
	}
	o.turns = append(o.turns, speaker+": "+words)
}

type generator struct{ *rand.Rand }

func pick[T any](g *generator, of ...T) T { return of[g.IntN(len(of))] }

var (
	surnames  = []string{"Ashby", "Karpov", "O'Brien", "McBride", "de Vries", "Lind", "Reed-Jones", "Tanaka"}
	subjects  = []string{"Fares and Tolls", "The Harbour", "Coal for the Winter", "Next Meeting"}
	sentences = []string{
		"The boats are old.", "We have read the report of the committee.", "Who is to pay for the engine?", "It was so formerly.",
		"I wrote to the yard in March, and they have sent no answer to any of my letters.", "There are two ways: by rail and by sea.",
		"He said this: we cannot agree.", "At 10:30 we begin.", "The costs are 4,000 crowns a year, and more in winter.", "No.", "Costs: 40 crowns.", "He said: no.",
		"In the north the harbour freezes, and the people of the island wait for a ferry that does not come.", "We accept.",
	}
	remarks = []string{"Costs: ", "Result: ", "First: ", "For example: ", "Note: ", "My answer: ", "The question: "}
)

func (g *generator) paragraph() string {
	var said []string
	for range 1 + g.IntN(4) {
		said = append(said, pick(g, sentences...))
	}
	return strings.Join(said, " ")
}

func (g *generator) transcript() (string, contents) {
	form := pick(g, "%s: ", "Mr. %s: ", "MR. %s: ", "MR. %s. ", "MR. %s. ", "Anna %s: ")
	var speakers []string
	for _, i := range g.Perm(len(surnames))[:2+g.IntN(3)] {
		name := surnames[i]
		if strings.HasPrefix(form, "MR.") {
			name = strings.ToUpper(name)
		}
		speakers = append(speakers, strings.TrimRight(fmt.Sprintf(form, name), ":. "))
	}
	end := form[strings.Index(form, "%s")+2:]
	space := strings.Repeat("\n", pick(g, 2, 3))
	column := pick(g, 0, 66, 76)
	heading := pick(g, "", "ROMAN. TITLE", "NUMBER. TITLE", "Item NUMBER — TITLE")
	page := pick(g, "[Page %d]", "- %d -")

	want := contents{title: pick(g, "Record of a Meeting on the Ferry", "MINUTES OF THE HARBOUR BOARD"), date: "1951-03-12"}
	b := new(strings.Builder)
	fmt.Fprintf(b, "%s\n%s\n", want.title, pick(g, "12 March 1951", "Monday, March 12, 1951", "DATE: 12 March 1951"))
	if g.IntN(2) == 0 {
		fmt.Fprintf(b, "\n%s\n", wrap("PRESENT: "+strings.Join(speakers, "; "), column))
	}
	pages, speaker := 1, ""
	for s, title := range subjects[:2+g.IntN(3)] {
		if heading != "" {
			roman := []string{"I", "II", "III", "IV"}[s]
			fmt.Fprint(b, space, strings.NewReplacer("ROMAN", roman, "NUMBER", fmt.Sprint(s+1), "TITLE", title).Replace(heading))
			label := roman
			if strings.Contains(heading, "NUMBER") {
				label = fmt.Sprint(s + 1)
			}
			want.sections = append(want.sections, label+" "+title)
		}
		for range 3 + g.IntN(4) {
			next := pick(g, speakers...)
			for next == speaker {
				next = pick(g, speakers...)
			}
			speaker = next
			b.WriteString(space)
			for k := range pick(g, 1, 1, 2) {
				words, label := g.paragraph(), ""
				if k == 0 {
					label = speaker + end
				} else {
					b.WriteString("\n\n")
					words = pick(g, append(remarks, "", "", "")...) + words
				}
				b.WriteString(wrap(label+words, column))
				want.said(speaker, words)
			}
			switch g.IntN(8) {
			case 0:
				b.WriteString(space + pick(g, "(Laughter.)", "[A pause.]"))
			case 1:
				pages++
				fmt.Fprintf(b, "%s"+page, space, pages)
			}
		}
	}
	text := b.String() + "\n"
	switch g.IntN(4) {
	case 0:
		text = strings.ReplaceAll(text, "\n", "\r\n")
	case 1:
		text = "\uFEFF" + strings.ReplaceAll(text, "Mr. ", "Mr.\u00a0")
	}
	return text, want
}

// wrap breaks a paragraph into lines of up to column characters, or not at all.
func wrap(text string, column int) string {
	if column == 0 {
		return text
	}
	b := new(strings.Builder)
	at := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case at == 0:
		case at+1+len(word) > column:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += len(word)
	}
	return b.String()
}
