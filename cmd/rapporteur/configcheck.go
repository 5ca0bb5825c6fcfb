package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rapporteur/bot/state"
)

// checks are what values must be beyond their type, by key. The string returned
// says what is allowed; empty means that the value is good.
var checks = map[string]func(string) string{
	"corpus.paths": isPath("paths of files and folders"),
	"data_dir":     isFolder,

	"discord.token":           isToken,
	"discord.api_url":         isHTTPURL,
	"discord.guild_ids":       isSnowflake,
	"discord.channel_ids":     isSnowflake,
	"discord.public_key":      isPublicKey,
	"discord.gateway":         oneOf("auto", "always", "never"),
	"discord.shards":          between(0, 100_000),
	"discord.shard_ids":       between(0, 99_999),
	"discord.concurrent":      between(1, 1_000_000),
	"discord.user_per_minute": between(1, 1_000_000),

	"openai.base_url":                  isModelURL,
	"openai.api_key":                   isToken,
	"openai.chat_model":                isModel,
	"openai.embedding_model":           isModel,
	"openai.embedding_dimensions":      between(0, 100_000),
	"openai.reasoning_effort":          oneOf("", "none", "minimal", "low", "medium", "high"),
	"openai.max_reply_tokens":          between(1, 1_000_000),
	"openai.timeout_seconds":           between(1, 3600),
	"openai.concurrent":                between(1, 10_000),
	"openai.requests_per_user_per_day": between(0, 1e15),
	"openai.tokens_per_user_per_day":   between(0, 1e15),
	"openai.tokens_per_day":            between(0, 1e15),

	"retrieval.store":               oneOf("chromem", "weaviate"),
	"retrieval.weaviate.url":        isNodes,
	"retrieval.weaviate.api_key":    isToken,
	"retrieval.weaviate.collection": isCollection,
	"retrieval.weaviate.shards":     between(1, 10_000),
	"retrieval.weaviate.replicas":   between(1, 100),

	"state.dsn":   isPostgres,
	"http.listen": isListenAddress,
	"log.level":   oneOf("debug", "info", "warn", "error"),
	"log.format":  oneOf("text", "json"),
}

// secret are keys whose values may hold a password and are never shown.
var secret = map[string]bool{
	"discord.token": true, "discord.api_url": true, "openai.api_key": true, "openai.base_url": true,
	"retrieval.weaviate.url": true, "retrieval.weaviate.api_key": true, "state.dsn": true,
}

// digits are keys whose texts may be written as a number: an id keeps all its
// digits.
var digits = map[string]bool{"discord.guild_ids": true, "discord.channel_ids": true, "discord.public_key": true}

// checkTogether refuses values that are good each and contradict each other or
// the files that there are.
func (d *configDecoder) checkTogether(c *config) error {
	fault := func(key, problem, allowed string) error {
		return &configError{d.file, d.at[key], key, problem, allowed}
	}
	for i, path := range c.Corpus.Paths {
		if _, err := os.Stat(besideFile(d.file, path)); err != nil {
			return &configError{d.file, d.at[fmt.Sprintf("corpus.paths[%d]", i)], "corpus.paths",
				fmt.Sprintf("%s: %v", shown(path), errorWithoutPath(err)), "files and folders that are there; a relative path starts from the configuration's folder"}
		}
	}
	if c.DataDir != "" && !mayBeFolder(besideFile(d.file, c.DataDir)) {
		return fault("data_dir", shown(c.DataDir)+" is no folder and cannot be made one", "the path of a folder, which is made if it is missing")
	}
	if c.Retrieval.Store == "weaviate" && c.Retrieval.Weaviate.URL == "" {
		return fault("retrieval.store", "the store is weaviate and retrieval.weaviate.url is empty", "chromem, or weaviate with the address of a server in retrieval.weaviate.url, such as http://127.0.0.1:8080")
	}
	if c.Discord.PublicKey == "" && c.Discord.Gateway == "never" {
		return fault("discord.gateway", "never, without discord.public_key: nothing would reach the bot", "auto, always, or never with discord.public_key")
	}
	if c.Discord.PublicKey != "" && c.HTTP.Listen == "" {
		return fault("discord.public_key", "set, and http.listen is not", "together with the host:port on which to take Discord's requests, such as http.listen: :8080")
	}
	if len(c.Discord.ShardIDs) > 0 && c.Discord.Shards == 0 {
		return fault("discord.shard_ids", "set, and discord.shards is not", "together with discord.shards, the number of all shards, the same in every process")
	}
	for i, id := range c.Discord.ShardIDs {
		place := d.at[fmt.Sprintf("discord.shard_ids[%d]", i)]
		if id >= c.Discord.Shards {
			return &configError{d.file, place, "discord.shard_ids", fmt.Sprintf("there is no shard %d of %d", id, c.Discord.Shards), fmt.Sprintf("0 to %d", c.Discord.Shards-1)}
		}
		if slices.Contains(c.Discord.ShardIDs[:i], id) {
			return &configError{d.file, place, "discord.shard_ids", fmt.Sprintf("shard %d is named twice", id), "each shard once"}
		}
	}
	return nil
}

// mayBeFolder reports whether a path is a folder or nothing that stands in the
// way of one.
func mayBeFolder(path string) bool {
	for {
		info, err := os.Stat(path)
		if err == nil {
			return info.IsDir()
		}
		parent := filepath.Dir(path)
		if parent == path {
			return true
		}
		path = parent
	}
}

func oneOf(values ...string) func(string) string {
	return func(v string) string {
		if slices.Contains(values, v) {
			return ""
		}
		if values[0] == "" {
			return strings.Join(values[1:], ", ") + ", or empty"
		}
		return strings.Join(values, ", ")
	}
}

func between(least, most int) func(string) string {
	return func(v string) string {
		if n, err := strconv.Atoi(v); err == nil && n >= least && n <= most {
			return ""
		}
		return fmt.Sprintf("a whole number from %d to %d", least, most)
	}
}

func isToken(v string) string {
	if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "a token without spaces"
	}
	return ""
}

func isModel(v string) string {
	if v != strings.TrimSpace(v) || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "the name of a model, such as llama3.1, on one line"
	}
	return ""
}

// isPath wants a path as it is: nothing in it is expanded, and a folder named
// “~” would be a surprise.
func isPath(what string) func(string) string {
	return func(v string) string {
		switch {
		case v == "" || strings.ContainsRune(v, 0):
			return what
		case v == "~", strings.HasPrefix(v, "~/"), strings.HasPrefix(v, "$"):
			return what + " written out, for ~ and $ are not expanded"
		}
		return ""
	}
}

func isFolder(v string) string {
	if v == "" {
		return ""
	}
	return isPath("the path of a folder")(v)
}

var publicKey = regexp.MustCompile(`^(?:[0-9a-fA-F]{64})?$`)

func isPublicKey(v string) string {
	if publicKey.MatchString(v) {
		return ""
	}
	return "the 64 hexadecimal digits of “Public Key” in the Developer Portal"
}

var snowflake = regexp.MustCompile(`^\d{15,21}$`)

func isSnowflake(v string) string {
	if snowflake.MatchString(v) {
		return ""
	}
	return "ids of 15 to 21 digits, such as \"1042519872634880001\""
}

func isHTTPURL(v string) string {
	u, err := url.Parse(v)
	switch {
	case v == "":
		return ""
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || !isPort(u.Port()):
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
	default:
		return ""
	}
	return "an address such as https://example.org/api, without a password or anything after its path"
}

// isPort reports whether a port of an address is one, or left out.
func isPort(port string) bool {
	n, err := strconv.Atoi(port)
	return port == "" || err == nil && n > 0 && n < 1<<16
}

func isNodes(v string) string {
	if v == "" {
		return ""
	}
	for address := range strings.SplitSeq(v, ",") {
		if address = strings.TrimSpace(address); address == "" || isHTTPURL(address) != "" {
			return "addresses of Weaviate servers, such as http://10.0.0.1:8080, separated by commas; a key belongs in retrieval.weaviate.api_key"
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
	if v == "" {
		return ""
	}
	return state.BadDSN(v)
}

func isListenAddress(v string) string {
	if v == "" {
		return ""
	}
	host, port, err := net.SplitHostPort(v)
	if err == nil && port != "" && !strings.ContainsAny(host, " /\t") {
		if _, err := net.LookupPort("tcp", port); err == nil {
			return ""
		}
	}
	return "host:port, such as 127.0.0.1:8080 or :8080"
}
