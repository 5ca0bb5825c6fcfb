package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"

	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// noteList is a store in memory.
type noteList struct {
	notes []Note
	fail  error
}

func (l *noteList) chosen(q NoteQuery, n Note) bool {
	return (q.ID == 0 || q.ID == n.ID) && (q.Author == "" || q.Author == n.Author) && (q.Channel == "" || q.Channel == n.Channel)
}

func (l *noteList) AddNote(_ context.Context, n Note) (int64, error) {
	if l.fail != nil {
		return 0, l.fail
	}
	n.ID = int64(len(l.notes) + 1)
	l.notes = append(l.notes, n)
	return n.ID, nil
}

func (l *noteList) Notes(_ context.Context, q NoteQuery) ([]Note, error) {
	var found []Note
	for _, n := range l.notes {
		if l.chosen(q, n) {
			found = append(found, n)
		}
	}
	return found, l.fail
}

func (l *noteList) CountNotes(ctx context.Context, q NoteQuery) (int, error) {
	found, err := l.Notes(ctx, q)
	return len(found), err
}

func (l *noteList) DeleteNotes(_ context.Context, q NoteQuery) (int, error) {
	before := len(l.notes)
	l.notes = slices.DeleteFunc(l.notes, func(n Note) bool { return l.chosen(q, n) })
	return before - len(l.notes), l.fail
}

// club is a bot over one small record with the text given.
func club(t *testing.T, text string) *Bot {
	t.Helper()
	r, err := corpus.Parse("club.txt", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	lib := &corpus.Library{}
	if err := lib.Add(r); err != nil {
		t.Fatal(err)
	}
	index, err := retrieval.New(context.Background(), recordsOf(t, lib), retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(lib, index, Options{})
}

const clubText = "Meeting of the club\n\n\nAnn: The picnic is on 3 June.\n\n\nBen: I bring the *bread*.\n\n1) And the butter.\n\n\nAnn: Good.\n"

func noted(t *testing.T, n *Notebook, w NewNote) *HeldNote {
	t.Helper()
	h, err := n.Add(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestNotebook(t *testing.T) {
	ctx := context.Background()
	n := bundledBot(t).Notebook(&noteList{})
	a := noted(t, n, NewNote{Author: "1", Channel: "10", Reference: "V.9", Remark: " the naval base \x00"})
	if a.ID != 1 || a.Ref != "V.9" || a.Remark != "the naval base" || a.Standing != NoteCurrent ||
		len(a.Citations) != 1 || a.Citations[0].Speaker != "Molotov" || a.Citations[0].Quote != a.Words[0].Text {
		t.Errorf("%+v", a)
	}
	b := noted(t, n, NewNote{Author: "2", Channel: "10", Reference: "[iv.12-14]"})
	if b.Ref != "IV.12-14" || len(b.Words) != 3 || b.Words[2].Speaker != "Soong" {
		t.Errorf("%+v", b)
	}
	list, err := n.Notes(ctx, NoteQuery{Channel: "10"})
	if err != nil || len(list) != 2 || list[0].ID != a.ID {
		t.Errorf("%v, %v", list, err)
	}
	if err := n.Delete(ctx, "1", b.ID); !isUserError(err) {
		t.Errorf("somebody else's note: %v", err)
	}
	if err := n.Delete(ctx, "2", b.ID); err != nil {
		t.Error(err)
	}
	noted(t, n, NewNote{Author: "1", Channel: "11", Reference: "I.4"})
	if count, err := n.Forget(ctx, "1"); count != 2 || err != nil {
		t.Errorf("%d notes forgotten, %v", count, err)
	}
	if list, err := n.Notes(ctx, NoteQuery{}); len(list) != 0 || err != nil {
		t.Errorf("%v, %v", list, err)
	}
}

func isUserError(err error) bool {
	var user *UserError
	return errors.As(err, &user)
}

func TestNotebookRefuses(t *testing.T) {
	ctx := context.Background()
	store := &noteList{}
	n := bundledBot(t).Notebook(store)
	for _, w := range []NewNote{
		{Author: "1", Reference: "IX.1"},
		{Author: "1", Reference: "what he said"},
		{Author: "1", Reference: "V.9", Remark: strings.Repeat("é", MaxRemark+1)},
		{Author: "1", Reference: "V.9", Record: "nobody"},
	} {
		if _, err := n.Add(ctx, w); !isUserError(err) {
			t.Errorf("%+v: %v", w, err)
		}
	}
	if _, err := n.Add(ctx, NewNote{Reference: "V.9"}); err == nil {
		t.Error("a note of nobody")
	}
	for range MaxNotes {
		store.notes = append(store.notes, Note{Author: "1"})
	}
	if _, err := n.Add(ctx, NewNote{Author: "1", Reference: "V.9"}); !isUserError(err) {
		t.Errorf("one note too many: %v", err)
	}
	store.fail = errors.New("the disk is full")
	if _, err := n.Add(ctx, NewNote{Author: "2", Reference: "V.9"}); !errors.Is(err, store.fail) {
		t.Errorf("a note that was not kept: %v", err)
	}
	store.fail = nil
	for _, id := range []int64{0, -1, 999} {
		if err := n.Delete(ctx, "3", id); !isUserError(err) {
			t.Errorf("note %d: %v", id, err)
		}
	}
	if _, err := n.Export(ctx, NoteQuery{}, "pdf"); !isUserError(err) {
		t.Errorf("%v", err)
	}
}

// A note whose passage is no longer what it was says so.
func TestNoteOfChangedRecord(t *testing.T) {
	ctx := context.Background()
	store := &noteList{}
	n := club(t, clubText).Notebook(store)
	noted(t, n, NewNote{Author: "1", Reference: "1"})
	noted(t, n, NewNote{Author: "1", Reference: "2-3"})
	for _, test := range []struct {
		name, text string
		want       []NoteStanding
	}{
		{"same", clubText, []NoteStanding{NoteCurrent, NoteCurrent}},
		{"other words", strings.Replace(clubText, "3 June", "4 June", 1), []NoteStanding{NoteChanged, NoteCurrent}},
		{"another speaker", strings.Replace(clubText, "Ben:", "Eve:", 1), []NoteStanding{NoteCurrent, NoteChanged}},
		{"shorter", strings.TrimSuffix(clubText, "\n\n\nAnn: Good.\n"), []NoteStanding{NoteCurrent, NoteGone}},
		{"another turn before", strings.Replace(clubText, "Ann: The", "Eve: Hello.\n\n\nAnn: The", 1), []NoteStanding{NoteChanged, NoteChanged}},
	} {
		b := club(t, test.text)
		notes, err := b.Notebook(store).Notes(ctx, NoteQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for i, note := range notes {
			if note.Standing != test.want[i] {
				t.Errorf("%s: note %d is %s; want %s", test.name, i+1, note.Standing, test.want[i])
			}
			if (note.Warning() == "") != (note.Standing == NoteCurrent) {
				t.Errorf("%s: note %d warns %q", test.name, i+1, note.Warning())
			}
			for _, c := range note.Citations {
				if err := verifyCitation(b.lib, c); err != nil {
					t.Errorf("%s: %v", test.name, err)
				}
			}
		}
	}
}

func TestNotesMarkdown(t *testing.T) {
	ctx := context.Background()
	b := club(t, clubText)
	b.now = func() time.Time { return time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC) }
	n := b.Notebook(&noteList{})
	remark := "<b>why</b> `this`?\n# no heading [x](http://example.org) & so on\n1. no list\n- none"
	noted(t, n, NewNote{Author: "1042519872634880001", Reference: "2-3", Remark: remark})
	text, err := n.Export(ctx, NoteQuery{}, NotesMarkdown)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "1042519872634880001") {
		t.Errorf("the author is named:\n%s", text)
	}
	// An independent reader finds the words as they are, and no other markup.
	var page bytes.Buffer
	if err := goldmark.Convert([]byte(text), &page); err != nil {
		t.Fatal(err)
	}
	want := `<h1>Notes</h1>
<h2>club 2-3</h2>
<blockquote>
<p><strong>Ben:</strong> I bring the *bread*.</p>
<p>1) And the butter. [2]</p>
<p><strong>Ann:</strong> Good. [3]</p>
</blockquote>
<p>&lt;b&gt;why&lt;/b&gt; ` + "`this`" + `?<br>
# no heading [x](http://example.org) &amp; so on<br>
1. no list<br>
- none</p>
<p>Noted on 2026-11-23. “Meeting of the club,” passage 2-3.</p>
`
	if got := page.String(); got != want {
		t.Errorf("the export\n%s\nreads as\n%s\nnot\n%s", text, got, want)
	}
}

func TestNotesCSLJSON(t *testing.T) {
	ctx := context.Background()
	b := bundledBot(t)
	n := b.Notebook(&noteList{})
	if text, err := n.Export(ctx, NoteQuery{}, NotesCSLJSON); err != nil || strings.TrimSpace(text) != "[]" {
		t.Errorf("%q, %v", text, err)
	}
	noted(t, n, NewNote{Author: "1", Reference: "V.9", Remark: "the \"bay\""})
	noted(t, n, NewNote{Author: "2", Reference: "IV.12-14"})
	text, err := n.Export(ctx, NoteQuery{}, NotesCSLJSON)
	if err != nil {
		t.Fatal(err)
	}
	var items []map[string]any
	if err := json.Unmarshal([]byte(text), &items); err != nil {
		t.Fatal(err)
	}
	if len(items) != 2 || items[0]["id"] == items[1]["id"] || items[0]["annote"] != "the \"bay\"" ||
		!strings.HasPrefix(fmt.Sprint(items[1]["note"]), "Passage IV.12-14") || items[1]["archive"] != "Hoover Institution Archives" {
		t.Errorf("%s", text)
	}
}
