package state

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"rapporteur/bot"
	"rapporteur/bot/state/statetest"
)

func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSQLite(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a folder? 100%, #1")
	statetest.Run(t, func(t *testing.T, name string) statetest.Store {
		dir := filepath.Join(folder, name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		s := open(t, Options{Dir: dir})
		if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
			t.Error(err)
		}
		return s
	})
}

func TestPostgres(t *testing.T) {
	server := statetest.StartPostgres(t)
	databases := make(map[string]string)
	statetest.Run(t, func(t *testing.T, name string) statetest.Store {
		if databases[name] == "" {
			databases[name] = server.Database(t)
		}
		return open(t, Options{DSN: databases[name]})
	})
}

// Nothing written to the disk is for others to read.
func TestFilesArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other permissions")
	}
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	defer s.Close()
	if err := s.SetChannel(context.Background(), "1", bot.ChannelSettings{Record: "a"}); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

// What the promise of durability stands on.
func TestPragmas(t *testing.T) {
	s := open(t, Options{Dir: t.TempDir()})
	defer s.Close()
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "15000"} {
		var got string
		if err := s.db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", pragma, got, err, want)
		}
	}
}

func TestNewerIsRefused(t *testing.T) {
	test := func(t *testing.T, o Options) {
		s := open(t, o)
		if _, err := s.db.Exec(`INSERT INTO schema (version) VALUES (999)`); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := Open(context.Background(), o)
		if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "version 999") {
			t.Errorf("%v", err)
		}
	}
	t.Run("SQLite", func(t *testing.T) { test(t, Options{Dir: t.TempDir()}) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, Options{DSN: statetest.StartPostgres(t).Database(t)}) })
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, File), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := listener.Addr().String()
	listener.Close()
	for name, test := range map[string]struct {
		o    Options
		want string
	}{
		"no folder":   {Options{Dir: filepath.Join(dir, "none")}, "none"},
		"no database": {Options{Dir: dir}, filepath.Join(dir, File)},
		"no address":  {Options{DSN: "postgres://user:geheim@host:port/db"}, "state.dsn"},
		"no server":   {Options{DSN: fmt.Sprintf("postgres://user:geheim@%s/db?sslmode=disable", nobody)}, "127.0.0.1"},
	} {
		s, err := Open(context.Background(), test.o)
		if err == nil {
			s.Close()
			t.Errorf("%s: no error", name)
		} else if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMemory(t *testing.T) {
	s := open(t, Options{})
	defer s.Close()
	if _, err := s.AddNote(context.Background(), bot.Note{Author: "1"}); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountNotes(context.Background(), bot.NoteQuery{}); n != 1 || err != nil {
		t.Errorf("%d notes, %v", n, err)
	}
}
