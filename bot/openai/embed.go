package openai

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	api "github.com/sashabaranov/go-openai"
	"golang.org/x/sync/errgroup"

	"rapporteur/retrieval"
)

// EmbedderOptions configure an [Embedder]. Only Model must be set.
type EmbedderOptions struct {
	Endpoint
	Model string
	// Dimensions asks for shorter vectors of models that can make them; 0: the
	// model's own.
	Dimensions int
	BatchTexts int // texts in one request (default 64)
	BatchBytes int // bytes of text in one request (default 64 KiB)
	Concurrent int // requests at a time (default 4)
	// Timeout bounds one request of many texts (default 60 s); QueryTimeout the
	// embedding of a single text, with its retries (default 5 s): somebody waits
	// for that, and words alone find something too.
	Timeout      time.Duration
	QueryTimeout time.Duration
}

// Embedder makes vectors with a model behind a server.
type Embedder struct {
	client *client
	opts   EmbedderOptions
	dim    int
	// queries are the vectors of the latest single texts.
	queries *lru.Cache[string, []float32]
}

var _ retrieval.Embedder = (*Embedder)(nil)

const (
	// maxVectors is the bytes of a response: 2,048 numbers of 20 digits for each
	// of a batch's texts are 3 MB.
	maxVectors = 64 << 20
	// maxText is the bytes of a text that count, about 4,000 tokens of English;
	// models take at most some thousand.
	maxText = 16 << 10
	// keptQueries is how many vectors of questions are kept.
	keptQueries = 512
)

// Retries of many texts, where waiting costs nobody's time, and of a question.
var (
	batchRetries = retries{more: 5, first: time.Second, longest: time.Minute}
	queryRetries = retries{more: 2, first: 200 * time.Millisecond, longest: 3 * time.Second}
)

// NewEmbedder returns an embedder. It embeds one word to learn the dimension of
// the model's vectors; the error is [bot.ErrModelDown] where the server cannot
// do that now.
func NewEmbedder(ctx context.Context, opts EmbedderOptions) (*Embedder, error) {
	client, err := newClient(opts.Endpoint, embeddingKind, opts.Model, maxVectors)
	if err != nil {
		return nil, err
	}
	if opts.BatchTexts <= 0 {
		opts.BatchTexts = 64
	}
	if opts.BatchBytes <= 0 {
		opts.BatchBytes = 64 << 10
	}
	if opts.Concurrent <= 0 {
		opts.Concurrent = 4
	}
	if opts.Timeout <= 0 {
		opts.Timeout = 60 * time.Second
	}
	if opts.QueryTimeout <= 0 {
		opts.QueryTimeout = 5 * time.Second
	}
	queries, err := lru.New[string, []float32](keptQueries)
	if err != nil {
		return nil, err
	}
	e := &Embedder{client: client, opts: opts, queries: queries}
	// A server may have to load the model first: it gets the time of a batch.
	vectors, err := e.batch(ctx, []string{"record"}, queryRetries, opts.Timeout)
	if err != nil {
		return nil, err
	}
	e.dim = len(vectors[0])
	return e, nil
}

// Name implements [retrieval.Embedder]. It names model, server and dimension:
// what two servers call by one name need not be one model.
func (e *Embedder) Name() string {
	return fmt.Sprintf("openai %s@%s/%d", e.opts.Model, e.client.endpoint.place(), e.dim)
}

// Embed implements [retrieval.Embedder]. Blank texts have a vector of zeros and
// are not sent; of a very long text the beginning counts. The error is
// [bot.ErrModelDown] where the server is at fault.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if len(texts) == 1 {
		return e.query(ctx, texts[0])
	}
	vectors := make([][]float32, len(texts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(e.opts.Concurrent)
	for _, places := range e.batches(texts, vectors) {
		group.Go(func() error {
			batch := make([]string, len(places))
			for i, place := range places {
				batch[i] = beginning(texts[place])
			}
			embedded, err := e.batch(ctx, batch, batchRetries, e.opts.Timeout)
			if err != nil {
				return err
			}
			for i, place := range places {
				vectors[place] = embedded[i]
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return vectors, nil
}

// batches cuts texts into batches, as indexes, and fills in the vectors of those
// that need none.
func (e *Embedder) batches(texts []string, vectors [][]float32) [][]int {
	var batches [][]int
	var batch []int
	size := 0
	for i, text := range texts {
		if strings.TrimSpace(text) == "" {
			vectors[i] = make([]float32, e.dim)
			continue
		}
		length := len(beginning(text))
		if len(batch) == e.opts.BatchTexts || len(batch) > 0 && size+length > e.opts.BatchBytes {
			batches = append(batches, batch)
			batch, size = nil, 0
		}
		batch = append(batch, i)
		size += length
	}
	if len(batch) > 0 {
		batches = append(batches, batch)
	}
	return batches
}

// query embeds a single text, such as a question, which may come again.
func (e *Embedder) query(ctx context.Context, text string) ([][]float32, error) {
	text = beginning(text)
	if strings.TrimSpace(text) == "" {
		return [][]float32{make([]float32, e.dim)}, nil
	}
	if vector, ok := e.queries.Get(text); ok {
		return [][]float32{slices.Clone(vector)}, nil
	}
	limited, cancel := context.WithTimeoutCause(ctx, e.opts.QueryTimeout, timeLimit(fmt.Sprintf("did not embed the question within %v", e.opts.QueryTimeout)))
	defer cancel()
	vectors, err := e.batch(limited, []string{text}, queryRetries, e.opts.QueryTimeout)
	if err != nil {
		return nil, err
	}
	e.queries.Add(text, slices.Clone(vectors[0]))
	return vectors, nil
}

// batch embeds texts with one request, made again after passing faults. Each
// try has limit.
func (e *Embedder) batch(ctx context.Context, texts []string, r retries, limit time.Duration) ([][]float32, error) {
	var vectors [][]float32
	err := e.client.call(ctx, r, func(ctx context.Context) (bool, error) {
		try, cancel := context.WithTimeoutCause(ctx, limit, timeLimit(fmt.Sprintf("did not embed %d texts within %v", len(texts), limit)))
		defer cancel()
		response, err := e.client.api.CreateEmbeddings(try, api.EmbeddingRequest{
			Input: texts, Model: api.EmbeddingModel(e.opts.Model), Dimensions: e.opts.Dimensions, EncodingFormat: api.EmbeddingEncodingFormatFloat,
		})
		if cause := context.Cause(try); err != nil && cause != nil {
			return true, cause
		}
		if err != nil {
			return true, err
		}
		used := usage{prompt: response.Usage.PromptTokens}
		if used.prompt == 0 {
			used = usage{prompt: estimateTokens(strings.Join(texts, "")), estimated: true}
		}
		e.client.metrics.use(embeddingKind, used)
		vectors, err = e.check(response.Data, len(texts))
		return true, err
	})
	return vectors, err
}

// check puts the vectors of a response in order and refuses what cannot be
// vectors of one model.
func (e *Embedder) check(data []api.Embedding, texts int) ([][]float32, error) {
	wrong := func(format string, args ...any) error {
		return &Error{Place: e.client.endpoint.place(), down: true, final: true,
			Problem: "is no use for embeddings: model " + e.opts.Model + " " + fmt.Sprintf(format, args...)}
	}
	if len(data) != texts {
		return nil, wrong("gave %d vectors for %d texts", len(data), texts)
	}
	dim := e.dim
	if dim == 0 {
		dim = e.opts.Dimensions
	}
	vectors := make([][]float32, texts)
	for _, d := range data {
		if d.Index < 0 || d.Index >= texts || vectors[d.Index] != nil {
			return nil, wrong("gave a vector for text %d twice or out of range", d.Index)
		}
		if dim == 0 {
			dim = len(d.Embedding)
		}
		if len(d.Embedding) == 0 || len(d.Embedding) != dim {
			return nil, wrong("gave a vector of %d dimensions where %d were expected", len(d.Embedding), dim)
		}
		for _, x := range d.Embedding {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				return nil, wrong("gave a vector with a value that is no number")
			}
		}
		vectors[d.Index] = d.Embedding
	}
	return vectors, nil
}

// beginning returns what of a text counts.
func beginning(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "")
}
