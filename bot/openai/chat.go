package openai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	api "github.com/sashabaranov/go-openai"

	"rapporteur/bot"
)

// ChatOptions configure a [Chat]. Only Model must be set.
type ChatOptions struct {
	Endpoint
	Model       string
	Temperature float64 // 0: as little chance as the server allows
	// ReasoningEffort is how much a model that thinks before it writes may
	// think, such as "low"; empty: the server's default.
	ReasoningEffort string
	// MaxTokens bounds the reply where a prompt does not (default 1,500).
	MaxTokens int
	// Concurrent is how many replies are written at a time (default 8); further
	// prompts wait.
	Concurrent int
	Timeout    time.Duration // of a whole call with its retries (default 30 s)
	FirstToken time.Duration // until the reply begins (default two thirds of Timeout)
	Idle       time.Duration // between two pieces of it (default a third of Timeout)
	// Budget is asked before each call; nil: no limits.
	Budget *Budget
}

// Chat is a language model behind a server.
type Chat struct {
	client  *client
	opts    ChatOptions
	dialect *dialect
	slots   chan struct{}
}

var _ bot.Model = (*Chat)(nil)

// Bounds on what a model may send: no reply that is wanted is so long.
const (
	maxReply = 64 << 10 // bytes of text
	// maxStream is the bytes of a whole response: each token comes with some
	// hundred bytes around it, those of thinking too.
	maxStream = 16 << 20
)

// chatRetries: a person waits.
var chatRetries = retries{more: 2, first: 500 * time.Millisecond, longest: 10 * time.Second}

// NewChat returns a chat model. Nothing is contacted before the first
// [Chat.Write].
func NewChat(opts ChatOptions) (*Chat, error) {
	client, err := newClient(opts.Endpoint, chatKind, opts.Model, maxStream)
	if err != nil {
		return nil, err
	}
	if opts.Timeout <= 0 {
		opts.Timeout = 30 * time.Second
	}
	if opts.FirstToken <= 0 {
		opts.FirstToken = 2 * opts.Timeout / 3
	}
	if opts.Idle <= 0 {
		opts.Idle = opts.Timeout / 3
	}
	if opts.MaxTokens <= 0 {
		opts.MaxTokens = 1500
	}
	if opts.Concurrent <= 0 {
		opts.Concurrent = 8
	}
	return &Chat{client: client, opts: opts, dialect: newDialect(opts.Model), slots: make(chan struct{}, opts.Concurrent)}, nil
}

// Name implements [bot.Model].
func (c *Chat) Name() string { return c.opts.Model + "@" + c.client.endpoint.place() }

// Write implements [bot.Model]. A reply that is cut off, by the connection or
// by a bound, comes with an error. Once a piece was handed out there is no
// other try.
func (c *Chat) Write(ctx context.Context, p bot.Prompt, piece func(string)) (string, error) {
	if p.MaxTokens <= 0 {
		p.MaxTokens = c.opts.MaxTokens
	}
	whole, cancel := context.WithTimeoutCause(ctx, c.opts.Timeout, timeLimit(fmt.Sprintf("did not finish within %v", c.opts.Timeout)))
	defer cancel()
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-whole.Done():
		return "", c.client.explain(whole, whole.Err(), 0)
	}
	settle, err := c.opts.Budget.take(ctx, p.Asker, estimateTokens(p.System+p.User)+p.MaxTokens)
	if err != nil {
		c.client.refusedByBudget(err)
		return "", err
	}
	var last reply
	var used usage
	err = c.client.call(whole, chatRetries, func(ctx context.Context) (bool, error) {
		var err error
		last, err = c.write(ctx, p, piece)
		used.add(last.usage)
		return last.text == "", err
	})
	settle(context.WithoutCancel(ctx), used.prompt+used.completion)
	c.client.metrics.use(chatKind, used)
	return last.text, err
}

// reply is what came of one request.
type reply struct {
	text  string
	usage usage
}

// write makes one request, worded for the server: what it refuses to take is
// left out and the request made again.
func (c *Chat) write(ctx context.Context, p bot.Prompt, piece func(string)) (reply, error) {
	lack := c.dialect.known()
	for {
		request := lack.request(c.opts.Model, p, p.MaxTokens, c.opts.Temperature, c.opts.ReasoningEffort)
		r, err := c.request(ctx, request, p, piece)
		less, learned := lack.learn(request, err)
		if r.text == "" && learned && less != lack && ctx.Err() == nil {
			c.client.endpoint.Logger.Debug("the model server does not take a part of the request", "error", c.client.clean(err.Error()))
			lack = less
			continue
		}
		if err == nil && c.dialect.remember(lack) {
			c.client.endpoint.Logger.Info("the model server does not take all of a request; the rest is left out from now on",
				"model", c.opts.Model, "schema", !lack.schema, "temperature", !lack.temperature, "usage", !lack.usage, "stream", !lack.stream)
		}
		return r, err
	}
}

// errNoStream is a server that answers a request for a stream otherwise.
var errNoStream = errors.New("no stream came")

// request makes one request under the limits of time.
func (c *Chat) request(ctx context.Context, r api.ChatCompletionRequest, p bot.Prompt, piece func(string)) (got reply, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	first := timeLimit(fmt.Sprintf("did not begin its reply within %v", c.opts.FirstToken))
	if !r.Stream {
		first = timeLimit(fmt.Sprintf("did not reply within %v", c.opts.Timeout))
	}
	idle := timeLimit(fmt.Sprintf("fell silent for %v", c.opts.Idle))
	w := &writer{piece: piece}
	timer := time.AfterFunc(c.opts.FirstToken, func() {
		if w.begun.Load() {
			cancel(idle)
		} else {
			cancel(first)
		}
	})
	defer timer.Stop()
	defer func() {
		got.text = w.text.String()
		if got.usage == (usage{}) && (err == nil || w.begun.Load()) {
			got.usage = usage{prompt: estimateTokens(p.System + p.User), completion: estimateTokens(got.text), estimated: true}
		}
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = cause
		}
	}()
	if !r.Stream {
		timer.Stop()
		return c.atOnce(ctx, r, w)
	}
	started := time.Now()
	stream, err := c.client.api.CreateChatCompletionStream(ctx, r)
	if err != nil {
		return got, err
	}
	defer stream.Close()
	chunks, finish := 0, api.FinishReason("")
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			if chunks == 0 {
				return got, errNoStream
			}
			w.flush()
			return got, c.ended(finish, w)
		}
		if err != nil {
			return got, err
		}
		timer.Reset(c.opts.Idle)
		if chunks++; chunks == 1 {
			w.begun.Store(true)
			c.client.metrics.firstToken.Observe(time.Since(started).Seconds())
		}
		if u := chunk.Usage; u != nil && u.TotalTokens > 0 {
			got.usage = usage{prompt: u.PromptTokens, completion: u.CompletionTokens}
		}
		for _, choice := range chunk.Choices {
			if choice.Index != 0 {
				continue
			}
			if choice.FinishReason != "" {
				finish = choice.FinishReason
			}
			w.refusal.WriteString(choice.Delta.Refusal)
			w.write(choice.Delta.Content)
		}
		if w.text.Len() > maxReply {
			return got, c.broken("wrote without end")
		}
	}
}

// atOnce makes a request to a server that cannot stream.
func (c *Chat) atOnce(ctx context.Context, r api.ChatCompletionRequest, w *writer) (reply, error) {
	response, err := c.client.api.CreateChatCompletion(ctx, r)
	if err != nil {
		return reply{}, err
	}
	var got reply
	if u := response.Usage; u.TotalTokens > 0 {
		got.usage = usage{prompt: u.PromptTokens, completion: u.CompletionTokens}
	}
	if len(response.Choices) == 0 {
		return got, c.broken("sent a response without a reply")
	}
	choice := response.Choices[0]
	text := choice.Message.Content
	w.refusal.WriteString(choice.Message.Refusal)
	w.write(text[:min(len(text), maxReply)])
	w.flush()
	if len(text) > maxReply {
		return got, c.broken("wrote without end")
	}
	return got, c.ended(choice.FinishReason, w)
}

// ended says whether a reply ended as it should.
func (c *Chat) ended(finish api.FinishReason, w *writer) error {
	switch {
	case w.refusal.Len() > 0:
		return c.broken("the model refused: " + c.client.clean(w.refusal.String()))
	case finish == "":
		return c.broken("broke off its reply")
	case finish == api.FinishReasonLength:
		return c.broken("reached the bound on its reply before the end")
	case finish == api.FinishReasonContentFilter:
		return c.broken("held its reply back (content filter)")
	}
	return nil
}

// broken is a fault of a reply; the server itself is up.
func (c *Chat) broken(problem string) error {
	return &Error{Place: c.client.endpoint.place(), Problem: problem}
}

// writer takes the pieces of a reply.
type writer struct {
	piece   func(string)
	text    strings.Builder
	refusal strings.Builder
	thought thought
	begun   atomic.Bool
}

func (w *writer) write(s string) { w.emit(w.thought.cut(s)) }
func (w *writer) flush()         { w.emit(w.thought.rest()) }

func (w *writer) emit(s string) {
	if s == "" {
		return
	}
	w.text.WriteString(s)
	if w.piece != nil {
		w.piece(s)
	}
}
