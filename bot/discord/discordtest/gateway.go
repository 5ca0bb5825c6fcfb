package discordtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// gateway is the state of the fake's gateway, under Server.mu.
type gateway struct {
	interval   time.Duration
	conns      []*conn
	sessions   map[string]*session
	identified []time.Time
	resumed    int
	gap        time.Duration // least time between two identifications
	deaf       bool          // heartbeats are not answered
	mute       bool          // no HELLO
	invalid    int           // so many RESUMEs are refused
}

// session outlives its connections: what is sent while there is none comes with
// the next that resumes it.
type session struct {
	id     string
	shard  int
	events []map[string]any
	// forgotten is how many events went before.
	forgotten int
	conn      *conn
	ended     bool // by the bot, with code 1000 or 1001
}

type conn struct {
	ws    *websocket.Conn
	mu    sync.Mutex
	sent  []time.Time // by the bot
	beats int
}

func (c *conn) send(v any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second))
	c.ws.WriteJSON(v)
}

func (c *conn) close(code int) {
	c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	c.ws.Close()
}

func (s *Server) gatewayURL(path string) string {
	return "ws" + strings.TrimPrefix(s.http.URL, "http") + "/" + path
}

// SetHeartbeat sets the heartbeat interval of new connections.
func (s *Server) SetHeartbeat(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.interval = d
}

// SetDeaf has the gateway answer no heartbeats.
func (s *Server) SetDeaf(deaf bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.deaf = deaf
}

// SetMute has new connections get no HELLO.
func (s *Server) SetMute(mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.mute = mute
}

// SetIdentifyGap makes identifying more often than this a mistake.
func (s *Server) SetIdentifyGap(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.gap = d
}

// RefuseResumes has the next n attempts to resume end in an invalid session.
func (s *Server) RefuseResumes(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.invalid = n
}

// Drop ends all connections without a word.
func (s *Server) Drop() {
	for _, c := range s.connections() {
		c.ws.Close()
	}
}

// CloseWith ends all connections with a close code.
func (s *Server) CloseWith(code int) {
	for _, c := range s.connections() {
		c.close(code)
	}
}

// Reconnect asks the bot to connect again (operation 7).
func (s *Server) Reconnect() {
	for _, c := range s.connections() {
		c.send(map[string]any{"op": 7, "d": nil})
	}
}

// Invalidate tells the bot that its session is invalid (operation 9).
func (s *Server) Invalidate(resumable bool) {
	s.mu.Lock()
	if !resumable {
		for _, x := range s.gateway.sessions {
			x.ended = true
		}
	}
	s.mu.Unlock()
	for _, c := range s.connections() {
		c.send(map[string]any{"op": 9, "d": resumable})
	}
}

func (s *Server) connections() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*conn(nil), s.gateway.conns...)
}

// Sessions returns how many sessions were begun and how often one was resumed.
func (s *Server) Sessions() (identified, resumed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.gateway.identified), s.gateway.resumed
}

// Shards returns the shards that have a session with a connection, in order.
func (s *Server) Shards() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []int
	for _, x := range s.gateway.sessions {
		if x.conn != nil {
			list = append(list, x.shard)
		}
	}
	slices.Sort(list)
	return list
}

// AwaitConnected waits until n sessions have a connection.
func (s *Server) AwaitConnected(n int) {
	s.tb.Helper()
	s.Await("a connection", func() bool {
		live := 0
		for _, x := range s.gateway.sessions {
			if x.conn != nil {
				live++
			}
		}
		return live >= n
	})
}

// Ended reports whether the bot ended its sessions itself.
func (s *Server) Ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.gateway.sessions {
		if !x.ended {
			return false
		}
	}
	return true
}

// shardOf returns the shard that events of a guild come to; those of direct
// messages come to the first. The caller holds s.mu.
func (s *Server) shardOf(guild any) int {
	id, _ := guild.(string)
	n, _ := strconv.ParseInt(id, 10, 64)
	return int((n >> 22) % int64(s.shards))
}

// dispatch sends an event to the session of its guild, or keeps it until that
// is resumed. The caller holds s.mu.
func (s *Server) dispatch(kind string, data map[string]any) {
	for _, x := range s.gateway.sessions {
		if x.ended || x.shard != s.shardOf(data["guild_id"]) {
			continue
		}
		e := map[string]any{"op": 0, "t": kind, "s": x.forgotten + len(x.events) + 2, "d": data}
		x.events = append(x.events, e)
		if x.conn != nil {
			x.conn.send(e)
		}
		return
	}
	s.complain("no session to send %s to", kind)
}

var upgrader = websocket.Upgrader{}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	if q := r.URL.Query(); q.Get("v") != "10" || q.Get("encoding") != "json" {
		s.complain("gateway: %s", r.URL.RawQuery)
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{ws: ws}
	s.mu.Lock()
	s.gateway.conns = append(s.gateway.conns, c)
	interval, mute := s.gateway.interval, s.gateway.mute
	s.mu.Unlock()
	defer s.disconnected(c)
	if mute {
		ws.ReadMessage()
		return
	}
	c.send(map[string]any{"op": 10, "d": map[string]any{"heartbeat_interval": interval.Milliseconds()}})
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			if websocket.IsCloseError(err, 1000, 1001) {
				s.mu.Lock()
				for _, x := range s.gateway.sessions {
					x.ended = x.ended || x.conn == c
				}
				s.mu.Unlock()
			}
			return
		}
		var f struct {
			Op   int             `json:"op"`
			Data json.RawMessage `json:"d"`
		}
		if err := json.Unmarshal(data, &f); err != nil || len(data) > 4096 {
			s.complain("gateway: %d bytes: %v", len(data), err)
		}
		c.sent = append(c.sent, time.Now())
		if n := len(c.sent); n > 120 && time.Since(c.sent[n-120]) < time.Minute {
			s.complain("gateway: more than 120 messages a minute")
		}
		s.mu.Lock()
		s.receive(c, f.Op, f.Data, strings.HasPrefix(r.URL.Path, "/resume"))
		s.touch()
		s.mu.Unlock()
	}
}

// privileged intents: members, presences, message content.
const privileged = 1<<1 | 1<<8 | 1<<15

// receive handles a message of the bot. The caller holds s.mu.
func (s *Server) receive(c *conn, op int, data json.RawMessage, resuming bool) {
	var d struct {
		Token   string `json:"token"`
		Intents int    `json:"intents"`
		Shard   [2]int `json:"shard"`
		Session string `json:"session_id"`
		Seq     int    `json:"seq"`
	}
	if op != 1 {
		if err := json.Unmarshal(data, &d); err != nil {
			s.complain("gateway: operation %d: %v", op, err)
		}
	}
	g := &s.gateway
	switch op {
	case 1:
		c.beats++
		if !g.deaf {
			c.send(map[string]any{"op": 11})
		}
	case 2:
		if d.Token != Token {
			c.close(4004)
			return
		}
		if d.Intents&privileged != 0 {
			s.complain("privileged intents %b", d.Intents)
		}
		if d.Shard[1] != s.shards {
			s.complain("shard %v of %d", d.Shard, s.shards)
		}
		if n := len(g.identified); n > 0 && time.Since(g.identified[n-1]) < g.gap {
			s.complain("identified again after %v", time.Since(g.identified[n-1]))
		}
		g.identified = append(g.identified, time.Now())
		x := &session{id: "session-" + s.snowflake(), shard: d.Shard[0], conn: c}
		if g.sessions == nil {
			g.sessions = make(map[string]*session)
		}
		for id, old := range g.sessions {
			if old.shard == x.shard {
				delete(g.sessions, id)
			}
		}
		g.sessions[x.id] = x
		c.send(map[string]any{"op": 0, "t": "READY", "s": 1, "d": map[string]any{
			"v": 10, "session_id": x.id, "resume_gateway_url": s.gatewayURL("resume"),
			"user": map[string]any{"id": BotID}, "guilds": []any{}, "application": map[string]any{"id": AppID}}})
	case 6:
		x := g.sessions[d.Session]
		if !resuming {
			s.complain("resumed elsewhere than at resume_gateway_url")
		}
		if x == nil || x.ended || g.invalid > 0 {
			if g.invalid > 0 {
				g.invalid--
				if x != nil {
					x.ended = true
				}
			}
			c.send(map[string]any{"op": 9, "d": false})
			return
		}
		g.resumed++
		x.conn = c
		for i, e := range x.events {
			if x.forgotten+i+2 > d.Seq {
				c.send(e)
			}
		}
		c.send(map[string]any{"op": 0, "t": "RESUMED", "s": max(d.Seq, x.forgotten+len(x.events)+1), "d": map[string]any{}})
	default:
		s.complain("gateway: operation %d", op)
	}
}

func (s *Server) disconnected(c *conn) {
	c.ws.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, x := range s.gateway.conns {
		if x == c {
			s.gateway.conns = append(s.gateway.conns[:i], s.gateway.conns[i+1:]...)
			break
		}
	}
	for _, x := range s.gateway.sessions {
		if x.conn == c {
			x.conn = nil
		}
	}
	s.touch()
}

// Heartbeats returns how many heartbeats came on the present connections.
func (s *Server) Heartbeats() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.gateway.conns {
		n += c.beats
	}
	return n
}

// Repeat sends all events of the sessions again, as a resume may.
func (s *Server) Repeat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.gateway.sessions {
		for _, e := range x.events {
			x.conn.send(e)
		}
	}
}
