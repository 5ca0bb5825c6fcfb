package weaviate

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/go-openapi/strfmt"
	"github.com/google/uuid"
	"github.com/weaviate/weaviate/entities/models"
)

// leaseTime is how long a writer may be silent before another takes its place.
const leaseTime = 10 * time.Second

// lease keeps other writers away. The engine has no locks: two that begin within
// the same moment are told apart by reading back who is there, and whatever they
// write is the same under the same ids.
type lease struct {
	store   *Store
	owner   string
	renewed atomic.Int64
	stop    chan struct{}
	stopped chan struct{}
}

var writerID = idOf("writer")

func uuidOf(id string) strfmt.UUID { return strfmt.UUID(id) }

// acquire waits until no other writer is there.
func (s *Store) acquire(ctx context.Context) (*lease, error) {
	l := &lease{store: s, owner: uuid.NewString(), stop: make(chan struct{}), stopped: make(chan struct{})}
	for {
		owner, expires, err := s.writer(ctx)
		if err != nil {
			return nil, err
		}
		wait := time.Until(expires)
		if owner == l.owner {
			break
		}
		if owner == "" || wait <= 0 {
			if err := l.claim(ctx, leaseTime); err != nil {
				return nil, err
			}
			wait = 50 * time.Millisecond // then read back
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(min(wait, time.Second)):
		}
	}
	go l.keep()
	return l, nil
}

// writer returns who writes, and until when unless they say so again.
func (s *Store) writer(ctx context.Context) (string, time.Time, error) {
	p, err := s.stateOf(ctx, "asking who writes", writerID, "owner expires")
	return text(p["owner"]), time.UnixMilli(int64(number(p["expires"]))), err
}

func (l *lease) claim(ctx context.Context, forTime time.Duration) error {
	u := &update{store: l.store}
	now := time.Now()
	err := u.write(ctx, &models.Object{Class: l.store.state(), ID: uuidOf(writerID), Properties: map[string]any{"owner": l.owner, "expires": now.Add(forTime).UnixMilli()}})
	if err == nil {
		l.renewed.Store(now.UnixNano())
	}
	return err
}

// keep renews the lease until it is released.
func (l *lease) keep() {
	defer close(l.stopped)
	tick := time.NewTicker(leaseTime / 4)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-tick.C:
			ctx, cancel := context.WithTimeout(context.Background(), leaseTime/2)
			_ = l.claim(ctx, leaseTime) // lost says if it fails for too long
			cancel()
		}
	}
}

// lost returns an error once another writer may have begun.
func (l *lease) lost() error {
	if time.Since(time.Unix(0, l.renewed.Load())) > leaseTime {
		return errors.New("weaviate: the update lost its turn while the engine did not answer; start it again, it goes on where it was")
	}
	return nil
}

func (l *lease) release() {
	close(l.stop)
	<-l.stopped
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = l.claim(ctx, 0) // otherwise it ends by itself
}
