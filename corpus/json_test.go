package corpus_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"

	"rapporteur/corpus"
)

// checkJSON checks that a record reads back equal from its JSON.
func checkJSON(t testing.TB, r *corpus.Record) {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := corpus.ParseJSON("again.json", data, nil)
	if err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	again.File = r.File
	if !reflect.DeepEqual(r, again) {
		t.Errorf("JSON reads back as\n%+v; want\n%+v", again, r)
	}
}

func TestJSONReadsBackEqual(t *testing.T) {
	t.Run("bundled", func(t *testing.T) { checkJSON(t, bundled(t)) })
	for _, file := range goldenFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			r, err := corpus.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkJSON(t, r)
		})
	}
}

func TestJSONForms(t *testing.T) {
	const one = `{"id":"a","title":"T","extra":{"x":[1]},"turns":[{"speaker":"Ann","text":"x"},{"text":"(y)","stage":true}]}`
	const two = `{"id":"b","title":"U","sections":[{"label":"I","title":"S"}],"turns":[{"section":"I. S","speaker":"Tom","text":"z"}]}`
	for _, test := range []struct {
		in   string
		want int
	}{{one, 1}, {"[" + one + "," + two + "]", 2}, {`{"records":[` + one + "," + two + `],"count":2}`, 2}, {one + "\n" + two + "\n", 2}} {
		file := write(t, t.TempDir(), "records.json", test.in)
		lib, err := corpus.Load(corpus.Options{Paths: []string{file}})
		if err != nil || len(lib.Entries) != test.want {
			t.Errorf("%s: %d records, %v; want %d", test.in, len(lib.Entries), err, test.want)
			continue
		}
		for _, e := range lib.Entries {
			checkLaws(t, opened(t, e))
		}
		if r, err := lib.Record("b"); err == nil && r.Turns[0].Ref.String() != "I.1" {
			t.Errorf("the first turn of section I is %s", r.Turns[0].Ref)
		}
	}
}
