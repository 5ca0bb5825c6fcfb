package discordtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// schema is Discord's OpenAPI description. A nil schema checks nothing.
type schema struct {
	paths   map[string]map[string]any // by route as Discord writes it
	schemas map[string]any

	mu       sync.Mutex
	patterns map[string]*regexp.Regexp
}

// names are the path parameters as Discord writes them.
var names = strings.NewReplacer("{app}", "{application_id}", "{guild}", "{guild_id}", "{channel}", "{channel_id}",
	"{message}", "{message_id}", "{id}", "{interaction_id}", "{token}/callback", "{interaction_token}/callback")

// loadedSchema reads the description once for all tests.
var loadedSchema = sync.OnceValues(func() (*schema, error) {
	file := os.Getenv("DISCORD_OPENAPI")
	if file == "" {
		dir, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		for ; ; dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			if dir == filepath.Dir(dir) {
				return nil, errors.New("no go.mod above the working directory")
			}
		}
		file = filepath.Join(dir, "..", "shared", "discord", "openapi.json")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Paths      map[string]map[string]any `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &schema{paths: doc.Paths, schemas: doc.Components.Schemas, patterns: make(map[string]*regexp.Regexp)}, nil
})

// loadSchema returns the description, or nil where there is none, and says so.
func loadSchema(tb testing.TB) *schema {
	x, err := loadedSchema()
	if err != nil {
		tb.Logf("discordtest: bodies are not held against Discord's OpenAPI description (set DISCORD_OPENAPI): %v", err)
		return nil
	}
	return x
}

// HasSchema reports whether bodies are held against Discord's description.
func (s *Server) HasSchema() bool { return s.schema != nil }

// check holds the body of a request against the description.
func (x *schema) check(s *Server, route string, body []byte) {
	if x == nil {
		return
	}
	method, path, _ := strings.Cut(route, " ")
	if strings.HasPrefix(path, "/webhooks/") {
		path = strings.NewReplacer("{app}", "{webhook_id}", "{token}", "{webhook_token}").Replace(path)
	}
	path = names.Replace(path)
	op, ok := x.paths[path][strings.ToLower(method)].(map[string]any)
	if !ok {
		s.complain("Discord describes no %s %s", method, path)
		return
	}
	request, _ := op["requestBody"].(map[string]any)
	if request == nil {
		if len(body) > 0 {
			s.complain("%s takes no body", route)
		}
		return
	}
	content, _ := request["content"].(map[string]any)["application/json"].(map[string]any)
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		s.complain("%s: %v", route, err)
		return
	}
	if err := x.valid(content["schema"], v, "body"); err != nil {
		s.complain("%s: outside Discord's description: %v", route, err)
	}
}

// valid reports what is wrong with v. Objects may have only the fields
// described, unless the description says otherwise.
func (x *schema) valid(def, v any, at string) error {
	d, ok := def.(map[string]any)
	if !ok {
		return nil
	}
	if ref, ok := d["$ref"].(string); ok {
		return x.valid(x.schemas[strings.TrimPrefix(ref, "#/components/schemas/")], v, at)
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		if list, ok := d[key].([]any); ok {
			if err := x.anyOf(list, v, at); err != nil {
				return err
			}
		}
	}
	if list, ok := d["allOf"].([]any); ok {
		for _, one := range list {
			if err := x.valid(one, v, at); err != nil {
				return err
			}
		}
	}
	if want, ok := d["const"]; ok && !reflect.DeepEqual(want, v) {
		return fmt.Errorf("%s is %v, not %v", at, v, want)
	}
	if list, ok := d["enum"].([]any); ok && !contains(list, v) {
		return fmt.Errorf("%s is %v, none of %v", at, v, list)
	}
	if err := checkType(d["type"], v, at); err != nil {
		return err
	}
	switch v := v.(type) {
	case string:
		return x.validString(d, v, at)
	case float64:
		if lo, ok := d["minimum"].(float64); ok && v < lo {
			return fmt.Errorf("%s is %v, below %v", at, v, lo)
		}
		if hi, ok := d["maximum"].(float64); ok && v > hi {
			return fmt.Errorf("%s is %v, above %v", at, v, hi)
		}
	case []any:
		if err := bounds(d, "Items", len(v), at); err != nil {
			return err
		}
		for i, e := range v {
			if err := x.valid(d["items"], e, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case map[string]any:
		return x.validObject(d, v, at)
	}
	return nil
}

func (x *schema) anyOf(list []any, v any, at string) error {
	var problems []error
	for _, one := range list {
		err := x.valid(one, v, at)
		if err == nil {
			return nil
		}
		problems = append(problems, err)
	}
	return fmt.Errorf("%s fits none: %w", at, errors.Join(problems...))
}

func (x *schema) validString(d map[string]any, v, at string) error {
	if err := bounds(d, "Length", len([]rune(v)), at); err != nil {
		return err
	}
	if p, ok := d["pattern"].(string); ok {
		x.mu.Lock()
		re := x.patterns[p]
		if re == nil {
			re, _ = regexp.Compile(p)
			x.patterns[p] = re
		}
		x.mu.Unlock()
		if re != nil && !re.MatchString(v) {
			return fmt.Errorf("%s is %q, not like %s", at, v, p)
		}
	}
	return nil
}

func (x *schema) validObject(d map[string]any, v map[string]any, at string) error {
	properties, described := d["properties"].(map[string]any)
	required, _ := d["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			return fmt.Errorf("%s lacks %v", at, name)
		}
	}
	if err := bounds(d, "Properties", len(v), at); err != nil {
		return err
	}
	for name, value := range v {
		def, ok := properties[name]
		if !ok {
			if def, ok = d["additionalProperties"]; !ok && described {
				return fmt.Errorf("%s has a field %s that Discord does not describe", at, name)
			}
		}
		if err := x.valid(def, value, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func bounds(d map[string]any, what string, n int, at string) error {
	if lo, ok := d["min"+what].(float64); ok && float64(n) < lo {
		return fmt.Errorf("%s has %d, fewer than %v (min%s)", at, n, lo, what)
	}
	if hi, ok := d["max"+what].(float64); ok && float64(n) > hi {
		return fmt.Errorf("%s has %d, more than %v (max%s)", at, n, hi, what)
	}
	return nil
}

func contains(list []any, v any) bool {
	for _, x := range list {
		if reflect.DeepEqual(x, v) {
			return true
		}
	}
	return false
}

// checkType checks the type, or the types, a description allows.
func checkType(def, v any, at string) error {
	var allowed []any
	switch def := def.(type) {
	case string:
		allowed = []any{def}
	case []any:
		allowed = def
	default:
		return nil
	}
	for _, t := range allowed {
		switch v := v.(type) {
		case nil:
			if t == "null" {
				return nil
			}
		case string:
			if t == "string" {
				return nil
			}
		case bool:
			if t == "boolean" {
				return nil
			}
		case float64:
			if t == "number" || t == "integer" && v == math.Trunc(v) {
				return nil
			}
		case []any:
			if t == "array" {
				return nil
			}
		case map[string]any:
			if t == "object" {
				return nil
			}
		}
	}
	return fmt.Errorf("%s is a %T, none of %v", at, v, allowed)
}
