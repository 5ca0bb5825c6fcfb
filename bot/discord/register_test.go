package discord

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rapporteur/bot/discord/discordtest"
)

func TestRegistration(t *testing.T) {
	s := discordtest.New(t)
	if !s.HasSchema() {
		t.Log("without Discord's description")
	}
	x := run(t, s, bundled())
	names := make(map[string]map[string]any)
	for _, c := range s.Commands("") {
		names[c["name"].(string)] = c
	}
	for _, name := range []string{"ask", "search", "quote", "check", "summary", "positions", "cite", "record", "help", menuCheck, menuFind} {
		if names[name] == nil {
			t.Errorf("no command %s", name)
		}
	}
	ask := names["ask"]
	if len(ask["contexts"].([]any)) != 3 || len(ask["integration_types"].([]any)) != 2 {
		t.Errorf("ask can be used in %v, installed %v", ask["contexts"], ask["integration_types"])
	}
	if ask["description_localizations"].(map[string]any)["zh-CN"] == nil {
		t.Error("no Chinese description")
	}
	x.stop()
	x.end()
	x = run(t, s, bundled())
	if s.Puts() != 1 {
		t.Errorf("commands were written %d times though nothing changed", s.Puts())
	}
	x.stop()
	x.end()
	s.Commands("")[0]["description"] = "changed by hand"
	run(t, s, bundled())
	if s.Puts() != 2 {
		t.Errorf("commands were written %d times though one changed", s.Puts())
	}
}

func TestGuildRegistration(t *testing.T) {
	s := discordtest.New(t)
	for n := range 2 {
		x := run(t, s, bundled(), func(o *Options) { o.GuildIDs = []string{discordtest.GuildID} })
		if len(s.Commands(discordtest.GuildID)) != len(definitions(x.front.commands(), false)) || len(s.Commands("")) != 0 || s.Puts() != 1 {
			t.Errorf("start %d: %d in the guild, %d global, written %d times", n, len(s.Commands(discordtest.GuildID)), len(s.Commands("")), s.Puts())
		}
		x.stop()
		x.end()
	}
}

func TestRefusedRegistration(t *testing.T) {
	s := discordtest.New(t)
	s.Fail(discordtest.Fault{Route: "PUT /applications", Status: 403})
	x := prepare(t, s, bundled(), func(o *Options) { o.GuildIDs = []string{discordtest.GuildID} })
	x.begin()
	x.eventually("a reason", func() bool {
		err := x.front.Ready()
		return err != nil && strings.Contains(err.Error(), "commands not registered: ")
	})
	has(t, x.logs.String(), "applications.commands")
}

// TestSelfCheck: what is missing is said at the start.
func TestSelfCheck(t *testing.T) {
	s := discordtest.New(t)
	s.SetPermissions(1 << 10)
	x := run(t, s, bundled(), func(o *Options) { o.ChannelIDs = []string{"999", discordtest.Channel} })
	x.eventually("the check", func() bool { return strings.Contains(x.logs.String(), "channel_ids cannot be seen") })
	has(t, x.logs.String(), "Send Messages, Send Messages in Threads, Read Message History")
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		opts Options
		want string
	}{
		{Options{}, "discord.token is empty"},
		{Options{Token: "x", APIURL: "nonsense"}, "is no address of a server"},
		{Options{Token: "x", APIURL: "ftp://a"}, "is no address of a server"},
	} {
		if _, err := New(c.opts, func() Core { return bundled() }); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v", err)
		}
	}
	for in, want := range map[string]string{
		"": "https://discord.com/api/v10", "http://localhost:1": "http://localhost:1/api/v10",
		"http://localhost:1/": "http://localhost:1/api/v10", "http://localhost:1/api": "http://localhost:1/api/v10",
		"http://localhost:1/api/v10/": "http://localhost:1/api/v10", "http://localhost:1/proxy/discord": "http://localhost:1/proxy/discord",
	} {
		f, err := New(Options{Token: "Bot x", APIURL: in}, func() Core { return bundled() })
		if err != nil || f.rest.base != want {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	x := start(t, bundled(), func(o *Options) { o.Registerer = registry })
	x.Command(nobody, "ask", opt("question", "Dairen?")).Await(1)
	x.Command(nobody, "ask", opt("question", "What of bananas?")).Await(1)
	x.Command(nobody, "ask", opt("question", "")).Await(1)
	x.settle()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]float64)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			key := f.GetName()
			for _, l := range m.GetLabel() {
				if l.GetName() == "outcome" {
					key += " " + l.GetValue()
				}
			}
			got[key] += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	for key, want := range map[string]float64{
		"rapporteur_discord_requests_total answered": 1, "rapporteur_discord_requests_total abstained": 1, "rapporteur_discord_requests_total refused": 1,
		"rapporteur_discord_acknowledge_seconds": 3, "rapporteur_discord_shards_connected": 1, "rapporteur_discord_in_flight": 0,
	} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
}

// TestGate: calls wait for what Discord's headers say.
func TestGate(t *testing.T) {
	g := newGate()
	h := func(limit, left, after string) map[string][]string {
		return map[string][]string{"X-Ratelimit-Limit": {limit}, "X-Ratelimit-Remaining": {left}, "X-Ratelimit-Reset-After": {after}}
	}
	g.note("a", h("2", "0", "60"))
	if g.take("a", false).IsZero() {
		t.Error("a call too many")
	}
	if !g.take("b", false).IsZero() {
		t.Error("another route waits too")
	}
	g.note("b", h("2", "1", "60"))
	if !g.take("b", false).IsZero() || g.take("b", false).IsZero() {
		t.Error("one call was left")
	}
	g.note("b", h("2", "nonsense", "60"))
	g.hold("c", time.Hour, true)
	if g.take("d", false).IsZero() || !g.take("d", true).IsZero() {
		t.Error("the global limit is for all but exempt calls")
	}
	for n := range 3 * maxWindows {
		g.note(time.Duration(n).String(), h("1", "1", "0"))
	}
	if len(g.windows) > maxWindows+1 {
		t.Errorf("%d routes remembered", len(g.windows))
	}
}
