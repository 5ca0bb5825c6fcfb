package main

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// decodeConfig reads a YAML document strictly into c: an unknown or repeated
// key, a wrong type or a bad value is an error that names file, line, key and
// what is allowed.
func decodeConfig(file string, data []byte, c *config) error {
	parsed, err := parser.ParseBytes(data, 0)
	if err != nil {
		return fmt.Errorf("%s:%s", file, syntaxError(err))
	}
	if len(parsed.Docs) > 1 {
		return &configError{file: file, node: parsed.Docs[1].Body, problem: "a second document", allowed: "one document"}
	}
	if len(parsed.Docs) == 0 || parsed.Docs[0].Body == nil {
		return nil // nothing but comments
	}
	d := configDecoder{file: file}
	return d.decode(parsed.Docs[0].Body, reflect.ValueOf(c).Elem(), "")
}

var syntaxPlace = regexp.MustCompile(`^\[(\d+):\d+\] (.*)`)

// syntaxError brings the parser's message to the form LINE: MESSAGE.
func syntaxError(err error) string {
	message, _, _ := strings.Cut(err.Error(), "\n")
	if m := syntaxPlace.FindStringSubmatch(message); m != nil {
		return m[1] + ": not valid YAML: " + m[2]
	}
	return "1: not valid YAML: " + message
}

type configDecoder struct{ file string }

func (d *configDecoder) decode(node ast.Node, v reflect.Value, key string) error {
	switch n := node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return &configError{d.file, n, key, "anchors, aliases and tags are not read", "plain values"}
	case *ast.NullNode:
		return nil // "key:" with nothing after it keeps the default
	}
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
		name := entries.Key().String()
		full := strings.TrimPrefix(key+"."+name, ".")
		field, known := fields[name]
		if !known {
			return &configError{d.file, entries.Key(), full, "unknown key", strings.Join(names, ", ")}
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
	for _, item := range list.Values {
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
	types := map[reflect.Kind]string{reflect.String: "a text", reflect.Bool: "true or false", reflect.Int: "a whole number", reflect.Float64: "a number"}
	wrong := &configError{d.file, node, key, fmt.Sprintf("expected %s, found %s", types[v.Kind()], describe(node)), types[v.Kind()]}
	switch n := node.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		if v.Kind() != reflect.String {
			return wrong
		}
	case *ast.IntegerNode:
		if v.Kind() == reflect.String { // an id written without quotation marks
			v.SetString(n.GetToken().Value)
			return d.check(node, v, key)
		}
	case *ast.BoolNode:
		if v.Kind() != reflect.Bool {
			return wrong
		}
	case *ast.FloatNode:
		if v.Kind() != reflect.Float64 {
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
		shown := fmt.Sprintf("bad value %q", value)
		if secret(key) {
			shown = "bad value"
		}
		return &configError{d.file, node, key, shown, allowed}
	}
	return nil
}

// secret reports whether a key's value must not be shown.
func secret(key string) bool {
	return strings.HasSuffix(key, "token") || strings.HasSuffix(key, "api_key") || strings.HasSuffix(key, "dsn")
}

func describe(node ast.Node) string {
	switch node.Type() {
	case ast.MappingType, ast.MappingValueType:
		return "keys and values"
	case ast.SequenceType:
		return "a list"
	case ast.StringType, ast.LiteralType:
		return "a text"
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
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
