// Package discord puts the bot on Discord: slash commands, context menus,
// components, mentions and follow-ups become questions to a [Core], and its
// answers messages that keep Discord's limits.
//
// An event comes in (gateway.go, or endpoint.go over HTTP), becomes a request (request.go) or a question
// (mention.go), is taken or politely refused (limits.go), handled by a row of
// the table of commands (commands.go) or components, laid out in messages
// (layout.go, escape.go) and delivered (interact.go, rest.go). Handlers know
// nothing of the way an event came: they turn a request into a reply.
//
// No text of a message is stored or logged.
package discord

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"rapporteur/bot"
	"rapporteur/corpus"
	"rapporteur/retrieval"
)

// Core answers the questions. It must be safe for concurrent use. Errors meant
// for the person who asked are *bot.UserError.
type Core interface {
	Ask(ctx context.Context, q bot.Question) (*bot.Answer, error)
	Meant(text, otherwise string) (record, rest string, err error)
	Search(ctx context.Context, q retrieval.Query) ([]bot.Hit, error)
	Quote(reference, record string) (*bot.Passage, error)
	Context(reference, record string, before, after int) (*bot.Passage, error)
	Summary(ctx context.Context, q bot.SummaryQuery) (*bot.Summary, error)
	Positions(ctx context.Context, q bot.PositionsQuery) (*bot.Positions, error)
	Cite(reference, record string, style bot.Style, accessed time.Time) (*bot.ArchivalCitation, error)
	Concordance(ctx context.Context, q bot.ConcordanceQuery) (*bot.Concordance, error)
	Quotations(text string) []bot.Quoted
	Check(ctx context.Context, q bot.CheckQuery) (*bot.Check, error)
	Records() []*corpus.Entry
	Find(id string) (*corpus.Entry, error)
	Record(id string) (*corpus.Record, error)
	CompletePassage(ctx context.Context, typed, record string, limit int) ([]bot.Choice, error)
	CompleteSection(typed, record string, limit int) []bot.Choice
	CompleteRecord(typed string, limit int) []bot.Choice
}

var _ Core = (*bot.Bot)(nil)

// Options configure a [Frontend]. Only Token must be set.
type Options struct {
	Token  string
	APIURL string // of a server that speaks Discord's API; empty: Discord
	// GuildIDs are servers in which the commands are registered, at once and
	// only there. Empty: everywhere, also in direct messages and for people who
	// installed the app for themselves.
	GuildIDs []string
	// ChannelIDs are the channels in which mentions are answered, with their
	// threads. Empty: all. Direct messages are always answered.
	ChannelIDs []string
	// PublicKey is the application's, in hexadecimal digits, for interactions
	// over HTTP: see [Frontend.Interactions]. Empty: over the gateway alone.
	PublicKey string
	// NoGateway keeps the gateway closed. Messages that mention the bot come
	// over the gateway only and are then not answered. It needs PublicKey.
	NoGateway bool
	// Shards is how many shards the gateway is divided into; 0: as many as
	// Discord recommends. ShardIDs are those that this process runs, each from 0
	// to Shards-1; empty: all. With ShardIDs, Shards must be set, to the same
	// number in every process.
	Shards   int
	ShardIDs []int
	Limits   Limits
	// Notebook returns the notebook that a request uses; nil: there is none, and
	// no command for it.
	Notebook func() Notebook
	// Picture draws a record at a glance, as a PNG with a text for those who do
	// not see it; nil: records have no picture.
	Picture func(r *corpus.Record) (png []byte, text string, err error)
	// Channels keeps which record is meant in a channel; nil: nobody chooses.
	Channels bot.ChannelStore
	// AnswerTime is how long a question may take (default 2 minutes).
	AnswerTime time.Duration
	// DrainTime is how long a shutdown waits for what is in hand (default 20 s).
	DrainTime time.Duration
	// LingerTime is how long a shutdown still takes interactions over HTTP, so
	// that a load balancer notices that this process is no longer ready before
	// they are refused (default 5 s).
	LingerTime time.Duration
	Logger     *slog.Logger          // nil: no logs
	Registerer prometheus.Registerer // nil: metrics are not registered
}

// Frontend is the bot on Discord. A request is answered from one Core from
// beginning to end, though the library may change meanwhile: see [Frontend.now].
type Frontend struct {
	core Core
	*connection
}

// connection is what all requests share.
type connection struct {
	current   func() Core
	opts      Options
	log       *slog.Logger
	rest      *rest
	metrics   *metrics
	admission *admission
	seen      *recent
	parents   *cache // of threads
	channels  map[string]bool
	timing    timing
	quick     time.Duration // see quickTime
	editEvery time.Duration
	working   chan struct{}
	apologies *rate.Limiter // to mentions that are not taken
	flights   flights       // what is in hand
	acks      flights       // acknowledgements under way
	closing   atomic.Bool
	drawings  drawings
	endpoint  *endpoint // of interactions over HTTP; nil without a public key

	mu         sync.Mutex
	self       string            // our user id; known once started
	app        string            // our application id
	commandIDs map[string]string // of registered commands, by name
	notReady   map[string]string // what is missing, by part
	shards     []*shard
}

// New returns a front end. current returns the core that a request is to be
// answered from; it is called once for each. Nothing is contacted before
// [Frontend.Run].
func New(opts Options, current func() Core) (*Frontend, error) {
	if opts.Token == "" {
		return nil, errors.New("discord.token is empty: set it, or DISCORD_TOKEN, to the bot's token from the Developer Portal")
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.AnswerTime <= 0 {
		opts.AnswerTime = 2 * time.Minute
	}
	if opts.DrainTime <= 0 {
		opts.DrainTime = 20 * time.Second
	}
	if opts.LingerTime <= 0 {
		opts.LingerTime = 5 * time.Second
	}
	if opts.NoGateway && opts.PublicKey == "" {
		return nil, errors.New("discord.gateway is closed and discord.public_key is empty: nothing would reach the bot; set the key, or leave the gateway open")
	}
	if err := checkShards(opts.Shards, opts.ShardIDs); err != nil {
		return nil, err
	}
	m, err := newMetrics(opts.Registerer)
	if err != nil {
		return nil, err
	}
	r, err := newREST(opts.APIURL, opts.Token, m, opts.Logger)
	if err != nil {
		return nil, err
	}
	f := &Frontend{core: current(), connection: &connection{
		current: current, opts: opts, log: opts.Logger, rest: r, metrics: m,
		admission: newAdmission(opts.Limits), seen: newRecent(4096), parents: newCache(1024),
		channels: make(map[string]bool), timing: liveTiming, quick: quickTime, editEvery: editEvery, drawings: drawings{draw: opts.Picture},
		apologies:  rate.NewLimiter(1, 5),
		working:    make(chan struct{}, opts.Limits.withDefaults().Working),
		commandIDs: make(map[string]string),
		notReady:   map[string]string{"start": "not started"},
	}}
	for _, id := range opts.ChannelIDs {
		f.channels[id] = true
	}
	if opts.PublicKey != "" {
		if f.endpoint, err = newEndpoint(f, opts.PublicKey); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// now returns the front end for one request, with the core of this moment.
func (f *Frontend) now() *Frontend { return &Frontend{core: f.current(), connection: f.connection} }

// Run connects to Discord and serves until ctx is done; then it finishes what
// is in hand within the drain time and returns nil. It returns an error where
// Discord refuses for good, such as a wrong token, with what to do about it;
// everything else it waits out. It may be called once.
func (f *Frontend) Run(ctx context.Context) error {
	defer f.rest.close()
	// Requests in hand outlive ctx until they are answered or the drain time is
	// over.
	work, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	online, disconnect := context.WithCancel(work)
	defer disconnect()

	if f.endpoint != nil { // at once: an interaction needs nothing of what follows
		f.endpoint.open(func(i *interaction, x exchange, at arrival) {
			f.handle(func() { f.interact(work, i, x, at) })
		})
		defer f.endpoint.open(nil)
	}
	plan, err := f.start(ctx)
	if err != nil || ctx.Err() != nil {
		return err
	}
	f.setReady("start", "")
	f.setReady("commands", "commands not registered yet")
	var background sync.WaitGroup
	defer background.Wait()
	defer disconnect()
	starting, stopStarting := context.WithCancel(online)
	defer stopStarting()
	background.Go(func() { f.registerAll(starting) })
	background.Go(func() { f.checkPlaces(starting) })
	ended := make(chan error, 1)
	background.Go(func() {
		if f.opts.NoGateway {
			<-online.Done()
			ended <- nil
			return
		}
		ended <- f.runShards(online, work, plan)
	})

	select {
	case err := <-ended:
		f.closing.Store(true)
		f.drain(abandon)
		return err
	case <-ctx.Done():
	}
	f.setReady("closing", "shutting down")
	stopStarting()
	f.log.Info("shutting down", "in_hand", f.flights.count())
	if f.endpoint != nil {
		time.Sleep(f.opts.LingerTime)
	}
	f.closing.Store(true)
	f.drain(abandon)
	disconnect()
	return <-ended
}

// farewell is how long abandoned requests have for telling so.
const farewell = 3 * time.Second

// drain waits for what is in hand.
func (f *Frontend) drain(abandon func()) {
	if f.flights.wait(f.opts.DrainTime) {
		return
	}
	f.log.Warn("not everything was finished in time", "in_hand", f.flights.count())
	abandon()
	f.flights.wait(farewell)
}

// Ready returns nil when the bot is connected, its commands are registered and
// it takes questions; else what is missing.
func (f *Frontend) Ready() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, part := range []string{"closing", "start", "commands"} {
		if why := f.notReady[part]; why != "" {
			return errors.New(why)
		}
	}
	for _, s := range f.shards {
		if !s.live.Load() {
			return errors.New("not connected to Discord's gateway")
		}
	}
	return nil
}

// setReady notes why a part is not ready; an empty reason means that it is.
func (f *Frontend) setReady(part, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notReady[part] = why
}

func (f *Frontend) ids() (self, app string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.self, f.app
}

// arrival is when an event came in; late is while the bot was shutting down.
type arrival struct {
	time time.Time
	late bool
}

// dispatch takes an event of the gateway. It does not block: each event that
// concerns the bot is handled by a goroutine of its own under work.
func (f *Frontend) dispatch(work context.Context, kind string, data json.RawMessage) {
	at := arrival{time.Now(), f.closing.Load()}
	var handle func()
	switch kind {
	case "INTERACTION_CREATE":
		handle = func() { f.gatewayInteraction(work, data, at) }
	case "MESSAGE_CREATE":
		m := f.addressed(data)
		if m == nil {
			return
		}
		handle = func() { f.mention(work, m, at) }
	default:
		return
	}
	f.handle(handle)
}

// handle runs what an event asks for in a goroutine of its own.
func (f *Frontend) handle(do func()) {
	f.flights.enter()
	go func() {
		defer f.flights.leave()
		do()
	}()
}
