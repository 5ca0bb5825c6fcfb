package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

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

// maxConfig bounds a configuration file, in bytes.
const maxConfig = 1 << 20

// readConfig reads the configuration file, if one is named, and the secrets in
// the environment, which win over it. Paths in the file are relative to it.
func readConfig(file string, env func(string) (string, bool)) (*config, error) {
	c := defaultConfig()
	if file != "" {
		data, err := readConfigFile(file)
		if err != nil {
			return nil, err
		}
		d := configDecoder{file: file, at: make(map[string]ast.Node)}
		if err := d.decodeFile(data, c); err != nil {
			return nil, err
		}
		if err := d.checkTogether(c); err != nil {
			return nil, err
		}
		for i, path := range c.Corpus.Paths {
			c.Corpus.Paths[i] = besideFile(file, path)
		}
		if c.DataDir != "" {
			c.DataDir = besideFile(file, c.DataDir)
		}
	}
	for name, to := range map[string]*string{"DISCORD_TOKEN": &c.Discord.Token, "WEAVIATE_API_KEY": &c.Retrieval.Weaviate.APIKey, "OPENAI_API_KEY": &c.OpenAI.APIKey, "OPENAI_BASE_URL": &c.OpenAI.BaseURL} {
		value, ok := env(name)
		if !ok || value == "" {
			continue
		}
		check := isToken
		if name == "OPENAI_BASE_URL" {
			check = isModelURL
		}
		if allowed := check(value); allowed != "" {
			return nil, fmt.Errorf("the environment's %s: bad value; allowed: %s", name, allowed)
		}
		*to = value
	}
	return c, nil
}

func readConfigFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, errorWithoutPath(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, errorWithoutPath(err))
	}
	if len(data) > maxConfig {
		return nil, fmt.Errorf("%s: the file is too large for a configuration; allowed: %d bytes", file, maxConfig)
	}
	return data, nil
}

// besideFile takes a relative path to start from the folder of a file.
func besideFile(file, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
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
