package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"rapporteur/bot"
	"rapporteur/bot/openai/openaitest"
)

var schema = json.RawMessage(`{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}`)

var prompt = bot.Prompt{System: "You are careful.", User: "Evidence and a question.", Schema: schema, Name: "answer"}

// newTestChat returns a chat model that does not sleep, against a fake server,
// and a log of what it says.
func newTestChat(t *testing.T, s *openaitest.Server, change func(*ChatOptions)) (*Chat, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	opts := ChatOptions{Model: openaitest.ChatModel, Endpoint: Endpoint{BaseURL: s.URL, APIKey: openaitest.Key,
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}}
	if change != nil {
		change(&opts)
	}
	c, err := NewChat(opts)
	if err != nil {
		t.Fatal(err)
	}
	c.client.sleep = func(context.Context, time.Duration) error { return nil }
	return c, &log
}

func TestWrite(t *testing.T) {
	s := openaitest.New(t)
	registry := prometheus.NewRegistry()
	c, _ := newTestChat(t, s, func(o *ChatOptions) { o.Registerer = registry })
	const text = "Statements, one after the other – even “these”."
	s.Script(openaitest.Reply{Text: text})
	var pieces []string
	got, err := c.Write(t.Context(), prompt, func(piece string) { pieces = append(pieces, piece) })
	if err != nil || got != text || strings.Join(pieces, "") != text || len(pieces) < 3 {
		t.Errorf("got %q, %v in pieces %q", got, err, pieces)
	}
	r := s.Chats()[0]
	if r.System() != prompt.System || r.User() != prompt.User || *r.MaxTokens != 1500 || *r.Temperature > 1e-30 || !r.Stream || r.ResponseFormat.JSONSchema.Name != "answer" {
		t.Errorf("asked %+v", r)
	}
	if n := testutil.ToFloat64(c.client.metrics.tokens.WithLabelValues("chat", "completion", "server")); n != float64(estimateTokens(text)) {
		t.Errorf("%v tokens counted", n)
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	if want := openaitest.ChatModel + "@" + strings.TrimPrefix(s.URL, "http://"); c.Name() != want {
		t.Errorf("name %q; want %q", c.Name(), want)
	}
}

// Whatever happens to a reply ends as an error that says it, with what came
// before; a server at fault is bot.ErrModelDown.
func TestWriteFaults(t *testing.T) {
	const text = "The first statement stands here. The second would have stood here."
	tests := []struct {
		name    string
		replies []openaitest.Reply
		text    string // what comes of it
		err     string // part of the error; empty: none
		down    bool
		asked   int // requests
	}{
		{"empty", []openaitest.Reply{{}}, "", "", false, 1},
		{"429, then well", []openaitest.Reply{{Status: 429, RetryAfter: "1"}, {Text: text}}, text, "", false, 2},
		{"500, then well", []openaitest.Reply{{Status: 500}, {Status: 503}, {Text: text}}, text, "", false, 3},
		{"500 for good", []openaitest.Reply{{Status: 500}, {Status: 500}, {Status: 500}}, "", "answered 500", true, 3},
		{"429 for long", []openaitest.Reply{{Status: 429, RetryAfter: "3600"}}, "", "answered 429", true, 1},
		{"429 until somebody pays", []openaitest.Reply{{Status: 429, Code: "insufficient_quota"}}, "", "answered 429", true, 1},
		{"400", []openaitest.Reply{{Status: 400}, {Status: 400}}, "", "answered 400", false, 2},
		{"403", []openaitest.Reply{{Status: 403}}, "", "check openai.api_key", true, 1},
		{"cut", []openaitest.Reply{{Text: text, Cut: 32}}, "The first statement stands here. The", "cannot be read", true, 1},
		{"ends without an end", []openaitest.Reply{{Text: text, NoEnd: true}}, text, "broke off", false, 1},
		{"broken JSON", []openaitest.Reply{{Text: text, Break: 20}}, "The first statement stan", "cannot be read", true, 1},
		{"error inside the stream", []openaitest.Reply{{Text: text, Fail: 20}}, "The first statement stan", "had an error while", true, 1},
		{"bound reached", []openaitest.Reply{{Text: text, Finish: "length"}}, text, "reached the bound", false, 1},
		{"filter", []openaitest.Reply{{Finish: "content_filter"}}, "", "content filter", false, 1},
		{"refusal", []openaitest.Reply{{Refusal: "I will not."}}, "", "refused: I will not.", false, 1},
		{"stalled", []openaitest.Reply{{Text: text, Stall: 20}}, "The first statement stan", "fell silent", true, 1},
		{"hangs", []openaitest.Reply{{Delay: -1}}, "", "did not begin", true, 1},
		{"no stream", []openaitest.Reply{{Text: text, NoStream: true}, {Text: text}}, text, "", false, 2},
		{"thinks aloud", []openaitest.Reply{{Think: "Hm. They say <b>. Let me see.", Text: text, Piece: 3}}, text, "", false, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.New(t)
			c, log := newTestChat(t, s, func(o *ChatOptions) {
				o.FirstToken, o.Idle = 300*time.Millisecond, 200*time.Millisecond
			})
			s.Script(test.replies...)
			var pieces strings.Builder
			got, err := c.Write(t.Context(), prompt, func(piece string) { pieces.WriteString(piece) })
			if got != test.text || pieces.String() != got {
				t.Errorf("got %q, in pieces %q; want %q", got, pieces.String(), test.text)
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v; want %q", err, test.err)
			}
			if errors.Is(err, bot.ErrModelDown) != test.down {
				t.Errorf("the model is down: %v (%v)", !test.down, err)
			}
			if n := len(s.Chats()); n != test.asked {
				t.Errorf("%d requests; want %d", n, test.asked)
			}
			if err != nil && !strings.Contains(log.String(), "level=WARN") {
				t.Errorf("nothing in the log:\n%s", log)
			}
			holdsNoKey(t, err, log)
		})
	}
}

func holdsNoKey(t *testing.T, err error, log *bytes.Buffer) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), openaitest.Key) || strings.Contains(e.Error(), "\n") {
			t.Errorf("the error holds the key or several lines: %q", e)
		}
	}
	if log != nil && strings.Contains(log.String(), openaitest.Key) {
		t.Errorf("the log holds the key:\n%s", log)
	}
}

// A server that repeats a wrong key in its message does not bring it into logs.
func TestWrongKey(t *testing.T) {
	s := openaitest.New(t)
	const wrong = "sk-wrong-key-of-somebody"
	c, log := newTestChat(t, s, func(o *ChatOptions) { o.APIKey = wrong })
	_, err := c.Write(t.Context(), prompt, nil)
	if err == nil || strings.Contains(err.Error(), wrong) || strings.Contains(log.String(), wrong) || !strings.Contains(err.Error(), "check openai.api_key") {
		t.Errorf("error %v, log:\n%s", err, log)
	}
}

// A reply that comes drop by drop ends with the whole time, one without end
// with its size.
func TestWriteBounds(t *testing.T) {
	s := openaitest.New(t)
	c, _ := newTestChat(t, s, func(o *ChatOptions) { o.Timeout = 300 * time.Millisecond })
	s.Script(openaitest.Reply{Text: "drop by drop by drop", Drip: 20 * time.Millisecond, Piece: 1, Endless: true})
	started := time.Now()
	got, err := c.Write(t.Context(), prompt, nil)
	if !errors.Is(err, bot.ErrModelDown) || !strings.Contains(err.Error(), "did not finish") || !strings.HasPrefix(got, "drop") {
		t.Errorf("got %q, %v", got, err)
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	c, _ = newTestChat(t, s, nil)
	s.Script(openaitest.Reply{Text: strings.Repeat("All work and no play. ", 100), Piece: 2000, Endless: true})
	got, err = c.Write(t.Context(), prompt, nil)
	if err == nil || !strings.Contains(err.Error(), "without end") || len(got) > 2*maxReply {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	s.Script(openaitest.Reply{Text: strings.Repeat("x", 20000)})
	if got, err = c.Write(t.Context(), prompt, nil); err != nil || len(got) != 20000 {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

// What a server does not take is left out after one refusal, and from then on.
func TestDialect(t *testing.T) {
	type asked struct{ schema, temperature, maxTokens, usage bool }
	seen := func(r openaitest.ChatRequest) asked {
		return asked{r.ResponseFormat != nil, r.Temperature != nil, r.MaxTokens != nil, r.StreamOptions != nil}
	}
	all := asked{true, true, true, true}
	tests := []struct {
		name  string
		model string
		reply openaitest.Reply
		first int // requests of the first call
		then  asked
	}{
		{"takes all", openaitest.ChatModel, openaitest.Reply{}, 1, all},
		{"no schema", openaitest.ChatModel, openaitest.Reply{NoSchema: true}, 2, asked{false, true, true, true}},
		{"no temperature", openaitest.ChatModel, openaitest.Reply{NoTemperature: true}, 2, asked{true, false, true, true}},
		{"no max_tokens", openaitest.ChatModel, openaitest.Reply{NoMaxTokens: true}, 2, asked{true, true, false, true}},
		{"no stream_options", openaitest.ChatModel, openaitest.Reply{NoStreamOptions: true}, 2, asked{true, true, true, false}},
		{"nothing", openaitest.ChatModel, openaitest.Reply{NoSchema: true, NoTemperature: true, NoMaxTokens: true, NoStreamOptions: true}, 5, asked{}},
		{"a model that thinks", "gpt-5-mini", openaitest.Reply{NoTemperature: true, NoMaxTokens: true}, 1, asked{true, false, false, true}},
		{"one the library knows", "gpt-6-luna", openaitest.Reply{NoTemperature: true, NoMaxTokens: true}, 1, asked{true, false, false, true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := openaitest.New(t)
			s.Answer(func(openaitest.ChatRequest) openaitest.Reply {
				return test.reply.With(func(r *openaitest.Reply) { r.Text = "fine" })
			})
			c, _ := newTestChat(t, s, func(o *ChatOptions) { o.Model = test.model })
			for range 2 {
				if got, err := c.Write(t.Context(), prompt, nil); got != "fine" || err != nil {
					t.Fatalf("got %q, %v", got, err)
				}
			}
			chats := s.Chats()
			if len(chats) != test.first+1 || seen(chats[len(chats)-1]) != test.then || seen(chats[len(chats)-2]) != test.then {
				t.Errorf("%d requests, the last %+v; want %d, the last %+v", len(chats), seen(chats[len(chats)-1]), test.first+1, test.then)
			}
		})
	}
}

// After some failures in a row the server is left alone, without a request;
// after a while one call tries it again.
func TestBreaker(t *testing.T) {
	s := openaitest.New(t)
	c, log := newTestChat(t, s, func(o *ChatOptions) { o.Cooldown = 50 * time.Millisecond })
	var healthy atomic.Bool
	s.Answer(func(openaitest.ChatRequest) openaitest.Reply {
		if healthy.Load() {
			return openaitest.Reply{Text: "well again"}
		}
		return openaitest.Reply{Status: 403}
	})
	for range failuresToOpen + 4 {
		if _, err := c.Write(t.Context(), prompt, nil); !errors.Is(err, bot.ErrModelDown) {
			t.Fatalf("error %v", err)
		}
	}
	if n := len(s.Chats()); n != failuresToOpen {
		t.Errorf("%d requests; want %d", n, failuresToOpen)
	}
	healthy.Store(true)
	deadline := time.Now().Add(5 * time.Second)
	for {
		got, err := c.Write(t.Context(), prompt, nil)
		if got == "well again" && err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("never tried again: %v", err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	for _, want := range []string{"left alone", "answers again"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, log)
		}
	}
}

// A person who leaves is no fault of the server.
func TestCancelled(t *testing.T) {
	s := openaitest.New(t)
	s.Answer(func(openaitest.ChatRequest) openaitest.Reply { return openaitest.Reply{Delay: -1} })
	c, _ := newTestChat(t, s, nil)
	for range failuresToOpen + 1 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, err := c.Write(ctx, prompt, nil)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("error %v", err)
		}
	}
	s.Answer(func(openaitest.ChatRequest) openaitest.Reply { return openaitest.Reply{Text: "here"} })
	if got, err := c.Write(t.Context(), prompt, nil); got != "here" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// No more replies are written at a time than allowed.
func TestConcurrent(t *testing.T) {
	s := openaitest.New(t)
	var now, most atomic.Int32
	s.Answer(func(openaitest.ChatRequest) openaitest.Reply {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		return openaitest.Reply{Text: "yes"}
	})
	c, _ := newTestChat(t, s, func(o *ChatOptions) { o.Concurrent = 2 })
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			if got, err := c.Write(context.Background(), prompt, nil); got != "yes" || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	wait.Wait()
	if most.Load() != 2 {
		t.Errorf("%d at a time", most.Load())
	}
}

// The key goes to the server it was given for and no other.
func TestRedirect(t *testing.T) {
	s := openaitest.New(t)
	redirect := transportFunc(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {s.URL + "/chat/completions"}},
			Body: http.NoBody, Request: r}, nil
	})
	c, log := newTestChat(t, s, func(o *ChatOptions) { o.Transport, o.BaseURL = redirect, "http://elsewhere.example/v1" })
	if _, err := c.Write(t.Context(), prompt, nil); err == nil || !strings.Contains(err.Error(), "redirects") {
		t.Errorf("error %v", err)
	} else {
		holdsNoKey(t, err, log)
	}
	if len(s.Chats()) != 0 {
		t.Error("the redirect was followed")
	}
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestUnreachable(t *testing.T) {
	s := openaitest.New(t)
	s.Close()
	c, log := newTestChat(t, s, nil)
	_, err := c.Write(t.Context(), prompt, nil)
	if !errors.Is(err, bot.ErrModelDown) || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("error %v", err)
	}
	holdsNoKey(t, err, log)
}

func TestBadURL(t *testing.T) {
	for _, bad := range []string{"localhost:11434", "ftp://a/v1", "http://", "https://user:secret@example.org/v1", "https://example.org/v1?key=1", ":"} {
		if BadURL(bad) == "" {
			t.Errorf("%q is taken", bad)
		}
		if _, err := NewChat(ChatOptions{Model: "m", Endpoint: Endpoint{BaseURL: bad}}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q gives %v", bad, err)
		}
	}
	if c, err := NewChat(ChatOptions{Model: "m"}); err != nil || c.Name() != "m@api.openai.com/v1" {
		t.Errorf("%v, %v", c, err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		key, value string
		want       time.Duration
	}{
		{"Retry-After", "3", 3 * time.Second},
		{"Retry-After", "0.5", 500 * time.Millisecond},
		{"Retry-After-Ms", "250", 250 * time.Millisecond},
		{"Retry-After", "Mon, 23 Nov 2026 12:00:05 GMT", 5 * time.Second},
		{"Retry-After", "Mon, 23 Nov 2026 11:00:00 GMT", 0},
		{"Retry-After", "-1", 0},
		{"Retry-After", "1e300", 24 * time.Hour},
		{"Retry-After", "soon", 0},
	}
	for _, test := range tests {
		if got := retryAfter(http.Header{test.key: {test.value}}, now); got != test.want {
			t.Errorf("%s: %s gives %v; want %v", test.key, test.value, got, test.want)
		}
	}
}

// Cut in any pieces, a reply without its thought is the same.
func FuzzThought(f *testing.F) {
	f.Add("<think>hm</think>\n\nYes.", 3)
	f.Add("  <think> never ends", 1)
	f.Add("<thin", 2)
	f.Add("No thought </think> here", 5)
	f.Fuzz(func(t *testing.T, text string, size int) {
		size = 1 + abs(size%20)
		var whole, pieces thought
		want := whole.cut(text)
		want += whole.rest()
		got := ""
		for at := 0; at < len(text); at += size {
			got += pieces.cut(text[at:min(at+size, len(text))])
		}
		got += pieces.rest()
		if strings.TrimLeft(got, " \t\r\n") != strings.TrimLeft(want, " \t\r\n") {
			t.Errorf("in pieces of %d: %q; whole: %q", size, got, want)
		}
	})
}

func abs(n int) int { return max(n, -n) }
