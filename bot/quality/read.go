package quality

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// line is a question as the files write it.
type line struct {
	ID         string   `json:"id"`
	Record     string   `json:"record"`
	Question   string   `json:"question"`
	Answerable *bool    `json:"answerable"` // nil: true
	Category   string   `json:"category"`
	Section    string   `json:"section"` // for readers
	Evidence   []string `json:"evidence"`
	Relevant   []string `json:"relevant"`
	Speakers   []string `json:"speakers"`
	Answer     string   `json:"answer"`
	Keywords   []string `json:"keywords"`
}

const keys = "id, record, question, answerable, category, section, evidence, relevant, speakers, answer and keywords"

// maxLine is the longest line of a question file, in bytes.
const maxLine = 1 << 20

// Read reads a question file. Empty lines are skipped. An error names the file
// and the line.
func Read(file string, r io.Reader) ([]Question, error) {
	var questions []Question
	first := make(map[string]int) // line of each id
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	number := 0
	for lines.Scan() {
		number++
		text := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\uFEFF")))
		if len(text) == 0 {
			continue
		}
		q, err := readQuestion(text)
		if err == nil && first[q.ID] > 0 {
			err = fmt.Errorf("the id %q is taken by line %d", q.ID, first[q.ID])
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
		first[q.ID] = number
		q.at = fmt.Sprintf("%s:%d", file, number)
		questions = append(questions, q)
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("the line is longer than %d bytes", maxLine)
		}
		return nil, fmt.Errorf("%s:%d: %w", file, number+1, err)
	}
	if len(questions) == 0 {
		return nil, fmt.Errorf("%s: there are no questions in it", file)
	}
	return questions, nil
}

func readQuestion(text []byte) (Question, error) {
	var l line
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return Question{}, explain(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Question{}, errors.New("more than one JSON object on the line")
	}
	q := Question{
		ID: l.ID, Record: l.Record, Text: l.Question, Category: l.Category, Answerable: l.Answerable == nil || *l.Answerable,
		Evidence: l.Evidence, Relevant: l.Relevant, Speakers: l.Speakers, Answer: l.Answer, Keywords: l.Keywords,
	}
	return q, q.check()
}

// explain says what is wrong with a line in the terms of the file.
func explain(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		want := map[string]string{"string": "a string", "bool": "true or false"}[kind.Type.String()]
		if want == "" {
			want = "a list of strings"
		}
		return fmt.Errorf("%s is a JSON %s; it must be %s", kind.Field, kind.Value, want)
	case errors.As(err, &kind):
		return fmt.Errorf("a JSON %s; a question is an object with %s", kind.Value, keys)
	case errors.As(err, &syntax):
		return fmt.Errorf("no JSON at byte %d: %w", syntax.Offset, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON object does not end on the line")
	}
	if key, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("unknown key %s; a question has %s", key, keys)
	}
	return err
}

// check returns what a question lacks or says twice.
func (q *Question) check() error {
	evidence := len(q.Evidence) > 0 || len(q.Relevant) > 0
	switch {
	case strings.TrimSpace(q.ID) == "":
		return errors.New("the question has no id")
	case strings.TrimSpace(q.Text) == "":
		return errors.New("the line has no question")
	case len(q.Evidence) > 0 && len(q.Relevant) > 0:
		return errors.New("give evidence (exact words) or relevant (references), not both")
	case q.Answerable && !evidence:
		return errors.New(`nothing says what answers it: give evidence (exact words) or relevant (references), or "answerable": false`)
	case !q.Answerable && evidence:
		return errors.New("a question that is not answerable has evidence")
	case len(q.Relevant) > 0 && q.Record == "":
		return errors.New("relevant references need a record")
	}
	for _, list := range [][]string{q.Evidence, q.Relevant, q.Keywords, q.Speakers} {
		for _, s := range list {
			if strings.TrimSpace(s) == "" {
				return errors.New("one of the lists has an empty string")
			}
		}
	}
	return nil
}
