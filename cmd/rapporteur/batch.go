package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// batchLine is a line of a batch file.
type batchLine struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	Query    string `json:"query"`
	Record   string `json:"record"`
}

// maxBatchLine is the longest line of a batch file, in bytes.
const maxBatchLine = 1 << 20

// eachLine calls do with each line of a batch file ("-" is standard input) and
// stops at the first error. Errors name the file and the line.
func (a *app) eachLine(ctx context.Context, file string, do func(batchLine) error) error {
	var in io.Reader = a.in
	name := "standard input"
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, errorWithoutPath(err))
		}
		defer f.Close()
		in, name = f, file
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxBatchLine)
	number := 0
	for lines.Scan() {
		number++
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		var line batchLine
		if err := json.Unmarshal(text, &line); err != nil {
			return fmt.Errorf("%s:%d: not a JSON object with id and text: %w", name, number, err)
		}
		if err := do(line); err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", name, number+1, err)
	}
	return nil
}
