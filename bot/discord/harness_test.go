package discord

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// bundled returns the bot over the bundled record; it is built once.
var bundled = sync.OnceValue(func() *bot.Bot {
	lib, err := corpus.Load(corpus.Options{Bundled: true})
	if err != nil {
		panic(err)
	}
	records, err := lib.Records()
	if err != nil {
		panic(err)
	}
	index, err := retrieval.New(context.Background(), records, retrieval.Options{})
	if err != nil {
		panic(err)
	}
	return bot.New(lib, index, bot.Options{})
})

// library returns a bot over records given as files, by name.
func library(t testing.TB, files map[string]string) *bot.Bot {
	t.Helper()
	lib := &corpus.Library{}
	for name, text := range files {
		r, err := corpus.Parse(name, []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := lib.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	records, err := lib.Records()
	if err != nil {
		t.Fatal(err)
	}
	index, err := retrieval.New(t.Context(), records, retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return bot.New(lib, index, bot.Options{})
}

// stub is a core of which a test replaces what it looks at.
type stub struct {
	Core
	ask func(ctx context.Context, q bot.Question) (*bot.Answer, error)
	// askers, if not nil, is told who asks for a summary or positions.
	askers func(string)
}

func (s *stub) Summary(ctx context.Context, q bot.SummaryQuery) (*bot.Summary, error) {
	if s.askers != nil {
		s.askers(q.Asker)
	}
	return s.Core.Summary(ctx, q)
}

func (s *stub) Positions(ctx context.Context, q bot.PositionsQuery) (*bot.Positions, error) {
	if s.askers != nil {
		s.askers(q.Asker)
	}
	return s.Core.Positions(ctx, q)
}

func (s *stub) Ask(ctx context.Context, q bot.Question) (*bot.Answer, error) {
	if s.ask != nil {
		return s.ask(ctx, q)
	}
	return s.Core.Ask(ctx, q)
}

// fixture is a bot running against a fake Discord.
type fixture struct {
	*discordtest.Server
	t     testing.TB
	front *Frontend
	logs  *logBuffer
	stop  func() // as SIGTERM does
	ended chan error
}

// start runs a bot against a new fake Discord until the test ends.
func start(t testing.TB, core Core, change ...func(*Options)) *fixture {
	t.Helper()
	return run(t, discordtest.New(t), core, change...)
}

// run runs a bot against a fake Discord.
func run(t testing.TB, s *discordtest.Server, core Core, change ...func(*Options)) *fixture {
	t.Helper()
	x := prepare(t, s, core, change...)
	x.begin()
	defer func() {
		if t.Failed() {
			t.Log(x.logs)
		}
	}()
	s.AwaitConnected(1)
	x.awaitReady()
	return x
}

// prepare makes a bot that is not running yet.
func prepare(t testing.TB, s *discordtest.Server, core Core, change ...func(*Options)) *fixture {
	t.Helper()
	x := &fixture{Server: s, t: t, logs: &logBuffer{}, ended: make(chan error, 1)}
	opts := Options{
		Token: discordtest.Token, APIURL: s.URL, DrainTime: 10 * time.Second,
		Logger:     slog.New(slog.NewTextHandler(x.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Registerer: prometheus.NewRegistry(),
	}
	for _, c := range change {
		c(&opts)
	}
	f, err := New(opts, func() Core { return core })
	if err != nil {
		t.Fatal(err)
	}
	f.timing = timing{hello: time.Second, ready: 2 * time.Second, identify: time.Millisecond, invalid: time.Millisecond, backoff: 2 * time.Millisecond}
	f.rest.pause = 2 * time.Millisecond
	if racing { // the detector stalls for seconds with a thousand goroutines
		f.rest.session.Client.Transport.(*refusals).next.MaxConnsPerHost = 50
	}
	x.front = f
	return x
}

func (x *fixture) begin() {
	ctx, cancel := context.WithCancel(context.Background())
	x.stop = cancel
	go func() { x.ended <- x.front.Run(ctx) }()
	x.t.Cleanup(func() {
		cancel()
		select {
		case err := <-x.ended:
			if err != nil {
				x.t.Errorf("Run: %v", err)
			}
		case <-time.After(15 * time.Second):
			x.t.Error("Run did not return")
		}
		x.checkLogs()
	})
}

// end waits for Run to return after stop, and returns its error.
func (x *fixture) end() error {
	x.t.Helper()
	select {
	case err := <-x.ended:
		x.ended <- nil // for the cleanup
		return err
	case <-time.After(15 * time.Second):
		x.t.Fatal("Run did not return")
		return nil
	}
}

func (x *fixture) awaitReady() {
	x.t.Helper()
	x.eventually("readiness", func() bool { return x.front.Ready() == nil })
}

// settle waits until nothing is in hand.
func (x *fixture) settle() {
	x.t.Helper()
	x.eventually("rest", func() bool { return x.front.flights.count() == 0 })
}

// eventually polls for what has no event of its own.
func (x *fixture) eventually(what string, cond func() bool) {
	x.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !cond() {
		if time.Now().After(deadline) {
			x.t.Fatalf("waited in vain for %s\n%s", what, x.logs)
		}
		time.Sleep(time.Millisecond)
	}
}

// secretWords must never be logged: the token, and what people write in tests.
var secretWords = []string{discordtest.Token, "interaction-token", "xyzzy"}

func (x *fixture) checkLogs() {
	x.t.Helper()
	for _, w := range secretWords {
		if bytes.Contains([]byte(x.logs.String()), []byte(w)) {
			x.t.Errorf("the log contains %q:\n%s", w, x.logs)
		}
	}
	if os.Getenv("SHOW_LOGS") != "" {
		x.t.Log(x.logs)
	}
}

// logBuffer is a buffer safe for concurrent use.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func opt(name string, value any) discordtest.Option {
	return discordtest.Option{Name: name, Value: value}
}

var nobody discordtest.Who

var errBroken = errors.New("broken")
