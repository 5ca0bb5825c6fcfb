package bot

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files under testdata")

// golden compares a text with a file of testdata, or rewrites the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(data), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(want) || line != want[i] {
			old := "nothing"
			if i < len(want) {
				old = want[i]
			}
			t.Fatalf("%s, line %d:\n got %s\nwant %s\nrun the test with -update to take it over", file, i+1, line, old)
		}
	}
	if n := strings.Count(got, "\n"); n < len(want)-1 {
		t.Fatalf("%s ends at line %d of %d", file, n, len(want)-1)
	}
}
