package discord

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound what the bot takes on. Zero fields have their defaults, negative
// ones switch a limit off.
//
// The defaults are those of a bot without a model, which answers in
// milliseconds; with a paid model lower ones are sensible.
type Limits struct {
	Concurrent     int     // requests in hand at a time (default 500)
	Working        int     // of these worked on at a time; the others are acknowledged and wait (default 64)
	PerSecond      float64 // requests a second, over a burst of as many as may be in hand (default 100)
	UserConcurrent int     // requests of one person in hand at a time (default 200)
	UserPerMinute  float64 // requests of one person a minute (default 240)
	UserBurst      int     // requests of one person at once (default 240)
}

// maxWorking bounds what may be worked on at a time in any case.
const maxWorking = 1 << 14

func (l Limits) withDefaults() Limits {
	def := func(n *int, d int) {
		if *n == 0 {
			*n = d
		} else if *n < 0 {
			*n = math.MaxInt32
		}
	}
	defRate := func(n *float64, d float64) {
		if *n == 0 {
			*n = d
		} else if *n < 0 {
			*n = math.Inf(1)
		}
	}
	def(&l.Concurrent, 500)
	def(&l.Working, 64)
	l.Working = min(l.Working, l.Concurrent)
	def(&l.Working, 64)
	l.Working = min(l.Working, l.Concurrent, maxWorking)
	defRate(&l.PerSecond, 100)
	def(&l.UserConcurrent, 200)
	defRate(&l.UserPerMinute, 240)
	def(&l.UserBurst, 240)
	return l
}

// admission decides which requests are taken. It is safe for concurrent use.
type admission struct {
	limits Limits
	now    func() time.Time

	mu    sync.Mutex
	all   *rate.Limiter
	hands int
	users map[string]*person
}

// person is somebody with recent requests.
type person struct {
	rate  *rate.Limiter
	hands int
}

func newAdmission(l Limits) *admission {
	l = l.withDefaults()
	return &admission{
		limits: l, now: time.Now, users: make(map[string]*person),
		all: rate.NewLimiter(rate.Limit(l.PerSecond), l.Concurrent),
	}
}

// busyError says why a request was not taken, to the person who made it.
type busyError struct{ text string }

func (e *busyError) Error() string { return e.text }

// take admits a request of a user. The caller calls done when the request is
// answered.
func (a *admission) take(user string) (done func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	p := a.users[user]
	if p == nil {
		a.forget(now)
		p = &person{rate: rate.NewLimiter(rate.Limit(a.limits.UserPerMinute/60), a.limits.UserBurst)}
		a.users[user] = p
	}
	switch {
	case p.hands >= a.limits.UserConcurrent:
		return nil, &busyError{"I am still working on your earlier questions. Please wait for one of them to be answered."}
	case a.hands >= a.limits.Concurrent:
		return nil, &busyError{"I am busy with many questions right now. Please ask again in a moment."}
	case !p.rate.AllowN(now, 1):
		return nil, &busyError{"That is more than I can take from one person in a short time. Please wait a minute and ask again."}
	case !a.all.AllowN(now, 1):
		return nil, &busyError{"I am busy with many questions right now. Please ask again in a moment."}
	}
	p.hands++
	a.hands++
	return sync.OnceFunc(func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		p.hands--
		a.hands--
	}), nil
}

// load returns how many requests are in hand.
func (a *admission) load() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.hands
}

// rememberedUsers is how many people are remembered before those are forgotten
// whose limits are as good as new.
const rememberedUsers = 1000

func (a *admission) forget(now time.Time) {
	if len(a.users) < rememberedUsers {
		return
	}
	for id, p := range a.users {
		if p.hands == 0 && p.rate.TokensAt(now) >= float64(a.limits.UserBurst) {
			delete(a.users, id)
		}
	}
}
