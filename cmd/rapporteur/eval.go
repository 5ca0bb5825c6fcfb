package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"rapporteur/bot/quality"
)

// evalReport is what eval prints as JSON and reads with --compare.
type evalReport struct {
	File string `json:"file"`
	*quality.Report
	Comparison *quality.Comparison `json:"comparison,omitempty"`
}

func (a *app) evalCommand() *cobra.Command {
	opts := quality.Options{}
	var compare, trec string
	var noLatency bool
	cmd := &cobra.Command{
		Use:   "eval FILE",
		Short: "Score searches and answers on a question file",
		Long: `Score searches and answers on the questions of a file (- is standard input).

FILE has one JSON object a line: id, question and what answers it, either
evidence (exact words of the record) or record and relevant (references):

  {"id":"1","question":"how many directors were there in 1924",
   "evidence":["In 1924 there were 5+5 directors."],"keywords":["5"]}
  {"id":"2","record":"meeting-03","question":"What was said on overlap?",
   "relevant":["194","195-197"],"answer":"a reference answer"}
  {"id":"3","question":"who took the minutes","answerable":false}

category groups the table. A question is asked of the record it names, or of
all records with --all-records. Two runs print the same but for the latency.`,
		Example: `  rapporteur eval questions.jsonl
  rapporteur eval --json questions.jsonl > old.json
  rapporteur eval --compare old.json questions.jsonl
  rapporteur eval --no-bundled --corpus meetings/ --trec out/ questions.jsonl`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return usagef("eval needs one question file")
			case opts.K < 1:
				return usagef("-k must be 1 or more, not %d", opts.K)
			case opts.NoSearch && opts.NoAnswers:
				return usagef("--no-search and --no-answers leave nothing to measure")
			case opts.AllRecords && a.flags.record != "":
				return usagef("--record and --all-records contradict each other")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			questions, err := a.readQuestions(args[0])
			if err != nil {
				return err
			}
			var old *quality.Report
			if compare != "" {
				if old, err = readReport(compare); err != nil {
					return err
				}
			}
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			opts.Record = a.flags.record
			opts.Progress = a.progress("questions")
			records, err := a.library.lib.Records()
			if err != nil {
				return err
			}
			report, err := quality.Run(cmd.Context(), b, records, questions, opts)
			if errors.As(err, new(*quality.MissingError)) {
				err = fmt.Errorf("%w; add them with --corpus PATH", err)
			}
			if err != nil {
				return err
			}
			if noLatency {
				report.Latency = nil
			}
			out := evalReport{File: filepath.Base(args[0]), Report: report}
			if old != nil {
				out.Comparison = quality.Compare(old, report)
			}
			if a.flags.json {
				err = printJSON(a.out, out)
			} else {
				a.page().evaluation(out, compare)
			}
			if err == nil && trec != "" {
				err = writeTREC(trec, report)
			}
			if failed := report.Failures(); err == nil && len(failed) > 0 {
				err = fmt.Errorf("%d of %d questions got an error instead of an answer; the first, %s: %s",
					len(failed), len(report.Results), failed[0].ID, failed[0].Answer.Failed)
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.IntVarP(&opts.K, "limit", "k", 10, "rank `N` turns and give recall at N")
	flags.BoolVar(&opts.AllRecords, "all-records", false, "ask of all records, whichever a question names")
	flags.BoolVar(&opts.NoSearch, "no-search", false, "score answers only")
	flags.BoolVar(&opts.NoAnswers, "no-answers", false, "score searches only")
	flags.BoolVar(&noLatency, "no-latency", false, "leave out how long it took, the only thing two runs differ in")
	flags.StringVar(&compare, "compare", "", "say question by question what changed since a report in `OLD.json`, printed with --json")
	flags.StringVar(&trec, "trec", "", "also write qrels.txt, search.run and answer.run for trec_eval into `DIR`")
	return cmd
}

func (a *app) readQuestions(file string) ([]quality.Question, error) {
	if file == "-" {
		return quality.Read("standard input", a.in)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, errorWithoutPath(err))
	}
	defer f.Close()
	return quality.Read(file, f)
}

func readReport(file string) (*quality.Report, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, errorWithoutPath(err))
	}
	defer f.Close()
	report, err := quality.ReadReport(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return report, nil
}

// writeTREC writes the files of TREC into a directory, which is made if it is not
// there.
func writeTREC(dir string, report *quality.Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("%s: %w", dir, errorWithoutPath(err))
	}
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"qrels.txt", report.WriteQrels},
		{"search.run", report.WriteSearchRun},
		{"answer.run", report.WriteAnswerRun},
	}
	for _, file := range files {
		name := filepath.Join(dir, file.name)
		f, err := os.Create(name)
		if err == nil {
			err = errors.Join(file.write(f), f.Close())
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, errorWithoutPath(err))
		}
	}
	return nil
}

// progressPause is how long to wait between two notices of progress.
const progressPause = 100 * time.Millisecond

// progress returns what counts work that is done on one line of the terminal, and
// wipes the line at the end. It returns nil where standard error is none.
func (a *app) progress(what string) func(done, total int) {
	f, ok := a.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	var last time.Time
	return func(done, total int) {
		switch now := time.Now(); {
		case done == total:
			fmt.Fprint(f, "\r\x1b[K")
		case now.Sub(last) >= progressPause:
			last = now
			fmt.Fprintf(f, "\r%d of %d %s", done, total, what)
		}
	}
}
