package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// The connection to Discord's gateway. discordgo's own is not used: it notices
// a lost heartbeat after minutes and ends the session then, answers an invalid
// session on the same connection at once, waits for HELLO without an end, and
// ignores the address for resuming; each of these loses events.
// See https://discord.com/developers/docs/events/gateway.

// intents are those without privilege: messages in servers, which carry text
// only where they mention the bot, and direct messages.
const intents = 1<<9 | 1<<12

// Operations of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// frame is a message of the gateway.
type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

// outFrame is a message to the gateway.
type outFrame struct {
	Op   int `json:"op"`
	Data any `json:"d"`
}

// timing is what the gateway's rules leave open or tests shorten.
type timing struct {
	hello    time.Duration // for HELLO after connecting
	ready    time.Duration // for READY or RESUMED after identifying
	identify time.Duration // between identifications of shards that share a slot
	invalid  time.Duration // least wait after an invalid session; up to four times more
	backoff  time.Duration // first wait after a failed connection; doubles
}

var liveTiming = timing{
	hello: 10 * time.Second, ready: 30 * time.Second, identify: 5 * time.Second,
	invalid: time.Second, backoff: 100 * time.Millisecond,
}

// maxResumes is how often in a row resuming may fail before a new session is
// begun.
const maxResumes = 4

// maxBackoff is the longest wait between two tries to connect. After a session
// that came about it is maxRetry, since events are waiting, unless maxShort of
// them in a row lasted for less than steady.
const (
	maxBackoff = 30 * time.Second
	maxRetry   = 200 * time.Millisecond
	maxShort   = 10
	steady     = 2 * time.Second
)

// fatalClose are the codes with which Discord refuses for good, and what to do.
var fatalClose = map[int]string{
	4004: "Discord does not accept the token; copy it anew from the Developer Portal (Bot → Reset Token)",
	4010: "Discord refuses this shard number",
	4011: "Discord asks for more shards; start again",
	4012: "Discord no longer speaks gateway " + apiVersion,
	4013: "Discord does not know the intents asked for",
	4014: "Discord does not allow the intents asked for; this bot needs none that must be enabled in the Developer Portal",
}

// fatalError ends a bot: connecting again would not help.
type fatalError struct{ text string }

func (e *fatalError) Error() string { return e.text }

// slot is shared by shards that must identify one after the other.
type slot struct{ taken chan struct{} }

func newSlot() *slot { return &slot{make(chan struct{}, 1)} }

// take waits until nobody else uses the slot.
func (s *slot) take(ctx context.Context) error {
	select {
	case s.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// free lets the next shard take the slot after a while.
func (s *slot) free(after time.Duration) { time.AfterFunc(after, func() { <-s.taken }) }

// shard keeps one connection to the gateway alive and hands on its events.
type shard struct {
	id, count int
	token     string
	address   string // for new sessions
	timing    timing
	log       *slog.Logger
	metrics   *metrics
	slot      *slot
	// event takes a dispatched event; it must not block.
	event func(kind string, data json.RawMessage)

	live atomic.Bool // a session is established

	// The session to resume. Used by run's goroutine only, but for seq.
	session string
	resume  string
	seq     atomic.Int64
}

// run keeps the shard connected until ctx is done, or Discord refuses for good
// with a *fatalError.
func (s *shard) run(ctx context.Context) error {
	backoff, failures, short := s.timing.backoff, 0, 0
	for ctx.Err() == nil {
		start := time.Now()
		wait, lived, err := s.connect(ctx)
		if s.live.Swap(false) {
			s.metrics.connected.Dec()
		}
		var fatal *fatalError
		if errors.As(err, &fatal) {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		switch {
		case !lived:
			if failures++; failures == maxResumes {
				s.forget()
			}
		case time.Since(start) > steady:
			failures, short, backoff = 0, 0, s.timing.backoff
		default: // a session came about and was soon lost again
			failures = 0
			if short++; short <= maxShort {
				backoff = min(backoff, maxRetry)
			}
		}
		if wait == 0 {
			wait = backoff/2 + rand.N(backoff)
			backoff = min(2*backoff, maxBackoff)
		}
		s.log.Info("gateway connection ended", "shard", s.id, "reason", err, "resumable", s.session != "", "wait", wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	return nil
}

// conn is one connection.
type conn struct {
	ws *websocket.Conn
	mu sync.Mutex // of writing
	// acked: the last heartbeat was answered.
	acked atomic.Bool
}

func (c *conn) send(op int, data any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
	return c.ws.WriteJSON(outFrame{op, data})
}

// shut ends the connection. Codes 1000 and 1001 end the session too; with any
// other it can be resumed.
func (c *conn) shut(code int) {
	c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	c.ws.Close()
}

// closeResumable is a code of our own that keeps the session.
const closeResumable = 4900

// connect makes one connection and serves it to its end. lived says that a
// session was established; wait is how long Discord wants to be left alone.
func (s *shard) connect(ctx context.Context) (wait time.Duration, lived bool, err error) {
	address := s.address
	if s.session != "" && s.resume != "" {
		address = s.resume
	}
	u, err := url.Parse(address)
	if err != nil {
		return 0, false, fmt.Errorf("gateway address: %w", err)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = url.Values{"v": {apiVersion[1:]}, "encoding": {"json"}}.Encode()
	identified := false
	if s.session == "" {
		if err := s.slot.take(ctx); err != nil {
			return 0, false, err
		}
		defer func() {
			if !identified {
				s.slot.free(0)
			}
		}()
	}
	dialer := websocket.Dialer{HandshakeTimeout: s.timing.hello}
	ws, resp, err := dialer.DialContext(ctx, u.String(), nil)
	if err != nil {
		s.metrics.reconnects.WithLabelValues("dial").Inc()
		s.resume = "" // that server may be gone
		if resp != nil {
			return 0, false, fmt.Errorf("gateway: HTTP %d", resp.StatusCode)
		}
		return 0, false, errors.New("gateway: no connection")
	}
	c := &conn{ws: ws}
	defer ws.Close()
	defer context.AfterFunc(ctx, func() { c.shut(websocket.CloseNormalClosure) })()

	ws.SetReadDeadline(time.Now().Add(s.timing.hello))
	var f frame
	if err := ws.ReadJSON(&f); err != nil {
		return 0, false, s.closed(err, "no HELLO")
	}
	var hello struct {
		Interval int64 `json:"heartbeat_interval"`
	}
	if f.Op != opHello || json.Unmarshal(f.Data, &hello) != nil || hello.Interval <= 0 {
		return 0, false, fmt.Errorf("gateway: operation %d instead of HELLO", f.Op)
	}
	interval := time.Duration(hello.Interval) * time.Millisecond
	c.acked.Store(true)
	beat, stop := context.WithCancel(ctx)
	var beating sync.WaitGroup
	beating.Go(func() { s.heartbeat(beat, c, interval) })
	defer beating.Wait()
	defer stop()

	fresh := s.session == ""
	if err := s.introduce(c); err != nil {
		return 0, false, err
	}
	if fresh {
		identified = true
		s.slot.free(s.timing.identify)
	}
	// A connection on which nothing comes is dead: acknowledgements of the
	// heartbeats alone come in every interval.
	silence := 2*interval + 5*time.Second
	ws.SetReadDeadline(time.Now().Add(s.timing.ready))
	for {
		var f frame
		if err := ws.ReadJSON(&f); err != nil {
			if !c.acked.Load() {
				s.metrics.reconnects.WithLabelValues("heartbeat").Inc()
				return 0, lived, errors.New("gateway: heartbeat not answered")
			}
			s.metrics.reconnects.WithLabelValues("closed").Inc()
			return 0, lived, s.closed(err, "connection lost")
		}
		switch f.Op {
		case opDispatch:
			if f.Type == "READY" || f.Type == "RESUMED" {
				if err := s.established(f); err != nil {
					return 0, lived, err
				}
				lived = true
			}
			s.seq.Store(f.Seq)
			s.event(f.Type, f.Data)
		case opHeartbeat:
			if err := c.send(opHeartbeat, s.lastSeq()); err != nil {
				return 0, lived, errors.New("gateway: connection lost")
			}
		case opHeartbeatAck:
			c.acked.Store(true)
		case opReconnect:
			s.metrics.reconnects.WithLabelValues("asked").Inc()
			c.shut(closeResumable)
			return time.Millisecond, lived, errors.New("gateway: asked to connect again")
		case opInvalidSession:
			s.metrics.reconnects.WithLabelValues("invalid").Inc()
			var resumable bool
			json.Unmarshal(f.Data, &resumable)
			if !resumable {
				s.forget()
			}
			c.shut(closeResumable)
			return s.timing.invalid + rand.N(4*s.timing.invalid), lived, errors.New("gateway: invalid session")
		}
		if lived {
			ws.SetReadDeadline(time.Now().Add(silence))
		}
	}
}

// introduce resumes the session there is, or identifies for a new one.
func (s *shard) introduce(c *conn) error {
	if s.session != "" {
		return c.send(opResume, map[string]any{"token": s.token, "session_id": s.session, "seq": s.seq.Load()})
	}
	return c.send(opIdentify, map[string]any{
		"token": s.token, "intents": intents, "shard": [2]int{s.id, s.count},
		"properties": map[string]string{"os": runtime.GOOS, "browser": "rapporteur", "device": "rapporteur"},
	})
}

// established takes note of READY or RESUMED.
func (s *shard) established(f frame) error {
	if f.Type == "READY" {
		var ready struct {
			Session string `json:"session_id"`
			Resume  string `json:"resume_gateway_url"`
		}
		if err := json.Unmarshal(f.Data, &ready); err != nil {
			return fmt.Errorf("gateway: unreadable READY: %w", err)
		}
		s.session, s.resume = ready.Session, ready.Resume
	}
	if !s.live.Swap(true) {
		s.metrics.connected.Inc()
	}
	s.log.Info("gateway session established", "shard", s.id, "resumed", f.Type == "RESUMED")
	return nil
}

// forget gives the session up; the next connection identifies.
func (s *shard) forget() {
	s.session, s.resume = "", ""
	s.seq.Store(0)
}

func (s *shard) lastSeq() any {
	if n := s.seq.Load(); n > 0 {
		return n
	}
	return nil
}

// heartbeat keeps the connection alive, and ends it when a heartbeat was not
// answered by the time of the next.
func (s *shard) heartbeat(ctx context.Context, c *conn, interval time.Duration) {
	timer := time.NewTimer(rand.N(interval))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if !c.acked.Swap(false) {
			c.acked.Store(false)
			c.shut(closeResumable)
			return
		}
		if c.send(opHeartbeat, s.lastSeq()) != nil {
			c.acked.Store(true) // lost for another reason
			c.ws.Close()
			return
		}
		timer.Reset(interval)
	}
}

// closed turns the end of a connection into an error and forgets the session
// where it cannot be resumed.
func (s *shard) closed(err error, what string) error {
	var ce *websocket.CloseError
	if !errors.As(err, &ce) {
		return errors.New("gateway: " + what)
	}
	if text, ok := fatalClose[ce.Code]; ok {
		return &fatalError{text}
	}
	switch ce.Code {
	case 4003, 4007, 4009: // not authenticated, invalid sequence, timed out
		s.forget()
	}
	return fmt.Errorf("gateway: closed with code %d", ce.Code)
}
