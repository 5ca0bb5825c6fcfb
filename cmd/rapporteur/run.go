package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a mistake in how the program was called.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// run runs the program and returns its exit status. Results go to s.out,
// everything else to s.err.
func run(ctx context.Context, args []string, s streams, env func(string) (string, bool)) int {
	a := &app{streams: s, env: env, kept: &keptState{}}
	root := a.command()
	root.SetArgs(args)
	err := errors.Join(root.ExecuteContext(ctx), a.kept.close())
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(s.err, "rapporteur: "+oneLine(err))
	var usage *usageError
	if errors.As(err, &usage) || strings.HasPrefix(err.Error(), "unknown command") {
		fmt.Fprintln(s.err, "Run “rapporteur help” for how to use it.")
		return exitUsage
	}
	return exitError
}

// oneLine puts the parts of a joined error on lines of their own and nothing
// else.
func oneLine(err error) string {
	return strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "\nrapporteur: ")
}

// command returns the program's commands.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "rapporteur",
		Short:         "Ask a record, get its own words with references",
		Long:          "Rapporteur answers questions about a record, the transcript of a meeting, with citations that a reader can check.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			a.models = usesModels[cmd.Name()]
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })

	flags := root.PersistentFlags()
	flags.StringVar(&a.flags.config, "config", "", "read the configuration from `FILE`")
	flags.StringArrayVar(&a.flags.corpus, "corpus", nil, "add the records in a file or folder `PATH` (repeatable)")
	flags.BoolVar(&a.flags.noBundled, "no-bundled", false, "leave out the record that comes with the program")
	flags.StringVar(&a.flags.dataDir, "data-dir", "", "a `DIR` for the stored index and the bot's own state")
	flags.StringVar(&a.flags.record, "record", "", "use only the record with this `ID`")
	flags.BoolVar(&a.flags.json, "json", false, "print JSON")

	root.AddCommand(a.askCommand(), a.searchCommand(), a.quoteCommand(), a.checkCommand(), a.summaryCommand(), a.positionsCommand(), a.citeCommand(), a.recordsCommand(), a.recordCommand(), a.noteCommand(), a.stateCommand(), a.chatCommand(), a.evalCommand(), a.indexCommand(), a.serveCommand())
	return root
}

// noArgs and the like are cobra's checks as usage errors.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unknown command or argument %q", args[0])
	}
	return nil
}

// oneText takes all arguments as one text, so that a question needs no
// quotation marks.
func oneText(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 && !cmd.Flags().Changed("batch") {
			return usagef("%s needs %s", cmd.Name(), what)
		}
		if len(args) > 0 && cmd.Flags().Changed("batch") {
			return usagef("%s takes %s or --batch, not both", cmd.Name(), what)
		}
		return nil
	}
}
