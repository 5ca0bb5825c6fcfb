package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Interaction is something somebody did, and what the bot answered. Its fields
// may be read after one of its methods has waited for them.
type Interaction struct {
	ID, Token string

	s        *Server
	sent     time.Time
	userOnly bool
	press    *Message // whose component was pressed
	channel  string
	excuse   bool // a reply of ours was lost: the first response may come twice
	// overHTTP: it is sent to the endpoint; delivering: that has not answered yet.
	overHTTP, delivering bool

	AckedAfter time.Duration // until the first response came
	Type       int           // of the first response; 0 before
	Status     int           // of the endpoint's response, 0 if none came
	Ephemeral  bool
	Messages   []Message // the original first
	Choices    []Choice
	Form       *Form // that was opened
}

// Form is a modal that the bot opened.
type Form struct {
	CustomID string `json:"custom_id"`
	Title    string `json:"title"`
	Rows     []struct {
		Inputs []struct {
			Type     int    `json:"type"`
			CustomID string `json:"custom_id"`
			Label    string `json:"label"`
			Max      int    `json:"max_length"`
		} `json:"components"`
	} `json:"components"`
}

// Choice is a completion.
type Choice struct{ Name, Value string }

// Option is an option of a command as somebody gave it.
type Option struct {
	Name    string
	Value   any
	Focused bool
}

// Who is somebody who does something.
type Who struct {
	User     string // default User
	UserOnly bool   // the app is installed for the person alone
	Direct   bool   // in direct messages
	Channel  string // default Channel, or Direct in direct messages
}

// Command has somebody run a slash command.
func (s *Server) Command(who Who, name string, options ...Option) *Interaction {
	return s.interaction(who, 2, commandJSON(name, options), nil)
}

// Complete has somebody type an option.
func (s *Server) Complete(who Who, name string, options ...Option) *Interaction {
	return s.interaction(who, 4, commandJSON(name, options), nil)
}

// commandJSON is the data of a command; "note add" is the subcommand add of
// note.
func commandJSON(name string, options []Option) map[string]any {
	list := optionsJSON(options)
	name, sub, isSub := strings.Cut(name, " ")
	if isSub {
		list = []any{map[string]any{"name": sub, "type": 1, "options": list}}
	}
	return map[string]any{"id": "1", "name": name, "type": 1, "options": list}
}

func optionsJSON(options []Option) []any {
	list := []any{}
	for _, o := range options {
		kind := 3
		if _, ok := o.Value.(bool); ok {
			kind = 5
		}
		m := map[string]any{"name": o.Name, "type": kind, "value": o.Value}
		if o.Focused {
			m["focused"] = true
		}
		list = append(list, m)
	}
	return list
}

// Menu has somebody choose a command from the menu of a message. extra is added
// to the message's JSON.
func (s *Server) Menu(who Who, name, content string, extra map[string]any) *Interaction {
	target := map[string]any{"id": "600000000000000001", "channel_id": Channel, "content": content, "type": 0,
		"author": map[string]any{"id": User, "username": "ada"}, "timestamp": "2026-01-01T00:00:00Z"}
	for k, v := range extra {
		target[k] = v
	}
	return s.interaction(who, 2, map[string]any{"id": "1", "name": name, "type": 3, "target_id": "600000000000000001",
		"resolved": map[string]any{"messages": map[string]any{"600000000000000001": target}}}, nil)
}

// Press has somebody press a button, or choose values from a select, of a
// message.
func (s *Server) Press(who Who, m Message, c Component, values ...string) *Interaction {
	s.tb.Helper()
	if c.CustomID == "" {
		s.tb.Fatalf("discordtest: no such component under %q", m.Content)
	}
	data := map[string]any{"custom_id": c.CustomID, "component_type": c.Type}
	if c.Type == 3 {
		data["values"] = values
	}
	return s.interaction(who, 3, data, &m)
}

// Submit has somebody fill in the form that an interaction opened, each field
// with its text, and send it.
func (s *Server) Submit(who Who, i *Interaction, texts map[string]string) *Interaction {
	s.tb.Helper()
	i.First()
	if i.Form == nil {
		s.tb.Fatalf("discordtest: no form was opened")
	}
	rows := []any{}
	for _, r := range i.Form.Rows {
		inputs := []any{}
		for n, x := range r.Inputs {
			inputs = append(inputs, map[string]any{"type": 4, "id": n + 2, "custom_id": x.CustomID, "value": texts[x.CustomID]})
		}
		rows = append(rows, map[string]any{"type": 1, "id": 1, "components": inputs})
	}
	return s.interaction(who, 5, map[string]any{"custom_id": i.Form.CustomID, "components": rows}, i.press)
}

// Raw sends an interaction with the data given.
func (s *Server) Raw(who Who, kind int, data map[string]any) *Interaction {
	return s.interaction(who, kind, data, nil)
}

func (s *Server) interaction(who Who, kind int, data map[string]any, press *Message) *Interaction {
	if who.User == "" {
		who.User = User
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := &Interaction{ID: s.snowflake(), s: s, sent: time.Now(), userOnly: who.UserOnly, press: press}
	i.Token = "interaction-token-" + i.ID
	s.interactions[i.ID], s.byToken[i.Token] = i, i
	user := map[string]any{"id": who.User, "username": "ada", "global_name": "Ada *L*"}
	event := map[string]any{
		"id": i.ID, "application_id": AppID, "type": kind, "token": i.Token, "version": 1, "data": data,
		"channel_id": Channel, "locale": "en-US", "app_permissions": "274878008320", "entitlements": []any{},
		"authorizing_integration_owners": map[string]any{"0": GuildID}, "context": 0,
	}
	if who.UserOnly {
		event["authorizing_integration_owners"] = map[string]any{"1": who.User}
	}
	if who.Direct {
		event["context"], event["channel_id"], event["user"] = 1, Direct, user
	} else {
		event["guild_id"], event["guild_locale"] = GuildID, "en-US"
		event["member"] = map[string]any{"user": user, "permissions": "0", "joined_at": "2026-01-01T00:00:00Z", "roles": []any{}}
	}
	if who.Channel != "" {
		event["channel_id"] = who.Channel
	}
	i.channel, _ = event["channel_id"].(string)
	event["channel"] = s.channels[i.channel]
	if press != nil {
		event["message"] = s.messageJSON(press)
	}
	if s.endpoint != "" {
		i.overHTTP, i.delivering = true, true
		go s.deliver(i, s.endpoint, event)
		return i
	}
	s.dispatch("INTERACTION_CREATE", event)
	return i
}

// First waits for the first response.
func (i *Interaction) First() *Interaction {
	i.s.tb.Helper()
	i.s.Await("a first response", func() bool { return i.Type != 0 })
	return i
}

// Over waits until the endpoint has answered or has not in time, and reports
// whether it has.
func (i *Interaction) Over() bool {
	i.s.tb.Helper()
	i.s.Await("the endpoint", func() bool { return !i.delivering })
	return i.Type != 0
}

// Await waits for n messages and returns them.
func (i *Interaction) Await(n int) []Message {
	i.s.tb.Helper()
	i.s.Await(fmt.Sprintf("%d messages of an interaction", n), func() bool { return len(i.Messages) >= n })
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return append([]Message(nil), i.Messages...)
}

// excused notes that what the bot will not hear of may be done again. The
// caller holds s.mu.
func (s *Server) excused(r *http.Request, f *Fault) {
	if i := s.interactions[r.PathValue("id")]; i != nil && f != nil && f.Done {
		i.excuse = true
	}
}

// The time Discord gives to a first response and to what follows.
const (
	firstTime = 3 * time.Second
	tokenTime = 15 * time.Minute
)

func (s *Server) callback(w http.ResponseWriter, r *http.Request, body []byte) {
	i := s.interactions[r.PathValue("id")]
	if i == nil || i.Token != r.PathValue("token") {
		s.complain("a response to no interaction")
		refuse(w, 404, 10062, "Unknown interaction")
		return
	}
	if i.Type != 0 {
		if !i.excuse {
			s.complain("interaction %s was answered twice", i.ID)
		}
		refuse(w, 400, 40060, "Interaction has already been acknowledged.")
		return
	}
	if time.Since(i.sent) > firstTime {
		s.complain("first response after %v", time.Since(i.sent))
		refuse(w, 404, 10062, "Unknown interaction")
		return
	}
	s.firstResponse(i, body)
	w.WriteHeader(204)
}

// firstResponse takes the first response to an interaction, whichever way it
// came. The caller holds s.mu.
func (s *Server) firstResponse(i *Interaction, body []byte) {
	var c struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &c); err != nil {
		s.complain("callback: %v", err)
	}
	switch c.Type {
	case 4, 7:
		m := s.readMessage("response", c.Data, responseFields, true)
		i.Ephemeral = m.flags&64 != 0
		id := s.snowflake()
		if c.Type == 7 {
			if i.press == nil || m.flags != 0 {
				s.complain("an update with flags %d, of a component: %v", m.flags, i.press != nil)
			}
			i.Ephemeral = i.press != nil && i.press.Ephemeral
		}
		i.Messages = []Message{{ID: id, ChannelID: i.channel, Author: BotID, Content: m.Content, Components: m.Components, Ephemeral: i.Ephemeral}}
	case 5, 6:
		var d map[string]any
		if len(c.Data) > 0 && json.Unmarshal(c.Data, &d) != nil {
			s.complain("deferral: %s", c.Data)
		}
		for k, v := range d {
			if flags, _ := v.(float64); k != "flags" || flags != 64 || c.Type == 6 {
				s.complain("a deferral takes no %s: %v", k, v)
			}
		}
		i.Ephemeral = d["flags"] != nil
		if c.Type == 6 {
			i.Ephemeral = i.press != nil && i.press.Ephemeral
		}
	case 8:
		i.Choices = s.readChoices(c.Data)
	case 9:
		i.Form = s.readForm(c.Data)
	default:
		s.complain("first response of type %d", c.Type)
	}
	i.Type, i.AckedAfter = c.Type, time.Since(i.sent)
}

// pending returns the interaction of a webhook route, if it may be used.
func (s *Server) pending(w http.ResponseWriter, r *http.Request) *Interaction {
	i := s.byToken[r.PathValue("token")]
	if i != nil && i.Type == 0 && i.overHTTP { // faster than the response itself, or that was lost
		refuse(w, 404, 10015, "Unknown Webhook")
		return nil
	}
	if i == nil || i.Type == 0 || r.PathValue("app") != AppID || time.Since(i.sent) > tokenTime {
		s.complain("%s %s before a first response", r.Method, r.URL.Path)
		refuse(w, 404, 10015, "Unknown Webhook")
		return nil
	}
	return i
}

func (s *Server) editOriginal(w http.ResponseWriter, r *http.Request, body []byte) {
	i := s.pending(w, r)
	if i == nil {
		return
	}
	m := s.readMessage("edit", body, editFields, true)
	x := Message{ID: s.snowflake(), ChannelID: i.channel, Author: BotID, Content: m.Content, Components: m.Components, Ephemeral: i.Ephemeral, Attachments: attachments(r)}
	if len(i.Messages) > 0 {
		x.ID, x.Shown = i.Messages[0].ID, i.Messages[0].Shown
		i.Messages[0] = x
	} else {
		i.Messages = []Message{x}
	}
	s.edited(&i.Messages[0])
	writeJSON(w, 200, s.messageJSON(&x))
}

func (s *Server) followUp(w http.ResponseWriter, r *http.Request, body []byte) {
	i := s.pending(w, r)
	if i == nil {
		return
	}
	m := s.readMessage("follow-up", body, responseFields, true)
	if len(i.Messages) == 0 {
		s.complain("a follow-up to a deferred response that was not edited first")
	}
	if i.userOnly && len(i.Messages) > 5 {
		s.complain("more than five follow-ups of an app installed for a person")
	}
	if i.Ephemeral && m.flags&64 == 0 {
		s.complain("a private answer is continued in public")
	}
	x := Message{ID: s.snowflake(), ChannelID: i.channel, Author: BotID, Content: m.Content, Components: m.Components, Ephemeral: m.flags&64 != 0, Attachments: attachments(r)}
	for _, old := range i.Messages {
		if old.Content == x.Content {
			s.complain("a message was posted twice: %.60q", x.Content)
		}
	}
	i.Messages = append(i.Messages, x)
	writeJSON(w, 200, s.messageJSON(&x))
}

// Say has somebody write a message to a channel; it mentions the bot if its
// text does. replyTo is the message it answers, or empty.
func (s *Server) Say(who Who, channel, text, replyTo string) Message {
	if who.User == "" {
		who.User = User
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &Message{ID: s.snowflake(), ChannelID: channel, Author: who.User, Content: text, ReplyTo: replyTo}
	m.mentions = mentioned(text)
	if replyTo != "" {
		m.Type = 19
	}
	s.messages = append(s.messages, m)
	event := s.messageJSON(m)
	if s.channels[channel]["type"] != 1 {
		event["guild_id"] = GuildID
	}
	for _, old := range s.messages {
		if old.ID == replyTo {
			event["referenced_message"] = s.messageJSON(old)
			if old.Author == BotID { // a reply pings by default
				event["mentions"] = []any{map[string]any{"id": BotID, "username": "rapporteur"}}
			}
		}
	}
	if !m.mentions && event["guild_id"] != nil && len(event["mentions"].([]any)) == 0 {
		event["content"] = "" // no privileged intent
	}
	s.dispatch("MESSAGE_CREATE", event)
	return *m
}
