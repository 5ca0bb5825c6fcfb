package openai

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strings"
	"sync"

	api "github.com/sashabaranov/go-openai"

	"rapporteur/bot"
)

// dialect is what the server and the model were found not to take. It is
// learned from refusals and kept for the life of a [Chat].
type dialect struct {
	mu   sync.Mutex
	lack lack
}

// lack is a set of things that requests leave out.
type lack struct {
	schema      bool // response_format with a JSON schema
	temperature bool
	usage       bool // stream_options
	maxTokens   bool // max_tokens; max_completion_tokens is sent instead
	stream      bool // the reply piece by piece
}

// reasoners are the beginnings of names of models that think before they write:
// they take no temperature, and their bound counts thinking as well.
var reasoners = []string{"o1", "o3", "o4", "gpt-5", "gpt-6"}

func newDialect(model string) *dialect {
	d := &dialect{}
	for _, name := range reasoners {
		if strings.HasPrefix(model, name) {
			d.lack.temperature, d.lack.maxTokens = true, true
		}
	}
	return d
}

func (d *dialect) known() lack {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lack
}

// thinking is how many tokens a model that thinks before it writes may use on
// top of the reply.
const thinking = 4096

// request words a prompt for a server without what it lacks.
func (l lack) request(model string, p bot.Prompt, maxTokens int, temperature float64, effort string) api.ChatCompletionRequest {
	r := api.ChatCompletionRequest{
		Model: model, Stream: !l.stream, ReasoningEffort: effort,
		Messages: []api.ChatCompletionMessage{
			{Role: api.ChatMessageRoleSystem, Content: p.System},
			{Role: api.ChatMessageRoleUser, Content: p.User},
		},
	}
	if p.System == "" {
		r.Messages = r.Messages[1:]
	}
	if l.maxTokens {
		r.MaxCompletionTokens = maxTokens + thinking
	} else {
		//lint:ignore SA1019 servers other than OpenAI's know this field alone
		r.MaxTokens = maxTokens
	}
	if !l.temperature {
		// The library leaves a temperature of 0 out, and the server would take its
		// own, often 1.
		r.Temperature = max(float32(temperature), math.SmallestNonzeroFloat32)
	}
	if !l.usage && !l.stream {
		r.StreamOptions = &api.StreamOptions{IncludeUsage: true}
	}
	if !l.schema && len(p.Schema) > 0 {
		r.ResponseFormat = &api.ChatCompletionResponseFormat{
			Type:       api.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &api.ChatCompletionResponseFormatJSONSchema{Name: p.Name, Schema: json.RawMessage(p.Schema), Strict: true},
		}
	}
	return r
}

// learn returns what to leave out after a refusal of a request that had left
// out l, and false where the refusal is about something else.
func (l lack) learn(r api.ChatCompletionRequest, err error) (lack, bool) {
	switch {
	case errors.Is(err, errNoStream):
		l.stream = true
		return l, r.Stream
	// The library's own refusals.
	case errors.Is(err, api.ErrReasoningModelMaxTokensDeprecated):
		known := l.maxTokens
		l.maxTokens = true
		return l, !known
	case errors.Is(err, api.ErrReasoningSamplingUnsupported), errors.Is(err, api.ErrReasoningModelLimitationsOther):
		l.temperature = true
		return l, r.Temperature != 0
	}
	status, about := refusal(err)
	if status != http.StatusBadRequest && status != http.StatusUnprocessableEntity && status != http.StatusNotImplemented {
		return l, false
	}
	says := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(about, word) {
				return true
			}
		}
		return false
	}
	switch {
	case says("context_length", "context length", "context window"):
		return l, false
	case r.StreamOptions != nil && says("stream_options", "include_usage"):
		l.usage = true
	case !l.maxTokens && says("max_tokens", "max_completion_tokens"):
		l.maxTokens = true
	case l.maxTokens && says("max_completion_tokens"):
		l.maxTokens = false
	case r.Temperature != 0 && says("temperature"):
		l.temperature = true
	case r.Stream && says("stream"):
		l.stream = true
	case r.ResponseFormat != nil: // many say only that the request is bad
		l.schema = true
	default:
		return l, false
	}
	return l, true
}

// refusal returns the status of a server's answer and, in small letters, all it
// says on what is wrong.
func refusal(err error) (int, string) {
	var answered *api.APIError
	if errors.As(err, &answered) {
		about := answered.Message
		if answered.Param != nil {
			about += " " + *answered.Param
		}
		if code, ok := answered.Code.(string); ok {
			about += " " + code
		}
		return answered.HTTPStatusCode, strings.ToLower(about)
	}
	var refused *api.RequestError
	if errors.As(err, &refused) {
		return refused.HTTPStatusCode, strings.ToLower(string(refused.Body))
	}
	return 0, ""
}

// remember keeps what was learned, once a request without it was taken.
func (d *dialect) remember(l lack) (changed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	changed = d.lack != l
	d.lack = l
	return changed
}
