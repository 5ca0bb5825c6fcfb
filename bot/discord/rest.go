package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// apiVersion is the version of Discord's API this package speaks. discordgo's
// own endpoints are of an older one and computed at init; none of them is used.
const apiVersion = "v10"

// defaultAPI is Discord's address.
const defaultAPI = "https://discord.com/api/" + apiVersion

// apiError is a refusal of Discord.
type apiError struct {
	Route      string
	Status     int
	Code       int // Discord's own code, or 0
	Message    string
	RetryAfter time.Duration // of a 429
	Global     bool          // the 429 is of the whole bot
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%s: HTTP %d: %s (%d)", e.Route, e.Status, e.Message, e.Code)
}

// Codes of Discord's errors that are dealt with.
const (
	codeUnknownInteraction = 10062
	codeUnknownWebhook     = 10015
	codeMissingAccess      = 50001
	codeMissingPermissions = 50013
	codeAcknowledged       = 40060
)

// isStatus reports whether err is a refusal with one of the statuses.
func isStatus(err error, statuses ...int) bool {
	var api *apiError
	if errors.As(err, &api) {
		for _, s := range statuses {
			if api.Status == s {
				return true
			}
		}
	}
	return false
}

func isCode(err error, code int) bool {
	var api *apiError
	return errors.As(err, &api) && api.Code == code
}

// rest calls Discord's REST API through discordgo's session. Rate limits,
// retries and deadlines are handled here: discordgo's context does not bound
// its rate-limit waits, it retries too little, and it holds a bucket locked
// during the call, so that all edits would run one at a time.
type rest struct {
	base    string
	session *discordgo.Session
	gate    *gate
	metrics *metrics
	log     *slog.Logger
	// pause is how long the first retry after a failure of Discord's waits; it
	// doubles from there.
	pause time.Duration
}

// newREST returns a client for the API at base, which may be a server alone.
func newREST(base, token string, m *metrics, log *slog.Logger) (*rest, error) {
	if base == "" {
		base = defaultAPI
	}
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("discord.api_url: %q is no address of a server; write https://discord.com/api/%s", base, apiVersion)
	}
	switch {
	case u.Path == "":
		u.Path = "/api/" + apiVersion
	case strings.HasSuffix(u.Path, "/api"):
		u.Path += "/" + apiVersion
	}
	token = strings.TrimSpace(token)
	if !strings.HasPrefix(token, "Bot ") {
		token = "Bot " + token
	}
	s, err := discordgo.New(token)
	if err != nil {
		return nil, err
	}
	s.UserAgent = "DiscordBot (https://github.com/bwmarrin/discordgo, " + discordgo.VERSION + ") Rapporteur"
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256
	transport.MaxIdleConns = 512
	r := &rest{base: u.String(), session: s, gate: newGate(), metrics: m, log: log, pause: 100 * time.Millisecond}
	s.Client = &http.Client{Transport: &refusals{next: transport, gate: r.gate}}
	return r, nil
}

// close lets go of idle connections.
func (r *rest) close() { r.session.Client.CloseIdleConnections() }

// call is one request with its retries.
type call struct {
	method, path string
	// route names the kind of call, for messages and metrics; major tells the
	// rate limits of its instances apart (a channel, an interaction).
	route, major string
	in, out      any
	files        []file // sent with in
	// once: the call must not be repeated when it may already have been carried
	// out, because the second would add another message.
	once bool
	// exempt: the bot's global rate limit does not count this call.
	exempt bool
	// total bounds the call with all waits and retries, attempt each request;
	// without it a request may take all the time there is.
	total, attempt time.Duration
}

// maxTries is how often a call is made that Discord fails to carry out.
const maxTries = 6

type routeKey struct{}

// do makes a call. Rate limits are waited for as Discord asks, its failures
// and lost connections are tried again, all within the total time.
func (r *rest) do(ctx context.Context, c call) error {
	ctx, cancel := context.WithTimeout(ctx, c.total)
	defer cancel()
	ctx = context.WithValue(ctx, routeKey{}, &c)
	var body []byte
	kind := "application/json"
	if c.in != nil {
		var err error
		if body, kind, err = encode(c.in, c.files); err != nil {
			return fmt.Errorf("%s: %w", c.route, err)
		}
	}
	pause := r.pause
	for try := 1; ; try++ {
		if err := r.gate.wait(ctx, c.key(), c.exempt); err != nil {
			return fmt.Errorf("%s: waiting for the rate limit: %w", c.route, err)
		}
		start := time.Now()
		data, err := r.send(ctx, c, kind, body)
		r.metrics.rest(c.route, err, time.Since(start))
		if err == nil {
			if c.out == nil || len(data) == 0 {
				return nil
			}
			if err := json.Unmarshal(data, c.out); err != nil {
				return fmt.Errorf("%s: unreadable reply: %w", c.route, err)
			}
			return nil
		}
		var api *apiError
		wait := pause/2 + rand.N(pause)
		switch {
		case errors.As(err, &api) && api.Status == http.StatusTooManyRequests:
			wait = api.RetryAfter
			r.metrics.rateLimited.WithLabelValues(c.route).Inc()
			r.log.Warn("rate limited", "route", c.route, "wait", wait, "global", api.Global)
			try-- // not a failure
		case errors.As(err, &api) && api.Status < 500:
			return err
		case try >= maxTries, api == nil && c.once && !unsent(err):
			return err
		default:
			pause *= 2
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

func (c *call) key() string { return c.route + " " + c.major }

// send makes one request.
func (r *rest) send(ctx context.Context, c call, kind string, body []byte) ([]byte, error) {
	if c.attempt > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.attempt)
		defer cancel()
	}
	// A bucket of its own for each request: see rest.
	bucket := discordgo.NewRatelimiter().LockBucket(c.route)
	data, err := r.session.RequestWithLockedBucket(c.method, r.base+c.path, kind, body, bucket, 0,
		discordgo.WithContext(ctx), discordgo.WithRetryOnRatelimit(false), discordgo.WithRestRetries(0))
	var wrapped *url.Error
	if errors.As(err, &wrapped) { // its text has the address, and that has a token
		err = wrapped.Err
		var api *apiError
		if !errors.As(err, &api) {
			err = fmt.Errorf("%s: %w", c.route, err)
		}
	}
	return data, err
}

// unsent reports whether a request failed before any of it was sent.
func unsent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// refusals turns Discord's refusals into errors and tells the gate of rate
// limits.
type refusals struct {
	next *http.Transport
	gate *gate
}

func (t *refusals) CloseIdleConnections() { t.next.CloseIdleConnections() }

func (t *refusals) RoundTrip(req *http.Request) (*http.Response, error) {
	c, _ := req.Context().Value(routeKey{}).(*call)
	if c == nil {
		return nil, errors.New("a request that went around rest.do")
	}
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	t.gate.note(c.key(), resp.Header)
	for name := range resp.Header { // discordgo would fail on those it cannot read
		if strings.HasPrefix(name, "X-Ratelimit-") && name != "X-Ratelimit-Global" {
			resp.Header.Del(name)
		}
	}
	if resp.StatusCode < 400 {
		return resp, nil
	}
	defer resp.Body.Close()
	var body struct {
		Message    string  `json:"message"`
		Code       int     `json:"code"`
		RetryAfter float64 `json:"retry_after"`
		Global     bool    `json:"global"`
	}
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if json.Unmarshal(data, &body) != nil || body.Message == "" { // a proxy on the way
		body.Message = http.StatusText(resp.StatusCode)
	}
	e := &apiError{
		Route: c.route, Status: resp.StatusCode, Code: body.Code, Message: shorten(body.Message, 200),
		Global: body.Global || resp.Header.Get("X-RateLimit-Global") != "",
	}
	if e.Status == http.StatusTooManyRequests {
		seconds := body.RetryAfter
		if header, err := strconv.ParseFloat(resp.Header.Get("Retry-After"), 64); err == nil {
			seconds = math.Max(seconds, header)
			if body.RetryAfter > 0 { // the body is exact, the header in whole seconds
				seconds = body.RetryAfter
			}
		}
		e.RetryAfter = max(time.Duration(seconds*float64(time.Second)), 10*time.Millisecond)
		t.gate.hold(c.key(), e.RetryAfter, e.Global)
	}
	return nil, e
}
