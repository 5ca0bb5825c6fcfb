package discord

import (
	"context"
	"sync"
	"time"

	"rapporteur/bot"
)

// An answer that a model writes is shown while it grows: what was verified so
// far, in one message that is edited at most once a second. The last edit is
// the whole answer.

const (
	// editEvery is the least time between two edits of a message.
	editEvery = time.Second
	// partTime is how long showing a part of an answer may take. A part that is
	// late is not worth waiting for.
	partTime = 5 * time.Second
)

// growth is an answer that is being written. It is safe for concurrent use.
type growth struct {
	mu     sync.Mutex
	latest *message
	news   chan struct{} // has one element while latest was not taken
}

func newGrowth() *growth { return &growth{news: make(chan struct{}, 1)} }

// show replaces what is to be shown next.
func (g *growth) show(m message) {
	g.mu.Lock()
	g.latest = &m
	g.mu.Unlock()
	select {
	case g.news <- struct{}{}:
	default:
	}
}

func (g *growth) take() message {
	g.mu.Lock()
	defer g.mu.Unlock()
	return *g.latest
}

// await waits for an answer and shows its parts meanwhile. It returns when the
// next edit may be made.
func (f *Frontend) await(ctx context.Context, g *growth, answer <-chan *reply, show func(ctx context.Context, m message) error) *reply {
	news := g.news
	var rest <-chan time.Time // until the next edit; nil: it may be made
	for {
		select {
		case a := <-answer:
			if rest != nil {
				<-rest
			}
			return a
		case <-rest:
			rest, news = nil, g.news
		case <-news:
			bounded, cancel := context.WithTimeout(ctx, partTime)
			err := show(bounded, g.take())
			cancel()
			if err != nil {
				f.log.Warn("a part of an answer was not shown", "error", err)
			}
			rest, news = time.After(f.editEvery), nil
		}
	}
}

// stillWriting stands under an answer that is not complete.
const stillWriting = "Still writing. Each statement above was checked against the record."

// partOf lays out an answer as far as it goes: as much of it as one message
// holds.
func partOf(a *bot.Answer, question string) message {
	end := note(stillWriting)
	end.gap = true
	page := pack(statementBlocks(a, question), maxContent-size(end.markup())-2)
	if len(page) == 0 {
		return newMessage(end.markup())
	}
	return newMessage(page[0] + "\n\n" + end.markup())
}
