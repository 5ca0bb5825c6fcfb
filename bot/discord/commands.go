package discord

import (
	"context"
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// command is a row of the table of commands. A new command is a row here, its
// words in words.go and a function that turns a request into a reply.
type command struct {
	// name is fixed: scripts and habits rely on it. For a menu on messages it
	// is what the menu shows. A space stands between a command and its
	// subcommand.
	name    string
	menu    bool
	options []option
	// private: the reply is for the person alone; nil is never.
	private func(r *request) bool
	// manage: for those who manage channels, where the app was added to a server.
	manage bool
	// anyRecord: the channel's record is not meant where none is named.
	anyRecord bool
	// names: its text may name a record, which then is meant before the channel's.
	names bool
	run   func(f *Frontend, ctx context.Context, r *request) (*reply, error)
}

// option is an option of a command. Its description is in words.go.
type option struct {
	name     string
	required bool
	boolean  bool
	max      int      // characters; 0 for no limit but Discord's
	choices  []string // the only values
	complete completer
}

// completer returns what may be meant by what was typed so far in an option.
type completer func(f *Frontend, ctx context.Context, r *request, typed string) ([]bot.Choice, error)

var (
	recordOption  = option{name: "record", max: 100, complete: completeRecord}
	sectionOption = option{name: "section", max: 100, complete: completeSection}
	speakerOption = option{name: "speaker", max: 100, complete: completeSpeaker}
)

// commands is the table of commands.
func (f *Frontend) commands() []command {
	list := answering()
	if f.opts.Notebook != nil {
		list = append(list, noting()...)
	}
	if f.opts.Channels != nil {
		list = append(list, command{name: "settings record", run: runSettingsRecord, manage: true, anyRecord: true, options: []option{recordOption}})
	}
	return append(list,
		command{name: "help", run: runHelp, private: always},
		command{name: menuCheck, menu: true, run: runMenuCheck, private: always},
		command{name: menuFind, menu: true, run: runMenuFind, private: always},
	)
}

// noting are the commands of the notebook.
func noting() []command {
	return []command{
		{name: "note add", run: runNoteAdd, options: []option{
			{name: "passage", required: true, max: 100, complete: completePassage},
			{name: "remark", max: bot.MaxRemark}, recordOption,
		}},
		{name: "note list", run: runNoteList, private: always, options: []option{{name: "mine", boolean: true}}},
		{name: "note delete", run: runNoteDelete, private: always, options: []option{{name: "note", required: true, max: 30, complete: completeNote}}},
		{name: "note export", run: runNoteExport, private: always, options: []option{{name: "format", choices: noteFormats()}, {name: "mine", boolean: true}}},
		{name: "note forget", run: runNoteForget, private: always},
	}
}

// answering are the commands that answer from the records.
func answering() []command {
	return []command{
		{name: "ask", run: runAsk, names: true, private: asPrivate, options: []option{
			{name: "question", required: true, max: bot.MaxQuestion},
			recordOption, sectionOption, speakerOption,
			{name: "private", boolean: true},
		}},
		{name: "search", run: runSearch, names: true, options: []option{
			{name: "query", required: true, max: bot.MaxQuestion}, {name: "exact", boolean: true}, recordOption, speakerOption,
		}},
		{name: "quote", run: runQuote, options: []option{
			{name: "passage", required: true, max: bot.MaxQuestion, complete: completePassage}, recordOption,
		}},
		{name: "check", run: runCheck, options: []option{
			{name: "quotation", required: true, max: bot.MaxQuotation}, speakerOption, recordOption,
		}},
		{name: "summary", run: runSummary, options: []option{sectionOption, recordOption}},
		{name: "positions", run: runPositions, names: true, options: []option{{name: "topic", required: true, max: bot.MaxQuestion}, recordOption}},
		{name: "cite", run: runCite, options: []option{
			{name: "style", required: true, choices: styles()},
			{name: "reference", max: 100, complete: completePassage}, recordOption,
		}},
		{name: "record", run: runRecord, anyRecord: true, options: []option{recordOption}},
	}
}

// The names of the menus on messages.
const (
	menuCheck = "Check this quotation"
	menuFind  = "Find in the record"
)

func always(*request) bool { return true }

func asPrivate(r *request) bool { return r.options["private"] == "true" }

// route finds the handler of a request.
func (f *Frontend) route(r *request) (handler, error) {
	if r.kind == componentRequest {
		return f.routeComponent(r)
	}
	if r.kind == formRequest {
		return f.routeForm(r)
	}
	for _, c := range f.commands() {
		if c.name != r.command {
			continue
		}
		h := handler{name: c.name, run: func(ctx context.Context) (*reply, error) {
			if !c.anyRecord {
				record := f.recordMeant(ctx, r.options["record"], r.channel, r.parent)
				if c.names && r.options["record"] == "" {
					r.usual = record
				} else {
					r.options["record"] = record
				}
			}
			return c.run(f, ctx, r)
		}}
		h.private = c.private != nil && c.private(r)
		for _, o := range c.options {
			if !o.boolean {
				h.texts = append(h.texts, r.options[o.name])
			}
		}
		if r.target != nil {
			h.texts = append(h.texts, r.target.Content)
		}
		return h, nil
	}
	return handler{}, &bot.UserError{Problem: "I do not know this command", Hint: "see /help for what I can do"}
}

// complete answers what is being typed. It is always answered, if need be with
// nothing: an error would show the person nothing else.
func (f *Frontend) complete(ctx context.Context, r *request, x exchange) {
	list, err := f.choices(ctx, r)
	if err != nil {
		f.log.Warn("no completion", "command", r.command, "option", r.focused, "error", redact(err, []string{r.options[r.focused]}))
	}
	out := choices{Choices: []choice{}}
	seen := make(map[string]bool)
	for _, c := range list {
		// A value that was cut would mean something else.
		if name := shorten(c.Label, maxChoice); name != "" && c.Value != "" && size(c.Value) <= maxChoice && !seen[c.Value] && len(out.Choices) < maxChoices {
			seen[c.Value] = true
			out.Choices = append(out.Choices, choice{Name: name, Value: c.Value})
		}
	}
	if err := x.first(ctx, callback{Type: discordgo.InteractionApplicationCommandAutocompleteResult, Data: out}); err != nil {
		f.log.Warn("completion not delivered", "error", err)
	}
}

func (f *Frontend) choices(ctx context.Context, r *request) (list []bot.Choice, err error) {
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	defer func() {
		if recover() != nil {
			f.metrics.panics.Inc()
			err = fmt.Errorf("panic while completing")
		}
	}()
	for _, c := range f.commands() {
		for _, o := range c.options {
			if c.name == r.command && o.name == r.focused && o.complete != nil {
				if o.name != "record" && !c.anyRecord {
					r.options["record"] = f.recordMeant(ctx, r.options["record"], r.channel, r.parent)
				}
				return o.complete(f, ctx, r, strings.TrimSpace(clean(r.options[o.name])))
			}
		}
	}
	return nil, nil
}
