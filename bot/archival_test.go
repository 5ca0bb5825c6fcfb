package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"rapporteur/corpus"
)

// citedRecords are records whose provenance is known to different degrees.
func citedRecords(t *testing.T) *Bot {
	t.Helper()
	b := bundledBot(t)
	lib := &corpus.Library{}
	for _, r := range []*corpus.Record{
		recordsOf(t, b.lib)[0],
		{Description: corpus.Description{ID: "bare"}, Turns: []corpus.Turn{{Ref: corpus.Ref{First: 1, Last: 1}, Number: 1, Section: -1, Speaker: "A", Text: "Yes."}}},
		{Description: corpus.Description{ID: "odd", Title: `50% of {A & B}_1 "Ünïcödé" #2 ~ ^ \ $3`, Date: "1945-09", Source: corpus.Source{
			URL: "https://example.org/a_b%20c?x=1&y={2}", Archive: "Archives & Records", Collection: "Collection 徐", Box: "1"}}},
		{Description: corpus.Description{ID: "year", Title: "Minutes", Date: "1919", Source: corpus.Source{Repository: "Town Library", Contributor: "J. Doe"}}},
	} {
		if err := lib.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return New(lib, b.index, Options{})
}

func TestCite(t *testing.T) {
	b := citedRecords(t)
	accessed := time.Date(2026, time.September, 3, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		record, reference string
		accessed          time.Time
	}{
		{"soong-molotov-1945-07-10", "", accessed},
		{"soong-molotov-1945-07-10", "V.9", accessed},
		{"", "soong-molotov-1945-07-10 iv.12-15", time.Time{}},
		{"bare", "1", accessed},
		{"odd", "", accessed},
		{"year", "", accessed},
	}
	var got strings.Builder
	for _, test := range tests {
		fmt.Fprintf(&got, "=== %s %s\n", test.record, test.reference)
		for _, style := range Styles() {
			c, err := b.Cite(test.reference, test.record, style, test.accessed)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&got, "--- %s\n", style)
			if c.Note != "" {
				fmt.Fprintf(&got, "note: %s\n", c.Note)
			}
			fmt.Fprintln(&got, strings.TrimSuffix(c.Text, "\n"))
			if again, _ := b.Cite(test.reference, test.record, style, test.accessed); *again != *c {
				t.Errorf("%s %s: two citations differ", test.record, style)
			}
		}
	}
	golden(t, "citations.txt", got.String())
}

func TestCiteErrors(t *testing.T) {
	b := citedRecords(t)
	for _, test := range []struct{ reference, record, style, want string }{
		{"V.99", "soong-molotov-1945-07-10", "mla", "has no V.99"},
		{"V.9", "soong-molotov-1945-07-10", "harvard", "not known"},
		{"IX.9", "", "mla", "no record has IX.9"},
		{"", "", "mla", "several records"},
		{"", "nobody", "mla", "no record"},
	} {
		if _, err := b.Cite(test.reference, test.record, Style(test.style), time.Time{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v", test, err)
		}
	}
}

func TestCSLJSONIsJSON(t *testing.T) {
	b := citedRecords(t)
	for _, r := range recordsOf(t, b.lib) {
		c, err := b.Cite("", r.ID, CSLJSON, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		var items []map[string]any
		if err := json.Unmarshal([]byte(c.Text), &items); err != nil || len(items) != 1 || items[0]["id"] != r.ID {
			t.Errorf("%v: %s", err, c.Text)
		}
	}
}
