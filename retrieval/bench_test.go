package retrieval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"rapporteur/corpus"
)

// syntheticRecords makes records of 500 turns of random words that are
// distributed like English (Zipf), turns in all.
func syntheticRecords(b *testing.B, turns int) []*corpus.Record {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.1, 5, 20000)
	var records []*corpus.Record
	for len(records)*500 < turns {
		var text strings.Builder
		fmt.Fprintf(&text, "Meeting %d\n", len(records))
		for range min(500, turns) {
			fmt.Fprintf(&text, "\n\nSpeaker %c:", 'A'+rune(random.IntN(6)))
			for range 5 + random.IntN(40) {
				fmt.Fprintf(&text, " w%dx", zipf.Uint64())
			}
			text.WriteString(".\n")
		}
		r, err := corpus.ParsePlain(fmt.Sprintf("meeting-%04d.txt", len(records)), []byte(text.String()), nil)
		if err != nil {
			b.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

var benchSizes = []int{1000, 10_000, 100_000}

func BenchmarkIndex(b *testing.B) {
	for _, turns := range benchSizes {
		records := syntheticRecords(b, turns)
		b.Run(fmt.Sprintf("turns=%d", turns), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				newIndex(b, records...)
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, turns := range benchSizes {
		x := newIndex(b, syntheticRecords(b, turns)...)
		zipf := rand.NewZipf(rand.New(rand.NewPCG(3, 4)), 1.1, 5, 20000)
		queries := make([]string, 256)
		for i := range queries {
			queries[i] = fmt.Sprintf("What did Speaker B say about w%dx w%dx and w%dx?", 20+zipf.Uint64(), 20+zipf.Uint64(), 20+zipf.Uint64())
		}
		b.Run(fmt.Sprintf("turns=%d", turns), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, err := x.Search(context.Background(), Query{Text: queries[i%len(queries)]}); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

// BenchmarkAssemble makes the index of records analysed before, as after a
// start with a stored index or a change of one record.
func BenchmarkAssemble(b *testing.B) {
	for _, turns := range benchSizes {
		records := syntheticRecords(b, turns)
		var analyses []*Analysis
		for _, r := range records {
			a, err := Analyse(context.Background(), r, nil)
			if err != nil {
				b.Fatal(err)
			}
			analyses = append(analyses, a)
		}
		b.Run(fmt.Sprintf("turns=%d", turns), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Assemble(context.Background(), records, analyses, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkStart measures a start of the program on 200 records: cold, where
// all has to be read and analysed, and warm, where the index is stored.
func BenchmarkStart(b *testing.B) {
	for _, turns := range benchSizes {
		folder := b.TempDir()
		for i := range 200 {
			var text strings.Builder
			fmt.Fprintf(&text, "Meeting %d\n", i)
			random := rand.New(rand.NewPCG(1, uint64(i)))
			zipf := rand.NewZipf(random, 1.1, 5, 20000)
			for range turns / 200 {
				fmt.Fprintf(&text, "\n\nSpeaker %c:", 'A'+rune(random.IntN(6)))
				for range 5 + random.IntN(40) {
					fmt.Fprintf(&text, " w%dx", zipf.Uint64())
				}
				text.WriteString(".\n")
			}
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("m-%03d.txt", i)), []byte(text.String()), 0o600); err != nil {
				b.Fatal(err)
			}
		}
		start := func(b *testing.B, data string) {
			store := NewStore(data, StoreOptions{})
			lib, err := corpus.Load(corpus.Options{Paths: []string{folder}, Stored: store.Records})
			if err != nil {
				b.Fatal(err)
			}
			index, _, err := store.Index(context.Background(), lib, Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/1e6, "heap-MB")
			runtime.KeepAlive(index)
			b.StartTimer()
		}
		b.Run(fmt.Sprintf("cold/turns=%d", turns), func(b *testing.B) {
			for b.Loop() {
				start(b, filepath.Join(b.TempDir(), "index"))
			}
		})
		data := filepath.Join(b.TempDir(), "index")
		b.Run(fmt.Sprintf("warm/turns=%d", turns), func(b *testing.B) {
			start(b, data)
			for b.Loop() {
				start(b, data)
			}
		})
	}
}
