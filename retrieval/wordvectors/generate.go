//go:build ignore

// Generate makes words.bin from word vectors in GloVe's text form (a word and
// its numbers on each line, the most frequent words first):
//
//	go run generate.go glove.6B.100d.txt words.bin
//
// The vectors' common part is taken out (their mean and the first two principal
// components; Mu and Viswanath, "All-but-the-Top", ICLR 2018), then they are
// scaled to a byte a number.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"log"
	"math"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kljensen/snowball/english"
)

const (
	words      = 30000
	neighbours = 12
	least      = .45 // similarity
	components = 2
)

type entry struct {
	word   string
	rank   int
	vector []float64
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: go run generate.go VECTORS.txt words.bin")
	}
	entries, err := read(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	removeCommon(entries)
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.word, b.word) })
	if err := os.WriteFile(os.Args[2], encode(entries), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(entries), "words")
}

func read(file string) ([]entry, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ordinary := regexp.MustCompile(`^[a-z]{2,}$|^[ai]$`)
	var entries []entry
	lines := bufio.NewScanner(f)
	for lines.Scan() && len(entries) < words {
		fields := strings.Fields(lines.Text())
		if !ordinary.MatchString(fields[0]) {
			continue
		}
		e := entry{word: fields[0], rank: len(entries)}
		for _, field := range fields[1:] {
			x, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return nil, err
			}
			e.vector = append(e.vector, x)
		}
		entries = append(entries, e)
	}
	return entries, lines.Err()
}

func removeCommon(entries []entry) {
	dim := len(entries[0].vector)
	mean := make([]float64, dim)
	for _, e := range entries {
		for i, x := range e.vector {
			mean[i] += x / float64(len(entries))
		}
	}
	for _, e := range entries {
		for i := range e.vector {
			e.vector[i] -= mean[i]
		}
	}
	for range components {
		direction := make([]float64, dim)
		for i := range direction {
			direction[i] = float64(i%7) - 3
		}
		for range 60 { // power iteration
			next := make([]float64, dim)
			for _, e := range entries {
				d := dot(e.vector, direction)
				for i, x := range e.vector {
					next[i] += d * x
				}
			}
			norm := math.Sqrt(dot(next, next))
			for i := range next {
				direction[i] = next[i] / norm
			}
		}
		for _, e := range entries {
			d := dot(e.vector, direction)
			for i := range e.vector {
				e.vector[i] -= d * direction[i]
			}
		}
	}
	for _, e := range entries {
		norm := math.Sqrt(dot(e.vector, e.vector))
		for i := range e.vector {
			e.vector[i] /= norm
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

type neighbour struct {
	index      int
	similarity float64
}

// nearest returns the words most similar to a word that have other stems than
// it and one another.
func nearest(entries []entry, stems []string, i int) []neighbour {
	var near []neighbour
	for k := range entries {
		if k != i && stems[k] != stems[i] {
			if s := dot(entries[i].vector, entries[k].vector); s >= least {
				near = append(near, neighbour{k, s})
			}
		}
	}
	slices.SortFunc(near, func(a, b neighbour) int { return cmp.Compare(b.similarity, a.similarity) })
	seen := map[string]bool{}
	near = slices.DeleteFunc(near, func(n neighbour) bool {
		dup := seen[stems[n.index]]
		seen[stems[n.index]] = true
		return dup
	})
	return near[:min(neighbours, len(near))]
}

func encode(entries []entry) []byte {
	stems := make([]string, len(entries))
	for i, e := range entries {
		stems[i] = english.Stem(e.word, false)
	}
	near := make([][]neighbour, len(entries))
	var workers sync.WaitGroup
	for w := range runtime.NumCPU() {
		workers.Go(func() {
			for i := w; i < len(entries); i += runtime.NumCPU() {
				near[i] = nearest(entries, stems, i)
			}
		})
	}
	workers.Wait()

	dim := len(entries[0].vector)
	var b, text bytes.Buffer
	b.WriteString("RWV1")
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	put([]uint32{uint32(len(entries)), uint32(dim), neighbours})
	for _, e := range entries {
		put(uint32(text.Len()))
		text.WriteString(e.word)
	}
	put(uint32(text.Len()))
	for _, e := range entries {
		put(uint16(e.rank))
	}
	for i := range entries {
		for k := range neighbours {
			n := neighbour{}
			if k < len(near[i]) {
				n = near[i][k]
			}
			put(uint16(n.index))
		}
	}
	for i := range entries {
		for k := range neighbours {
			n := neighbour{}
			if k < len(near[i]) {
				n = near[i][k]
			}
			put(uint8(math.Round(n.similarity * 255)))
		}
	}
	for _, e := range entries {
		largest := 0.0
		for _, x := range e.vector {
			largest = max(largest, math.Abs(x))
		}
		for _, x := range e.vector {
			put(int8(math.Round(x / largest * 127)))
		}
	}
	b.Write(text.Bytes())
	return b.Bytes()
}
