// Package openai puts a server that speaks OpenAI's API (OpenAI, Ollama, vLLM,
// LM Studio and others) behind the bot: [Chat] writes, [Embedder] makes
// vectors, [Budget] says when enough was spent.
//
// A call goes through a circuit breaker (client.go), may be made again after a
// passing fault (retry.go), is bounded in time and size (transport.go) and ends
// as an [Error] that holds no secret (errors.go). What a server does not take is
// found out once and left out from then on (dialect.go).
package openai

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// DefaultURL is the address of OpenAI's own server.
const DefaultURL = "https://api.openai.com/v1"

// Endpoint is a server and how to speak to it. The zero value is OpenAI's
// without a key.
type Endpoint struct {
	// BaseURL is the address up to /v1; empty: DefaultURL.
	BaseURL string
	// APIKey is sent as the bearer token; empty: none, as Ollama wants it. It
	// is in no log and no error.
	APIKey string
	// Cooldown is how long an endpoint that failed time after time is left
	// alone (default 30 s).
	Cooldown   time.Duration
	Logger     *slog.Logger          // nil: no logs
	Registerer prometheus.Registerer // nil: metrics are not registered
	// Transport carries the requests; nil: one of its own.
	Transport http.RoundTripper
}

// withDefaults fills the empty fields and checks the address.
func (e Endpoint) withDefaults() (Endpoint, error) {
	if e.BaseURL == "" {
		e.BaseURL = DefaultURL
	}
	if problem := BadURL(e.BaseURL); problem != "" {
		return e, errors.New("the model server's address " + problem)
	}
	e.BaseURL = strings.TrimRight(e.BaseURL, "/")
	if e.Cooldown <= 0 {
		e.Cooldown = 30 * time.Second
	}
	if e.Logger == nil {
		e.Logger = slog.New(slog.DiscardHandler)
	}
	if e.Transport == nil {
		e.Transport = newTransport()
	}
	return e, nil
}

// BadURL says what is wrong with a server's address; empty: nothing.
func BadURL(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "must be like https://example.org/v1"
	case u.User != nil:
		return "must not hold a password: use openai.api_key"
	case u.RawQuery != "" || u.Fragment != "":
		return "must end with its path, such as /v1"
	}
	return ""
}

// place names the server for people and for what is stored: host and path.
func (e Endpoint) place() string {
	_, place, _ := strings.Cut(e.BaseURL, "://")
	return place
}
