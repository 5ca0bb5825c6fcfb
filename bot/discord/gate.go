package discord

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// gate holds calls back that Discord has said it would refuse. It knows only
// what Discord's headers told it.
type gate struct {
	mu      sync.Mutex
	global  time.Time // no call before then, but exempt ones
	windows map[string]*window
}

// window is the rate limit of one route.
type window struct {
	limit, left int
	reset       time.Time
	hold        time.Time // after a 429: no call before then
}

func newGate() *gate { return &gate{windows: make(map[string]*window)} }

// wait returns when a call may be made, and counts it.
func (g *gate) wait(ctx context.Context, key string, exempt bool) error {
	for {
		until := g.take(key, exempt)
		if until.IsZero() {
			return ctx.Err()
		}
		timer := time.NewTimer(time.Until(until))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// take returns the time to wait for, or zero if the call may be made now.
func (g *gate) take(key string, exempt bool) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if !exempt && g.global.After(now) {
		return g.global
	}
	w := g.windows[key]
	if w == nil {
		return time.Time{}
	}
	if w.hold.After(now) {
		return w.hold
	}
	if w.limit > 0 {
		if !w.reset.After(now) { // a new window; its end is known with the next reply
			w.left, w.reset = w.limit, now.Add(time.Second)
		}
		if w.left <= 0 {
			return w.reset
		}
		w.left--
	}
	return time.Time{}
}

// note takes the limit from the headers of a reply.
func (g *gate) note(key string, h http.Header) {
	limit, err1 := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	left, err2 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after, err3 := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.window(key)
	reset := time.Now().Add(time.Duration(after * float64(time.Second)))
	if w.limit > 0 && reset.Sub(w.reset).Abs() < 100*time.Millisecond { // the same window: replies overtake each other
		left = min(left, w.left)
	}
	w.limit, w.left, w.reset = limit, left, reset
}

// hold stops the calls of a route, or all, after a 429.
func (g *gate) hold(key string, wait time.Duration, global bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	until := time.Now().Add(wait)
	if global {
		g.global = until
		return
	}
	g.window(key).hold = until
}

// maxWindows bounds the routes remembered: each interaction is one of its own.
const maxWindows = 1000

// window returns the window of a route, making one where there is none.
func (g *gate) window(key string) *window {
	w := g.windows[key]
	if w == nil {
		if len(g.windows) >= maxWindows {
			now := time.Now()
			for k, old := range g.windows {
				if !old.reset.After(now) && !old.hold.After(now) {
					delete(g.windows, k)
				}
			}
		}
		w = &window{}
		g.windows[key] = w
	}
	return w
}
