// Package openaitest is a server that speaks OpenAI's API to test against:
// /v1/models, /v1/chat/completions, streamed and not, and /v1/embeddings. It is
// deterministic, and stricter than the real ones: a field that OpenAI does not
// know, a schema that it would not hold a model to, an empty text to embed or a
// wrong key fails the test.
//
// What the model replies is up to the test ([Server.Answer], [Server.Script]),
// and so is everything that goes wrong: see [Reply] and [Vectors]. [Model]
// replies as a model would that knows the evidence of a prompt and means well,
// or does not.
package openaitest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// What the fake server takes.
const (
	Key            = "sk-test-0123456789abcdefghijklmnopqrstuvwxyz"
	ChatModel      = "test-chat"
	EmbeddingModel = "test-embedding"
	Dimensions     = 256 // of its vectors, unless a request asks for fewer
)

// Server is a fake server.
type Server struct {
	URL string // its address, up to /v1

	tb   testing.TB
	http *httptest.Server

	mu         sync.Mutex
	answer     func(ChatRequest) Reply
	replies    []Reply
	vectors    []Vectors
	always     Vectors
	chats      []ChatRequest
	embeddings []EmbeddingRequest
	related    map[string]string
	closing    chan struct{}
	open       bool // needs no key
}

// New starts a server that ends with the test. Its model replies with nothing
// until it is told what.
func New(tb testing.TB) *Server {
	s := &Server{tb: tb, answer: func(ChatRequest) Reply { return Reply{} }, closing: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", s.models)
	mux.HandleFunc("POST /v1/chat/completions", s.chat)
	mux.HandleFunc("POST /v1/embeddings", s.embed)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.complain("no such route: %s %s", r.Method, r.URL.Path)
		refuse(w, http.StatusNotFound, "Unknown request URL", "", "unknown_url")
	})
	s.http = httptest.NewServer(s.guard(mux))
	s.URL = s.http.URL + "/v1"
	tb.Cleanup(s.Close)
	return s
}

// Close ends the server and what hangs in it. It may be called twice.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closing:
	default:
		close(s.closing)
	}
	s.mu.Unlock()
	s.http.CloseClientConnections()
	s.http.Close()
}

// NeedNoKey makes the server take requests without a key, as Ollama does.
func (s *Server) NeedNoKey() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = true
}

// Answer sets what the model replies to a prompt where no script says it.
func (s *Server) Answer(f func(ChatRequest) Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// Script sets the next replies, in order.
func (s *Server) Script(replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies = append(s.replies, replies...)
}

// ScriptVectors sets what becomes of the next requests for embeddings, in order.
func (s *Server) ScriptVectors(v ...Vectors) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vectors = append(s.vectors, v...)
}

// AlwaysVectors sets what becomes of requests for embeddings where no script
// says it.
func (s *Server) AlwaysVectors(v Vectors) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always = v
}

// Chats returns the chat requests taken so far.
func (s *Server) Chats() []ChatRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]ChatRequest(nil), s.chats...)
}

// Embeddings returns the requests for embeddings taken so far.
func (s *Server) Embeddings() []EmbeddingRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]EmbeddingRequest(nil), s.embeddings...)
}

// complain fails the test.
func (s *Server) complain(format string, args ...any) {
	s.tb.Errorf("openaitest: "+format, args...)
}

// guard checks the key. Like some real servers it repeats a wrong one.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		open := s.open
		s.mu.Unlock()
		if got := r.Header.Get("Authorization"); got != "Bearer "+Key && !(open && got == "") {
			refuse(w, http.StatusUnauthorized, "Incorrect API key provided: "+got, "", "invalid_api_key")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) models(w http.ResponseWriter, _ *http.Request) {
	list := []map[string]any{}
	for _, id := range []string{ChatModel, EmbeddingModel} {
		list = append(list, map[string]any{"id": id, "object": "model", "created": 0, "owned_by": "openaitest"})
	}
	send(w, map[string]any{"object": "list", "data": list})
}

// decode reads the body of a request strictly and reports whether that went
// well.
func (s *Server) decode(w http.ResponseWriter, r *http.Request, v any) bool {
	if got := r.Header.Get("Content-Type"); got != "application/json" {
		s.complain("%s has the content type %q", r.URL.Path, got)
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		s.complain("%s: %v", r.URL.Path, err)
		refuse(w, http.StatusBadRequest, err.Error(), "", "")
		return false
	}
	return true
}

// wait waits, unless the client leaves or the server ends; 0 is no time and
// less than 0 for ever.
func (s *Server) wait(r *http.Request, d time.Duration) bool {
	if d == 0 {
		return true
	}
	var over <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return true
	case <-r.Context().Done():
	case <-s.closing:
	}
	return false
}

func send(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// errorBody is an error as OpenAI words it.
func errorBody(message, param, code string) map[string]any {
	e := map[string]any{"message": message, "type": "invalid_request_error", "param": nil, "code": nil}
	if param != "" {
		e["param"] = param
	}
	if code != "" {
		e["code"] = code
	}
	return map[string]any{"error": e}
}

func refuse(w http.ResponseWriter, status int, message, param, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(errorBody(message, param, code))
}

// cut ends a connection without a word.
func cut(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}
