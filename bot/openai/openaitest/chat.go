package openaitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ChatRequest is a request for a reply.
type ChatRequest struct {
	Model               string          `json:"model"`
	Messages            []Message       `json:"messages"`
	MaxTokens           *int            `json:"max_tokens,omitempty"`
	MaxCompletionTokens *int            `json:"max_completion_tokens,omitempty"`
	Temperature         *float64        `json:"temperature,omitempty"`
	Stream              bool            `json:"stream"`
	StreamOptions       *StreamOptions  `json:"stream_options,omitempty"`
	ResponseFormat      *ResponseFormat `json:"response_format,omitempty"`
	ReasoningEffort     string          `json:"reasoning_effort,omitempty"`
}

// Message is a message of a prompt.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// StreamOptions ask for the usage at the end of a stream.
type StreamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// ResponseFormat asks for JSON.
type ResponseFormat struct {
	Type       string `json:"type"`
	JSONSchema *struct {
		Name   string          `json:"name"`
		Schema json.RawMessage `json:"schema"`
		Strict bool            `json:"strict"`
	} `json:"json_schema,omitempty"`
}

// System returns what the prompt says as the system, User what as the user.
func (r ChatRequest) System() string { return r.said("system") }

// User returns what the prompt says as the user.
func (r ChatRequest) User() string { return r.said("user") }

func (r ChatRequest) said(role string) string {
	var said []string
	for _, m := range r.Messages {
		if m.Role == role {
			said = append(said, m.Content)
		}
	}
	return strings.Join(said, "\n")
}

// Reply is what becomes of a chat request. The zero value is an empty reply.
type Reply struct {
	Text string
	// Finish is the reason why the reply ends; empty: "stop".
	Finish string
	// Refusal is what a model says that does not want to.
	Refusal string
	// Think is thought aloud before the text, as a reasoning model does.
	Think string

	Status     int    // other than 0: this error instead of a reply
	RetryAfter string // header of the error
	Code       string // of the error, such as insufficient_quota

	Delay time.Duration // before anything else; less than 0: for ever
	Drip  time.Duration // before each piece
	// Piece is how many bytes a piece of the stream has (default 12).
	Piece int
	// Cut, Break, Fail and Stall say after how many bytes of the text, if not 0,
	// the connection is cut, broken JSON is sent, an error object comes in the
	// stream, or nothing more comes.
	Cut, Break, Fail, Stall int
	Endless                 bool // the text is repeated without end
	NoUsage                 bool // the tokens are not counted
	NoStream                bool // one response, although a stream was asked for
	NoEnd                   bool // the stream ends without a reason and without [DONE]

	// Not taken: a request with it gets the answer 400.
	NoSchema, NoTemperature, NoMaxTokens, NoStreamOptions bool
}

// With returns the reply with a change, for a server that is so by nature.
func (r Reply) With(change func(*Reply)) Reply {
	change(&r)
	return r
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	var request ChatRequest
	if !s.decode(w, r, &request) || !s.allowed(w, request) {
		return
	}
	s.mu.Lock()
	s.chats = append(s.chats, request)
	var reply Reply
	scripted := len(s.replies) > 0
	if scripted {
		reply, s.replies = s.replies[0], s.replies[1:]
	}
	answer := s.answer
	s.mu.Unlock()
	if !scripted {
		reply = answer(request)
	}
	if !s.wait(r, reply.Delay) {
		return
	}
	switch {
	case reply.NoSchema && request.ResponseFormat != nil:
		refuse(w, http.StatusBadRequest, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", "response_format", "")
	case reply.NoTemperature && request.Temperature != nil && *request.Temperature != 1:
		refuse(w, http.StatusBadRequest, "Unsupported value: 'temperature' does not support 0 with this model.", "temperature", "unsupported_value")
	case reply.NoMaxTokens && request.MaxTokens != nil:
		refuse(w, http.StatusBadRequest, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter")
	case reply.NoStreamOptions && request.StreamOptions != nil:
		refuse(w, http.StatusBadRequest, "Unknown parameter: 'stream_options'.", "stream_options", "unknown_parameter")
	case reply.Status != 0 && reply.Status != http.StatusOK:
		if reply.RetryAfter != "" {
			w.Header().Set("Retry-After", reply.RetryAfter)
		}
		refuse(w, reply.Status, http.StatusText(reply.Status)+" for key "+Key, "", reply.Code)
	case request.Stream && !reply.NoStream:
		s.stream(w, r, request, reply)
	default:
		s.atOnce(w, request, reply)
	}
}

// allowed refuses what OpenAI refuses, and fails the test.
func (s *Server) allowed(w http.ResponseWriter, r ChatRequest) bool {
	problem := ""
	switch {
	case r.Model == "":
		problem = "no model"
	case len(r.Messages) == 0:
		problem = "no messages"
	case r.MaxTokens != nil && *r.MaxTokens < 1, r.MaxCompletionTokens != nil && *r.MaxCompletionTokens < 1:
		problem = "a bound on the tokens below 1"
	case r.MaxTokens == nil && r.MaxCompletionTokens == nil:
		problem = "no bound on the tokens"
	case r.MaxTokens != nil && r.MaxCompletionTokens != nil:
		problem = "two bounds on the tokens"
	case r.Temperature != nil && (*r.Temperature < 0 || *r.Temperature > 2):
		problem = "a temperature outside 0 to 2"
	case r.StreamOptions != nil && !r.Stream:
		problem = "stream_options without stream"
	}
	for _, m := range r.Messages {
		if m.Role != "system" && m.Role != "user" && m.Role != "assistant" {
			problem = fmt.Sprintf("the role %q", m.Role)
		} else if m.Content == "" {
			problem = "an empty message"
		}
	}
	if f := r.ResponseFormat; f != nil && problem == "" {
		problem = checkFormat(f)
	}
	if problem != "" {
		s.complain("a chat request with %s", problem)
		refuse(w, http.StatusBadRequest, problem, "", "")
		return false
	}
	if r.Model != ChatModel && !strings.HasPrefix(r.Model, "gpt-") {
		refuse(w, http.StatusNotFound, "The model '"+r.Model+"' does not exist", "model", "model_not_found")
		return false
	}
	return true
}

// checkFormat returns what OpenAI would not take of a response format.
func checkFormat(f *ResponseFormat) string {
	if f.Type != "json_schema" || f.JSONSchema == nil {
		return "a response format that is no JSON schema"
	}
	if name := f.JSONSchema.Name; name == "" || len(name) > 64 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
		return fmt.Sprintf("a schema of the name %q", name)
	}
	var schema any
	if err := json.Unmarshal(f.JSONSchema.Schema, &schema); err != nil {
		return "a schema that is no JSON"
	}
	if f.JSONSchema.Strict {
		return checkStrict(schema, "the schema")
	}
	return ""
}

// checkStrict holds a schema against what OpenAI asks of strict ones: objects
// have no other properties than those named, and all of these.
func checkStrict(node any, at string) string {
	switch n := node.(type) {
	case []any:
		for i, v := range n {
			if problem := checkStrict(v, fmt.Sprintf("%s[%d]", at, i)); problem != "" {
				return problem
			}
		}
	case map[string]any:
		if properties, ok := n["properties"].(map[string]any); ok {
			if n["additionalProperties"] != false {
				return at + " without additionalProperties: false"
			}
			required, _ := n["required"].([]any)
			if len(required) != len(properties) {
				return at + " whose properties are not all required"
			}
		}
		for key, v := range n {
			if problem := checkStrict(v, at+"."+key); problem != "" {
				return problem
			}
		}
	}
	return ""
}

// tokens counts tokens roughly and always alike.
func tokens(text string) int { return (len(text) + 3) / 4 }

func usage(r ChatRequest, text string) map[string]any {
	prompt := 0
	for _, m := range r.Messages {
		prompt += tokens(m.Content) + 4
	}
	return map[string]any{"prompt_tokens": prompt, "completion_tokens": tokens(text), "total_tokens": prompt + tokens(text)}
}

func (reply Reply) finish() string {
	if reply.Finish == "" {
		return "stop"
	}
	return reply.Finish
}

func (reply Reply) full() string {
	if reply.Think != "" {
		return "<think>\n" + reply.Think + "\n</think>\n\n" + reply.Text
	}
	return reply.Text
}

func (s *Server) atOnce(w http.ResponseWriter, r ChatRequest, reply Reply) {
	response := map[string]any{
		"id": "chatcmpl-test", "object": "chat.completion", "created": 0, "model": r.Model,
		"choices": []any{map[string]any{"index": 0, "finish_reason": reply.finish(),
			"message": map[string]any{"role": "assistant", "content": reply.full(), "refusal": reply.Refusal}}},
	}
	if !reply.NoUsage {
		response["usage"] = usage(r, reply.full())
	}
	send(w, response)
}

// stream sends a reply piece by piece.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, request ChatRequest, reply Reply) {
	w.Header().Set("Content-Type", "text/event-stream")
	controller := http.NewResponseController(w)
	event := func(data string) {
		_, _ = fmt.Fprintf(w, ": keep-alive\n\nevent: chunk\ndata: %s\n\n", data)
		_ = controller.Flush()
	}
	chunk := func(delta map[string]any, finish any, more map[string]any) {
		c := map[string]any{"id": "chatcmpl-test", "object": "chat.completion.chunk", "created": 0, "model": request.Model,
			"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}}
		for key, v := range more {
			c[key] = v
		}
		data, _ := json.Marshal(c)
		event(string(data))
	}
	chunk(map[string]any{"role": "assistant", "content": ""}, nil, nil)
	if reply.Refusal != "" {
		chunk(map[string]any{"refusal": reply.Refusal}, nil, nil)
	}
	sent := 0
	for _, piece := range pieces(reply.full(), reply.Piece) {
		if !s.wait(r, reply.Drip) {
			return
		}
		chunk(map[string]any{"content": piece}, nil, nil)
		sent += len(piece)
		switch reached := func(at int) bool { return at > 0 && sent >= at }; {
		case reached(reply.Cut):
			cut(w)
		case reached(reply.Break):
			event(`{"choices": [{"delta": {"content": "`)
			return
		case reached(reply.Fail):
			data, _ := json.Marshal(errorBody("The server had an error while processing your request", "", "server_error"))
			event(string(data))
			return
		case reached(reply.Stall):
			s.wait(r, -1)
			return
		}
	}
	for reply.Endless && s.wait(r, max(reply.Drip, time.Microsecond)) {
		chunk(map[string]any{"content": reply.Text}, nil, nil)
	}
	if reply.NoEnd {
		return
	}
	chunk(map[string]any{}, reply.finish(), nil)
	if request.StreamOptions != nil && request.StreamOptions.IncludeUsage && !reply.NoUsage {
		chunk(nil, nil, map[string]any{"choices": []any{}, "usage": usage(request, reply.full())})
	}
	event("[DONE]")
}

// pieces cuts a text into pieces of about size bytes, never inside a character.
func pieces(text string, size int) []string {
	if size <= 0 {
		size = 12
	}
	var all []string
	var piece strings.Builder
	for _, c := range text {
		piece.WriteRune(c)
		if piece.Len() >= size {
			all = append(all, piece.String())
			piece.Reset()
		}
	}
	if piece.Len() > 0 {
		all = append(all, piece.String())
	}
	return all
}
