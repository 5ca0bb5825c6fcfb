// Package weaviate keeps an index in a cluster of Weaviate servers.
//
// Four collections hold it, named after the one configured (here Rapporteur):
//
//	RapporteurEntry      an entry for each version of each record: the stems of
//	                     its turns for BM25, the names of its speakers, and from
//	                     which generation until which it is seen. A search makes
//	                     the servers read and decode each entry that may be
//	                     returned, as a whole: nothing else large stands there
//	RapporteurOutline    the outlines of the entries
//	RapporteurPassageX   their passages with their vectors; X stands for the model,
//	                     for vectors of different models never meet
//	RapporteurIndex      what was published last, and who is writing
//
// Ids are UUIDs of version 5 made of what the object is, so that writing it
// again changes nothing. An entry is first written unseen, then its passages,
// then it is given the next generation; publishing counts the generation up.
// Readers filter by their view's generation, so that they see all of an update
// or none of it. What nobody sees any more is removed by a later update.
package weaviate

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	client "github.com/weaviate/weaviate-go-client/v5/weaviate"
	"github.com/weaviate/weaviate-go-client/v5/weaviate/fault"

	"rapporteur/retrieval"
)

// Options says where the servers are; URLs are needed, the rest works as zero.
type Options struct {
	URLs       []string // of the nodes of one cluster
	APIKey     string
	Collection string // begins the names of the collections; Rapporteur
	Shards     int    // of each collection, when it is made; 1
	Replicas   int    // of each shard, when it is made; 1
	// Hedge is how long a search waits for one node before another is asked
	// too; 300 ms.
	Hedge time.Duration
	// Missed is called with the host of a node that did not answer; may be nil.
	Missed func(host string)
	// Grace is how long what has been replaced is kept for readers; 30 s.
	Grace time.Duration
}

// Store is an index in Weaviate; make one with [New].
type Store struct {
	client     *client.Client
	collection string
	opts       Options
	transport  *http.Transport
}

var _ retrieval.Engine = (*Store)(nil)

// New returns a store. It does not connect.
func New(opts Options) (*Store, error) {
	if opts.Collection == "" {
		opts.Collection = "Rapporteur"
	}
	opts.Shards, opts.Replicas = max(1, opts.Shards), max(1, opts.Replicas)
	if opts.Hedge <= 0 {
		opts.Hedge = 300 * time.Millisecond
	}
	if opts.Grace <= 0 {
		opts.Grace = 30 * time.Second
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	f := &failover{hedge: opts.Hedge, rest: 3 * time.Second, base: transport, missed: opts.Missed}
	for _, raw := range opts.URLs {
		u, err := url.Parse(strings.TrimSpace(raw))
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("%q is no address of a Weaviate server; write one such as http://127.0.0.1:8080", raw)
		}
		f.nodes = append(f.nodes, &node{url: u})
	}
	if len(f.nodes) == 0 {
		return nil, errors.New("no address of a Weaviate server is given")
	}
	config := client.Config{Scheme: "http", Host: "cluster", ConnectionClient: &http.Client{Transport: f}}
	if opts.APIKey != "" {
		config.Headers = map[string]string{"Authorization": "Bearer " + opts.APIKey}
	}
	c, err := client.NewClient(config)
	if err != nil {
		return nil, err
	}
	return &Store{client: c, collection: opts.Collection, opts: opts, transport: transport}, nil
}

// Close implements [retrieval.Engine].
func (s *Store) Close() { s.transport.CloseIdleConnections() }

func (s *Store) records() string  { return s.collection + "Entry" }
func (s *Store) outlines() string { return s.collection + "Outline" }
func (s *Store) state() string    { return s.collection + "Index" }
func (s *Store) passages(model string) string {
	h := fnv.New32a()
	h.Write([]byte(model))
	return fmt.Sprintf("%sPassage%08x", s.collection, h.Sum32())
}

// space is the name space of the ids of objects.
var space = uuid.MustParse("6f2f8ad4-3a0c-5b0e-9a35-61f9ad3c7c11")

func idOf(parts ...string) string {
	return uuid.NewSHA1(space, []byte(strings.Join(parts, "\x00"))).String()
}

func entryID(h retrieval.Held) string { return idOf("entry", h.Record, h.Version) }

func outlineID(entry string) string { return idOf("outline", entry) }

var viewID = idOf("view")

// failed says what an error of the client means.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	var from *fault.WeaviateClientError
	for errors.As(err, &from) && from.DerivedFromError != nil { // one may stand in another
		err = from.DerivedFromError
	}
	var through *url.Error
	if errors.As(err, &through) {
		err = through.Err
	}
	return fmt.Errorf("weaviate: %s: %w", doing, err)
}

func isStatus(err error, code int) bool {
	var from *fault.WeaviateClientError
	return errors.As(err, &from) && from.StatusCode == code
}

// stateOf reads an object of the state, or nil if there is none. It asks by
// GraphQL: the client's other way to read prints a warning where no node answers.
func (s *Store) stateOf(ctx context.Context, doing, id, fields string) (map[string]any, error) {
	got, err := s.query(ctx, doing, fmt.Sprintf(`{Get{%s(where:{path:["id"],operator:Equal,valueText:%q},consistencyLevel:QUORUM){%s}}}`, s.state(), id, fields))
	if err != nil {
		if exists, known := s.client.Schema().ClassExistenceChecker().WithClassName(s.state()).Do(ctx); known == nil && !exists {
			return nil, nil
		}
		return nil, err
	}
	if len(got[s.state()]) == 0 {
		return nil, nil
	}
	return got[s.state()][0], nil
}

// View implements [retrieval.Engine].
func (s *Store) View(ctx context.Context) (retrieval.View, error) {
	p, err := s.stateOf(ctx, "reading what was published", viewID, "generation model published statistics")
	if err != nil {
		return retrieval.View{}, err
	}
	if p == nil {
		return retrieval.View{}, retrieval.ErrNotIndexed
	}
	v := retrieval.View{Model: text(p["model"]), Generation: int64(number(p["generation"])), Published: time.UnixMilli(int64(number(p["published"])))}
	v.Statistics, err = blob(p["statistics"])
	return v, err
}

// Generation implements [retrieval.Engine].
func (s *Store) Generation(ctx context.Context) (int64, error) {
	p, err := s.stateOf(ctx, "asking what was published", viewID, "generation")
	return int64(number(p["generation"])), err
}
