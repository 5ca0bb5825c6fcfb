package bot

import (
	"context"
	"encoding/json"
	"errors"
)

// Model is a language model that may choose, order and phrase; its words are
// data until they are verified. It is safe for concurrent use.
type Model interface {
	// Name identifies the model, for what is stored of it.
	Name() string
	// Write returns the model's reply to a prompt. Each piece of it is handed to
	// piece, if that is not nil, in order as it arrives and before Write returns.
	// An error may come with the part of the reply that arrived before it; it is
	// [ErrBudget], [ErrModelDown] or wraps one of them where that is the reason.
	Write(ctx context.Context, p Prompt, piece func(string)) (string, error)
}

// Prompt is what a model is given.
type Prompt struct {
	System string
	User   string
	// Schema is the JSON schema of the reply, for servers that can hold a model
	// to it; Name is what it is called.
	Schema json.RawMessage
	Name   string
	// MaxTokens bounds the reply; 0: the adapter's own bound.
	MaxTokens int
	// Asker is the person on whose budget it goes; empty: the program itself.
	Asker string
}

// Reasons why no model writes.
var (
	ErrBudget    = errors.New("the model's budget is used up")
	ErrModelDown = errors.New("the model cannot be reached")
)
