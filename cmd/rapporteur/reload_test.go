package main

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
)

func meeting(topic string) string {
	return "Meeting on " + topic + "\n5 May 1946\n\n\nAnn: We speak of " + topic + " today.\n\n\nBen: So we do.\n\n\nAnn: That is all of it.\n"
}

// TestReload changes the files of a running bot in every way.
func TestReload(t *testing.T) {
	quiet := reloadQuiet
	reloadQuiet = 30 * time.Millisecond
	defer func() { reloadQuiet = quiet }()
	folder := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("coal.txt", meeting("coal"))
	a := &app{streams: streams{out: &bytes.Buffer{}, err: &syncBuffer{}}, env: noEnv}
	a.flags.noBundled, a.flags.corpus = true, []string{folder}
	first, err := a.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	log := &syncBuffer{}
	bots := make(chan *bot.Bot, 16)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	defer watching.Wait()
	defer stop()
	watching.Go(func() {
		a.library.watch(ctx, a.config.Corpus.Paths, slog.New(slog.NewTextHandler(log, nil)), func(b *bot.Bot) { bots <- b })
	})
	// await waits for a bot with these records; on a busy machine changes may
	// come together or apart.
	await := func(what string, ids ...string) *bot.Bot {
		t.Helper()
		deadline := time.After(20 * time.Second)
		for {
			select {
			case b := <-bots:
				var got []string
				for _, r := range b.Records() {
					got = append(got, r.ID)
				}
				if strings.Join(got, " ") == strings.Join(ids, " ") {
					return b
				}
			case <-deadline:
				t.Fatalf("%s: no bot with the records %q; log:\n%s", what, ids, log.String())
			}
		}
	}
	says := func(b *bot.Bot, id, topic string) {
		t.Helper()
		p, err := b.Quote(id+" 1", "")
		if err != nil || !strings.Contains(p.Citations[0].Text, topic) {
			t.Errorf("%s 1: %v, %v; want %q", id, p, err, topic)
		}
	}
	put("tar.txt", meeting("tar"))
	says(await("added", "coal", "tar"), "tar", "tar")
	put("below/rope.txt", meeting("rope"))
	says(await("added in a new folder", "coal", "rope", "tar"), "rope", "rope")
	put("tar.txt", meeting("pitch"))
	says(await("changed", "coal", "rope", "tar"), "tar", "pitch")

	// A file that is half written stays as it was.
	put("tar.txt", "Meeting on half a")
	put("oak.txt", meeting("oak"))
	says(await("half written", "coal", "oak", "rope", "tar"), "tar", "pitch")
	if !strings.Contains(log.String(), "what was read from it before is still served") {
		t.Errorf("the log does not say so: %s", log.String())
	}
	put("tar.txt", meeting("the whole of it"))
	says(await("written in full", "coal", "oak", "rope", "tar"), "tar", "the whole of it")
	for _, name := range []string{"coal.txt", "oak.txt", "below/rope.txt"} {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	await("removed", "tar")
	says(first, "", "coal") // a question that was in hand sees what was there
	// The last record stays until another is there.
	if err := os.Rename(filepath.Join(folder, "tar.txt"), filepath.Join(folder, "birch.txt")); err != nil {
		t.Fatal(err)
	}
	says(await("renamed", "birch"), "birch", "the whole of it")
}

// TestKilledIndexing kills “index” at random moments. What is stored then never
// keeps the next start from serving every record right. RAPPORTEUR_KILLS says
// how often.
func TestKilledIndexing(t *testing.T) {
	kills := 6
	if n, err := strconv.Atoi(os.Getenv("RAPPORTEUR_KILLS")); err == nil {
		kills = n
	}
	binary := build(t)
	records, data := t.TempDir(), t.TempDir()
	random := rand.New(rand.NewPCG(6, 6))
	put := func(i int) {
		t.Helper()
		var text strings.Builder
		text.WriteString(meeting("coal " + strconv.Itoa(random.IntN(1000))))
		for range 200 {
			text.WriteString("\n\nBen: And now the matter of number " + strconv.Itoa(random.IntN(1000)) + ", which we know.\n")
		}
		if err := os.WriteFile(filepath.Join(records, "m"+strconv.Itoa(i)+".txt"), []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const files = 24
	for i := range files {
		put(i)
	}
	run := func(args ...string) []byte {
		t.Helper()
		var problems bytes.Buffer
		cmd := exec.Command(binary, append(args, "--no-bundled", "--corpus", records)...)
		cmd.Stderr = &problems
		out, err := cmd.Output()
		if err != nil || problems.Len() > 0 {
			t.Fatalf("%q: %v\n%s", args, err, problems.String())
		}
		return out
	}
	start := time.Now()
	run("index", "--data-dir", t.TempDir())
	whole := time.Since(start)
	for kill := range kills {
		for range files / 2 {
			put(random.IntN(files))
		}
		cmd := exec.Command(binary, "index", "--no-bundled", "--corpus", records, "--data-dir", data)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.Int64N(int64(whole)))) // the moment is what is tried
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		for _, args := range [][]string{{"records", "--json"}, {"search", "--json", "-k", "50", "coal number 7"}} {
			if got, want := run(append(args, "--data-dir", data)...), run(append(args, "--data-dir", t.TempDir())...); !bytes.Equal(got, want) {
				t.Fatalf("after kill %d: %q gives something else with what is stored", kill+1, args)
			}
		}
	}
	left, err := filepath.Glob(filepath.Join(data, "index", "*.tmp"))
	run("index", "--data-dir", data)
	if now, _ := filepath.Glob(filepath.Join(data, "index", "*.tmp")); err != nil || len(now) > 0 {
		t.Errorf("%d unfinished files are left of %d, %v", len(now), len(left), err)
	}
}
