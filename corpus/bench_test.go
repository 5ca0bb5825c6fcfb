package corpus_test

import (
	"fmt"
	"strings"
	"testing"

	"rapporteur/corpus"
)

// transcript writes a record of n turns in the plain layout.
func transcript(n int) string {
	speakers := []string{"The Chairman", "Ms. Alvarez", "Mr. Brandt", "Dr. Chen"}
	words := strings.Fields("we have to agree on the railway before the end of the month because the harbour depends on it and nobody will pay twice for the same line")
	var b strings.Builder
	b.WriteString("Record of a long meeting\n\n5 May 1946, 10:00 a.m.\n")
	for i := range n {
		if i%500 == 0 {
			fmt.Fprintf(&b, "\n\n\n%d. Item of the agenda\n", i/500+1)
		}
		fmt.Fprintf(&b, "\n\n%s:", speakers[i*7%len(speakers)])
		for j := range 12 + i%40 {
			b.WriteString(" " + words[(i*13+j*5)%len(words)])
		}
		b.WriteString(".\n")
	}
	return b.String()
}

func BenchmarkParsePlain(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("turns=%d", n), func(b *testing.B) {
			data := []byte(transcript(n))
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := corpus.ParsePlain("long.txt", data, nil)
				if err != nil || len(r.Turns) != n+2 {
					b.Fatal(err, len(r.Turns))
				}
			}
		})
	}
}
