package wordvectors

import (
	"math"
	"testing"
)

func TestTableSize(t *testing.T) {
	if table[:4] != "RWV1" || uint32At(4) != Words || uint32At(8) != Dim || uint32At(12) != neighbours {
		t.Fatal("words.bin was made with other sizes than the program expects")
	}
	if got, want := len(table), textAt+int(uint32At(offsetsAt+4*Words)); got != want {
		t.Errorf("words.bin has %d bytes; want %d", got, want)
	}
}

func TestWordsAreSorted(t *testing.T) {
	for i := range Words - 1 {
		if wordAt(i) >= wordAt(i+1) {
			t.Fatalf("%q stands before %q", wordAt(i), wordAt(i+1))
		}
	}
}

func TestRank(t *testing.T) {
	if the, harbour, unknown := Rank("the"), Rank("harbour"), Rank("lüshunkou"); the != 0 || harbour <= 1000 || unknown != Words {
		t.Errorf("ranks: the %d, harbour %d, lüshunkou %d", the, harbour, unknown)
	}
}

func TestNearest(t *testing.T) {
	found := false
	for _, near := range Nearest("soldiers") {
		if near.Similarity < .45 || near.Similarity > 1 {
			t.Errorf("similarity %v of %q", near.Similarity, near.Word)
		}
		found = found || near.Word == "troops"
	}
	if !found {
		t.Errorf("soldiers are not like troops: %v", Nearest("soldiers"))
	}
	if Nearest("qwertz") != nil {
		t.Error("an unknown word has neighbours")
	}
}

func TestAddIsOfUnitLength(t *testing.T) {
	sum := make([]float32, Dim)
	if !Add(sum, "railway", 1) {
		t.Fatal("railway is unknown")
	}
	length := 0.0
	for _, x := range sum {
		length += float64(x) * float64(x)
	}
	if math.Abs(length-1) > 1e-5 {
		t.Errorf("length %v", length)
	}
	if Add(sum, "qwertz", 1) {
		t.Error("an unknown word has a vector")
	}
}
