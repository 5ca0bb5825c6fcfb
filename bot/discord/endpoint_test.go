package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
)

// serveHTTP runs a bot whose interactions come over HTTP alone.
func serveHTTP(t testing.TB, s *discordtest.Server, core Core, change ...func(*Options)) (*fixture, string) {
	t.Helper()
	x := prepare(t, s, core, append([]func(*Options){func(o *Options) {
		o.PublicKey, o.NoGateway, o.LingerTime = discordtest.PublicKey(), true, time.Millisecond
	}}, change...)...)
	server := httptest.NewServer(x.front.Interactions())
	t.Cleanup(server.Close)
	s.Deliver(server.URL + "/interactions")
	x.begin()
	x.awaitReady()
	return x, server.URL + "/interactions"
}

// TestHTTP asks over HTTP: an answer at once, a deferred one, completion,
// buttons, a long answer, in all of which nothing comes over the gateway.
func TestHTTP(t *testing.T) {
	var slow atomic.Bool
	core := &stub{Core: bundled()}
	core.ask = func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		if slow.Load() {
			select {
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
			}
		}
		return core.Core.Ask(ctx, q)
	}
	x, _ := serveHTTP(t, discordtest.New(t), core)
	x.front.quick = time.Second
	i := x.Command(nobody, "ask", opt("question", "What did Molotov say about Dairen?"))
	m := i.Await(1)[0]
	has(t, m.Content, "“", "](<https://")
	if i.Type != 4 {
		t.Errorf("type %d", i.Type)
	}
	has(t, all(x.Press(nobody, m, m.Find("Sources")).Await(1)), "> [")
	c := x.Complete(nobody, "quote", discordtest.Option{Name: "passage", Value: "V.9", Focused: true}).First()
	if len(c.Choices) == 0 {
		t.Error("no completion")
	}
	x.Command(nobody, "quote", opt("passage", "IV")).Await(3)
	x.settle()

	slow.Store(true)
	x.front.quick = time.Millisecond
	i = x.Command(nobody, "ask", opt("question", "What did Molotov say about Dairen?"), opt("private", true)).First()
	if i.Type != 5 || !i.Ephemeral {
		t.Errorf("type %d, private %v", i.Type, i.Ephemeral)
	}
	has(t, i.Await(1)[0].Content, "“")
	if began, _ := x.Sessions(); began != 0 {
		t.Errorf("%d sessions on the gateway", began)
	}
	lacks(t, all(x.Command(nobody, "help").Await(1)), "mention me")
	for _, r := range x.Requests() {
		if strings.HasSuffix(r.Route, "/callback") {
			t.Errorf("a first response over REST: %+v", r)
		}
	}
}

func post(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestSignatures(t *testing.T) {
	x, url := serveHTTP(t, discordtest.New(t), bundled())
	ping := []byte(`{"id":"1","application_id":"2","type":1,"token":"interaction-token-1","version":1}`)
	signed := func(change func(r *http.Request)) *http.Request {
		r := discordtest.Signed(url, ping, time.Now())
		change(r)
		return r
	}
	if status, body := post(t, signed(func(*http.Request) {})); status != 200 || body != `{"type":1}` {
		t.Errorf("PING: %d %q", status, body)
	}
	const name, stamp = "X-Signature-Ed25519", "X-Signature-Timestamp"
	var said string
	for what, r := range map[string]*http.Request{
		"no signature":      signed(func(r *http.Request) { r.Header.Del(name) }),
		"empty signature":   signed(func(r *http.Request) { r.Header.Set(name, "") }),
		"not hexadecimal":   signed(func(r *http.Request) { r.Header.Set(name, strings.Repeat("z", 128)) }),
		"short signature":   signed(func(r *http.Request) { r.Header.Set(name, r.Header.Get(name)[:64]) }),
		"another signature": signed(func(r *http.Request) { r.Header.Set(name, strings.Repeat("0f", 64)) }),
		"no timestamp":      signed(func(r *http.Request) { r.Header.Del(stamp) }),
		"another timestamp": signed(func(r *http.Request) { r.Header.Set(stamp, fmt.Sprint(time.Now().Unix()+1)) }),
		"old timestamp":     discordtest.Signed(url, ping, time.Now().Add(-time.Hour)),
		"future timestamp":  discordtest.Signed(url, ping, time.Now().Add(time.Hour)),
		"another body": signed(func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(string(ping), `"1"`, `"3"`, 1)))
		}),
		"no body":       discordtest.Signed(url, nil, time.Now().Add(-time.Hour)),
		"too long":      discordtest.Signed(url, bytes.Repeat([]byte(" "), maxInteraction+1), time.Now()),
		"endless, zero": discordtest.Signed(url, make([]byte, 4*maxInteraction), time.Now()),
	} {
		status, body := post(t, r)
		if status != 401 {
			t.Errorf("%s: %d %q", what, status, body)
		}
		if said == "" {
			said = body
		}
		if body != said {
			t.Errorf("%s: refused with %q, others with %q", what, body, said)
		}
	}
	if status, _ := post(t, discordtest.Signed(url, []byte(`{"type":2}`), time.Now())); status != 400 {
		t.Errorf("a signed request that is no interaction: %d", status)
	}
	if len(x.Requests()) > 20 {
		t.Errorf("%d requests to Discord", len(x.Requests()))
	}
}

// TestSentAgain sends one interaction many times at once, as a proxy may: it is
// handled once, and each request has the same response.
func TestSentAgain(t *testing.T) {
	var asked atomic.Int32
	release := make(chan struct{})
	core := &stub{Core: bundled()}
	core.ask = func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		asked.Add(1)
		<-release
		return core.Core.Ask(ctx, q)
	}
	x, url := serveHTTP(t, discordtest.New(t), core)
	x.front.quick = time.Minute
	body, err := json.Marshal(map[string]any{"id": "900000000000000001", "application_id": discordtest.AppID, "type": 2, "token": "interaction-token-x", "version": 1,
		"user": map[string]any{"id": discordtest.User, "username": "ada"},
		"data": map[string]any{"id": "1", "name": "ask", "type": 1, "options": []any{map[string]any{"name": "question", "type": 3, "value": "Dairen?"}}}})
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan string, 10)
	for range cap(answers) {
		go func() {
			resp, err := http.DefaultClient.Do(discordtest.Signed(url, body, time.Now()))
			if err != nil {
				answers <- err.Error()
				return
			}
			defer resp.Body.Close()
			text, _ := io.ReadAll(resp.Body)
			answers <- string(text)
		}()
	}
	x.eventually("the question", func() bool { return asked.Load() > 0 })
	close(release)
	first := <-answers
	has(t, first, `"type":4`, "Dairen")
	for range cap(answers) - 1 {
		if again := <-answers; again != first {
			t.Errorf("another response: %s", again)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("handled %d times", n)
	}
}

// TestHTTPShutdown: what is in hand is finished, and what comes while the load
// balancer still sends is served; afterwards requests are refused.
func TestHTTPShutdown(t *testing.T) {
	core := &stub{Core: bundled()}
	release := make(chan struct{})
	core.ask = func(ctx context.Context, q bot.Question) (*bot.Answer, error) {
		<-release
		return core.Core.Ask(ctx, q)
	}
	x, _ := serveHTTP(t, discordtest.New(t), core, func(o *Options) { o.LingerTime = 300 * time.Millisecond })
	i := x.Command(nobody, "ask", opt("question", "Dairen?")).First()
	x.stop()
	x.eventually("the shutdown", func() bool { return x.front.Ready() != nil })
	late := x.Command(nobody, "ask", opt("question", "Port Arthur?"))
	late.First()
	close(release)
	if err := x.end(); err != nil {
		t.Error(err)
	}
	has(t, i.Await(1)[0].Content, "“")
	has(t, late.Await(1)[0].Content, "“")
	if i := x.Command(nobody, "help"); i.Over() || i.Status != 503 {
		t.Errorf("after the end: %d", i.Status)
	}
}

func TestManyQuestionsOverHTTP(t *testing.T) {
	x, _ := serveHTTP(t, discordtest.New(t), bundled())
	questions := 100
	if racing { // the detector stalls for seconds with a thousand goroutines
		questions = 50
	}
	var list []*discordtest.Interaction
	for n := range questions {
		who := discordtest.Who{User: fmt.Sprint(700000000000000000 + n)}
		list = append(list, x.Command(who, "ask", opt("question", fmt.Sprintf("What did Molotov say about Dairen, %d?", n))))
	}
	slowest := time.Duration(0)
	for _, i := range list {
		has(t, i.Await(1)[0].Content, "“")
		slowest = max(slowest, i.AckedAfter)
	}
	t.Logf("acknowledged: most %v", slowest) // the fake sees to Discord's three seconds
}

func TestReachAndShards(t *testing.T) {
	for name, c := range map[string]struct {
		opts Options
		want string
	}{
		"no token":          {Options{}, "discord.token"},
		"nothing arrives":   {Options{Token: "x", NoGateway: true}, "discord.public_key"},
		"no key":            {Options{Token: "x", PublicKey: "abc"}, "64 hexadecimal digits"},
		"shards unnumbered": {Options{Token: "x", ShardIDs: []int{0}}, "discord.shards"},
		"shard too high":    {Options{Token: "x", Shards: 2, ShardIDs: []int{2}}, "no shard 2"},
		"shard below":       {Options{Token: "x", Shards: 2, ShardIDs: []int{-1}}, "no shard -1"},
		"shard twice":       {Options{Token: "x", Shards: 2, ShardIDs: []int{1, 1}}, "twice"},
	} {
		if _, err := New(c.opts, func() Core { return bundled() }); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWrongKey: a key of another application is told at once.
func TestWrongKey(t *testing.T) {
	s := discordtest.New(t)
	x := prepare(t, s, bundled(), func(o *Options) { o.PublicKey = strings.Repeat("0", 64) })
	err := x.front.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "discord.public_key") {
		t.Errorf("%v", err)
	}
}

// TestShardsApart: two processes run three shards between them; each event comes to
// one of them.
func TestShardsApart(t *testing.T) {
	s := discordtest.New(t)
	s.SetShards(3)
	s.Recommend(1)
	var fronts []*fixture
	for _, ids := range [][]int{{0, 2}, {1}} {
		x := prepare(t, s, bundled(), func(o *Options) { o.Shards, o.ShardIDs = 3, ids })
		x.begin()
		fronts = append(fronts, x)
	}
	for _, x := range fronts {
		x.awaitReady()
	}
	if got := fmt.Sprint(s.Shards()); got != "[0 1 2]" {
		t.Errorf("shards %s", got)
	}
	has(t, s.Command(nobody, "ask", opt("question", "Dairen?")).Await(1)[0].Content, "“")
	has(t, s.Command(discordtest.Who{Direct: true}, "ask", opt("question", "Dairen?")).Await(1)[0].Content, "“")
}
