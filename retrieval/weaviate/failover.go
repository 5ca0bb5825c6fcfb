package weaviate

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"rapporteur/retrieval"
)

// failover is an http.RoundTripper that sends each request to a node that
// answers. A read that is not answered soon is also sent to the next node, and
// the first good answer counts; a write goes to the next node only when the one
// before failed, and may then be done twice, which the callers allow for.
type failover struct {
	nodes []*node
	// hedge is how long a read waits for one node before it asks another.
	hedge time.Duration
	// rest is how long a node that failed is asked last.
	rest   time.Duration
	base   http.RoundTripper
	next   atomic.Uint32
	missed func(node string)
}

// patience is how long a node has to answer anything at all: making a
// collection takes seconds on a busy cluster. A read does not wait that long
// before it asks the next node.
const patience = 20 * time.Second

type node struct {
	url     *url.URL
	resting atomic.Int64 // until, in Unix nanoseconds
}

// reply is one node's full answer.
type reply struct {
	node     *node
	response *http.Response
	err      error
}

// RoundTrip implements [http.RoundTripper].
func (f *failover) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	read := r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasSuffix(r.URL.Path, "/graphql")
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	order := f.order()
	replies := make(chan reply, len(order))
	pending := make(map[*node]bool)
	asked := 0
	ask := func() {
		n := order[asked]
		asked++
		pending[n] = true
		go func() { replies <- f.ask(ctx, n, r, body) }()
	}
	ask()
	hedge := time.NewTimer(f.hedge)
	defer hedge.Stop()
	var problems []string
	var last *http.Response
	for {
		select {
		case <-r.Context().Done():
			for n := range pending {
				f.fail(n)
			}
			return nil, r.Context().Err()
		case <-hedge.C:
			if read && asked < len(order) {
				ask()
				hedge.Reset(f.hedge)
			}
		case got := <-replies:
			delete(pending, got.node)
			if got.err == nil && good(got.response) {
				got.node.resting.Store(0)
				for n := range pending { // asked before and still silent
					if asked > 1 && n == order[0] {
						f.fail(n)
					}
				}
				return got.response, nil
			}
			if got.err == nil {
				last = got.response
				problems = append(problems, got.node.url.Host+": "+got.response.Status)
			} else {
				problems = append(problems, got.node.url.Host+": "+got.err.Error())
			}
			if got.err != nil || got.response.StatusCode >= 500 {
				f.fail(got.node)
			}
			switch {
			case asked < len(order):
				ask()
				hedge.Reset(f.hedge)
			case len(pending) > 0:
			case last != nil && last.StatusCode < 500:
				return last, nil
			default:
				return nil, fmt.Errorf("%w: %s", retrieval.ErrUnavailable, strings.Join(problems, "; "))
			}
		}
	}
}

// order returns the nodes, in turn the first; those that rest stand last.
func (f *failover) order() []*node {
	now := time.Now().UnixNano()
	start := int(f.next.Add(1)) % len(f.nodes)
	order := slices.Concat(f.nodes[start:], f.nodes[:start])
	rests := func(n *node) int {
		if n.resting.Load() > now {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(order, func(a, b *node) int { return rests(a) - rests(b) })
	return order
}

func (f *failover) fail(n *node) {
	n.resting.Store(time.Now().Add(f.rest).UnixNano())
	if f.missed != nil {
		f.missed(n.url.Host)
	}
}

// ask sends a request to a node and reads the whole answer, for a node can also
// stop in the middle of one.
func (f *failover) ask(ctx context.Context, n *node, r *http.Request, body []byte) reply {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	try := r.Clone(ctx)
	try.URL.Scheme, try.URL.Host, try.Host = n.url.Scheme, n.url.Host, n.url.Host
	try.URL.Path = strings.TrimSuffix(n.url.Path, "/") + try.URL.Path
	if body != nil {
		try.Body = io.NopCloser(bytes.NewReader(body))
		try.ContentLength = int64(len(body))
	}
	response, err := f.base.RoundTrip(try)
	if err != nil {
		return reply{n, nil, err}
	}
	all, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		return reply{n, nil, err}
	}
	response.Body = io.NopCloser(bytes.NewReader(all))
	if r.URL.Path == "/v1/graphql" && (response.StatusCode == http.StatusUnprocessableEntity || bytes.Contains(all, []byte(`"errors":[`))) {
		// A node that has just started refuses what the others can answer.
		response.Header.Set(refused, "yes")
	}
	return reply{n, response, nil}
}

// refused marks an answer that says in its body that it is none.
const refused = "X-Rapporteur-Refused"

// good reports whether an answer is one that other nodes would give as well.
func good(r *http.Response) bool {
	known := r.StatusCode < 400 || r.StatusCode == http.StatusNotFound || r.StatusCode == http.StatusUnprocessableEntity
	return known && r.Header.Get(refused) == ""
}
