package main

import (
	"context"
	"log/slog"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/openai"
	"rapporteur/retrieval"
)

// openAIConfig is the part of the configuration on language models.
type openAIConfig struct {
	BaseURL             string `yaml:"base_url"`
	APIKey              string `yaml:"api_key"`
	ChatModel           string `yaml:"chat_model"`
	EmbeddingModel      string `yaml:"embedding_model"`
	EmbeddingDimensions int    `yaml:"embedding_dimensions"`
	ReasoningEffort     string `yaml:"reasoning_effort"`
	MaxReplyTokens      int    `yaml:"max_reply_tokens"`
	TimeoutSeconds      int    `yaml:"timeout_seconds"`
	Concurrent          int    `yaml:"concurrent"`

	RequestsPerUserPerDay int `yaml:"requests_per_user_per_day"`
	TokensPerUserPerDay   int `yaml:"tokens_per_user_per_day"`
	TokensPerDay          int `yaml:"tokens_per_day"`
}

// defaultOpenAI bounds what strangers can spend of somebody's money: a question
// costs 1,300 to 7,000 tokens.
var defaultOpenAI = openAIConfig{
	MaxReplyTokens: 1500, TimeoutSeconds: 30, Concurrent: 8,
	RequestsPerUserPerDay: 200, TokensPerUserPerDay: 500_000, TokensPerDay: 5_000_000,
}

// nowhere reports whether no server is named: OpenAI's is meant only where there
// is a key for it.
func (c *openAIConfig) nowhere() bool { return c.BaseURL == "" && c.APIKey == "" }

func isModelURL(v string) string {
	if v == "" || openai.BadURL(v) == "" && isHTTPURL(v) == "" {
		return ""
	}
	return "the address of a server up to its path, without a password, such as http://localhost:11434/v1"
}

// usesModels are the commands whose results a model can better. The others do
// without and ask no server.
var usesModels = map[string]bool{"ask": true, "chat": true, "serve": true, "summary": true, "positions": true, "search": true, "eval": true, "index": true}

// loadModels returns the models that are configured; nil ones are built in. A model
// that cannot be had is no error: the bot does without and says so.
func (a *app) loadModels(ctx context.Context) (retrieval.Embedder, bot.Model, error) {
	c := &a.config.OpenAI
	log := a.commandLogger()
	if !a.models || c.ChatModel == "" && c.EmbeddingModel == "" {
		return nil, nil, nil
	}
	if c.nowhere() {
		log.Warn("a model is configured without a server: set openai.base_url, or openai.api_key for OpenAI; going on without")
		return nil, nil, nil
	}
	endpoint := openai.Endpoint{BaseURL: c.BaseURL, APIKey: c.APIKey, Logger: log}
	if a.metrics != nil {
		endpoint.Registerer = a.metrics
	}
	embedder, err := a.embedder(ctx, endpoint)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		log.Warn("the embedding model cannot be had; searching with the built-in vectors until the next start", "error", err)
	}
	model, err := a.chatModel(ctx, endpoint, log)
	return embedder, model, err
}

// commandLogger logs as configured, but of a command, of which a person wants
// the results, no more than warnings by default.
func (a *app) commandLogger() *slog.Logger {
	level := a.config.Log.Level
	if a.metrics == nil && level == "info" {
		level = "warn"
	}
	return newLogger(a.err, level, a.config.Log.Format)
}

// embedder returns the embedder configured, or nil.
func (a *app) embedder(ctx context.Context, endpoint openai.Endpoint) (retrieval.Embedder, error) {
	c := &a.config.OpenAI
	if c.EmbeddingModel == "" {
		return nil, nil
	}
	e, err := openai.NewEmbedder(ctx, openai.EmbedderOptions{Endpoint: endpoint, Model: c.EmbeddingModel, Dimensions: c.EmbeddingDimensions})
	if err != nil {
		return nil, err // not an interface that holds nil
	}
	return e, nil
}

// chatModel returns the model that words answers, or nil.
func (a *app) chatModel(ctx context.Context, endpoint openai.Endpoint, log *slog.Logger) (bot.Model, error) {
	c := &a.config.OpenAI
	if c.ChatModel == "" {
		return nil, nil
	}
	limits := openai.Limits{RequestsPerUser: c.RequestsPerUserPerDay, TokensPerUser: c.TokensPerUserPerDay, Tokens: c.TokensPerDay}
	var spending bot.Spending
	if limits != (openai.Limits{}) {
		if store, err := a.openState(ctx); err == nil {
			spending = store
		} else {
			log.Warn("what the model costs is counted in memory only", "error", err)
		}
	}
	chat, err := openai.NewChat(openai.ChatOptions{
		Endpoint: endpoint, Model: c.ChatModel, ReasoningEffort: c.ReasoningEffort, MaxTokens: c.MaxReplyTokens,
		Concurrent: c.Concurrent, Timeout: time.Duration(c.TimeoutSeconds) * time.Second,
		Budget: openai.NewBudget(limits, spending),
	})
	if err != nil {
		return nil, err
	}
	return chat, nil
}
