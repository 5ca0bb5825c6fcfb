package discordtest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// handler returns the API and the gateway.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	add := func(route string, serve func(w http.ResponseWriter, r *http.Request, body []byte)) {
		method, path, _ := strings.Cut(route, " ")
		mux.HandleFunc(method+" /api/v10"+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route, serve) })
	}
	add("GET /users/@me", func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		writeJSON(w, 200, map[string]any{"id": BotID, "username": "rapporteur", "bot": true})
	})
	add("GET /users/@me/guilds", func(w http.ResponseWriter, _ *http.Request, _ []byte) { writeJSON(w, 200, s.guilds) })
	add("POST /users/@me/channels", func(w http.ResponseWriter, _ *http.Request, _ []byte) { writeJSON(w, 200, s.channels[Direct]) })
	add("GET /applications/@me", func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		writeJSON(w, 200, map[string]any{"id": AppID, "name": "Rapporteur", "flags": 0, "verify_key": PublicKey(), "interactions_endpoint_url": s.endpointURL(),
			"integration_types_config": map[string]any{"0": map[string]any{}, "1": map[string]any{}}})
	})
	add("GET /gateway/bot", func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		writeJSON(w, 200, map[string]any{"url": s.gatewayURL("gateway"), "shards": s.recommended,
			"session_start_limit": map[string]any{"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}})
	})
	add("GET /applications/{app}/commands", s.getCommands)
	add("PUT /applications/{app}/commands", s.putCommands)
	add("GET /applications/{app}/guilds/{guild}/commands", s.getCommands)
	add("PUT /applications/{app}/guilds/{guild}/commands", s.putCommands)
	add("POST /interactions/{id}/{token}/callback", s.callback)
	add("PATCH /webhooks/{app}/{token}/messages/@original", s.editOriginal)
	add("POST /webhooks/{app}/{token}", s.followUp)
	add("GET /channels/{channel}", func(w http.ResponseWriter, r *http.Request, _ []byte) {
		c := s.channels[r.PathValue("channel")]
		if c == nil {
			refuse(w, 404, 10003, "Unknown Channel")
			return
		}
		writeJSON(w, 200, c)
	})
	add("POST /channels/{channel}/typing", func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(204) })
	add("POST /channels/{channel}/messages", s.postMessage)
	add("PATCH /channels/{channel}/messages/{message}", s.editMessage)
	add("GET /channels/{channel}/messages", s.getMessages)
	add("GET /channels/{channel}/messages/{message}", s.getMessage)
	mux.HandleFunc("/gateway", s.serveGateway)
	mux.HandleFunc("/resume", s.serveGateway)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.complain("unknown route %s %s", r.Method, r.URL.Path)
		refuse(w, 404, 0, "404: Not Found")
	})
	return mux
}

// serve checks a request, does what was ordered of it, and answers it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, route string, next func(http.ResponseWriter, *http.Request, []byte)) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if !strings.HasPrefix(r.Header.Get("User-Agent"), "DiscordBot (") {
		s.complain("%s: User-Agent %q", route, r.Header.Get("User-Agent"))
	}
	if r.Header.Get("Authorization") != "Bot "+Token {
		refuse(w, 401, 0, "401: Unauthorized")
		return
	}
	r, body = s.openForm(r, body)
	s.schema.check(s, route, body)
	fault := s.carryOut(w, r, route, body, next)
	if fault != nil {
		fault.answer(w)
	}
}

// carryOut does what a request asks, unless a fault was ordered that keeps it
// from being done, and returns that fault.
func (s *Server) carryOut(w http.ResponseWriter, r *http.Request, route string, body []byte, next func(http.ResponseWriter, *http.Request, []byte)) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := s.fault(route)
	if fault != nil && fault.Delay > 0 {
		s.mu.Unlock()
		time.Sleep(fault.Delay) // slowness is what was ordered
		s.mu.Lock()
	}
	rec := &recorder{ResponseWriter: w, status: 200}
	if fault == nil || fault.Status == 0 && !fault.Cut || fault.Done {
		rec.mute = fault != nil && fault.Done
		s.excused(r, fault)
		next(rec, r, body)
	}
	if fault != nil && fault.Status != 0 {
		rec.status = fault.Status
	}
	s.requests = append(s.requests, Request{r.Method, route, rec.status, time.Now()})
	s.touch()
	return fault
}

// recorder notes the status; muted, it lets nothing through.
type recorder struct {
	http.ResponseWriter
	status int
	mute   bool
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	if !r.mute {
		r.ResponseWriter.WriteHeader(status)
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.mute {
		return len(b), nil
	}
	return r.ResponseWriter.Write(b)
}

func (s *Server) getCommands(w http.ResponseWriter, r *http.Request, _ []byte) {
	if r.URL.Query().Get("with_localizations") != "true" {
		s.complain("commands fetched without their localizations cannot be compared")
	}
	list := s.commands[r.PathValue("guild")]
	if list == nil {
		list = []map[string]any{}
	}
	writeJSON(w, 200, list)
}

func (s *Server) putCommands(w http.ResponseWriter, r *http.Request, body []byte) {
	var list []map[string]any
	if err := json.Unmarshal(body, &list); err != nil {
		s.complain("commands: %v", err)
	}
	for _, c := range list {
		s.checkCommand(c, r.PathValue("guild") == "")
		// What Discord adds of its own.
		c["id"], c["application_id"], c["version"] = s.snowflake(), r.PathValue("app"), s.snowflake()
		c["nsfw"], c["dm_permission"] = false, true
		if n, ok := c["default_member_permissions"].(float64); ok {
			c["default_member_permissions"] = strconv.FormatFloat(n, 'f', -1, 64)
		} else {
			c["default_member_permissions"] = nil
		}
		if c["options"] == nil {
			c["options"] = []any{}
		}
		if r.PathValue("guild") != "" {
			c["guild_id"], c["contexts"], c["integration_types"] = r.PathValue("guild"), nil, []any{0.0}
		}
	}
	s.puts++
	s.commands[r.PathValue("guild")] = list
	writeJSON(w, 200, list)
}

func (s *Server) postMessage(w http.ResponseWriter, r *http.Request, body []byte) {
	channel := r.PathValue("channel")
	m := s.readMessage("create", body, messageFields, true)
	if m.nonce == "" || !m.enforce {
		s.complain("a message without an enforced nonce: a retry would post it twice")
	}
	for _, old := range s.messages {
		if old.Nonce == m.nonce && old.Author == BotID && old.ChannelID == channel {
			writeJSON(w, 200, s.messageJSON(old))
			return
		}
	}
	x := &Message{ID: s.snowflake(), ChannelID: channel, Author: BotID, Content: m.Content, Components: m.Components, Nonce: m.nonce, ReplyTo: m.replyTo, Attachments: attachments(r)}
	s.edited(x)
	s.messages = append(s.messages, x)
	writeJSON(w, 200, s.messageJSON(x))
}

func (s *Server) editMessage(w http.ResponseWriter, r *http.Request, body []byte) {
	m := s.readMessage("edit", body, editFields, true)
	for _, x := range s.messages {
		if x.ID != r.PathValue("message") || x.ChannelID != r.PathValue("channel") {
			continue
		}
		if x.Author != BotID {
			s.complain("somebody else's message was edited")
			refuse(w, 403, 50005, "Cannot edit a message authored by another user")
			return
		}
		x.Content, x.Components = m.Content, m.Components
		s.edited(x)
		writeJSON(w, 200, s.messageJSON(x))
		return
	}
	refuse(w, 404, 10008, "Unknown Message")
}

// edited notes an edit. The caller holds s.mu.
func (s *Server) edited(m *Message) {
	if n := len(m.Shown); n > 0 && time.Since(m.Shown[n-1].At) < s.editGap {
		s.complain("a message was edited again after %v", time.Since(m.Shown[n-1].At))
	}
	m.Shown = append(m.Shown, Shown{m.Content, time.Now()})
}

// SetEditGap makes editing a message more often than this a mistake.
func (s *Server) SetEditGap(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.editGap = d
}

// Delete has somebody delete a message.
func (s *Server) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = slices.DeleteFunc(s.messages, func(m *Message) bool { return m.ID == id })
}

func (s *Server) getMessage(w http.ResponseWriter, r *http.Request, _ []byte) {
	for _, m := range s.messages {
		if m.ID == r.PathValue("message") && m.ChannelID == r.PathValue("channel") {
			writeJSON(w, 200, s.messageJSON(m))
			return
		}
	}
	refuse(w, 404, 10008, "Unknown Message")
}

func (s *Server) getMessages(w http.ResponseWriter, r *http.Request, _ []byte) {
	list := []any{}
	for i := len(s.messages) - 1; i >= 0; i-- {
		m := s.messages[i]
		if m.ChannelID == r.PathValue("channel") && m.ID < r.URL.Query().Get("before") {
			list = append(list, s.messageJSON(m))
		}
	}
	writeJSON(w, 200, list)
}
