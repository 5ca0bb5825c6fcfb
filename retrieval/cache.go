package retrieval

import (
	"container/list"
	"sync"
)

// cache keeps the values used last, up to a total size. It is safe for
// concurrent use; make one with [newCache].
type cache[V any] struct {
	mu      sync.Mutex
	limit   int
	size    int
	order   *list.List // of *cached[V], the last used first
	entries map[string]*list.Element
}

type cached[V any] struct {
	key   string
	value V
	size  int
}

func newCache[V any](limit int) *cache[V] {
	return &cache[V]{limit: limit, order: list.New(), entries: make(map[string]*list.Element)}
}

func (c *cache[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached[V]).value, true
}

func (c *cache[V]) put(key string, value V, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[key]; ok {
		return
	}
	c.entries[key] = c.order.PushFront(&cached[V]{key, value, size})
	for c.size += size; c.size > c.limit && c.order.Len() > 1; {
		last := c.order.Back()
		old := c.order.Remove(last).(*cached[V])
		delete(c.entries, old.key)
		c.size -= old.size
	}
}
