package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func noEnv(string) (string, bool) { return "", false }

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The example documents every key, with its default.
func TestExampleConfig(t *testing.T) {
	example := filepath.Join("..", "..", "config.example.yaml")
	got, err := readConfig(example, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	want := defaultConfig()
	normalize := func(c *config) {
		for _, list := range []*[]string{&c.Discord.GuildIDs, &c.Discord.ChannelIDs, &c.Corpus.Paths} {
			if len(*list) == 0 {
				*list = nil
			}
		}
		if len(c.Discord.ShardIDs) == 0 {
			c.Discord.ShardIDs = nil
		}
	}
	normalize(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the example's values are not the defaults: %s", diff)
	}
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range configKeys(reflect.TypeFor[config](), "") {
		last := key[strings.LastIndex(key, ".")+1:]
		if !strings.Contains(string(text), last+":") {
			t.Errorf("config.example.yaml does not document %s", key)
		}
	}
}

func TestConfigFaults(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // parts of the message
	}{
		{"unknown key", "log:\n  levle: info\n", []string{":2:", "log.levle", "unknown key", "format, level"}},
		{"unknown section", "\n\ndisocrd:\n  token: x\n", []string{":3:", "disocrd", "discord"}},
		{"bad value", "log:\n  level: loud\n", []string{":2:", "log.level", `"loud"`, "debug, info, warn, error"}},
		{"text for truth", "corpus:\n  bundled: maybe\n", []string{":2:", "corpus.bundled", "true or false"}},
		{"list for text", "data_dir: [a]\n", []string{":1:", "data_dir", "a text"}},
		{"text for list", "corpus:\n  paths: records\n", []string{":2:", "corpus.paths", "a list"}},
		{"text for keys", "discord: yes please\n", []string{":1:", "discord", "keys and values", "token"}},
		{"short id", "discord:\n  guild_ids: [123]\n", []string{":2:", "discord.guild_ids", "15 to 21 digits"}},
		{"bad address", "http:\n  listen: nowhere\n", []string{":2:", "http.listen", "host:port"}},
		{"bad URL", "discord:\n  api_url: ftp://x\n", []string{":2:", "discord.api_url", "https://"}},
		{"no number", "discord:\n  concurrent: many\n", []string{":2:", "discord.concurrent", "a whole number"}},
		{"too small a number", "discord:\n  user_per_minute: 0\n", []string{":2:", "discord.user_per_minute", "from 1"}},
		{"a fraction", "discord:\n  user_per_minute: 1.5\n", []string{":2:", "discord.user_per_minute", "a whole number"}},
		{"key twice", "log:\n  level: info\n  level: warn\n", []string{":3:", "level", "already defined"}},
		{"second document", "log: {level: info}\n---\nlog: {level: warn}\n", []string{"second document"}},
		{"no key", "discord:\n  public_key: abc\n", []string{":2:", "discord.public_key", "64 hexadecimal digits"}},
		{"gateway neither way", "discord:\n  gateway: true\n", []string{":2:", "discord.gateway", "a text"}},
		{"gateway some way", "discord:\n  gateway: perhaps\n", []string{":2:", "discord.gateway", "auto, always, never"}},
		{"shards below none", "discord:\n  shards: -1\n", []string{":2:", "discord.shards", "from 0"}},
		{"shards by name", "discord:\n  shard_ids: [one]\n", []string{":2:", "discord.shard_ids", "a whole number"}},
		{"a path that is not there", "corpus:\n  paths:\n    - .\n    - nowhere\n", []string{":4:", "corpus.paths", `"nowhere": there is no such file`, "files and folders that are there"}},
		{"an empty path", "corpus:\n  paths: [\"\"]\n", []string{":2:", "corpus.paths", "paths of files and folders"}},
		{"a path that is a number", "corpus:\n  paths: [5]\n", []string{":2:", "corpus.paths", "expected a text", "quotation marks"}},
		{"a home to be expanded", "data_dir: ~/data\n", []string{":1:", "data_dir", "not expanded"}},
		{"a folder that is a number", "data_dir: 5\n", []string{":1:", "data_dir", "the path of a folder", "quotation marks"}},
		{"a folder that is a file", "data_dir: config.yaml\n", []string{":1:", "data_dir", "is no folder"}},
		{"a folder below a file", "data_dir: config.yaml/data\n", []string{":1:", "data_dir", "is no folder"}},
		{"a shard that is none", "discord:\n  shards: 2\n  shard_ids: [0, 2]\n", []string{":3:", "discord.shard_ids", "no shard 2 of 2", "0 to 1"}},
		{"a shard twice", "discord:\n  shards: 2\n  shard_ids:\n    - 1\n    - 1\n", []string{":5:", "discord.shard_ids", "named twice"}},
		{"shards of how many", "discord:\n  shard_ids: [0]\n", []string{":2:", "discord.shard_ids", "together with discord.shards"}},
		{"too many shards", "discord:\n  shards: 1000000000\n", []string{":2:", "discord.shards", "from 0 to 100000"}},
		{"nothing would arrive", "discord:\n  gateway: never\n", []string{":2:", "discord.gateway", "discord.public_key"}},
		{"a key without a port", "discord:\n  public_key: " + strings.Repeat("ab", 32) + "\n", []string{":2:", "discord.public_key", "http.listen"}},
		{"a token that is a number", "discord:\n  token: 12345\n", []string{":2:", "discord.token", "quotation marks"}},
		{"one id without a list", "discord:\n  channel_ids: 1042519872634880001\n", []string{":2:", "discord.channel_ids", "a list such as"}},
		{"an id with a fraction", "discord:\n  guild_ids: [1.04e18]\n", []string{":2:", "discord.guild_ids", "15 to 21 digits"}},
		{"an empty entry", "discord:\n  guild_ids:\n    -\n", []string{":3:", "discord.guild_ids", "no empty entries"}},
		{"a password in an address", "discord:\n  api_url: http://me:abcdef@x/api\n", []string{":2:", "discord.api_url", "without a password"}},
		{"a port too high", "discord:\n  api_url: http://x:99999/api\n", []string{":2:", "discord.api_url", "https://"}},
		{"a password in a model's address", "openai:\n  base_url: http://me:abcdef@x/v1\n", []string{":2:", "openai.base_url", "without a password"}},
		{"a duration with a unit", "openai:\n  timeout_seconds: 30s\n", []string{":2:", "openai.timeout_seconds", "from 1 to 3600"}},
		{"a duration without end", "openai:\n  timeout_seconds: 999999999999\n", []string{":2:", "openai.timeout_seconds", "from 1 to 3600"}},
		{"not a number", "openai:\n  tokens_per_day: .nan\n", []string{":2:", "openai.tokens_per_day", "a whole number from 0"}},
		{"a number beyond numbers", "openai:\n  tokens_per_day: 99999999999999999999\n", []string{":2:", "openai.tokens_per_day", "a whole number from 0"}},
		{"a model that is a number", "openai:\n  chat_model: 4\n", []string{":2:", "openai.chat_model", "the name of a model"}},
		{"some effort", "openai:\n  reasoning_effort: lots\n", []string{":2:", "openai.reasoning_effort", "none, minimal, low, medium, high, or empty"}},
		{"no collection", "retrieval:\n  weaviate:\n    collection: rapporteur\n", []string{":3:", "retrieval.weaviate.collection", "a capital letter"}},
		{"a password of servers", "retrieval:\n  weaviate:\n    url: http://me:abcdef@x:80\n", []string{":3:", "retrieval.weaviate.url", "retrieval.weaviate.api_key"}},
		{"too many replicas", "retrieval:\n  weaviate:\n    replicas: 1000000\n", []string{":3:", "retrieval.weaviate.replicas", "from 1 to 100"}},
		{"no such mode", "state:\n  dsn: postgres://me:abcdef@host/db?sslmode=perhaps\n", []string{":2:", "state.dsn", "sslmode=disable, allow, prefer"}},
		{"no such port", "state:\n  dsn: postgres://me:abcdef@host:99999/db\n", []string{":2:", "state.dsn", "1 to 65535"}},
		{"a time of a database", "state:\n  dsn: postgres://me:abcdef@host/db?connect_timeout=soon\n", []string{":2:", "state.dsn", "parameters"}},
		{"a certificate that is not there", "state:\n  dsn: postgres://me:abcdef@host/db?sslmode=verify-full&sslrootcert=/none/x.pem\n", []string{":2:", "state.dsn", "certificates"}},
		{"a port alone", "http:\n  listen: 8080\n", []string{":2:", "http.listen", "host:port"}},
		{"an address of a page", "http:\n  listen: http://127.0.0.1:8080\n", []string{":2:", "http.listen", "host:port"}},
		{"a key nearly right", "datadir: x\n", []string{":1:", "datadir", "perhaps data_dir is meant"}},
		{"a key not indented", "log:\nlevel: info\n", []string{":2:", "level", "perhaps log.level is meant"}},
		{"a key without a space", "log:\n  level:info\n", []string{":2:", "log", "keys and values", "format, level"}},
		{"a tab", "log:\n\tlevel: info\n", []string{":2:", "not valid YAML", "spaces"}},
		{"indented too far", "log:\n  level: info\n    format: text\n", []string{":2:", "not valid YAML", "spaces"}},
		{"a tag", "data_dir: !env HOME\n", []string{":1:", "data_dir", "plain values"}},
		{"Latin-1", "log:\n  level: info\n# caf\xe9\n", []string{":3:", "UTF-8"}},
		{"UTF-16", "\xff\xfel\x00o\x00g\x00", []string{":1:", "UTF-8"}},
		{"a NUL", "log:\n  level: in\x00fo\n", []string{":2:", "UTF-8"}},
		{"a long value", "log:\n  level: " + strings.Repeat("x", 5000) + "\n", []string{":2:", "log.level", "xxx…"}},
		{"too long a file", strings.Repeat("# long\n", 200_000), []string{"too large"}},
		{"no YAML", "log: [\n", []string{":", "not valid YAML"}},
		{"alias", "log: &x {level: info}\n", []string{":1:", "log", "anchors"}},
		{"list at the top", "- a\n", []string{":1:", "keys and values"}},
		{"no such store", "retrieval:\n  store: redis\n", []string{":2:", "retrieval.store", "chromem, weaviate"}},
		{"no server", "retrieval:\n  weaviate:\n    url: 10.0.0.1:8080\n", []string{":3:", "retrieval.weaviate.url", "separated by commas"}},
		{"a store without servers", "retrieval: {store: weaviate}\n", []string{":1:", "retrieval.store", "retrieval.weaviate.url is empty"}},
		{"no replicas", "retrieval:\n  weaviate:\n    replicas: 0\n", []string{":3:", "retrieval.weaviate.replicas", "from 1"}},
		{"no database", "state:\n  dsn: mysql://user:abc def@host/db\n", []string{":2:", "state.dsn", "postgres://"}},
		{"secret not shown", "discord:\n  token: \"abc def\"\n", []string{":2:", "discord.token", "without spaces"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readConfig(writeFile(t, "config.yaml", test.text), noEnv)
			if err == nil {
				t.Fatal("no error")
			}
			message := err.Error()
			for _, part := range append(test.want, "config.yaml") {
				if !strings.Contains(message, part) {
					t.Errorf("%q does not say %q", message, part)
				}
			}
			if strings.Contains(message, "\n") || strings.Contains(message, "abc def") || strings.Contains(message, "abcdef") || len(message) > 500 {
				t.Errorf("bad message %q", message)
			}
		})
	}
}

func TestConfigValues(t *testing.T) {
	file := writeFile(t, "config.yaml", "discord:\n  token: from-file\n  guild_ids: [1042519872634880001, \"1042519872634880002\"]\ncorpus:\n  bundled: false\n  paths: [.]\nlog:\n")
	c, err := readConfig(file, func(key string) (string, bool) {
		if key == "DISCORD_TOKEN" {
			return "from-environment", true
		}
		return "", false
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Discord.Token != "from-environment" || c.Corpus.Bundled || c.Log.Level != "info" {
		t.Errorf("%+v", c)
	}
	if diff := cmp.Diff([]string{"1042519872634880001", "1042519872634880002"}, c.Discord.GuildIDs); diff != "" {
		t.Error(diff)
	}
	if want := filepath.Dir(file); len(c.Corpus.Paths) != 1 || c.Corpus.Paths[0] != want {
		t.Errorf("paths %q; want %q", c.Corpus.Paths, want)
	}
	if _, err := readConfig(filepath.Join(t.TempDir(), "none.yaml"), noEnv); err == nil || !strings.Contains(err.Error(), "none.yaml: there is no such file") {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := readConfig(t.TempDir(), noEnv); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a folder: %v", err)
	}
	for _, name := range []string{"DISCORD_TOKEN", "OPENAI_API_KEY", "WEAVIATE_API_KEY", "OPENAI_BASE_URL"} {
		_, err := readConfig("", func(key string) (string, bool) { return "abc def", key == name })
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "abc def") {
			t.Errorf("a bad %s: %v", name, err)
		}
	}
	for _, text := range []string{"", "# nothing\n", "\ufefflog: {level: warn}\r\n", "%YAML 1.2\n---\nlog: {level: warn}\n...\n", `{"log": {"level": "warn"}}`} {
		c, err := readConfig(writeFile(t, "config.yaml", text), noEnv)
		if err != nil || strings.Contains(text, "log") != (c.Log.Level == "warn") {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}
