package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rapporteur/bot/discord/discordtest"
)

// balancer is a load balancer: it sends requests to its backends in turn, and
// to the next where no connection to one can be made.
type balancer struct {
	backends []string
	turn     atomic.Int32

	mu sync.Mutex
	by map[string]int // which backend answered an interaction with 200
	// answered is called after each such answer.
	answered func()
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var i struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(body, &i) // not every request is one
	first := int(b.turn.Add(1))
	for try := range b.backends {
		n := (first + try) % len(b.backends)
		out, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+b.backends[n]+r.URL.Path, bytes.NewReader(body))
		if err != nil {
			break
		}
		out.Header = r.Header.Clone()
		resp, err := http.DefaultTransport.RoundTrip(out)
		if err != nil {
			if strings.Contains(err.Error(), "connection refused") {
				continue
			}
			break // it may have been carried out
		}
		answer, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			break
		}
		if resp.StatusCode == http.StatusOK {
			b.mu.Lock()
			b.by[i.ID] = n
			b.mu.Unlock()
		}
		w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
		w.WriteHeader(resp.StatusCode)
		_, _ = w.Write(answer)
		if resp.StatusCode == http.StatusOK {
			b.answered()
		}
		return
	}
	w.WriteHeader(http.StatusBadGateway)
}

func (b *balancer) backendOf(i *discordtest.Interaction) (int, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, ok := b.by[i.ID]
	return n, ok
}

// Two replicas behind a load balancer: the buttons of one work on the other, a
// request that is not signed is refused by both, and when one is killed with
// 200 interactions in flight, the other completes all that it acknowledged.
func TestReplicas(t *testing.T) {
	binary, dataDir := build(t), t.TempDir()
	server := discordtest.New(t)
	var replicas []*program
	b := &balancer{by: make(map[string]int), answered: func() {}}
	for range 2 {
		p := startProgram(t, binary, dataDir, server, "  public_key: "+discordtest.PublicKey())
		replicas = append(replicas, p)
		b.backends = append(b.backends, p.address)
	}
	proxy := httptest.NewServer(b)
	t.Cleanup(proxy.Close)
	url := proxy.URL + "/interactions"
	server.Deliver(url)

	answer := server.Command(discordtest.Who{}, "ask", discordtest.Option{Name: "question", Value: "who ensures the supply of coal?"})
	m := answer.Await(1)[0]
	button := server.Press(discordtest.Who{}, m, m.Find("Sources"))
	if text := button.Await(1)[0].Content; !strings.Contains(text, "[IV.11]") {
		t.Errorf("the button shows %q", text)
	}
	one, _ := b.backendOf(answer)
	if other, ok := b.backendOf(button); !ok || one == other {
		t.Errorf("the answer came from replica %d, and so did that of its button", one)
	}
	for range 4 {
		r := discordtest.Signed(url, []byte(`{"type":1}`), time.Now())
		r.Header.Set("X-Signature-Timestamp", fmt.Sprint(time.Now().Unix()-1))
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("a request with another timestamp than the one signed: %d", resp.StatusCode)
		}
	}

	const notes = 60 // written by both
	var written []*discordtest.Interaction
	for n := range notes {
		written = append(written, server.Command(discordtest.Who{}, "note add", discordtest.Option{Name: "passage", Value: fmt.Sprintf("IV.%d", n%50+1)}))
	}
	for _, i := range written {
		if text := i.Await(1)[0].Content; !strings.Contains(text, "**Note ") {
			t.Errorf("a note is answered %q", text)
		}
	}
	if text := server.Command(discordtest.Who{}, "note list").Await(1)[0].Content; !strings.Contains(text, fmt.Sprintf("(%d)", notes)) {
		t.Errorf("of %d notes there are %.60q", notes, text)
	}

	// What comes after the acknowledgement takes a while, so that much is in
	// flight when the replica is killed.
	server.Fail(discordtest.Fault{Route: "PATCH /webhooks", Delay: 100 * time.Millisecond})
	var answers atomic.Int32
	b.answered = func() {
		if answers.Add(1) == 40 {
			_ = replicas[0].cmd.Process.Kill()
		}
	}
	var list []*discordtest.Interaction
	for n := range 200 {
		who := discordtest.Who{User: fmt.Sprint(700000000000000000 + n)}
		list = append(list, server.Command(who, "ask", discordtest.Option{Name: "question", Value: fmt.Sprintf("What did Molotov say about Dairen, %d?", n)}))
	}
	var lost, byKilled, bySurvivor int
	slowest := time.Duration(0)
	for _, i := range list {
		if !i.Over() {
			lost++ // cut off before a response: the replica that was killed had it
			continue
		}
		if n, _ := b.backendOf(i); n == 0 {
			byKilled++
			continue
		}
		bySurvivor++
		slowest = max(slowest, i.AckedAfter)
		if text := i.Await(1)[0].Content; !strings.Contains(text, "“") {
			t.Errorf("an acknowledged question was answered %q", text)
		}
	}
	t.Logf("of 200: acknowledged by the survivor and completed %d (at most %v to the acknowledgement), by the killed replica %d, lost with it %d", bySurvivor, slowest.Round(time.Millisecond), byKilled, lost)
	if bySurvivor < 100 {
		t.Errorf("the survivor acknowledged %d", bySurvivor)
	}
	if status, _ := replicas[1].get("/readyz"); status != http.StatusOK {
		t.Errorf("the survivor's readiness: %d", status)
	}
}
