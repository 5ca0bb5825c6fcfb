package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/weaviate"
)

// engine is the search engine that holds the index, where one is configured.
// Its methods may be called on nil, which is none.
type engine struct {
	retrieval.Engine
	address string
	fill    bool // the command brings the engine up to the records
	patient bool // the command waits for the engine at its start
	log     *slog.Logger

	generation atomic.Int64 // of the index made last
	newest     atomic.Int64 // published in the engine
	problem    atomic.Pointer[error]
	changed    chan struct{}

	seconds *prometheus.HistogramVec
	records *prometheus.GaugeVec
}

// engineEvery is how often the engine is asked whether it is there and has
// something new. It is a variable for tests alone.
var engineEvery = 2 * time.Second

// enginePercent is the share of garbage that is let lie, of what is in use: with
// 200,000 turns 136 MB in all instead of 190.
const enginePercent = 40

// openEngine returns the search engine of the configuration, or nil.
func (a *app) openEngine(c *config) (*engine, error) {
	w := c.Retrieval.Weaviate
	if c.Retrieval.Store != "weaviate" {
		return nil, nil
	}
	if gogc, _ := a.env("GOGC"); gogc == "" {
		// The most of what is in memory are the records searched last, which stay:
		// little room for garbage costs little time.
		debug.SetGCPercent(enginePercent)
	}
	e := &engine{address: w.URL, fill: a.shown != nil, patient: a.metrics != nil, log: a.commandLogger(), changed: make(chan struct{}, 1)}
	metrics := promauto.With(a.metrics)
	e.seconds = metrics.NewHistogramVec(prometheus.HistogramOpts{
		Name: "rapporteur_store_seconds", Help: "How long the store of the index took, by what was asked of it and how that ended.",
		Buckets: []float64{.002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5},
	}, []string{"store", "operation", "outcome"})
	e.records = metrics.NewGaugeVec(prometheus.GaugeOpts{Name: "rapporteur_store_generation", Help: "The update of the store that is being searched."}, []string{"store"})
	missed := metrics.NewCounterVec(prometheus.CounterOpts{Name: "rapporteur_store_node_failures_total", Help: "How often a node of the store did not answer in time."}, []string{"store", "node"})
	var err error
	e.Engine, err = weaviate.New(weaviate.Options{
		URLs: strings.Split(w.URL, ","), APIKey: w.APIKey, Collection: w.Collection, Shards: w.Shards, Replicas: w.Replicas,
		Missed: func(host string) { missed.WithLabelValues("weaviate", host).Inc() },
	})
	if err != nil {
		return nil, fmt.Errorf("retrieval.weaviate.url: %w", err)
	}
	return e, nil
}

// check returns what would keep a command that does not wait from making an
// index: it should be told before all records have been read.
func (e *engine) check(ctx context.Context) error {
	if e == nil || e.patient {
		return nil
	}
	generation, err := e.Generation(ctx)
	switch {
	case errors.Is(err, retrieval.ErrUnavailable):
		return fmt.Errorf("%w; see whether the servers at retrieval.weaviate.url run", err)
	case err == nil && generation == 0 && !e.fill:
		return retrieval.ErrNotIndexed
	}
	return err
}

// index makes an index of a library, which the command “index” first brings into
// the engine.
func (e *engine) index(ctx context.Context, lib *corpus.Library, opts retrieval.Options) (*retrieval.Index, retrieval.Changes, error) {
	var changes retrieval.Changes
	if e.fill {
		var err error
		if changes, err = retrieval.Fill(ctx, e.Engine, lib, opts); err != nil {
			return nil, changes, err
		}
	}
	for wait := time.Second; ; wait = min(2*wait, 15*time.Second) {
		// Before the view is read: what is published in between is news.
		generation, err := e.Generation(ctx)
		var index *retrieval.Index
		if err == nil {
			index, err = retrieval.Connect(ctx, e, lib, opts)
		}
		if err == nil {
			e.generation.Store(generation)
			e.newest.Store(max(generation, e.newest.Load()))
			e.records.WithLabelValues("weaviate").Set(float64(generation))
			e.patient = false
			return index, changes, nil
		}
		if !e.patient || ctx.Err() != nil {
			return nil, changes, err
		}
		e.log.Warn("the index cannot be searched yet; trying again", "store", "weaviate", "error", err, "in", wait)
		select {
		case <-ctx.Done():
			return nil, changes, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// watch keeps asking the engine until ctx is done.
func (e *engine) watch(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(engineEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		try, cancel := context.WithTimeout(ctx, 3*time.Second)
		generation, err := e.Generation(try)
		cancel()
		if ctx.Err() != nil {
			return
		}
		switch was := e.ready(); {
		case err != nil && was == nil:
			log.Error("the index cannot be searched", "store", "weaviate", "error", err)
		case err == nil && was != nil:
			log.Info("the index can be searched again", "store", "weaviate")
		}
		e.problem.Store(&err)
		if err == nil && generation > 0 {
			if e.newest.Store(generation); e.published() {
				select {
				case e.changed <- struct{}{}:
				default:
				}
			}
		}
	}
}

// ready returns why the engine cannot be searched, or nil.
func (e *engine) ready() error {
	if p := e.problem.Load(); p != nil {
		return *p
	}
	return nil
}

// published reports whether there is something newer than the index made last.
func (e *engine) published() bool { return e != nil && e.newest.Load() != e.generation.Load() }

// news receives when something was published.
func (e *engine) news() <-chan struct{} {
	if e == nil {
		return nil
	}
	return e.changed
}

func (e *engine) took(operation string, start time.Time, err error) {
	outcome := "ok"
	switch {
	case errors.Is(err, retrieval.ErrUnavailable):
		outcome = "unavailable"
	case err != nil:
		outcome = "error"
	}
	e.seconds.WithLabelValues("weaviate", operation, outcome).Observe(time.Since(start).Seconds())
}

// Find implements [retrieval.Engine].
func (e *engine) Find(ctx context.Context, v retrieval.View, s retrieval.Sought) (found []retrieval.Held, err error) {
	start := time.Now()
	defer func() { e.took("find", start, err) }()
	return e.Engine.Find(ctx, v, s)
}

// Outlines implements [retrieval.Engine].
func (e *engine) Outlines(ctx context.Context, v retrieval.View, records []retrieval.Held) (outlines [][]byte, err error) {
	start := time.Now()
	defer func() { e.took("outlines", start, err) }()
	return e.Engine.Outlines(ctx, v, records)
}

// Similar implements [retrieval.Engine].
func (e *engine) Similar(ctx context.Context, v retrieval.View, vector []float32, least float64, records []retrieval.Held) (found []retrieval.Likeness, err error) {
	start := time.Now()
	defer func() { e.took("similar", start, err) }()
	return e.Engine.Similar(ctx, v, vector, least, records)
}
