package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The README's terminal blocks show what the program prints. A line "…" stands
// for any lines.
func TestReadmeExamples(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	// What an example keeps or draws goes to folders of the test's.
	t.Chdir(t.TempDir())
	data := t.TempDir()
	env := func(key string) (string, bool) {
		if key == "XDG_DATA_HOME" || key == "LocalAppData" || key == "HOME" {
			return data, true
		}
		return "", false
	}
	examples := 0
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		command, ok := strings.CutPrefix(line, "    $ ")
		if !ok {
			continue
		}
		command = strings.TrimPrefix(strings.TrimPrefix(command, "go run ./cmd/"), "rapporteur ")
		var want []string
		for _, next := range lines[i+1:] {
			if next != "" && !strings.HasPrefix(next, "    ") || strings.HasPrefix(next, "    $ ") {
				break
			}
			want = append(want, strings.TrimPrefix(next, "    "))
		}
		examples++
		var out, errs bytes.Buffer
		run(context.Background(), shellWords(command), streams{in: strings.NewReader(""), out: &out, err: &errs}, env)
		got := strings.Split(out.String(), "\n")
		at := 0
		elided := false
		for _, w := range want {
			if w == "…" {
				elided = true
				continue
			}
			if w == "" {
				continue
			}
			found := false
			for at < len(got) && !found {
				found = got[at] == w
				if !found && !elided && got[at] != "" {
					break
				}
				at++
			}
			elided = false
			if !found {
				t.Errorf("%s\nprints\n%s%s\nnot the line\n%s", line, out.String(), errs.String(), w)
				break
			}
		}
	}
	if examples < 3 {
		t.Errorf("only %d examples were found in README.md", examples)
	}
}

// shellWords splits a command with words in double quotation marks.
func shellWords(command string) []string {
	var args []string
	for i, part := range strings.Split(command, `"`) {
		if i%2 == 1 {
			args = append(args, part)
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	for i := range args {
		args[i] = strings.TrimPrefix(args[i], "rapporteur ")
	}
	if len(args) > 0 && args[0] == "rapporteur" {
		args = args[1:]
	}
	return args
}
