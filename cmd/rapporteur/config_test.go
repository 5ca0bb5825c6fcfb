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

func configKeys(typ reflect.Type, prefix string) []string {
	if typ.Kind() != reflect.Struct {
		return []string{prefix}
	}
	var keys []string
	for i := range typ.NumField() {
		field := typ.Field(i)
		keys = append(keys, configKeys(field.Type, strings.TrimPrefix(prefix+"."+field.Tag.Get("yaml"), "."))...)
	}
	return keys
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
		{"no YAML", "log: [\n", []string{":", "not valid YAML"}},
		{"alias", "log: &x {level: info}\n", []string{":1:", "log", "anchors"}},
		{"list at the top", "- a\n", []string{":1:", "keys and values"}},
		{"no such store", "retrieval:\n  store: redis\n", []string{":2:", "retrieval.store", "chromem, weaviate"}},
		{"no server", "retrieval:\n  weaviate:\n    url: 10.0.0.1:8080\n", []string{":3:", "retrieval.weaviate.url", "separated by commas"}},
		{"a store without servers", "retrieval: {store: weaviate}\n", []string{"retrieval.weaviate.url is empty"}},
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
			if strings.Contains(message, "\n") || strings.Contains(message, "abc def") {
				t.Errorf("bad message %q", message)
			}
		})
	}
}

func TestConfigValues(t *testing.T) {
	file := writeFile(t, "config.yaml", "discord:\n  token: from-file\n  guild_ids: [1042519872634880001, \"1042519872634880002\"]\ncorpus:\n  bundled: false\n  paths: [records]\nlog:\n")
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
	if want := filepath.Join(filepath.Dir(file), "records"); len(c.Corpus.Paths) != 1 || c.Corpus.Paths[0] != want {
		t.Errorf("paths %q; want %q", c.Corpus.Paths, want)
	}
	if _, err := readConfig(filepath.Join(t.TempDir(), "none.yaml"), noEnv); err == nil || !strings.Contains(err.Error(), "none.yaml: there is no such file") {
		t.Errorf("a missing file: %v", err)
	}
}
