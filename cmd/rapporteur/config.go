package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// config is the configuration file with its defaults filled in. Every key is
// documented in config.example.yaml.
type config struct {
	Discord struct {
		Token      string   `yaml:"token"`
		APIURL     string   `yaml:"api_url"`
		GuildIDs   []string `yaml:"guild_ids"`
		ChannelIDs []string `yaml:"channel_ids"`
		PublicKey  string   `yaml:"public_key"`
		Gateway    string   `yaml:"gateway"`
		Shards     int      `yaml:"shards"`
		ShardIDs   []int    `yaml:"shard_ids"`
		// Limits of what the bot takes on; see discord.Limits.
		Concurrent    int `yaml:"concurrent"`
		UserPerMinute int `yaml:"user_per_minute"`
	} `yaml:"discord"`
	Corpus struct {
		Bundled bool     `yaml:"bundled"`
		Paths   []string `yaml:"paths"`
	} `yaml:"corpus"`
	OpenAI    openAIConfig `yaml:"openai"`
	DataDir   string       `yaml:"data_dir"`
	Retrieval struct {
		Store    string `yaml:"store"`
		Weaviate struct {
			URL        string `yaml:"url"`
			APIKey     string `yaml:"api_key"`
			Collection string `yaml:"collection"`
			Shards     int    `yaml:"shards"`
			Replicas   int    `yaml:"replicas"`
		} `yaml:"weaviate"`
	} `yaml:"retrieval"`
	State struct {
		DSN string `yaml:"dsn"`
	} `yaml:"state"`
	HTTP struct {
		Listen string `yaml:"listen"`
	} `yaml:"http"`
	Log struct {
		Level  string `yaml:"level"`
		Format string `yaml:"format"`
	} `yaml:"log"`
}

func defaultConfig() *config {
	c := &config{}
	c.Discord.Gateway = "auto"
	c.Discord.Concurrent = 500
	c.Discord.UserPerMinute = 240
	c.OpenAI = defaultOpenAI
	c.Corpus.Bundled = true
	c.Retrieval.Store = "chromem"
	c.Retrieval.Weaviate.Collection = "Rapporteur"
	c.Retrieval.Weaviate.Shards = 1
	c.Retrieval.Weaviate.Replicas = 1
	c.Log.Level = "info"
	c.Log.Format = "text"
	return c
}

// readConfig reads the configuration file, if one is named, and the secrets in
// the environment, which win over it. Paths in the file are relative to it.
func readConfig(file string, env func(string) (string, bool)) (*config, error) {
	c := defaultConfig()
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, errorWithoutPath(err))
		}
		if err := decodeConfig(file, data, c); err != nil {
			return nil, err
		}
		for i, path := range c.Corpus.Paths {
			if !filepath.IsAbs(path) {
				c.Corpus.Paths[i] = filepath.Join(filepath.Dir(file), path)
			}
		}
		if c.DataDir != "" && !filepath.IsAbs(c.DataDir) {
			c.DataDir = filepath.Join(filepath.Dir(file), c.DataDir)
		}
	}
	if token, ok := env("DISCORD_TOKEN"); ok && token != "" {
		c.Discord.Token = token
	}
	if key, ok := env("WEAVIATE_API_KEY"); ok && key != "" {
		c.Retrieval.Weaviate.APIKey = key
	}
	if c.Retrieval.Store == "weaviate" && c.Retrieval.Weaviate.URL == "" {
		return nil, fmt.Errorf("%s: retrieval.store is weaviate and retrieval.weaviate.url is empty: name its address, such as http://127.0.0.1:8080", file)
	}
	if err := c.OpenAI.readEnv(env); err != nil {
		return nil, err
	}
	return c, nil
}

var snowflake = regexp.MustCompile(`^\d{15,21}$`)

// checks are what values must be beyond their type, by key. The string returned
// says what is allowed; empty means that the value is good.
var checks = map[string]func(string) string{
	"log.level":           oneOf("debug", "info", "warn", "error"),
	"log.format":          oneOf("text", "json"),
	"discord.guild_ids":   isSnowflake,
	"discord.channel_ids": isSnowflake,
	"discord.api_url":     isHTTPURL,
	"discord.public_key":  isPublicKey,
	"discord.gateway":     oneOf("auto", "always", "never"),
	"discord.shards":      isCount,
	"discord.shard_ids":   isCount,
	"http.listen":         isListenAddress,

	"discord.concurrent":               isPositive,
	"discord.user_per_minute":          isPositive,
	"discord.token":                    isToken,
	"openai.base_url":                  isModelURL,
	"openai.api_key":                   isToken,
	"openai.reasoning_effort":          oneOf("", "none", "minimal", "low", "medium", "high"),
	"openai.embedding_dimensions":      isCount,
	"openai.max_reply_tokens":          isPositive,
	"openai.timeout_seconds":           isPositive,
	"openai.concurrent":                isPositive,
	"openai.requests_per_user_per_day": isCount,
	"openai.tokens_per_user_per_day":   isCount,
	"openai.tokens_per_day":            isCount,
	"retrieval.store":                  oneOf("chromem", "weaviate"),
	"retrieval.weaviate.url":           isNodes,
	"retrieval.weaviate.api_key":       isToken,
	"retrieval.weaviate.collection":    isCollection,
	"retrieval.weaviate.shards":        isPositive,
	"retrieval.weaviate.replicas":      isPositive,
	"state.dsn":                        isPostgres,
	"data_dir": func(v string) string {
		if strings.ContainsRune(v, 0) {
			return "the path of a folder"
		}
		return ""
	},
	"corpus.paths": func(v string) string {
		if v == "" || strings.ContainsRune(v, 0) {
			return "paths of files and folders"
		}
		return ""
	},
}

func oneOf(values ...string) func(string) string {
	return func(v string) string {
		for _, value := range values {
			if v == value {
				return ""
			}
		}
		return strings.Join(values, ", ")
	}
}

func isToken(v string) string {
	if strings.ContainsAny(v, " \t\r\n") {
		return "a token without spaces"
	}
	return ""
}

func isPositive(v string) string {
	if n, err := strconv.Atoi(v); err == nil && n > 0 {
		return ""
	}
	return "a whole number from 1"
}

func isCount(v string) string {
	if n, err := strconv.Atoi(v); err == nil && n >= 0 {
		return ""
	}
	return "whole numbers from 0"
}

var publicKey = regexp.MustCompile(`^(?:[0-9a-fA-F]{64})?$`)

func isPublicKey(v string) string {
	if publicKey.MatchString(v) {
		return ""
	}
	return "the 64 hexadecimal digits of “Public Key” in the Developer Portal"
}

func isSnowflake(v string) string {
	if snowflake.MatchString(v) {
		return ""
	}
	return "ids of 15 to 21 digits, such as \"1042519872634880001\""
}

func isHTTPURL(v string) string {
	if u, err := url.Parse(v); v == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return ""
	}
	return "an address such as https://example.org/api"
}

func isNodes(v string) string {
	if v == "" {
		return ""
	}
	for address := range strings.SplitSeq(v, ",") {
		if address = strings.TrimSpace(address); address == "" || isHTTPURL(address) != "" {
			return "addresses of Weaviate servers, such as http://10.0.0.1:8080, separated by commas"
		}
	}
	return ""
}

var collectionName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)

func isCollection(v string) string {
	if collectionName.MatchString(v) {
		return ""
	}
	return "a capital letter, then letters and digits, such as Rapporteur"
}

func isPostgres(v string) string {
	if u, err := url.Parse(v); v == "" || err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return ""
	}
	return "the address of a PostgreSQL database, such as postgres://user:password@host:5432/database"
}

func isListenAddress(v string) string {
	if v == "" {
		return ""
	}
	if _, port, err := net.SplitHostPort(v); err == nil && port != "" {
		if _, err := net.LookupPort("tcp", port); err == nil {
			return ""
		}
	}
	return "host:port, such as 127.0.0.1:8080 or :8080"
}

// configError is a fault of the configuration file.
type configError struct {
	file    string
	node    ast.Node
	key     string
	problem string
	allowed string
}

func (e *configError) Error() string {
	at := e.file
	if token := e.node.GetToken(); token != nil && token.Position != nil {
		at = fmt.Sprintf("%s:%d", e.file, token.Position.Line)
	}
	message := at + ": " + e.problem
	if e.key != "" {
		message = at + ": " + e.key + ": " + e.problem
	}
	if e.allowed != "" {
		message += "; allowed: " + e.allowed
	}
	return message
}
