package discordtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// Fields that the bodies of messages may have.
var (
	messageFields  = []string{"content", "components", "allowed_mentions", "flags", "message_reference", "nonce", "enforce_nonce", "embeds", "attachments"}
	responseFields = []string{"content", "components", "allowed_mentions", "flags", "embeds", "attachments"}
	editFields     = []string{"content", "components", "allowed_mentions", "embeds", "attachments"}
)

// body is a message as it was sent.
type body struct {
	Content    string `json:"content"`
	Components []Row  `json:"components"`
	flags      int
	nonce      string
	enforce    bool
	replyTo    string
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

var mention = regexp.MustCompile(`<@!?` + BotID + `>`)

func mentioned(text string) bool { return mention.MatchString(text) }

// readMessage reads and checks the body of a message.
func (s *Server) readMessage(what string, data []byte, fields []string, visible bool) body {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		s.complain("%s: %v: %.100s", what, err, data)
		return body{}
	}
	for k := range raw {
		if !slices.Contains(fields, k) {
			s.complain("%s takes no field %q", what, k)
		}
	}
	var b body
	if err := json.Unmarshal(data, &b); err != nil {
		s.complain("%s: %v", what, err)
	}
	var extra struct {
		Flags     int    `json:"flags"`
		Nonce     string `json:"nonce"`
		Enforce   bool   `json:"enforce_nonce"`
		Reference struct {
			ID string `json:"message_id"`
		} `json:"message_reference"`
		Mentions *struct {
			Parse       []string `json:"parse"`
			Users       []string `json:"users"`
			Roles       []string `json:"roles"`
			RepliedUser bool     `json:"replied_user"`
		} `json:"allowed_mentions"`
	}
	if err := json.Unmarshal(data, &extra); err != nil {
		s.complain("%s: %v", what, err)
	}
	b.flags, b.nonce, b.enforce, b.replyTo = extra.Flags, extra.Nonce, extra.Enforce, extra.Reference.ID
	if m := extra.Mentions; m == nil || m.Parse == nil || len(m.Parse)+len(m.Users)+len(m.Roles) > 0 || m.RepliedUser {
		s.complain("%s: mentions are not switched off: %s", what, raw["allowed_mentions"])
	}
	if b.flags&^(64|4) != 0 {
		s.complain("%s: flags %d", what, b.flags)
	}
	if len(b.nonce) > 25 {
		s.complain("%s: nonce %q", what, b.nonce)
	}
	if n := units(b.Content); n > 2000 || visible && strings.TrimSpace(b.Content) == "" {
		s.complain("%s: content of %d characters", what, n)
	}
	for _, problem := range CheckText(b.Content) {
		if problem == CutQuotation && s.loneQuotes {
			continue
		}
		s.complain("%s: %s in %q", what, problem, b.Content)
	}
	s.checkRows(what, b.Components)
	return b
}

// checkRows checks components.
func (s *Server) checkRows(what string, rows []Row) {
	if len(rows) > 5 {
		s.complain("%s: %d rows", what, len(rows))
	}
	seen := make(map[string]bool)
	for _, r := range rows {
		if n := len(r.Components); n == 0 || n > 5 {
			s.complain("%s: %d components in a row", what, n)
		}
		for _, c := range r.Components {
			if c.URL == "" {
				if n := units(c.CustomID); n == 0 || n > 100 || seen[c.CustomID] {
					s.complain("%s: custom_id %q", what, c.CustomID)
				}
				seen[c.CustomID] = true
			}
			switch c.Type {
			case 2:
				if n := units(c.Label); n == 0 || n > 80 || units(c.URL) > 512 {
					s.complain("%s: button %q", what, c.Label)
				}
			case 3:
				if len(r.Components) != 1 || len(c.Options) == 0 || len(c.Options) > 25 {
					s.complain("%s: a select with %d options, %d in its row", what, len(c.Options), len(r.Components))
				}
				values := make(map[string]bool)
				for _, o := range c.Options {
					if n := units(o.Label); n == 0 || n > 100 || units(o.Description) > 100 || units(o.Value) == 0 || units(o.Value) > 100 || values[o.Value] {
						s.complain("%s: option %+v", what, o)
					}
					values[o.Value] = true
				}
			default:
				s.complain("%s: component of type %d", what, c.Type)
			}
		}
	}
}

// readChoices reads and checks completions.
func (s *Server) readChoices(data []byte) []Choice {
	var d struct {
		Choices []Choice `json:"choices"`
	}
	if err := json.Unmarshal(data, &d); err != nil || d.Choices == nil {
		s.complain("completion: %s", data)
	}
	if len(d.Choices) > 25 {
		s.complain("%d choices", len(d.Choices))
	}
	for _, c := range d.Choices {
		if n, v := units(c.Name), units(c.Value); n == 0 || n > 100 || v == 0 || v > 100 {
			s.complain("choice %+v", c)
		}
	}
	return d.Choices
}

// readForm reads and checks a modal.
func (s *Server) readForm(data []byte) *Form {
	var f Form
	if err := json.Unmarshal(data, &f); err != nil {
		s.complain("form: %s", data)
		return nil
	}
	if n, t := units(f.CustomID), units(f.Title); n == 0 || n > 100 || t == 0 || t > 45 || len(f.Rows) == 0 || len(f.Rows) > 5 {
		s.complain("form: %s", data)
	}
	for _, r := range f.Rows {
		if len(r.Inputs) != 1 {
			s.complain("form: %d texts in a row", len(r.Inputs))
		}
		for _, x := range r.Inputs {
			if n, l := units(x.CustomID), units(x.Label); x.Type != 4 || n == 0 || n > 100 || l == 0 || l > 45 || x.Max < 0 || x.Max > 4000 {
				s.complain("form: text %+v", x)
			}
		}
	}
	return &f
}

var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)

// checkCommand checks the definition of a command.
func (s *Server) checkCommand(c map[string]any, global bool) {
	name, _ := c["name"].(string)
	slash := c["type"] == nil || c["type"] == 1.0
	total := 0
	text := func(m map[string]any, slash bool) {
		n, _ := m["name"].(string)
		d, _ := m["description"].(string)
		for _, n := range append(localized(m["name_localizations"]), n) {
			if slash && (!commandName.MatchString(n) || strings.ToLower(n) != n) || units(n) > 32 || n == "" {
				s.complain("command %s: name %q", name, n)
			}
		}
		for _, d := range append(localized(m["description_localizations"]), d) {
			if slash && (d == "" || units(d) > 100) || !slash && d != "" {
				s.complain("command %s: description %q", name, d)
			}
		}
		total += units(n) + units(d)
	}
	text(c, slash)
	options, _ := c["options"].([]any)
	if len(options) > 25 || !slash && len(options) > 0 {
		s.complain("command %s: %d options", name, len(options))
	}
	optional := false
	for _, o := range options {
		m, _ := o.(map[string]any)
		if m["type"] == 1.0 { // a subcommand is checked like a command
			s.checkCommand(map[string]any{"name": m["name"], "description": m["description"], "options": m["options"],
				"name_localizations": m["name_localizations"], "description_localizations": m["description_localizations"]}, false)
		}
		text(m, true)
		if required, _ := m["required"].(bool); required && optional {
			s.complain("command %s: a required option after an optional one", name)
		} else if !required {
			optional = true
		}
	}
	if total > 8000 {
		s.complain("command %s has %d characters", name, total)
	}
	if !global && (c["contexts"] != nil || c["integration_types"] != nil) {
		s.complain("command %s: contexts are of global commands only", name)
	}
}

func localized(v any) []string {
	var list []string
	m, _ := v.(map[string]any)
	for _, x := range m {
		list = append(list, fmt.Sprint(x))
	}
	return list
}

var (
	rawLink   = regexp.MustCompile(`\[((?:\\.|[^\[\]\\\n])*)\]\(<(https?://[^\s<>()]*)>\)`)
	fence     = regexp.MustCompile("(?s)```.*?```")
	codeSpan  = regexp.MustCompile("`[^`\n]*`")
	escaped   = regexp.MustCompile(`\\[^\sa-zA-Z0-9]`)
	bareURL   = regexp.MustCompile(`(?i)https?://|discord\.gg/|discord(?:app)?\.com/invite`)
	pinging   = regexp.MustCompile(`<(?:@[!&]?|#|a?:\w+:|t:)\d+|@(?:everyone|here)`)
	bidi      = regexp.MustCompile(`[\x{061C}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}]`)
	heading   = regexp.MustCompile(`(?m)^(?:> )?(?:#{1,3} |>>> )`)
	emojiName = regexp.MustCompile(`:[a-z_+]+:`)
)

// CheckText returns what is wrong with the markup of a message of this bot:
// something cut in two, or something that escaping should have taken away.
func CheckText(content string) []string {
	var problems []string
	bad := func(text string) { problems = append(problems, text) }
	if bidi.MatchString(content) {
		bad("a directional control")
	}
	rest := fence.ReplaceAllString(content, " ")
	if strings.Contains(rest, "```") {
		bad("a code block that is cut")
	}
	rest = codeSpan.ReplaceAllString(rest, " ")
	rest = strings.ReplaceAll(rest, "\\\\", " ")
	rest = rawLink.ReplaceAllString(rest, " ")
	rest = commandMention.ReplaceAllString(rest, " ")
	rest = keptBy.ReplaceAllString(rest, "$1")
	if pinging.MatchString(rest) {
		bad("a mention")
	}
	rest = escaped.ReplaceAllString(rest, " ")
	if strings.Contains(rest, "](") || strings.Contains(rest, "(<") {
		bad("a link that is cut or not ours")
	}
	if bareURL.MatchString(rest) {
		bad("a bare link")
	}
	if heading.MatchString(rest) {
		bad("a heading or endless quote")
	}
	if emojiName.MatchString(rest) {
		bad("an emoji's name")
	}
	if strings.Count(rest, "**")%2 != 0 {
		bad("bold type that is cut")
	}
	if strings.Count(rest, "||") > 0 || strings.Count(rest, "`") > 0 {
		bad("a spoiler or code")
	}
	rest = smallPrint.ReplaceAllString(rest, "")
	if strings.Count(rest, "“") != strings.Count(rest, "”") {
		bad(CutQuotation)
	}
	return problems
}

// CutQuotation is what [CheckText] says of quotation marks that do not pair. A
// text that is shown may have such marks itself.
const CutQuotation = "a quotation that is cut"

var smallPrint = regexp.MustCompile(`(?m)^-# .*$`)

var (
	commandMention = regexp.MustCompile(`</[-\w]+(?: [-\w]+){0,2}:\d+>`)
	// keptBy names who kept a note, which pings nobody: see allowed_mentions. A
	// text that is shown cannot have it, since its signs are escaped.
	keptBy = regexp.MustCompile(`(?m)^(-# .*)· kept by <@\d+> on [-\d]+$`)
)
