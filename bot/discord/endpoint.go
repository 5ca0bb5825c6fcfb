package discord

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

// The Interactions Endpoint: Discord sends interactions as signed HTTP requests
// instead of over the gateway. Nothing of one interaction is needed for the
// next, so that any number of processes may stand behind one address.
// See https://discord.com/developers/docs/interactions/overview.

const (
	// maxInteraction is the largest request read, in bytes. An interaction with
	// all options at their longest, or a message with all its embeds, is far
	// smaller.
	maxInteraction = 1 << 20
	// readTime is how long a request may take to arrive.
	readTime = 5 * time.Second
	// maxAge is how far a request's timestamp may be from our clock, either way.
	// Discord waits three seconds for a response; a request that was recorded
	// and is sent again later is refused, and clocks may differ a little.
	maxAge = 5 * time.Minute
	// toldTime is how long the first response waits to be fetched by a
	// connection: Discord's own time is over then.
	toldTime = 3 * time.Second
	// settleTime is how long an edit is tried again that reached Discord before
	// the first response did.
	settleTime = 5 * time.Second
	// rememberedResponses is how many first responses are kept for requests that
	// come again.
	rememberedResponses = 1024
)

// endpoint serves interactions that come over HTTP.
type endpoint struct {
	front *Frontend
	key   ed25519.PublicKey
	now   func() time.Time

	mu        sync.Mutex
	take      func(i *interaction, x exchange, at arrival) // nil while the bot does not run
	responses map[string]*response                         // by interaction
	ring      []string
	next      int
}

// newEndpoint reads the application's public key, 64 hexadecimal digits.
func newEndpoint(f *Frontend, key string) (*endpoint, error) {
	raw, err := hex.DecodeString(key)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, errors.New("discord.public_key: this is no public key; copy the 64 hexadecimal digits of “Public Key” from the Developer Portal (General Information)")
	}
	return &endpoint{
		front: f, key: raw, now: time.Now,
		responses: make(map[string]*response), ring: make([]string, rememberedResponses),
	}, nil
}

// Interactions returns the handler of Discord's requests, to be served for POST
// at the address that the Developer Portal calls Interactions Endpoint URL. It
// takes interactions while [Frontend.Run] runs, and answers 503 before and
// after. Without a public key everything is refused with 401.
func (f *Frontend) Interactions() http.Handler {
	if f.endpoint == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { unauthorized(w) })
	}
	return f.endpoint
}

// open has the endpoint take interactions; nil closes it.
func (e *endpoint) open(take func(i *interaction, x exchange, at arrival)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.take = take
}

func unauthorized(w http.ResponseWriter) {
	http.Error(w, "invalid request signature", http.StatusUnauthorized)
}

// ServeHTTP answers a request of Discord's with the first response.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := arrival{time.Now(), e.front.closing.Load()}
	_ = http.NewResponseController(w).SetReadDeadline(at.time.Add(readTime)) // not every writer has one
	body, err := e.verified(r)
	if err != nil {
		e.front.metrics.unsigned.Inc()
		e.front.log.Debug("a request to the Interactions Endpoint refused", "reason", err)
		unauthorized(w)
		return
	}
	var head struct {
		Type discordgo.InteractionType `json:"type"`
	}
	if json.Unmarshal(body, &head) == nil && head.Type == discordgo.InteractionPing {
		write(w, []byte(`{"type":1}`))
		return
	}
	i, err := decodeInteraction(body)
	if i == nil {
		e.front.log.Error("unreadable interaction", "error", err)
		http.Error(w, "not an interaction", http.StatusBadRequest)
		return
	}
	p, ok := e.response(i, at)
	if !ok {
		http.Error(w, "not running", http.StatusServiceUnavailable)
		return
	}
	over := time.NewTimer(toldTime)
	defer over.Stop()
	select {
	case <-p.given:
		write(w, p.body)
		p.tell()
	case <-r.Context().Done(): // whoever sends it again will be told
	case <-over.C:
		http.Error(w, "no response in time", http.StatusGatewayTimeout)
	}
}

func write(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
	_ = http.NewResponseController(w).Flush()
}

// verified returns the body of a request that Discord has signed, lately. The
// error is for the log alone: who sends such requests learns nothing from them.
func (e *endpoint) verified(r *http.Request) ([]byte, error) {
	signature, err := hex.DecodeString(r.Header.Get("X-Signature-Ed25519"))
	if err != nil || len(signature) != ed25519.SignatureSize {
		return nil, errors.New("no signature")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxInteraction+1))
	if err != nil || len(body) > maxInteraction {
		return nil, errors.New("no body, or too long a one")
	}
	stamp := r.Header.Get("X-Signature-Timestamp")
	if !ed25519.Verify(e.key, append([]byte(stamp), body...), signature) {
		return nil, errors.New("the signature is not of this application's key")
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return nil, errors.New("no timestamp")
	}
	if age := e.now().Sub(time.Unix(seconds, 0)); age.Abs() > maxAge {
		e.front.log.Warn("a signed request refused for its timestamp; is this machine's clock right?", "age", age)
		return nil, fmt.Errorf("signed %v ago", age)
	}
	return body, nil
}

// response returns the response to an interaction, which is begun with its
// first request. ok is false where none is taken.
func (e *endpoint) response(i *interaction, at arrival) (p *response, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p := e.responses[i.ID]; p != nil {
		return p, true
	}
	if e.take == nil {
		return nil, false
	}
	p = &response{given: make(chan struct{}), told: make(chan struct{})}
	delete(e.responses, e.ring[e.next])
	e.responses[i.ID], e.ring[e.next] = p, i.ID
	e.next = (e.next + 1) % len(e.ring)
	e.take(i, &httpExchange{restExchange{e.front.rest, i.AppID, i.ID, i.Token}, p}, at)
	return p, true
}

// response is the first response to one interaction: given once, told to each
// request that brings the interaction.
type response struct {
	mu    sync.Mutex
	given chan struct{} // closed when there is a body
	body  []byte
	told  chan struct{} // closed when the body was written to a connection
}

// give sets the body; it reports whether there was none before.
func (p *response) give(body []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.body != nil {
		return false
	}
	p.body = body
	close(p.given)
	return true
}

func (p *response) tell() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.told:
	default:
		close(p.told)
	}
}

// httpExchange gives the first response as the response to the HTTP request,
// and the rest over REST.
type httpExchange struct {
	restExchange
	response *response
}

func (x *httpExchange) first(ctx context.Context, c callback) error {
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(c); err != nil {
		return err
	}
	if !x.response.give(body.Bytes()) {
		return errors.New("a first response was given before")
	}
	over := time.NewTimer(toldTime)
	defer over.Stop()
	select {
	case <-x.response.told:
		return nil
	case <-over.C:
		return errors.New("the connection was lost before the first response")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// edit waits for Discord to have read the first response: an edit goes another
// way and may be faster.
func (x *httpExchange) edit(ctx context.Context, m message) error {
	return x.settled(ctx, func() error { return x.restExchange.edit(ctx, m) })
}

func (x *httpExchange) follow(ctx context.Context, m message) error {
	return x.settled(ctx, func() error { return x.restExchange.follow(ctx, m) })
}

func (x *httpExchange) settled(ctx context.Context, send func() error) error {
	end := time.Now().Add(settleTime)
	for pause := 20 * time.Millisecond; ; pause *= 2 {
		err := send()
		if !isCode(err, codeUnknownWebhook) || time.Now().Add(pause).After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
