package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/goccy/go-yaml"
)

// Sidecar is what a record's text alone cannot say, kept in a YAML file beside
// it: NAME.yaml for NAME.txt. Every field is optional and wins over what the
// text says.
type Sidecar struct {
	ID           string        `yaml:"id"`
	Title        string        `yaml:"title"`
	Date         string        `yaml:"date"` // 1945-07-10, 1945-07 or 1945
	Time         string        `yaml:"time"`
	Kind         string        `yaml:"kind"`
	Participants []Participant `yaml:"participants"`
	Names        []Name        `yaml:"names"`
	Source       Source        `yaml:"source"`
	Rights       string        `yaml:"rights"`
	// Furniture lists lines of the head and the notes that are no part of the
	// record, such as a web page's "Skip to content".
	Furniture []string `yaml:"furniture"`
	// NotesFrom is how the first line below the last turn begins, where the
	// layout does not show it.
	NotesFrom string `yaml:"notes_from"`
}

var (
	idPattern   = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	datePattern = regexp.MustCompile(`^\d{4}(?:-\d{2}(?:-\d{2})?)?$`)
)

// ParseSidecar reads a sidecar strictly: an unknown key or a wrong type is an
// error that shows the line.
func ParseSidecar(data []byte) (*Sidecar, error) {
	var s Sidecar
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&s)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if s.ID != "" && !idPattern.MatchString(s.ID) {
		return nil, fmt.Errorf("id %q: use up to 64 lower-case letters, digits, dots, hyphens and underscores", s.ID)
	}
	if s.Date != "" && !datePattern.MatchString(s.Date) {
		return nil, fmt.Errorf("date %q: write 1945-07-10, 1945-07 or 1945", s.Date)
	}
	for _, p := range s.Participants {
		if p.Name == "" {
			return nil, errors.New("a participant has no name")
		}
	}
	for _, n := range s.Names {
		if n.Name == "" {
			return nil, errors.New("an entry of names has no name")
		}
		switch n.Kind {
		case "", Person, Place, Party, Term:
		default:
			return nil, fmt.Errorf("kind %q of %q: use person, place, side or term", n.Kind, n.Name)
		}
	}
	return &s, nil
}

// apply puts what the sidecar says over what the text said.
func (s *Sidecar) apply(r *Record) {
	set := func(field *string, value string) {
		if value != "" {
			*field = value
		}
	}
	set(&r.ID, s.ID)
	set(&r.Title, s.Title)
	set(&r.Date, s.Date)
	set(&r.Time, s.Time)
	set(&r.Kind, s.Kind)
	set(&r.Rights, s.Rights)
	r.Source = s.Source
	r.Names = s.Names
	if s.Participants != nil {
		r.Participants = s.Participants
	}
}
