package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"rapporteur/corpus"
)

// Limits of the notebook.
const (
	MaxRemark    = 1000 // characters of a remark
	MaxNoteTurns = 100  // turns of the passage of a note
	MaxNotes     = 2000 // notes of one member
)

// Note is a passage that a member of a group keeps, with a remark.
type Note struct {
	ID     int64  `json:"id"`     // given by the store, from 1
	Author string `json:"author"` // the member's id
	// Guild and Channel are where the note was taken; the channel's group sees it.
	Guild   string      `json:"guild,omitempty"`
	Channel string      `json:"channel,omitempty"`
	Record  string      `json:"record"`
	Ref     string      `json:"ref"`   // a turn, a range or a section
	Words   []NotedTurn `json:"words"` // as the record had them then
	Remark  string      `json:"remark,omitempty"`
	Time    time.Time   `json:"time"` // in UTC, exact to the millisecond
}

// NotedTurn is a turn as it was when it was noted.
type NotedTurn struct {
	Ref     string `json:"ref"`
	Speaker string `json:"speaker,omitempty"`
	Text    string `json:"text"`
}

// NoteQuery chooses notes. Fields that are zero do not restrict.
type NoteQuery struct {
	ID      int64
	Author  string
	Channel string
}

// NoteStore keeps notes. It is safe for concurrent use, also by several
// processes.
type NoteStore interface {
	// AddNote keeps a note and returns its id. The note is durable when it
	// returns.
	AddNote(ctx context.Context, n Note) (int64, error)
	// Notes returns the notes chosen, oldest first.
	Notes(ctx context.Context, q NoteQuery) ([]Note, error)
	// CountNotes returns how many notes a query chooses.
	CountNotes(ctx context.Context, q NoteQuery) (int, error)
	// DeleteNotes deletes the notes chosen for good and returns how many there
	// were. A query without an author is an error: everybody deletes their own.
	DeleteNotes(ctx context.Context, q NoteQuery) (int, error)
}

// NoteStanding says whether the record still has the words of a note.
type NoteStanding string

// What may have become of a passage since it was noted.
const (
	NoteCurrent NoteStanding = "unchanged"
	NoteChanged NoteStanding = "changed" // other words or another speaker stand there now
	NoteGone    NoteStanding = "gone"    // the record or the reference is no more
)

// HeldNote is a note held against the record as it is now.
type HeldNote struct {
	Note
	Standing NoteStanding `json:"status"`
	// Citations are the passage as the record has it now, turn by turn, each
	// verified; empty if it is gone. Where the standing is not [NoteCurrent],
	// Note.Words are what the note's author saw, and must not be shown as the
	// record's.
	Citations []Citation `json:"citations"`
}

// Warning says in a sentence what has become of the passage, or nothing.
func (n *HeldNote) Warning() string {
	day := n.Time.Format(time.DateOnly)
	switch n.Standing {
	case NoteChanged:
		return fmt.Sprintf("The record has changed since this was noted on %s: its words at %s are others now.", day, n.Ref)
	case NoteGone:
		return fmt.Sprintf("Since this was noted on %s, %s of the record %s is no more.", day, n.Ref, n.Record)
	}
	return ""
}

// Notebook keeps passages with remarks for groups. Words are copied from the
// record when noted, and held against it each time they are shown. It is safe
// for concurrent use. Errors to tell the member are *UserError.
type Notebook struct {
	bot   *Bot
	store NoteStore
}

// Notebook returns the notebook kept in a store about the bot's records. It
// costs nothing to make.
func (b *Bot) Notebook(store NoteStore) *Notebook { return &Notebook{b, store} }

// NewNote is what a member wants noted.
type NewNote struct {
	Author    string // required
	Guild     string
	Channel   string
	Reference string // as for [Bot.Quote]: V.9, IV.12-15, V, RECORD-ID V.9
	Record    string // where the reference names none
	Remark    string
}

// Add notes a passage. When it returns without an error, the note is kept.
func (n *Notebook) Add(ctx context.Context, w NewNote) (*HeldNote, error) {
	if w.Author == "" {
		return nil, errors.New("a note needs an author")
	}
	remark := strings.ReplaceAll(strings.ToValidUTF8(w.Remark, "\uFFFD"), "\x00", "") // PostgreSQL takes neither
	remark = strings.TrimSpace(remark)
	if size := utf8.RuneCountInString(remark); size > MaxRemark {
		return nil, &UserError{Problem: fmt.Sprintf("the remark has %d characters, more than the %d that are kept", size, MaxRemark), Hint: "make it shorter"}
	}
	p, err := n.bot.Quote(w.Reference, w.Record)
	if err != nil {
		return nil, err
	}
	if len(p.Citations) > MaxNoteTurns {
		return nil, &UserError{Problem: fmt.Sprintf("%s has %d turns, more than the %d of a note", p.Ref, len(p.Citations), MaxNoteTurns), Hint: "note a shorter range"}
	}
	count, err := n.store.CountNotes(ctx, NoteQuery{Author: w.Author})
	if err != nil {
		return nil, err
	}
	if count >= MaxNotes {
		return nil, &UserError{Problem: fmt.Sprintf("you have %d notes, as many as one member may keep", count), Hint: "export them and delete some"}
	}
	note := Note{
		Author: w.Author, Guild: w.Guild, Channel: w.Channel, Record: p.ID, Ref: p.Ref, Remark: remark,
		Time: n.bot.now().UTC().Truncate(time.Millisecond),
	}
	for _, c := range p.Citations {
		note.Words = append(note.Words, NotedTurn{c.Ref, c.Speaker, c.Text})
	}
	if note.ID, err = n.store.AddNote(ctx, note); err != nil {
		return nil, err
	}
	return n.hold(note), nil
}

// Notes returns the notes chosen, oldest first, each held against the record.
func (n *Notebook) Notes(ctx context.Context, q NoteQuery) ([]*HeldNote, error) {
	notes, err := n.store.Notes(ctx, q)
	if err != nil {
		return nil, err
	}
	held := make([]*HeldNote, len(notes))
	for i, note := range notes {
		held[i] = n.hold(note)
	}
	return held, nil
}

// Delete deletes a note of a member's own for good.
func (n *Notebook) Delete(ctx context.Context, author string, id int64) error {
	if author == "" || id <= 0 {
		return noNote(id)
	}
	count, err := n.store.DeleteNotes(ctx, NoteQuery{ID: id, Author: author})
	if err == nil && count == 0 {
		// Whether somebody else's note has this number is nobody's business.
		return noNote(id)
	}
	return err
}

func noNote(id int64) error {
	return &UserError{Problem: fmt.Sprintf("you have no note %d", id), Hint: "list your notes for their numbers"}
}

// Forget deletes all notes of a member for good, in every channel, and returns
// how many there were.
func (n *Notebook) Forget(ctx context.Context, author string) (int, error) {
	if author == "" {
		return 0, errors.New("whose notes to forget is not said")
	}
	return n.store.DeleteNotes(ctx, NoteQuery{Author: author})
}

// hold holds a note against the record as it is now.
func (n *Notebook) hold(note Note) *HeldNote {
	h := &HeldNote{Note: note, Standing: NoteGone, Citations: []Citation{}}
	r, err := n.bot.lib.Record(note.Record)
	if err != nil {
		return h
	}
	ref, err := corpus.ParseRef(note.Ref)
	if err != nil {
		return h
	}
	first, end, err := r.Lookup(ref)
	if err != nil {
		return h
	}
	h.Standing = NoteCurrent
	if end-first != len(note.Words) {
		h.Standing = NoteChanged
	}
	for i := first; i < end; i++ {
		c := citeTurn(r, &r.Turns[i])
		if verifyCitation(n.bot.lib, c) != nil {
			return &HeldNote{Note: note, Standing: NoteGone, Citations: []Citation{}}
		}
		h.Citations = append(h.Citations, c)
		if k := i - first; k < len(note.Words) && note.Words[k] != (NotedTurn{c.Ref, c.Speaker, c.Text}) {
			h.Standing = NoteChanged
		}
	}
	return h
}
