package statetest

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgresVariable is the environment variable that names a server to test
// with, by an address whose user may make databases.
const PostgresVariable = "RAPPORTEUR_TEST_POSTGRES"

// Postgres is a PostgreSQL server for tests.
type Postgres struct {
	address url.URL
	made    atomic.Int64
}

// StartPostgres returns the server named in the environment, or starts one of
// this machine's installation that lasts as long as the test. Where there is
// neither, the test is skipped.
func StartPostgres(t *testing.T) *Postgres {
	t.Helper()
	if dsn := os.Getenv(PostgresVariable); dsn != "" {
		address, err := url.Parse(dsn)
		if err != nil {
			t.Fatalf("%s is no address", PostgresVariable)
		}
		return &Postgres{address: *address}
	}
	programs := postgresPrograms()
	if programs == "" {
		t.Skipf("PostgreSQL is not tested: none is installed here, and %s names no server", PostgresVariable)
	}
	// The folder is not the test's: its parents are closed to other users.
	folder, err := os.MkdirTemp("", "rapporteur-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(programs, name), args...)
		cmd.Dir = folder
		if err := unprivileged(cmd, folder); err != nil {
			t.Skipf("PostgreSQL is not tested: %v; %s may name a server", err, PostgresVariable)
		}
		return cmd
	}
	data := filepath.Join(folder, "data")
	if out, err := run("initdb", "-D", data, "-U", "rapporteur", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	var log bytes.Buffer
	server := run("postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB")
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		<-ended
	})
	p := &Postgres{address: url.URL{Scheme: "postgres", User: url.User("rapporteur"), Path: "/postgres", RawQuery: url.Values{"host": {folder}}.Encode()}}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := p.exec("SELECT 1")
		if err == nil {
			return p
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("postgres ended: %v\n%s", err, log.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("postgres does not answer: %v", err)
		}
	}
}

// postgresPrograms returns the folder of PostgreSQL's programs, or "".
func postgresPrograms() string {
	if file, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(file)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// Database makes an empty database that lasts as long as the test, and returns
// its address.
func (p *Postgres) Database(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("rapporteur_test_%d_%d", os.Getpid(), p.made.Add(1))
	if err := p.exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	address := p.address
	address.Path = "/" + name
	return address.String()
}

func (p *Postgres) exec(query string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, p.address.String())
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, query)
	return err
}
