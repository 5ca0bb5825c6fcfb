package corpus_test

import (
	"fmt"
	"strings"
	"testing"

	"rapporteur/corpus"
)

// FuzzPrint builds transcripts of known turns, in several layouts, and checks
// that the turns are read as they were meant, and that printing keeps them.
func FuzzPrint(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"), false, true)
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x10\x11\x12"), true, false)
	f.Add([]byte("The quick brown fox jumps over the lazy dog, twice at least."), true, true)
	f.Fuzz(func(t *testing.T, choices []byte, single, sections bool) {
		if len(choices) < 8 || len(choices) > 400 {
			return
		}
		gap := "\n\n\n"
		if single {
			gap = "\n\n"
		}
		speakers := []string{"MR. FOX", "The CHAIRMAN", "DR. OYELARAN", "MS. DE WITT"}
		texts := []string{"We agree.", "Nobody has asked the harbour master about it yet.", "Yes", "It was built in 1903 (by the Company) for £5,000.",
			"He said: “Never again.”", "First: the line is too long.", "Is that so?", "I. Smith wrote to us [sic] about it; see No. 4."}
		more := []string{"Costs: about four million.", "It is late.", "1. Coal and steel.", "Dr. Jones, who was there, says no."}
		var b, want strings.Builder
		b.WriteString("Minutes of the harbour board\n\n3 May 1920\n")
		label, n, spoken := "", 0, false
		for i := range 2 * len(speakers) { // every speaker speaks twice at least
			choices = append(choices, byte(i))
		}
		for i, c := range choices {
			if sections && i%9 == 0 {
				label, n = fmt.Sprint(i/9+1), 0
				fmt.Fprintf(&b, "%s%s. Item of the agenda\n", gap, label)
			}
			n++
			ref := fmt.Sprint(n)
			if label != "" {
				ref = label + "." + ref
			}
			speaker, text := speakers[int(c)%len(speakers)], texts[int(c/4)%len(texts)]
			if c >= 224 && spoken { // above the first turn it is part of the head
				fmt.Fprintf(&b, "%s(Laughter.)\n", gap)
				fmt.Fprintf(&want, "%s  (Laughter.)\n", ref)
				continue
			}
			spoken = true
			fmt.Fprintf(&b, "%s%s: %s\n", gap, speaker, text)
			if c >= 128 {
				second := more[int(c)%len(more)]
				fmt.Fprintf(&b, "\n%s\n", second)
				text += "\n" + second
			}
			fmt.Fprintf(&want, "%s %s %s\n", ref, speaker, text)
		}
		r, err := corpus.ParsePlain("fuzz.txt", []byte(b.String()), nil)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, turn := range r.Turns {
			if turn.Ref.Section != corpus.Head {
				fmt.Fprintf(&got, "%s %s %s\n", turn.Ref, turn.Speaker, turn.Text)
			}
		}
		if got.String() != want.String() {
			t.Fatalf("read:\n%s\nmeant:\n%s\nfrom:\n%s", got.String(), want.String(), b.String())
		}
		checkPrint(t, r)
	})
}
