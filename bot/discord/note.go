package discord

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// Notebook keeps passages with remarks. It must be safe for concurrent use.
// Errors meant for the person are *bot.UserError.
type Notebook interface {
	Add(ctx context.Context, n bot.NewNote) (*bot.HeldNote, error)
	Notes(ctx context.Context, q bot.NoteQuery) ([]*bot.HeldNote, error)
	Delete(ctx context.Context, author string, id int64) error
	Forget(ctx context.Context, author string) (int, error)
	Export(ctx context.Context, q bot.NoteQuery, format bot.NoteFormat) (string, error)
}

var _ Notebook = (*bot.Notebook)(nil)

// notebook returns the notebook, or an error that says that there is none.
func (f *Frontend) notebook() (Notebook, error) {
	if f.opts.Notebook == nil {
		return nil, &bot.UserError{Problem: "I keep no notes here"}
	}
	return f.opts.Notebook(), nil
}

// runNoteAdd keeps a passage, with a remark, for those who are in the channel.
func runNoteAdd(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	return f.keep(ctx, r, r.options["passage"], r.options["record"], r.options["remark"])
}

func (f *Frontend) keep(ctx context.Context, r *request, passage, record, remark string) (*reply, error) {
	book, err := f.notebook()
	if err != nil {
		return nil, err
	}
	n, err := book.Add(ctx, bot.NewNote{
		Author: r.user, Guild: r.guild, Channel: r.channel, Reference: passage, Record: record, Remark: remark,
	})
	if err != nil {
		return nil, err
	}
	out := &reply{blocks: append(noteBlocks(n, false), note("/note list shows it to everybody in this channel; /note delete deletes it."))}
	if len(n.Citations) > 0 {
		out.rows = sourceRows(n.Citations)
	}
	return out, nil
}

// How much of a note is shown, in code units: of the words of the record, and of
// the remark in a list.
const (
	shownWords   = 1200
	listedWords  = 100
	listedRemark = 150
)

// noteBlocks show a note, or less of it in a list. Words are shown as the record
// has them now.
func noteBlocks(n *bot.HeldNote, listed bool) []block {
	head := block{gap: true, parts: []part{{open: bold(fmt.Sprintf("Note %d", n.ID))}}}
	words, remark := shownWords, n.Remark
	if listed {
		words, remark = listedWords, shorten(n.Remark, listedRemark)
	}
	if len(n.Citations) == 0 {
		head.parts = append(head.parts, part{open: link(n.Ref, "")})
	} else {
		c := n.Citations[0]
		where := link(n.Ref, c.URL)
		if listed {
			where = link(n.Ref, "")
		}
		text, rest := cut(c.Text, words, func(s string) bool { return size(s) <= words })
		end := "”"
		switch more := len(n.Citations) - 1; {
		case more == 1:
			end = "” … and 1 turn more"
		case more > 0:
			end = fmt.Sprintf("” … and %d turns more", more)
		case rest != "":
			end = "” …"
		}
		head.parts = append(head.parts, part{open: where + " " + bold(speaker(c)+":")}, part{open: "“", text: text, close: end})
	}
	list := []block{head}
	if remark != "" {
		list = append(list, block{prefix: quote, parts: []part{{text: remark}}})
	}
	if text := n.Warning(); text != "" {
		list = append(list, note(text))
	}
	return append(list, block{prefix: small, parts: []part{{text: n.Record}, {open: "· kept by <@" + digits(n.Author) + "> on " + n.Time.Format(time.DateOnly)}}})
}

// digits keeps an id from being anything else.
func digits(id string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, id)
}

// count says how many of a thing there are.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Whose notes a list shows.
const (
	ofChannel way = "c"
	ofAuthor  way = "m"
)

// runNoteList lists the notes of the channel, or those of the person in every
// channel, the newest first.
func runNoteList(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	a := action{Do: doNotes, Way: ofChannel}
	if r.options["mine"] == "true" {
		a.Way = ofAuthor
	}
	return f.listNotes(ctx, r, a)
}

// query chooses the notes of a list: what a channel's group keeps is seen in
// that channel only, and one's own notes by oneself.
func noteQuery(r *request, mine bool) bot.NoteQuery {
	if mine {
		return bot.NoteQuery{Author: r.user}
	}
	return bot.NoteQuery{Channel: r.channel}
}

// notesAPage is how many notes a list shows at most; fewer if they do not fit
// into one message.
const notesAPage = 5

func (f *Frontend) listNotes(ctx context.Context, r *request, a action) (*reply, error) {
	book, err := f.notebook()
	if err != nil {
		return nil, err
	}
	list, err := book.Notes(ctx, noteQuery(r, a.Way == ofAuthor))
	if err != nil {
		return nil, err
	}
	slices.Reverse(list)
	out := &reply{private: true, update: r.kind == componentRequest, share: a.Way == ofChannel && len(list) > 0 && r.kind == commandRequest}
	where := "Notes of this channel"
	if a.Way == ofAuthor {
		where = "Your notes, of every channel"
	}
	if len(list) == 0 {
		out.blocks = []block{line(where + ": none yet."), note("/note add keeps a passage with a remark; so does the button “Keep” under an answer.")}
		return out, nil
	}
	first := min(a.Page, len(list)-1)
	head := block{parts: []part{{open: bold(where)}, {text: fmt.Sprintf("(%d)", len(list))}}}
	var cited []bot.Citation
	shown := fitsOne(min(notesAPage, len(list)-first), func(n int) []block {
		out.blocks, cited = []block{head}, nil
		for _, x := range list[first : first+n] {
			out.blocks = append(out.blocks, noteBlocks(x, true)...)
			if len(x.Citations) > 0 {
				cited = append(cited, x.Citations[0])
			}
		}
		return out.blocks
	})
	var buttons []discordgo.MessageComponent
	turn := func(label string, to int) {
		buttons = append(buttons, button(label, discordgo.SecondaryButton, action{Do: doNotes, Way: a.Way, Page: to}))
	}
	if first > 0 {
		turn("◂ Newer", max(0, first-notesAPage))
	}
	if first+shown < len(list) {
		turn("Older ▸", first+shown)
	}
	if buttons != nil {
		out.rows = []discordgo.ActionsRow{row(buttons...)}
	}
	if len(cited) > 0 {
		out.rows = append(out.rows, contextMenu(cited)...)
	}
	return out, nil
}

// fitsOne returns the largest number of items, of at most so many and at least
// one, with which blocks take one message. blocks is called last with it.
func fitsOne(most int, blocks func(n int) []block) int {
	n := most
	for len(pack(blocks(n), maxContent)) > 1 && n > 1 {
		n--
	}
	return n
}

// runNoteDelete deletes a note of the person's own.
func runNoteDelete(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	book, err := f.notebook()
	if err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(r.options["note"]), "#"), 10, 64)
	if err != nil {
		return nil, &bot.UserError{Problem: "that is no number of a note", Hint: "choose one of those offered, or see /note list"}
	}
	if err := book.Delete(ctx, r.user, id); err != nil {
		return nil, err
	}
	return &reply{private: true, blocks: []block{line(fmt.Sprintf("Note %d is deleted.", id))}}, nil
}

// completeNote offers the notes of the person, the newest first.
func completeNote(f *Frontend, ctx context.Context, r *request, typed string) ([]bot.Choice, error) {
	book, err := f.notebook()
	if err != nil {
		return nil, err
	}
	list, err := book.Notes(ctx, bot.NoteQuery{Author: r.user})
	if err != nil {
		return nil, err
	}
	slices.Reverse(list)
	var out []bot.Choice
	for _, n := range list {
		label := fmt.Sprintf("%d · %s", n.ID, n.Ref)
		if n.Remark != "" {
			label += " · " + n.Remark
		}
		if strings.Contains(strings.ToLower(label+" "+n.Record), strings.ToLower(typed)) && len(out) < maxChoices {
			out = append(out, bot.Choice{Label: label, Value: strconv.FormatInt(n.ID, 10)})
		}
	}
	return out, nil
}

// noteFiles are the names and media types of files of notes.
var noteFiles = map[bot.NoteFormat]file{
	bot.NotesMarkdown: {name: "notes.md", kind: "text/markdown; charset=utf-8"},
	bot.NotesCSLJSON:  {name: "notes.csl.json", kind: "application/json"},
}

// runNoteExport hands the notes of a list out as a file.
func runNoteExport(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	book, err := f.notebook()
	if err != nil {
		return nil, err
	}
	format := bot.NoteFormat(cmp.Or(r.options["format"], string(bot.NotesMarkdown)))
	mine := r.options["mine"] == "true"
	text, err := book.Export(ctx, noteQuery(r, mine), format)
	if err != nil {
		return nil, err
	}
	out := noteFiles[format]
	out.about, out.data = "The notes of this channel.", []byte(text)
	if mine {
		out.about = "Your notes of every channel."
	}
	if len(out.data) > maxFile {
		return nil, &bot.UserError{Problem: "these notes are too many for one file of Discord", Hint: "ask whoever runs me: the program exports them too"}
	}
	return &reply{private: true, files: []file{out}, blocks: []block{line(out.about)}}, nil
}

// noteFormats are the choices of a file of notes.
func noteFormats() []string {
	var list []string
	for _, format := range bot.NoteFormats() {
		list = append(list, string(format))
	}
	return list
}

// runNoteForget says what is kept of a person, with a button that deletes it.
func runNoteForget(f *Frontend, ctx context.Context, r *request) (*reply, error) {
	book, err := f.notebook()
	if err != nil {
		return nil, err
	}
	list, err := book.Notes(ctx, bot.NoteQuery{Author: r.user})
	if err != nil {
		return nil, err
	}
	out := &reply{private: true, blocks: []block{
		line("I keep your notes: the passages and remarks that you told me to keep, with your Discord id, the channel and the time."),
		line("Where answers are worded by a language model, I also count how many you had on each day, under your Discord id. I keep no other text of messages, questions or answers, and log none."),
	}}
	if len(list) == 0 {
		out.blocks = append(out.blocks, line("You have no notes."))
		return out, nil
	}
	out.blocks = append(out.blocks, line("You have "+count(len(list), "note")+", in every channel together. /note export gives them to you as a file."))
	out.rows = []discordgo.ActionsRow{row(button("Delete all my notes for good", discordgo.DangerButton, action{Do: doForget}))}
	return out, nil
}

// forget deletes all notes of a person.
func (f *Frontend) forget(ctx context.Context, r *request) (*reply, error) {
	book, err := f.notebook()
	if err != nil {
		return nil, err
	}
	n, err := book.Forget(ctx, r.user)
	if err != nil {
		return nil, err
	}
	text := "Your notes are deleted: there were " + strconv.Itoa(n) + "."
	if n == 0 {
		text = "You have no notes."
	}
	return &reply{private: true, update: true, blocks: []block{line(text)}}, nil
}
