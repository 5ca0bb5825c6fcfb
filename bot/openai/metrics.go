package openai

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rapporteur/bot"
)

type metrics struct {
	calls      *prometheus.CounterVec // by kind and outcome
	retries    *prometheus.CounterVec // by kind
	tokens     *prometheus.CounterVec // by kind, direction and source
	callTime   *prometheus.HistogramVec
	firstToken prometheus.Histogram
	open       *prometheus.GaugeVec
	refused    *prometheus.CounterVec // by limit
}

// newMetrics makes the metrics and registers them, if r is not nil. Several
// clients of one registry share them.
func newMetrics(r prometheus.Registerer) (*metrics, error) {
	const ns, sub = "rapporteur", "model"
	seconds := []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help}, labels)
	}
	m := &metrics{
		calls:   counter("calls_total", "Calls to the model server, by how they ended (ok, refused, down, cancelled, left_alone).", "kind", "outcome"),
		retries: counter("retries_total", "Requests made again after a passing fault.", "kind"),
		tokens:  counter("tokens_total", "Tokens used, as the server counts them or, where it does not, estimated.", "kind", "direction", "source"),
		refused: counter("budget_refused_total", "Calls that a budget refused, by the limit reached.", "limit"),
		callTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: ns, Subsystem: sub, Name: "call_seconds",
			Help: "Time of calls with their retries.", Buckets: seconds}, []string{"kind"}),
		firstToken: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: ns, Subsystem: sub, Name: "first_token_seconds",
			Help: "From a chat request to the first piece of the reply.", Buckets: seconds}),
		open: prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: ns, Subsystem: sub, Name: "circuit_open",
			Help: "1 while the endpoint is left alone, 0.5 while it is tried again."}, []string{"kind"}),
	}
	if r == nil {
		return m, nil
	}
	return m, errors.Join(register(r, &m.calls), register(r, &m.retries), register(r, &m.tokens), register(r, &m.refused),
		register(r, &m.callTime), register(r, &m.firstToken), register(r, &m.open))
}

// register registers a collector or takes the one that is registered already.
func register[C prometheus.Collector](r prometheus.Registerer, c *C) error {
	err := r.Register(*c)
	var have prometheus.AlreadyRegisteredError
	if errors.As(err, &have) {
		if existing, ok := have.ExistingCollector.(C); ok {
			*c = existing
			return nil
		}
	}
	return err
}

func (m *metrics) call(k kind, err error, took time.Duration) {
	outcome := "ok"
	switch {
	case errors.Is(err, bot.ErrModelDown):
		outcome = "down"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		outcome = "cancelled"
	case err != nil:
		outcome = "refused"
	}
	m.calls.WithLabelValues(string(k), outcome).Inc()
	m.callTime.WithLabelValues(string(k)).Observe(took.Seconds())
}

// use counts tokens.
func (m *metrics) use(k kind, u usage) {
	source := "server"
	if u.estimated {
		source = "estimate"
	}
	m.tokens.WithLabelValues(string(k), "prompt", source).Add(float64(u.prompt))
	if k == chatKind {
		m.tokens.WithLabelValues(string(k), "completion", source).Add(float64(u.completion))
	}
}

// usage is what a call cost, in tokens.
type usage struct {
	prompt, completion int
	estimated          bool
}

func (u *usage) add(more usage) {
	u.prompt += more.prompt
	u.completion += more.completion
	u.estimated = u.estimated || more.estimated
}

// estimateTokens estimates the tokens of a text: about four bytes of English
// make one, and about three of most other writing.
func estimateTokens(text string) int { return (len(text) + 3) / 4 }
