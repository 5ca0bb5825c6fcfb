package openai

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// connectTime is how long a server may take to accept a connection.
const connectTime = 5 * time.Second

func newTransport() http.RoundTripper {
	dialer := &net.Dialer{Timeout: connectTime, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSHandshakeTimeout: connectTime,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     90 * time.Second,
	}
}

// newHTTPClient returns a client whose responses have at most limit bytes. It
// follows no redirect: a key is for the server it was given for.
func newHTTPClient(transport http.RoundTripper, limit int64) *http.Client {
	return &http.Client{
		Transport: &boundedTransport{transport, limit},
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			return fmt.Errorf("the server redirects to %s; set openai.base_url to the address meant", r.URL.Host+r.URL.Path)
		},
	}
}

// boundedTransport bounds the size of responses and keeps what the client
// library drops: how long the server asks to wait.
type boundedTransport struct {
	next  http.RoundTripper
	limit int64
}

// retryAfterKey is the key of a *time.Duration in a request's context.
type retryAfterKey struct{}

func (t *boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if wait, ok := r.Context().Value(retryAfterKey{}).(*time.Duration); ok {
		*wait = retryAfter(response.Header, time.Now())
	}
	response.Body = &boundedBody{ReadCloser: response.Body, left: t.limit}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		response.Body = &eventData{ReadCloser: response.Body, lines: bufio.NewReader(response.Body)}
	}
	return response, nil
}

func withRetryAfter(ctx context.Context, wait *time.Duration) context.Context {
	return context.WithValue(ctx, retryAfterKey{}, wait)
}

// retryAfter returns how long a response asks to wait: seconds, milliseconds or
// a date; 0 where it does not.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return boundedWait(ms / 1000)
	}
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
		return boundedWait(seconds)
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return boundedWait(at.Sub(now).Seconds())
	}
	return 0
}

// boundedWait turns seconds into a duration of at most a day.
func boundedWait(seconds float64) time.Duration {
	return time.Duration(min(seconds, 24*60*60) * float64(time.Second))
}

var errTooLarge = errors.New("the response is larger than any answer")

// boundedBody is a response body that ends with errTooLarge after so many
// bytes.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}

// eventData is an event stream without its comments and names of events: the
// client library takes them for parts of an error, and gives up after some
// hundred, such as a server sends while it loads a model.
type eventData struct {
	io.ReadCloser
	lines   *bufio.Reader
	pending []byte
	within  bool // a line that was begun
	drop    bool // that line
}

func (e *eventData) Read(p []byte) (int, error) {
	for len(e.pending) == 0 {
		part, err := e.lines.ReadSlice('\n')
		if !e.within {
			e.drop = slices.ContainsFunc(notData, func(start string) bool { return bytes.HasPrefix(part, []byte(start)) })
		}
		e.within = errors.Is(err, bufio.ErrBufferFull)
		if !e.drop {
			e.pending = part
		}
		if err != nil && !e.within && len(e.pending) == 0 {
			return 0, err
		}
	}
	n := copy(p, e.pending)
	e.pending = e.pending[n:]
	return n, nil
}

// notData are the beginnings of an event's lines that hold no data.
var notData = []string{":", "event:", "id:", "retry:"}
