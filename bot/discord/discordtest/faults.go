package discordtest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Fault is something that goes wrong with a request.
type Fault struct {
	// Route is the beginning of the routes concerned, such as "POST /webhooks";
	// empty: all.
	Route string
	// Times is how often it happens; 0 is always.
	Times int
	// Every makes only each so many'th request fail; 0 and 1 are each.
	Every int

	Delay      time.Duration // before anything else
	Status     int           // instead of the answer; 0: the answer
	RetryAfter time.Duration // of a 429
	Global     bool          // the 429 is of the whole bot
	Cut        bool          // the connection ends without an answer
	Done       bool          // what was asked is done, but the bot does not hear of it

	seen, hits int
}

// Fail orders a fault.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Heal takes all faults back.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault returns what goes wrong with a request, or nil. The caller holds s.mu.
func (s *Server) fault(route string) *Fault {
	for _, f := range s.faults {
		if !strings.HasPrefix(route, f.Route) || f.Times > 0 && f.hits >= f.Times {
			continue
		}
		if f.seen++; f.Every > 1 && f.seen%f.Every != 0 {
			continue
		}
		f.hits++
		return f
	}
	return nil
}

// answer gives the answer that was ordered, if any.
func (f *Fault) answer(w http.ResponseWriter) {
	switch {
	case f.Cut:
		panic(http.ErrAbortHandler)
	case f.Status == http.StatusTooManyRequests:
		seconds := f.RetryAfter.Seconds()
		w.Header().Set("Retry-After", fmt.Sprint(int(seconds)+1))
		w.Header().Set("X-RateLimit-Scope", "shared")
		if f.Global {
			w.Header().Set("X-RateLimit-Global", "true")
		}
		writeJSON(w, f.Status, map[string]any{"message": "You are being rate limited.", "retry_after": seconds, "global": f.Global})
	case f.Status == http.StatusBadGateway:
		w.WriteHeader(f.Status)
		fmt.Fprint(w, "<html>bad gateway</html>")
	case f.Status != 0:
		refuse(w, f.Status, 0, http.StatusText(f.Status))
	}
}
