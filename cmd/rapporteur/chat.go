package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"rapporteur/bot"
)

// maxChatLine is the longest line typed that is read, in bytes.
const maxChatLine = 1 << 20

func (a *app) chatCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "chat",
		Short: "Talk to the bot in the terminal",
		Long:  "Type a question, or a command with a slash such as /quote V.9. /help lists them, /quit or the end of the input leaves.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.load(cmd.Context()); err != nil {
				return err
			}
			return a.chat(cmd.Context())
		},
	}
}

// chat reads lines until the end of the input or /quit. A line that goes wrong
// says so and does not end the talk.
func (a *app) chat(ctx context.Context) error {
	prompt := ""
	if f, ok := a.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		prompt = "> "
		fmt.Fprintln(a.err, "Ask a question, or type /help.")
	}
	lines := bufio.NewScanner(a.in)
	lines.Buffer(nil, maxChatLine)
	var history []bot.Exchange
	for fmt.Fprint(a.err, prompt); lines.Scan(); fmt.Fprint(a.err, prompt) {
		if ctx.Err() != nil {
			return nil
		}
		line := strings.TrimSpace(lines.Text())
		a.refresh(ctx)
		switch {
		case line == "":
			continue
		case line == "/quit" || line == "/exit":
			return nil
		case strings.HasPrefix(line, "/"):
			a.slash(ctx, line)
		default:
			answer, err := a.bot.Ask(ctx, bot.Question{Text: line, Record: a.flags.record, History: history})
			if err != nil {
				fmt.Fprintln(a.err, "rapporteur: "+oneLine(err))
				continue
			}
			a.page().answer(answer)
			history = append(history, bot.Exchange{Question: line, Answer: answer.Text})
		}
		fmt.Fprintln(a.out)
	}
	return lines.Err()
}

// slash runs a command typed in the chat with the records already loaded.
func (a *app) slash(ctx context.Context, line string) {
	name, text, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	switch name {
	case "chat", "serve", "index":
		fmt.Fprintf(a.err, "rapporteur: /%s does not work inside a chat\n", name)
		return
	}
	inner := &app{streams: a.streams, env: a.env, config: a.config, bot: a.bot, library: a.library, kept: a.kept}
	root := inner.command()
	args := []string{name}
	if command, _, err := root.Find(args); err == nil {
		first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		for _, sub := range command.Commands() {
			if sub.Name() == first { // /note add V.9
				args, text = append(args, first), rest
			}
		}
	}
	args = append(args, words(text)...)
	if a.flags.record != "" {
		args = append(args, "--record", a.flags.record)
	}
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(a.err, "rapporteur: "+oneLine(err))
	}
}

// words splits what was typed after a command: options and their values apart,
// all the rest as one text.
func words(text string) []string {
	var args, rest []string
	fields := strings.Fields(text)
	for i := 0; i < len(fields); i++ {
		if !strings.HasPrefix(fields[i], "--") {
			rest = append(rest, fields[i])
			continue
		}
		args = append(args, fields[i])
		if !strings.Contains(fields[i], "=") && fields[i] != "--json" && fields[i] != "--explain" && i+1 < len(fields) {
			i++
			args = append(args, fields[i])
		}
	}
	if len(rest) > 0 {
		args = append(args, "--", strings.Join(rest, " "))
	}
	return args
}
