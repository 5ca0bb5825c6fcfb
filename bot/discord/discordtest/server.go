// Package discordtest is a Discord to test against: its REST API, its gateway
// and its signed requests to an Interactions Endpoint, over loopback, as strict as the real one and stricter where the real one lets
// mistakes pass. Whatever breaks a rule of Discord fails the test: an unknown
// route, a second first response, a limit, a body outside Discord's OpenAPI
// description, a mention that is not switched off.
//
// A test sends events ([Server.Command], [Server.Press], [Server.Say]) and looks
// at what the bot made of them. Failures are made to order: see [Server.Fail]
// and the methods of the gateway.
package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the fake application is.
const (
	Token   = "MTAwMDAwMDAwMDAwMDAwMDAx.fake.token-of-the-test"
	BotID   = "100000000000000001"
	AppID   = "100000000000000002"
	GuildID = "200000000000000001"
	Channel = "300000000000000001" // of the guild
	Other   = "300000000000000002" // another channel of the guild
	Thread  = "300000000000000003" // a thread of Channel
	Direct  = "300000000000000004" // direct messages with User
	User    = "400000000000000001"
)

// Server is a fake Discord with one application in it.
type Server struct {
	URL string // address of the REST API

	tb     testing.TB
	http   *httptest.Server
	schema *schema

	mu           sync.Mutex
	changed      chan struct{} // closed and renewed whenever something happens
	next         int64         // snowflakes
	interactions map[string]*Interaction
	byToken      map[string]*Interaction
	channels     map[string]map[string]any
	messages     []*Message
	commands     map[string][]map[string]any // by guild
	guilds       []map[string]any
	faults       []*Fault
	requests     []Request
	puts         int
	shards       int
	recommended  int // shards
	loneQuotes   bool
	editGap      time.Duration // least time between two edits of a message
	endpoint     string        // where interactions are sent; empty: over the gateway
	outgoing     *http.Transport
	gateway      gateway
}

// Request is a request that was made.
type Request struct {
	Method, Route string
	Status        int
	At            time.Time
}

// New starts a server that ends with the test.
func New(tb testing.TB) *Server {
	s := &Server{
		tb: tb, changed: make(chan struct{}), next: 500000000000000000, shards: 1, recommended: 1, schema: loadSchema(tb),
		interactions: make(map[string]*Interaction), byToken: make(map[string]*Interaction),
		commands: make(map[string][]map[string]any),
		channels: map[string]map[string]any{
			Channel: {"id": Channel, "type": 0, "guild_id": GuildID},
			Other:   {"id": Other, "type": 0, "guild_id": GuildID},
			Thread:  {"id": Thread, "type": 11, "guild_id": GuildID, "parent_id": Channel},
			Direct:  {"id": Direct, "type": 1},
		},
		guilds: []map[string]any{{"id": GuildID, "name": "Study group", "permissions": "274878008320"}},
	}
	s.gateway.interval = 45 * time.Second
	s.outgoing = http.DefaultTransport.(*http.Transport).Clone()
	s.outgoing.MaxIdleConnsPerHost = 64
	s.http = httptest.NewServer(s.handler())
	s.URL = s.http.URL + "/api/v10"
	tb.Cleanup(s.Close)
	return s
}

// Close ends the server and its connections.
func (s *Server) Close() {
	s.Drop()
	s.outgoing.CloseIdleConnections()
	s.http.CloseClientConnections()
	s.http.Close()
}

// complain fails the test.
func (s *Server) complain(format string, args ...any) {
	s.tb.Helper()
	s.tb.Errorf("discordtest: "+format, args...)
}

// touch wakes those who wait. The caller holds s.mu.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// snowflake returns a new id. The caller holds s.mu.
func (s *Server) snowflake() string {
	s.next++
	return strconv.FormatInt(s.next, 10)
}

// Await waits until cond holds, which is called with the server at rest. It
// fails the test when that does not happen within ten seconds.
func (s *Server) Await(what string, cond func() bool) {
	s.tb.Helper()
	deadline := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		ok := cond()
		changed := s.changed
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			s.tb.Fatalf("discordtest: waited in vain for %s", what)
		}
	}
}

// SetShards sets how many shards the gateway is divided into, and recommends
// that.
func (s *Server) SetShards(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shards, s.recommended = n, n
}

// Recommend sets how many shards the gateway recommends, whatever there are.
func (s *Server) Recommend(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recommended = n
}

// AllowLoneQuotes tells that texts which will be shown have quotation marks that
// do not pair.
func (s *Server) AllowLoneQuotes() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loneQuotes = true
}

// SetPermissions sets what the bot may do in the guild.
func (s *Server) SetPermissions(bits int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guilds[0]["permissions"] = strconv.FormatInt(bits, 10)
}

// Puts returns how often commands were overwritten.
func (s *Server) Puts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.puts
}

// Commands returns the commands of a guild, or the global ones.
func (s *Server) Commands(guild string) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands[guild]
}

// Requests returns the requests made so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Messages returns the messages of a channel that are not of interactions.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Message
	for _, m := range s.messages {
		if m.ChannelID == channel {
			list = append(list, *m)
		}
	}
	return list
}

// Replies returns the bot's messages in a channel.
func (s *Server) Replies(channel string) []Message {
	var list []Message
	for _, m := range s.Messages(channel) {
		if m.Author == BotID {
			list = append(list, m)
		}
	}
	return list
}

// AwaitReplies waits for n messages of the bot in a channel and returns them.
func (s *Server) AwaitReplies(channel string, n int) []Message {
	s.tb.Helper()
	s.Await(fmt.Sprintf("%d messages in %s", n, channel), func() bool {
		count := 0
		for _, m := range s.messages {
			if m.ChannelID == channel && m.Author == BotID {
				count++
			}
		}
		return count >= n
	})
	return s.Replies(channel)
}

// Message is a message the server holds.
type Message struct {
	ID, ChannelID, Author string
	Content               string
	Components            []Row
	Ephemeral             bool
	Attachments           []Attachment
	ReplyTo               string
	Nonce                 string
	Type                  int
	Shown                 []Shown // what it has shown, the last being Content
	mentions              bool
	starter               *Message
}

// Shown is what a message showed from a time on.
type Shown struct {
	Content string
	At      time.Time
}

// Row is a row of components.
type Row struct {
	Components []Component `json:"components"`
}

// Component is a button or a select.
type Component struct {
	Type     int    `json:"type"`
	Label    string `json:"label"`
	CustomID string `json:"custom_id"`
	Style    int    `json:"style"`
	URL      string `json:"url"`
	Options  []struct {
		Label       string `json:"label"`
		Value       string `json:"value"`
		Description string `json:"description"`
	} `json:"options"`
}

// Find returns the component whose label contains the text, or which is a
// select where label is "select". It is the zero value if there is none.
func (m *Message) Find(label string) Component {
	for _, r := range m.Components {
		for _, c := range r.Components {
			if label == "select" && c.Type == 3 || label != "select" && c.Type == 2 && strings.Contains(c.Label, label) {
				return c
			}
		}
	}
	return Component{}
}

// json returns the message as Discord sends it.
func (s *Server) messageJSON(m *Message) map[string]any {
	out := map[string]any{
		"id": m.ID, "channel_id": m.ChannelID, "content": m.Content, "type": m.Type,
		"author":   map[string]any{"id": m.Author, "username": "someone", "bot": m.Author == BotID},
		"mentions": []any{}, "timestamp": "2026-01-01T00:00:00Z", "components": rowsJSON(m.Components),
		"embeds": []any{}, "attachments": []any{},
	}
	if m.Ephemeral {
		out["flags"] = 64
	}
	if m.mentions {
		out["mentions"] = []any{map[string]any{"id": BotID, "username": "rapporteur"}}
	}
	if m.ReplyTo != "" {
		out["message_reference"] = map[string]any{"message_id": m.ReplyTo, "channel_id": m.ChannelID}
	}
	if m.starter != nil {
		out["referenced_message"] = s.messageJSON(m.starter)
	}
	return out
}

func rowsJSON(rows []Row) []any {
	out := []any{}
	for _, r := range rows {
		parts := []any{}
		for _, c := range r.Components {
			p := map[string]any{"type": c.Type, "custom_id": c.CustomID}
			if c.Type == 2 {
				p["label"], p["style"] = c.Label, c.Style
			} else {
				p["options"] = c.Options
			}
			parts = append(parts, p)
		}
		out = append(out, map[string]any{"type": 1, "components": parts})
	}
	return out
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status, code int, text string) {
	writeJSON(w, status, map[string]any{"message": text, "code": code})
}

// Forget drops what was said and done so far, so that a long test does not keep
// it, and all faults.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interactions, s.byToken = make(map[string]*Interaction), make(map[string]*Interaction)
	s.messages, s.requests, s.faults = nil, nil, nil
	for _, x := range s.gateway.sessions {
		x.forgotten += len(x.events)
		x.events = nil
	}
}
