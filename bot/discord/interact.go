package discord

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"rapporteur/bot"
)

// exchange delivers what is said in one interaction.
type exchange interface {
	// first gives the first response, within three seconds of the interaction.
	first(ctx context.Context, c callback) error
	// edit replaces the first response.
	edit(ctx context.Context, m message) error
	// follow adds a message.
	follow(ctx context.Context, m message) error
}

// restExchange delivers over REST, as interactions of the gateway want it.
type restExchange struct {
	rest           *rest
	app, id, token string
}

func (x *restExchange) first(ctx context.Context, c callback) error {
	return x.rest.respond(ctx, x.id, x.token, c)
}

func (x *restExchange) edit(ctx context.Context, m message) error {
	return x.rest.editOriginal(ctx, x.app, x.token, m)
}

func (x *restExchange) follow(ctx context.Context, m message) error {
	return x.rest.followUp(ctx, x.app, x.token, m)
}

// gatewayInteraction handles an interaction that came over the gateway.
func (f *Frontend) gatewayInteraction(work context.Context, data json.RawMessage, at arrival) {
	i, err := decodeInteraction(data)
	if i == nil {
		f.log.Error("unreadable interaction", "error", err)
		return
	}
	if !f.seen.first(i.ID) {
		return
	}
	if err != nil {
		f.log.Warn("interaction read in part", "interaction", i.ID, "error", err)
	}
	f.interact(work, i, &restExchange{f.rest, i.AppID, i.ID, i.Token}, at)
}

const (
	// quickTime is how long an answer may take to be the first response itself.
	// What takes longer is acknowledged first.
	quickTime = 150 * time.Millisecond
	// quickLoad is with how many requests in hand everything is acknowledged
	// first and worked on afterwards.
	quickLoad = 16
	// acksFirst is how long work stands back for acknowledgements under way: a
	// burst of questions is acknowledged before it takes the processors.
	acksFirst = 500 * time.Millisecond
)

// handler answers a request.
type handler struct {
	name    string   // for metrics and logs
	private bool     // the reply is for the person alone
	update  bool     // the reply replaces the message of the component
	texts   []string // what the person wrote; kept out of the log
	run     func(ctx context.Context) (*reply, error)
	form    func() form // instead of run: the first response is a form
}

// interact answers an interaction through x.
func (f *Frontend) interact(work context.Context, i *interaction, x exchange, at arrival) {
	f = f.now()
	r, err := readRequest(i)
	if r.kind == completionRequest {
		f.complete(work, r, x)
		return
	}
	d := &delivery{f: f, x: x, id: i.ID, at: at.time}
	var h handler
	if err == nil {
		h, err = f.route(r)
	}
	if err == nil && at.late {
		err = &busyError{"I am being restarted. Please ask again in a minute."}
	}
	done := func() {}
	if err == nil {
		done, err = f.admission.take(r.user)
	}
	if err != nil {
		d.finish(context.WithoutCancel(work), f.apology(err, i.ID))
		f.count(h.name, at.time, outcomeOf(err))
		return
	}
	defer done()
	if h.form != nil { // it can only be the first response
		if err := x.first(work, callback{Type: discordgo.InteractionResponseModal, Data: h.form()}); err != nil {
			f.log.Warn("a form was not opened", "interaction", i.ID, "error", err)
		}
		f.count(h.name, at.time, outcomeAnswered)
		return
	}
	f.metrics.inFlight.Inc()
	defer f.metrics.inFlight.Dec()

	growing := newGrowth()
	r.grow = growing.show
	results := make(chan *reply, 1)
	ask := func() { results <- f.attempt(work, h, i.ID) }
	var answer *reply
	if f.quick > 0 && f.admission.load() <= quickLoad {
		go ask()
		quick := time.NewTimer(f.quick)
		select {
		case answer = <-results:
		case <-quick.C:
			d.acknowledge(work, h)
		}
		quick.Stop()
	} else {
		d.acknowledge(work, h)
		go ask()
	}
	if answer == nil {
		answer = f.await(work, growing, results, x.edit)
	}
	// Told even when the work was abandoned.
	d.finish(context.WithoutCancel(work), answer)
	f.count(h.name, at.time, answer.outcome)
}

func (f *Frontend) count(name string, at time.Time, outcome string) {
	if name == "" {
		name = "unknown"
	}
	f.metrics.requests.WithLabelValues(name, outcome).Inc()
	f.metrics.answerTime.WithLabelValues(name).Observe(time.Since(at).Seconds())
}

// attempt runs a handler. Its error, or its panic, becomes a reply that says
// so: one answer is lost, and the person knows.
func (f *Frontend) attempt(work context.Context, h handler, id string) (answer *reply) {
	ctx, cancel := context.WithTimeout(work, f.opts.AnswerTime)
	defer cancel()
	f.acks.wait(acksFirst)
	select {
	case f.working <- struct{}{}:
		defer func() { <-f.working }()
	case <-ctx.Done():
		return f.apology(ctx.Err(), id)
	}
	defer func() {
		if p := recover(); p != nil {
			f.metrics.panics.Inc()
			// The value may hold text of a message; the stack does not.
			f.log.Error("a handler panicked", "handler", h.name, "interaction", id, "stack", string(debug.Stack()))
			answer = f.apology(errors.New("panic"), id)
			answer.update = false
		}
	}()
	answer, err := h.run(ctx)
	if err != nil {
		if outcomeOf(err) == outcomeFailed {
			f.log.Error("not answered", "handler", h.name, "interaction", id, "error", redact(err, h.texts))
		}
		return f.apology(err, id)
	}
	answer.private = answer.private || h.private
	if answer.keep != nil && f.opts.Notebook != nil {
		if b, ok := keepButton(*answer.keep, answer.keepOnly); ok {
			answer.rows = addButton(answer.rows, b)
		}
	}
	if answer.outcome == "" {
		answer.outcome = outcomeAnswered
	}
	return answer
}

// redact prints an error without what a person wrote.
func redact(err error, texts []string) string {
	s := err.Error()
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			s = strings.ReplaceAll(strings.ReplaceAll(s, t, "…"), strconv.Quote(t), "…")
		}
	}
	return shorten(s, 500)
}

// outcomeOf says how a request ended with an error.
func outcomeOf(err error) string {
	var user *bot.UserError
	var busy *busyError
	var stale *staleError
	switch {
	case errors.As(err, &busy):
		return outcomeBusy
	case errors.As(err, &user), errors.As(err, &stale):
		return outcomeRefused
	}
	return outcomeFailed
}

// apology tells the person who asked what went wrong and what to do.
func (f *Frontend) apology(err error, id string) *reply {
	var user *bot.UserError
	var busy *busyError
	var stale *staleError
	var text, hint string
	switch {
	case errors.As(err, &user):
		text, hint = sentence(user.Problem), sentence(user.Hint)
	case errors.As(err, &busy):
		text = busy.text
	case errors.As(err, &stale):
		text = "This button belongs to an older version of me and no longer works."
		hint = "Ask again to get new ones."
	case errors.Is(err, context.Canceled):
		text = "I had to stop before this was answered, because I am being restarted."
		hint = "Please ask again in a minute."
	case errors.Is(err, context.DeadlineExceeded):
		text = "This took longer than I may work on one question."
		hint = "Please try again, or ask for less at a time."
	default:
		text = "Something went wrong on my side, and this was not answered."
		hint = "Please try again. If it happens again, tell whoever runs me this number: " + id
	}
	answer := &reply{private: true, outcome: outcomeOf(err), blocks: []block{line(text)}}
	if hint != "" {
		answer.blocks = append(answer.blocks, note(hint))
	}
	return answer
}

// delivery brings one reply to Discord.
type delivery struct {
	f        *Frontend
	x        exchange
	id       string
	at       time.Time
	deferred bool
}

// acknowledge gives the first response without an answer.
func (d *delivery) acknowledge(ctx context.Context, h handler) {
	c := callback{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource}
	if h.update {
		c.Type = discordgo.InteractionResponseDeferredMessageUpdate
	} else if h.private {
		c.Data = deferral{Flags: discordgo.MessageFlagsEphemeral}
	}
	d.deferred = true
	d.f.acks.enter()
	defer d.f.acks.leave()
	if err := d.x.first(ctx, c); err != nil {
		// It may have arrived all the same; the edit will show.
		d.f.log.Warn("acknowledgement failed", "interaction", d.id, "error", err)
	}
	d.f.metrics.ackTime.Observe(time.Since(d.at).Seconds())
}

// finish delivers the whole reply. What Discord refuses is replaced by a line
// that says so.
func (d *delivery) finish(ctx context.Context, r *reply) {
	messages := r.delivered()
	if len(r.files) > 0 && !d.deferred { // files come by edits only: the same way over HTTP and the gateway
		d.acknowledge(ctx, handler{private: r.private, update: r.update})
	}
	for n, m := range messages {
		var err error
		switch {
		case n == 0 && d.deferred:
			err = d.x.edit(ctx, m)
		case n == 0:
			c := callback{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: m}
			if r.update {
				m.Flags = 0
				c = callback{Type: discordgo.InteractionResponseUpdateMessage, Data: m}
			}
			err = d.x.first(ctx, c)
			d.f.metrics.ackTime.Observe(time.Since(d.at).Seconds())
		default:
			err = d.x.follow(ctx, m)
		}
		if err == nil {
			continue
		}
		d.f.metrics.undelivered.Inc()
		d.f.log.Error("reply not delivered", "interaction", d.id, "message", n+1, "of", len(messages), "error", err)
		if isCode(err, codeUnknownInteraction) || isCode(err, codeUnknownWebhook) {
			return // nobody is waiting there any more
		}
		d.admit(ctx, n, r.private)
		return
	}
}

// admit tells the person that a message could not be delivered.
func (d *delivery) admit(ctx context.Context, n int, private bool) {
	text := "Discord did not take my answer. Please ask again, perhaps in other words."
	if n > 0 {
		text = "A part of this answer may be missing here: Discord did not confirm it. Please ask for it once more if it is."
	}
	m := (&reply{private: private, blocks: []block{line(text)}}).messages()[0]
	var err error
	switch {
	case n > 0:
		err = d.x.follow(ctx, m)
	case d.deferred:
		err = d.x.edit(ctx, m)
	default:
		err = d.x.first(ctx, callback{Type: discordgo.InteractionResponseChannelMessageWithSource, Data: m})
	}
	if err != nil {
		d.f.log.Error("the person could not be told", "interaction", d.id, "error", err)
	}
}
