package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rapporteur/bot/discord/discordtest"
	"rapporteur/bot/openai/openaitest"
)

// program is the built program serving a fake Discord.
type program struct {
	t       *testing.T
	cmd     *exec.Cmd
	log     *syncBuffer
	address string // of its HTTP server
}

// build builds the program as users do.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "rapporteur")
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return binary
}

// startProgram runs the program until the test ends, with its state in a folder;
// further is what else its configuration has after discord.api_url.
func startProgram(t *testing.T, binary, dataDir string, server *discordtest.Server, further ...string) *program {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, log: &syncBuffer{}, address: listener.Addr().String()}
	listener.Close()
	config := writeFile(t, "config.yaml", fmt.Sprintf("discord:\n  api_url: %s\n%s\nhttp:\n  listen: %s\n", server.URL, strings.Join(further, "\n"), p.address))
	p.cmd = exec.Command(binary, "serve", "--config", config, "--data-dir", dataDir)
	p.cmd.Env = append(os.Environ(), "DISCORD_TOKEN="+discordtest.Token)
	p.cmd.Stderr = p.log
	started := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	p.awaitReady()
	t.Logf("ready after %v", time.Since(started).Round(time.Millisecond))
	return p
}

// get returns the status and the body of a page of the program's HTTP server;
// status 0 while it does not listen.
func (p *program) get(path string) (int, string) {
	response, err := http.Get("http://" + p.address + path)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

func (p *program) awaitReady() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if status, _ := p.get("/readyz"); status == http.StatusOK {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			p.t.Fatalf("not ready in time; its log:\n%s", p.log)
		}
	}
}

// The program from its start to SIGTERM: health, a question, metrics, an old
// button after kill -9 and a restart, an orderly end, no secret in the log.
func TestServe(t *testing.T) {
	binary, dataDir := build(t), t.TempDir()
	server := discordtest.New(t)
	p := startProgram(t, binary, dataDir, server)
	if status, body := p.get("/healthz"); status != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz says %d %q", status, body)
	}
	who := discordtest.Who{}
	answer := server.Command(who, "ask", discordtest.Option{Name: "question", Value: "who ensures the supply of coal?"}).Await(1)[0]
	if !strings.Contains(answer.Content, "[IV.11]") || !strings.Contains(answer.Content, "Coal formerly was not sufficient") {
		t.Errorf("the answer is %q", answer.Content)
	}
	_, body := p.get("/metrics")
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "process_resident_memory_bytes ") {
			t.Log(strings.TrimSpace(line))
		}
	}
	if !strings.Contains(body, "rapporteur_") || !strings.Contains(body, "go_goroutines") {
		t.Errorf("/metrics lacks the bot's figures:\n%s", body)
	}

	noted := discordtest.Option{Name: "passage", Value: "V.9"}
	if text := server.Command(who, "note add", noted).Await(1)[0].Content; !strings.Contains(text, "Note 1") {
		t.Errorf("a note is answered %q", text)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	p = startProgram(t, binary, dataDir, server)
	var button *discordtest.Component
	for _, row := range answer.Components {
		for i := range row.Components {
			if c := &row.Components[i]; c.CustomID != "" && button == nil {
				button = c
			}
		}
	}
	if button == nil {
		t.Fatal("the answer has no button")
	}
	if pressed := server.Press(who, answer, *button).Await(1); pressed[0].Content == "" {
		t.Errorf("an old button gives %+v", pressed[0])
	}

	if text := server.Command(who, "note list").Await(1)[0].Content; !strings.Contains(text, "Note 1") {
		t.Errorf("after kill -9 the notes are %q", text)
	}
	last := server.Command(who, "ask", discordtest.Option{Name: "question", Value: "when does Molotov leave?"})
	last.First()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, p.log)
	}
	if content := last.Await(1)[0].Content; !strings.Contains(content, "VI.15") {
		t.Errorf("an acknowledged question was answered %q", content)
	}
	if strings.Contains(p.log.String(), discordtest.Token) || strings.Contains(p.log.String(), "Molotov leave") {
		t.Errorf("the log holds a secret or a question:\n%s", p.log)
	}
}

// The program with a model that streams its reply: the answer grows on Discord
// while it is written, a false statement is never shown, and with the model gone
// the answer is the record's own words.
func TestServeWithModel(t *testing.T) {
	server, model := discordtest.New(t), openaitest.New(t)
	t.Setenv("OPENAI_BASE_URL", model.URL)
	t.Setenv("OPENAI_API_KEY", openaitest.Key)
	startProgram(t, build(t), t.TempDir(), server, "openai:", "  chat_model: "+openaitest.ChatModel)
	server.SetEditGap(990 * time.Millisecond)
	const right, wrong, end = "Soong suggested naming Japan, Germany and their associates in the treaty.",
		"Molotov suggested naming Japan, Germany and their associates in the treaty.",
		"Soong asked whether they could mention Japan, Germany and their associates."
	model.Script(openaitest.Reply{
		Text: `{"statements": [{"text": "` + right + `", "refs": ["I.2"], "quote": ""}, {"text": "` + wrong + `", "refs": ["I.2"], "quote": ""}, {"text": "` + end + `", "refs": ["I.2"], "quote": ""}]}`,
		Drip: 50 * time.Millisecond,
	}, openaitest.Reply{Status: http.StatusUnauthorized})
	ask := func() *discordtest.Interaction {
		return server.Command(discordtest.Who{}, "ask", discordtest.Option{Name: "question", Value: "Does the treaty name Germany as well as Japan?"})
	}
	answer := ask()
	if part := answer.Await(1)[0].Content; !strings.Contains(part, right) || !strings.Contains(part, "Still writing") || strings.Contains(part, end) {
		t.Errorf("at first the answer is\n%s", part)
	}
	server.Await("the whole answer", func() bool { return !strings.Contains(answer.Messages[0].Content, "Still writing") })
	m := answer.Await(1)[0]
	if !strings.Contains(m.Content, end) || !strings.Contains(m.Content, "Worded by a language model") || m.Find("Sources").CustomID == "" {
		t.Errorf("in the end the answer is\n%s", m.Content)
	}
	for _, shown := range m.Shown {
		if strings.Contains(shown.Content, wrong) {
			t.Errorf("a false statement was shown:\n%s", shown.Content)
		}
	}
	text := ask().Await(1)[0].Content
	if !strings.Contains(text, "Written without the model") || !strings.Contains(text, "“") {
		t.Errorf("without the model the answer is\n%s", text)
	}
}

// syncBuffer is a buffer that a process writes while a test reads.
type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
