package openai

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"
)

// retries says how often and how soon a call is made again.
type retries struct {
	more  int           // times after the first
	first time.Duration // the first wait, about; it doubles
	// longest is the longest wait a server may ask for.
	longest time.Duration
}

// wait returns how long to wait before the try after one that failed with err,
// or false where another try is no use: the fault will not pass, or the time of
// ctx will be over.
func (r retries) wait(ctx context.Context, err error, tried int) (time.Duration, bool) {
	var e *Error
	if !errors.As(err, &e) || tried > r.more || !e.passing() {
		return 0, false
	}
	wait := r.first << (tried - 1)
	wait = wait/2 + rand.N(wait/2+1) // so that not all come back at once
	if e.RetryAfter > r.longest {
		return 0, false
	}
	wait = max(wait, e.RetryAfter)
	if deadline, ok := ctx.Deadline(); ok && wait >= time.Until(deadline) {
		return 0, false
	}
	return wait, true
}

// passing reports whether a fault may be over soon.
func (e *Error) passing() bool {
	switch e.Status {
	case http.StatusTooManyRequests:
		return e.Code != "insufficient_quota" // that is over when somebody pays
	case 0, http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, 529:
		return e.down && !e.timeout && !e.final
	}
	return false
}

// sleep waits, unless ctx is done before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
