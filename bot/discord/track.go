package discord

import (
	"sync"
	"time"
)

// flights counts what is in hand. The zero value is ready.
type flights struct {
	mu   sync.Mutex
	n    int
	idle chan struct{} // closed when n becomes 0; nil if nobody waits
}

func (f *flights) enter() {
	f.mu.Lock()
	f.n++
	f.mu.Unlock()
}

func (f *flights) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n--; f.n == 0 && f.idle != nil {
		close(f.idle)
		f.idle = nil
	}
}

func (f *flights) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.n
}

// wait reports whether nothing was in hand at some moment within the time.
func (f *flights) wait(limit time.Duration) bool {
	f.mu.Lock()
	if f.n == 0 {
		f.mu.Unlock()
		return true
	}
	if f.idle == nil {
		f.idle = make(chan struct{})
	}
	idle := f.idle
	f.mu.Unlock()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-idle:
		return true
	case <-timer.C:
		return false
	}
}

// recent remembers the last ids it was shown: after a resume Discord may send
// an event again.
type recent struct {
	mu   sync.Mutex
	ids  map[string]bool
	ring []string
	next int
}

func newRecent(n int) *recent {
	return &recent{ids: make(map[string]bool, n), ring: make([]string, n)}
}

// first reports whether id was not shown before.
func (r *recent) first(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids[id] {
		return false
	}
	delete(r.ids, r.ring[r.next])
	r.ring[r.next] = id
	r.ids[id] = true
	r.next = (r.next + 1) % len(r.ring)
	return true
}

// cache remembers a bounded number of values. When it is full it begins anew.
type cache struct {
	mu     sync.Mutex
	max    int
	values map[string]string
}

func newCache(n int) *cache { return &cache{max: n, values: make(map[string]string)} }

func (c *cache) get(key string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.values[key]
	return v, ok
}

func (c *cache) put(key, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.values) >= c.max {
		clear(c.values)
	}
	c.values[key] = value
}
