package weaviate

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A read gets its answer from a node that has one, whatever the others do; an
// answer that all nodes give is passed on.
func TestFailover(t *testing.T) {
	silent := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // then the server sees that the client is gone
		<-r.Context().Done()
	}
	starting := func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error":[{"message":"no graphql provider present"}]}`, http.StatusUnprocessableEntity)
	}
	faulty := func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusInternalServerError) }
	refusing := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"errors":[{"message":"no"}]}`)
	}
	right := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `{"data":`+string(body)+`}`)
	}
	tests := []struct {
		name  string
		nodes []http.HandlerFunc
		want  string // in the answer or in the error
	}{
		{"one silent", []http.HandlerFunc{silent, right}, `{"data":1}`},
		{"two silent", []http.HandlerFunc{silent, right, silent}, `{"data":1}`},
		{"one faulty", []http.HandlerFunc{faulty, right}, `{"data":1}`},
		{"one starting", []http.HandlerFunc{starting, right}, `{"data":1}`},
		{"one refusing", []http.HandlerFunc{right, refusing}, `{"data":1}`},
		{"all refusing", []http.HandlerFunc{refusing, refusing}, `"errors"`},
		{"all faulty", []http.HandlerFunc{faulty, faulty}, "does not answer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := &failover{hedge: 20 * time.Millisecond, rest: time.Minute, base: http.DefaultTransport}
			for _, h := range test.nodes {
				server := httptest.NewServer(h)
				defer server.Close()
				u, err := url.Parse(server.URL)
				if err != nil {
					t.Fatal(err)
				}
				f.nodes = append(f.nodes, &node{url: u})
			}
			c := http.Client{Transport: f}
			for range 2 * len(test.nodes) { // each node is the first in turn
				got := ""
				response, err := c.Post("http://cluster/v1/graphql", "application/json", strings.NewReader("1"))
				if err != nil {
					got = err.Error()
				} else {
					data, _ := io.ReadAll(response.Body)
					got = string(data)
				}
				if !strings.Contains(got, test.want) {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}
