package discord

import (
	"errors"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Outcomes of a question or another request, as counted.
const (
	outcomeAnswered  = "answered"
	outcomeAbstained = "abstained"
	outcomeRefused   = "refused" // the person's mistake, explained
	outcomeBusy      = "busy"
	outcomeFailed    = "failed"
)

type metrics struct {
	requests     *prometheus.CounterVec   // by command and outcome
	answerTime   *prometheus.HistogramVec // by command
	ackTime      prometheus.Histogram
	inFlight     prometheus.Gauge
	panics       prometheus.Counter
	undelivered  prometheus.Counter
	unsigned     prometheus.Counter
	restRequests *prometheus.CounterVec // by route and status
	restTime     *prometheus.HistogramVec
	rateLimited  *prometheus.CounterVec // by route
	connected    prometheus.Gauge
	reconnects   *prometheus.CounterVec // by reason
}

// newMetrics makes the metrics and registers them, if r is not nil.
func newMetrics(r prometheus.Registerer) (*metrics, error) {
	const ns, sub = "rapporteur", "discord"
	seconds := []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120}
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help}
	}
	histogram := func(name, help string) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help, Buckets: seconds}
	}
	gauge := func(name, help string) prometheus.GaugeOpts {
		return prometheus.GaugeOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help}
	}
	m := &metrics{
		requests:     prometheus.NewCounterVec(counter("requests_total", "Commands, components and mentions, by how they ended (answered, abstained, refused, busy, failed)."), []string{"command", "outcome"}),
		answerTime:   prometheus.NewHistogramVec(histogram("answer_seconds", "From an event's arrival to the delivery of the whole answer."), []string{"command"}),
		ackTime:      prometheus.NewHistogram(histogram("acknowledge_seconds", "From an interaction's arrival to Discord's receipt of the first response.")),
		inFlight:     prometheus.NewGauge(gauge("in_flight", "Requests accepted and not yet answered.")),
		panics:       prometheus.NewCounter(counter("panics_total", "Handlers that panicked; each lost one answer.")),
		undelivered:  prometheus.NewCounter(counter("undelivered_total", "Answers that could not be delivered in full.")),
		unsigned:     prometheus.NewCounter(counter("unsigned_total", "HTTP requests refused because Discord had not signed them.")),
		restRequests: prometheus.NewCounterVec(counter("rest_requests_total", "Requests to Discord, by route and status; 0 where none came."), []string{"route", "status"}),
		restTime:     prometheus.NewHistogramVec(histogram("rest_seconds", "Time of single requests to Discord."), []string{"route"}),
		rateLimited:  prometheus.NewCounterVec(counter("rate_limited_total", "Requests that Discord's rate limits refused (429)."), []string{"route"}),
		connected:    prometheus.NewGauge(gauge("shards_connected", "Gateway connections with a live session.")),
		reconnects:   prometheus.NewCounterVec(counter("reconnects_total", "Gateway connections lost, by reason."), []string{"reason"}),
	}
	if r == nil {
		return m, nil
	}
	var problems []error
	for _, c := range []prometheus.Collector{m.requests, m.answerTime, m.ackTime, m.inFlight, m.panics, m.undelivered, m.unsigned,
		m.restRequests, m.restTime, m.rateLimited, m.connected, m.reconnects} {
		problems = append(problems, r.Register(c))
	}
	return m, errors.Join(problems...)
}

// rest counts one request to Discord.
func (m *metrics) rest(route string, err error, took time.Duration) {
	status := 200
	if err != nil {
		status = 0
	}
	var api *apiError
	if errors.As(err, &api) {
		status = api.Status
	}
	m.restRequests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.restTime.WithLabelValues(route).Observe(took.Seconds())
}
