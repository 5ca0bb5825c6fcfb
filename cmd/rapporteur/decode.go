package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/spf13/cobra"
)

// configDecoder reads a configuration file strictly: an unknown or repeated
// key, a wrong type or a bad value is an error that names file, line, key and
// what is allowed.
type configDecoder struct {
	file string
	at   map[string]ast.Node // where each value stands, by key; entries of lists by key[i]
}

func (d *configDecoder) decodeFile(data []byte, c *config) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if at := notUTF8(data); at >= 0 {
		return fmt.Errorf("%s:%d: the file is not UTF-8 text; allowed: UTF-8", d.file, 1+bytes.Count(data[:at], []byte("\n")))
	}
	parsed, err := parser.ParseBytes(data, 0)
	if err != nil {
		return fmt.Errorf("%s:%s", d.file, syntaxError(err))
	}
	var body ast.Node // nil: nothing but comments
	for _, doc := range parsed.Docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); directive || doc.Body == nil {
			continue
		}
		if body != nil {
			return &configError{file: d.file, node: doc.Body, problem: "a second document", allowed: "one document"}
		}
		body = doc.Body
	}
	if body == nil {
		return nil
	}
	return d.decode(body, reflect.ValueOf(c).Elem(), "")
}

// notUTF8 returns where text stops being UTF-8, or -1. A NUL is no text either.
func notUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 || r == 0 {
			return i
		}
		i += size
	}
	return -1
}

var syntaxPlace = regexp.MustCompile(`^\[(\d+):\d+\] (.*)`)

// syntaxError brings the parser's message to the form LINE: MESSAGE.
func syntaxError(err error) string {
	const allowed = "; allowed: KEY: VALUE on each line, indented with spaces, each key once"
	message, _, _ := strings.Cut(err.Error(), "\n")
	if m := syntaxPlace.FindStringSubmatch(message); m != nil {
		return m[1] + ": not valid YAML: " + m[2] + allowed
	}
	return "1: not valid YAML: " + message + allowed
}

func (d *configDecoder) decode(node ast.Node, v reflect.Value, key string) error {
	switch n := node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return &configError{d.file, n, key, "anchors, aliases and tags are not read", "plain values"}
	case *ast.NullNode:
		return nil // "key:" with nothing after it keeps the default
	}
	d.at[key] = node
	switch v.Kind() {
	case reflect.Struct:
		return d.decodeStruct(node, v, key)
	case reflect.Slice:
		return d.decodeSlice(node, v, key)
	}
	return d.decodeScalar(node, v, key)
}

func (d *configDecoder) decodeStruct(node ast.Node, v reflect.Value, key string) error {
	fields := make(map[string]reflect.Value)
	var names []string
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		fields[name] = v.Field(i)
		names = append(names, name)
	}
	sort.Strings(names)
	mapping, ok := node.(ast.MapNode)
	if !ok {
		return &configError{d.file, node, key, fmt.Sprintf("expected keys and values, found %s", describe(node)), strings.Join(names, ", ")}
	}
	seen := make(map[string]bool)
	for entries := mapping.MapRange(); entries.Next(); {
		name := keyName(entries.Key())
		full := strings.TrimPrefix(key+"."+name, ".")
		field, known := fields[name]
		if !known {
			return &configError{d.file, entries.Key(), strings.Trim(shown(full), `"`), "unknown key" + suggestion(key, name, names), strings.Join(names, ", ")}
		}
		if seen[name] {
			return &configError{d.file, entries.Key(), full, "the key is given twice", "once"}
		}
		seen[name] = true
		if err := d.decode(entries.Value(), field, full); err != nil {
			return err
		}
	}
	return nil
}

func (d *configDecoder) decodeSlice(node ast.Node, v reflect.Value, key string) error {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return &configError{d.file, node, key, "expected a list, found " + describe(node), "a list such as [a, b]"}
	}
	v.SetLen(0)
	for i, item := range list.Values {
		d.at[fmt.Sprintf("%s[%d]", key, i)] = item
		element := reflect.New(v.Type().Elem()).Elem()
		if _, null := item.(*ast.NullNode); null {
			return &configError{d.file, item, key, "an empty entry", "no empty entries"}
		}
		if err := d.decodeScalar(item, element, key); err != nil {
			return err
		}
		v.Set(reflect.Append(v, element))
	}
	return nil
}

func (d *configDecoder) decodeScalar(node ast.Node, v reflect.Value, key string) error {
	types := map[reflect.Kind]string{reflect.String: "a text", reflect.Bool: "true or false", reflect.Int: "a whole number"}
	wanted := types[v.Kind()]
	wrong := &configError{d.file, node, key, fmt.Sprintf("expected %s, found %s", wanted, describe(node)), wanted}
	if check := checks[key]; check != nil {
		if allowed := check("\x00"); allowed != "" { // which no value may hold
			wrong.allowed = allowed
		}
	}
	switch n := node.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		if v.Kind() != reflect.String {
			return wrong
		}
	case *ast.IntegerNode:
		switch {
		case v.Kind() == reflect.String && digits[key]:
			v.SetString(n.GetToken().Value)
			return d.check(node, v, key)
		case v.Kind() == reflect.String:
			wrong.allowed += "; a text of digits stands in quotation marks"
			return wrong
		}
	case *ast.BoolNode:
		if v.Kind() != reflect.Bool {
			return wrong
		}
	default:
		return wrong
	}
	if err := yaml.NodeToValue(node, v.Addr().Interface()); err != nil {
		return wrong
	}
	return d.check(node, v, key)
}

// check holds a value against what its key allows.
func (d *configDecoder) check(node ast.Node, v reflect.Value, key string) error {
	check := checks[key]
	if check == nil {
		return nil
	}
	value := fmt.Sprint(v.Interface())
	if allowed := check(value); allowed != "" {
		problem := "bad value " + shown(value)
		if secret[key] {
			problem = "bad value"
		}
		return &configError{d.file, node, key, problem, allowed}
	}
	return nil
}

// keyName returns a key as it is meant, without quotation marks.
func keyName(node ast.MapKeyNode) string {
	if text, ok := node.(*ast.StringNode); ok {
		return text.Value
	}
	return node.String()
}

// shown returns a value or a key for a message: on one line, and not the whole
// of a long one.
func shown(value string) string {
	const most = 60
	if runes := []rune(value); len(runes) > most {
		value = string(runes[:most]) + "…"
	}
	return strconv.Quote(value)
}

// suggestion says which key an unknown one, in a section of keys, may be meant
// to be: one that is spelt nearly so, or one of the same name elsewhere.
func suggestion(section, name string, names []string) string {
	menu := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, known := range names {
		menu.AddCommand(&cobra.Command{Use: known, Run: func(*cobra.Command, []string) {}})
	}
	found := menu.SuggestionsFor(strings.ReplaceAll(name, "-", "_"))
	for i := range found {
		found[i] = strings.TrimPrefix(section+"."+found[i], ".")
	}
	if len(found) == 0 {
		for _, key := range configKeys(reflect.TypeFor[config](), "") {
			if strings.HasSuffix("."+key, "."+name) {
				found = append(found, key)
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return ", perhaps " + strings.Join(found, " or ") + " is meant"
}

// configKeys returns the keys that hold values, in the order of the type.
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

func describe(node ast.Node) string {
	switch node.Type() {
	case ast.MappingType, ast.MappingValueType:
		return "keys and values"
	case ast.SequenceType:
		return "a list"
	case ast.StringType, ast.LiteralType:
		return "a text"
	case ast.IntegerType:
		return "a number"
	case ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number that is not whole"
	case ast.BoolType:
		return "true or false"
	case ast.NullType:
		return "nothing"
	}
	return strings.ToLower(node.Type().String())
}

// errorWithoutPath takes the operation and the path out of an error of the file
// system: the message names the file itself.
func errorWithoutPath(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no such file")
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
