package openai

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	api "github.com/sashabaranov/go-openai"

	"rapporteur/bot"
)

// Error is a call that came to nothing, told in one line without secrets. It is
// [bot.ErrModelDown] where the server, not the call, is at fault.
type Error struct {
	Place      string // the server's host and path
	Status     int    // of its answer; 0: it gave none
	Code       string // the server's own word for the fault, such as insufficient_quota
	Problem    string
	RetryAfter time.Duration // as the server asks
	down       bool
	timeout    bool // ours, not the server's
	final      bool // the same request would fail again
}

func (e *Error) Error() string {
	text := "the model server at " + e.Place
	if e.Status != 0 {
		text += fmt.Sprintf(" answered %d", e.Status)
		if e.Problem != "" {
			text += ":"
		}
	}
	if e.Problem != "" {
		text += " " + e.Problem
	}
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		text += "; check openai.api_key (OPENAI_API_KEY)"
	case http.StatusNotFound:
		text += "; check openai.base_url and the model's name"
	}
	return text
}

// Is makes an error of the server [bot.ErrModelDown].
func (e *Error) Is(target error) bool { return e.down && target == bot.ErrModelDown }

// explain turns what the client library returned into an Error, or into ctx's
// own error where the caller gave up.
func (c *client) explain(ctx context.Context, err error, wait time.Duration) error {
	if err == nil {
		return nil
	}
	var ours *Error
	if errors.As(err, &ours) {
		return ours
	}
	e := &Error{Place: c.endpoint.place(), down: true, RetryAfter: wait}
	var limit timeLimit
	if errors.As(err, &limit) || errors.As(context.Cause(ctx), &limit) {
		e.timeout, e.Problem = true, string(limit)
		return e
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var answered *api.APIError
	var refused *api.RequestError
	var lost *url.Error
	switch {
	case errors.As(err, &answered):
		e.Status, e.Problem = answered.HTTPStatusCode, answered.Message
		if code, ok := answered.Code.(string); ok {
			e.Code = code
		}
		if e.Status == 0 {
			e.Problem = "broke off its reply: " + e.Problem
		}
	case errors.As(err, &refused):
		e.Status, e.Problem = refused.HTTPStatusCode, string(refused.Body)
	case errors.As(err, &lost):
		e.Problem = "cannot be reached: " + lost.Err.Error()
	default:
		e.Problem = "sent what cannot be read: " + err.Error()
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		e.down = false
	}
	e.Problem = c.clean(e.Problem)
	return e
}

// timeLimit is the cause of a cancelled context: which of our limits was
// reached.
type timeLimit string

func (l timeLimit) Error() string { return string(l) }

// mostTold is how many bytes of a server's message are passed on.
const mostTold = 300

// clean makes one line of a server's message and takes the key out of it.
func (c *client) clean(text string) string {
	if key := c.endpoint.APIKey; key != "" {
		text = strings.ReplaceAll(text, key, "[key]")
	}
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if len(text) > mostTold {
		text = text[:mostTold]
		for !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
		text += "…"
	}
	return text
}
