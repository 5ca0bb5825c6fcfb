package openai

import (
	"context"
	"errors"
	"time"

	api "github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"

	"rapporteur/bot"
)

// client makes the calls to one endpoint: chat or embeddings.
type client struct {
	endpoint Endpoint
	kind     kind
	model    string
	api      *api.Client
	breaker  *gobreaker.CircuitBreaker[any]
	metrics  *metrics
	sleep    func(context.Context, time.Duration) error
}

type kind string

const (
	chatKind      kind = "chat"
	embeddingKind kind = "embeddings"
)

// failuresToOpen is how many calls fail in a row before the endpoint is left
// alone for a while.
const failuresToOpen = 3

// newClient returns a client whose responses have at most limit bytes.
func newClient(e Endpoint, k kind, model string, limit int64) (*client, error) {
	e, err := e.withDefaults()
	if err != nil {
		return nil, err
	}
	if model == "" {
		return nil, errors.New("no model is named for " + string(k))
	}
	c := &client{endpoint: e, kind: k, model: model, sleep: sleep}
	if c.metrics, err = newMetrics(e.Registerer); err != nil {
		return nil, err
	}
	config := api.DefaultConfig(e.APIKey)
	config.BaseURL = e.BaseURL
	config.HTTPClient = newHTTPClient(e.Transport, limit)
	c.api = api.NewClientWithConfig(config)
	c.breaker = gobreaker.NewCircuitBreaker[any](gobreaker.Settings{
		Timeout:     e.Cooldown,
		ReadyToTrip: func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= failuresToOpen },
		IsSuccessful: func(err error) bool {
			return !errors.Is(err, bot.ErrModelDown) // a refusal shows that it is up
		},
		IsExcluded: func(err error) bool {
			return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) // the caller's doing
		},
		OnStateChange: func(_ string, _, to gobreaker.State) {
			c.metrics.open.WithLabelValues(string(k)).Set(map[gobreaker.State]float64{gobreaker.StateOpen: 1, gobreaker.StateHalfOpen: .5}[to])
			switch to {
			case gobreaker.StateOpen:
				e.Logger.Error("the model server is left alone for a while", "for", k, "server", e.place(), "wait", e.Cooldown)
			case gobreaker.StateClosed:
				e.Logger.Info("the model server answers again", "for", k, "server", e.place())
			}
		},
	})
	return c, nil
}

// call runs try, through the breaker, until it succeeds or another try is no
// use. try returns false for an error after which there must be no other try.
// What goes wrong is logged and counted.
func (c *client) call(ctx context.Context, r retries, try func(ctx context.Context) (again bool, err error)) error {
	started := time.Now()
	_, err := c.breaker.Execute(func() (any, error) {
		for tried := 1; ; tried++ {
			var wait time.Duration
			again, err := try(withRetryAfter(ctx, &wait))
			if err = c.explain(ctx, err, wait); err == nil {
				return nil, nil
			}
			pause, more := r.wait(ctx, err, tried)
			if !again || !more {
				return nil, err
			}
			c.metrics.retries.WithLabelValues(string(c.kind)).Inc()
			c.endpoint.Logger.Debug("asking the model server again", "for", c.kind, "error", err, "wait", pause)
			if c.sleep(ctx, pause) != nil {
				return nil, err
			}
		}
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		c.metrics.calls.WithLabelValues(string(c.kind), "left_alone").Inc()
		return &Error{Place: c.endpoint.place(), Problem: "failed time after time and is left alone for a while", down: true}
	}
	c.metrics.call(c.kind, err, time.Since(started))
	if err != nil && !errors.Is(err, context.Canceled) {
		c.endpoint.Logger.Warn("a call to the model server failed", "for", c.kind, "model", c.model, "error", err)
	}
	return err
}
