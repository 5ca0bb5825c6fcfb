package state

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"rapporteur/bot"
)

// killedVariable makes the test program the one that is killed: it writes to
// the database in the folder that the variable names until then.
const killedVariable = "RAPPORTEUR_TEST_STATE_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedVariable); dir != "" {
		if err := writeUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled adds notes from two goroutines at once, deletes every tenth,
// and prints what was acknowledged, as soon as it was: +ID or -ID.
func writeUntilKilled(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for range 2 {
		go func() {
			for {
				id, err := s.AddNote(ctx, killedNote)
				if err != nil {
					failed <- err
					return
				}
				fmt.Printf("+%d\n", id)
				if id%10 == 0 {
					if _, err := s.DeleteNotes(ctx, bot.NoteQuery{ID: id, Author: killedNote.Author}); err != nil {
						failed <- err
						return
					}
					fmt.Printf("-%d\n", id)
				}
			}
		}()
	}
	return <-failed
}

var killedNote = bot.Note{Author: "1", Channel: "10", Record: "r", Ref: "1", Words: []bot.NotedTurn{{Ref: "1", Text: strings.Repeat("word ", 300)}}}

// A hundred times a process is killed while it writes; nothing that it has
// acknowledged is lost, and nothing that it has deleted comes back.
func TestKilledWhileWriting(t *testing.T) {
	kills := 100
	if testing.Short() {
		kills = 10
	}
	dir := t.TempDir()
	there := make(map[int64]bool) // as acknowledged
	acknowledged, unfinished := 0, 0
	for n := range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killedVariable+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for count := 0; lines.Scan(); count++ {
			id, err := strconv.ParseInt(lines.Text()[1:], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			there[id] = lines.Text()[0] == '+'
			acknowledged++
			if count == n%17 { // what it acknowledges until it is dead counts as well
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() == 1 {
			t.Fatalf("the process was not killed: %v", err)
		}
		s := open(t, Options{Dir: dir})
		notes, err := s.Notes(context.Background(), bot.NoteQuery{})
		if err != nil {
			t.Fatal(err)
		}
		found := make(map[int64]bool)
		for _, note := range notes {
			found[note.ID] = true
			if len(note.Words) != 1 || note.Words[0] != killedNote.Words[0] {
				t.Fatalf("kill %d: half of note %d is there", n, note.ID)
			}
		}
		for id, is := range there {
			switch {
			case is && !found[id] && id%10 != 0: // a tenth note may have been deleted without a word
				t.Errorf("kill %d: note %d was acknowledged and is lost", n, id)
			case !is && found[id]:
				t.Errorf("kill %d: note %d was deleted and is back", n, id)
			}
			there[id] = found[id]
		}
		for id := range found {
			if !there[id] {
				there[id] = true
				unfinished++
			}
		}
		var healthy string
		if err := s.db.QueryRow("PRAGMA integrity_check").Scan(&healthy); err != nil || healthy != "ok" {
			t.Errorf("kill %d: %s %v", n, healthy, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d writes acknowledged in %d processes that were killed, none lost; %d more were kept", acknowledged, kills, unfinished)
}
