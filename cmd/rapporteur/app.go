package main

import (
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"rapporteur/bot"
	"rapporteur/corpus"
)

// app is one run of the program: what it was told and what it has loaded.
type app struct {
	streams
	env   func(string) (string, bool)
	flags struct {
		config    string
		corpus    []string
		noBundled bool
		dataDir   string
		record    string
		json      bool
	}
	config  *config
	bot     *bot.Bot
	kept    *keptState
	models  bool                  // the command uses language models
	metrics prometheus.Registerer // of serve
	// library is what bot was made of; storing says when its index is stored.
	library *library
	storing storing
	shown   *progress // nil: none is shown
}

// loadConfig reads the configuration once.
func (a *app) loadConfig() (*config, error) {
	if a.config != nil {
		return a.config, nil
	}
	c, err := readConfig(a.flags.config, a.env)
	if err != nil {
		return nil, err
	}
	c.Corpus.Paths = append(c.Corpus.Paths, a.flags.corpus...)
	if a.flags.noBundled {
		c.Corpus.Bundled = false
	}
	if a.flags.dataDir != "" {
		c.DataDir = a.flags.dataDir
	}
	a.config = c
	return c, nil
}

// named reports whether one of the problems of a library lies with a path of
// the command line itself, or with an id that two records have.
func (a *app) named(err error) bool {
	if errors.Is(err, corpus.ErrIDTaken) {
		return true
	}
	problems := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		problems = joined.Unwrap()
	}
	return slices.ContainsFunc(problems, func(problem error) bool {
		var file *corpus.FileError
		return !errors.As(problem, &file) || slices.Contains(a.flags.corpus, file.File)
	})
}

// printJSON prints a value for people and programs.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// printJSONLine prints a value on one line.
func printJSONLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
