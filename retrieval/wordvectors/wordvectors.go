// Package wordvectors knows which English words are alike: a table of vectors
// for the 30,000 most frequent words, part of the program.
//
// The table is derived from GloVe (Pennington, Socher and Manning, "GloVe: Global
// Vectors for Word Representation", EMNLP 2014; the 100-dimensional vectors
// trained on Wikipedia 2014 and Gigaword 5, public domain by the Open Data
// Commons PDDL 1.0). generate.go makes it.
//
// Layout of words.bin, numbers little-endian, words in alphabetical order:
//
//	"RWV1", n, dim, k          4 bytes, 3 × uint32
//	offsets of words           (n+1) × uint32, into the text at the end
//	rank by frequency          n × uint16
//	nearest words              n × k × uint16, indexes, most similar first
//	their similarity           n × k × uint8, cosine × 255; 0 ends the list
//	vectors                    n × dim × int8, each scaled to its largest number
//	text of the words
package wordvectors

import (
	_ "embed"
	"math"
	"sort"
)

//go:embed words.bin
var table string

const (
	headerSize = 16
	// Dim is the number of dimensions of a vector.
	Dim = 100
	// Words is how many words the table has.
	Words = 30000

	neighbours   = 12
	offsetsAt    = headerSize
	ranksAt      = offsetsAt + 4*(Words+1)
	nearestAt    = ranksAt + 2*Words
	similarityAt = nearestAt + 2*Words*neighbours
	vectorsAt    = similarityAt + Words*neighbours
	textAt       = vectorsAt + Words*Dim
)

// find returns the index of a word in lower case, or -1.
func find(word string) int {
	i := sort.Search(Words, func(i int) bool { return wordAt(i) >= word })
	if i < Words && wordAt(i) == word {
		return i
	}
	return -1
}

func wordAt(i int) string {
	from, to := uint32At(offsetsAt+4*i), uint32At(offsetsAt+4*i+4)
	return table[textAt+int(from) : textAt+int(to)]
}

func uint32At(at int) uint32 { return uint32(uint16At(at)) | uint32(uint16At(at+2))<<16 }
func uint16At(at int) uint16 { return uint16(table[at]) | uint16(table[at+1])<<8 }

// Rank returns how many words are more frequent in English than a word in lower
// case; Words where the table does not know it.
func Rank(word string) int {
	if i := find(word); i >= 0 {
		return int(uint16At(ranksAt + 2*i))
	}
	return Words
}

// Near is a word like another.
type Near struct {
	Word       string
	Similarity float64 // cosine, above 0.45
}

// Nearest returns the words most like a word in lower case, at most twelve,
// most similar first. Inflected forms of the word are left out.
func Nearest(word string) []Near {
	i := find(word)
	if i < 0 {
		return nil
	}
	var near []Near
	for k := i * neighbours; k < (i+1)*neighbours; k++ {
		similarity := table[similarityAt+k]
		if similarity == 0 {
			break
		}
		near = append(near, Near{Word: wordAt(int(uint16At(nearestAt + 2*k))), Similarity: float64(similarity) / 255})
	}
	return near
}

// Add adds the unit vector of a word in lower case, times weight, to sum, which
// has Dim numbers. It reports whether the table knows the word.
func Add(sum []float32, word string, weight float32) bool {
	i := find(word)
	if i < 0 {
		return false
	}
	vector := table[vectorsAt+i*Dim : vectorsAt+(i+1)*Dim]
	length := 0.0
	for k := range Dim {
		x := float64(int8(vector[k]))
		length += x * x
	}
	scale := weight / float32(math.Sqrt(length))
	for k := range sum {
		sum[k] += scale * float32(int8(vector[k]))
	}
	return true
}
