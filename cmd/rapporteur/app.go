package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// load reads the records and indexes them once. A path of the command line that
// cannot be read is an error, and so is an id given twice; a bad file inside a
// folder is a warning: the other records are still served.
func (a *app) load(ctx context.Context) (*bot.Bot, error) {
	if a.bot != nil {
		return a.bot, nil
	}
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	lib, err := corpus.Load(corpus.Options{Bundled: c.Corpus.Bundled, Paths: c.Corpus.Paths})
	if err != nil {
		if len(lib.Records) == 0 || a.named(err) {
			return nil, err
		}
		fmt.Fprintln(a.err, "rapporteur: "+oneLine(err))
	}
	if len(lib.Records) == 0 {
		return nil, fmt.Errorf("there are no records; name some with --corpus PATH or leave out --no-bundled")
	}
	if a.flags.record != "" {
		if _, err := lib.Record(a.flags.record); err != nil {
			return nil, err
		}
	}
	a.bot, err = a.newBot(ctx, lib)
	return a.bot, err
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
