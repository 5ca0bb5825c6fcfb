package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// indexSummary is what “index” prints.
type indexSummary struct {
	Records   int     `json:"records"`
	Turns     int     `json:"turns"`
	Added     int     `json:"added"` // records, like all below
	Changed   int     `json:"changed"`
	Removed   int     `json:"removed"`
	Unchanged int     `json:"unchanged"`
	TookMS    float64 `json:"took_ms"`
	Folder    string  `json:"folder"`
}

func (a *app) indexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "index",
		Short: "Build or refresh the stored index",
		Long: "Read the records that are new or have changed, and store the index in the data folder, so that other commands and the bot start sooner " +
			"and no vector is paid for twice. What is stored of records that are gone is dropped. The index is only a cache: it may be deleted at any time.",
		Example: `  rapporteur index --corpus my-records/
  rapporteur index --config config.yaml --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			start := time.Now()
			a.storing, a.shown = storeAlways, newProgress(a.err)
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			l := a.library
			if l.engine != nil {
				l.folder = l.engine.address
			}
			if l.folder == "" {
				return errNoDataFolder
			}
			if l.changes.NotStored != nil {
				return fmt.Errorf("the index was not stored in %s: %w", l.folder, l.changes.NotStored)
			}
			s := indexSummary{Records: len(b.Records()), Added: l.changes.Added, Changed: l.changes.Changed, Removed: l.changes.Removed,
				Unchanged: l.changes.Unchanged, Folder: l.folder, TookMS: float64(time.Since(start).Microseconds()) / 1000}
			for _, r := range b.Records() {
				s.Turns += r.Turns
			}
			if a.flags.json {
				return printJSON(a.out, s)
			}
			fmt.Fprintf(a.out, "%d records, %d turns: %d added, %d changed, %d removed, %d unchanged\n", s.Records, s.Turns, s.Added, s.Changed, s.Removed, s.Unchanged)
			return nil
		},
	}
}

// progress shows how far a long work is: on a terminal in one line that
// changes, elsewhere in a line now and then. The zero value shows nothing.
type progress struct {
	w        io.Writer
	terminal bool

	mu    sync.Mutex
	last  time.Time
	shown bool
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, last: time.Now()}
	if f, ok := w.(*os.File); ok {
		p.terminal = term.IsTerminal(int(f.Fd()))
	}
	return p
}

func (p *progress) files(done, total int) { p.say("reading", "files", done, total) }

func (p *progress) turns(done, total int) { p.say("indexing", "turns", done, total) }

// Between lines of progress.
const (
	progressTerminal = 100 * time.Millisecond
	progressPlain    = 2 * time.Second
)

func (p *progress) say(doing, things string, done, total int) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	every := progressPlain
	if p.terminal {
		every = progressTerminal
	}
	if time.Since(p.last) < every {
		return
	}
	p.last, p.shown = time.Now(), true
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d %s (%d %%)", doing, done, total, things, 100*done/max(total, 1))
	} else {
		fmt.Fprintf(p.w, "%s: %d of %d %s\n", doing, done, total, things)
	}
}

// end clears the line of a terminal.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
