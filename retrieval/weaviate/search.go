package weaviate

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rapporteur/retrieval"
)

// query runs a GraphQL query and returns what each name in it got.
func (s *Store) query(ctx context.Context, doing, query string) (map[string][]map[string]any, error) {
	response, err := s.client.GraphQL().Raw().WithQuery(query).Do(ctx)
	if err != nil {
		return nil, failed(doing, err)
	}
	if len(response.Errors) > 0 {
		return nil, failed(doing, errors.New(response.Errors[0].Message))
	}
	got := make(map[string][]map[string]any)
	fields, _ := response.Data["Get"].(map[string]any)
	for name, value := range fields {
		list, _ := value.([]any)
		for _, item := range list {
			if object, ok := item.(map[string]any); ok {
				got[name] = append(got[name], object)
			}
		}
	}
	return got, nil
}

// quoted writes a value into a query.
func quoted(v any) string {
	text, _ := json.Marshal(v) // of strings and numbers: it cannot fail
	return string(text)
}

// live filters what a generation sees.
func live(generation int64) string {
	return fmt.Sprintf(`{path:["since"],operator:LessThanEqual,valueInt:%d},{path:["until"],operator:GreaterThan,valueInt:%d}`, generation, generation)
}

// Find implements [retrieval.Engine].
func (s *Store) Find(ctx context.Context, v retrieval.View, sought retrieval.Sought) ([]retrieval.Held, error) {
	var parts []string
	if len(sought.Terms) > 0 {
		// A term counts as often as it is repeated.
		var words []string
		for stem, weight := range sought.Terms {
			for range max(1, min(8, weight)) {
				words = append(words, stem)
			}
		}
		slices.Sort(words)
		parts = append(parts, fmt.Sprintf(`words:%s(limit:%d,bm25:{query:%s,properties:["terms"]},where:{operator:And,operands:[%s]}){record version}`,
			s.records(), sought.Limit, quoted(strings.Join(words, " ")), live(v.Generation)))
	}
	if len(sought.Names) > 0 {
		parts = append(parts, fmt.Sprintf(`names:%s(limit:%d,where:{operator:And,operands:[%s,{path:["names"],operator:ContainsAny,valueText:%s}]}){record version}`,
			s.records(), sought.Limit, live(v.Generation), quoted(sought.Names)))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	got, err := s.query(ctx, "searching records", "{Get{"+strings.Join(parts, " ")+"}}")
	if err != nil {
		return nil, err
	}
	var found []retrieval.Held
	for _, name := range []string{"words", "names"} {
		for _, p := range got[name] {
			if h := heldOf(p); !slices.Contains(found, h) {
				found = append(found, h)
			}
		}
	}
	return found, nil
}

func heldOf(p map[string]any) retrieval.Held {
	return retrieval.Held{Record: text(p["record"]), Version: text(p["version"])}
}

// Outlines implements [retrieval.Engine].
func (s *Store) Outlines(ctx context.Context, _ retrieval.View, records []retrieval.Held) ([][]byte, error) {
	ids := make([]string, len(records))
	outlines := make([][]byte, len(records))
	for i, h := range records {
		ids[i] = outlineID(entryID(h))
	}
	got, err := s.query(ctx, "reading outlines", fmt.Sprintf(`{Get{%s(limit:%d,where:{path:["id"],operator:ContainsAny,valueText:%s}){record version outline}}}`, s.outlines(), len(ids), quoted(ids)))
	if err != nil {
		return nil, err
	}
	for _, p := range got[s.outlines()] {
		if i := slices.Index(records, heldOf(p)); i >= 0 {
			if outlines[i], err = blob(p["outline"]); err != nil {
				return nil, err
			}
		}
	}
	for i, outline := range outlines {
		if outline == nil {
			return nil, fmt.Errorf("weaviate: the outline of %s is missing: %w", records[i].Record, retrieval.ErrUnavailable)
		}
	}
	return outlines, nil
}

// likePerRecord is how many passages are returned for each record compared:
// those least alike would only shift turns that are far behind, and the engine
// reads every passage it returns from its disk.
const likePerRecord = 50

// Similar implements [retrieval.Engine].
func (s *Store) Similar(ctx context.Context, v retrieval.View, vector []float32, least float64, records []retrieval.Held) ([]retrieval.Likeness, error) {
	ids := make([]string, len(records))
	byID := make(map[string]retrieval.Held)
	for i, h := range records {
		ids[i] = entryID(h)
		byID[ids[i]] = h
	}
	class := s.passages(v.Model)
	got, err := s.query(ctx, "comparing passages", fmt.Sprintf(`{Get{%s(limit:%d,nearVector:{vector:%s,distance:%g},where:{path:["entry"],operator:ContainsAny,valueText:%s}){entry passage _additional{distance}}}}`,
		class, likePerRecord*len(records), quoted(vector), 1-least, quoted(ids)))
	if err != nil {
		return nil, err
	}
	found := make([]retrieval.Likeness, 0, len(got[class]))
	for _, p := range got[class] {
		more, _ := p["_additional"].(map[string]any)
		h, ok := byID[text(p["entry"])]
		if ok {
			found = append(found, retrieval.Likeness{Held: h, Passage: int(number(p["passage"])), Cosine: float32(1 - number(more["distance"]))})
		}
	}
	return found, nil
}

func text(v any) string    { t, _ := v.(string); return t }
func number(v any) float64 { n, _ := v.(float64); return n }

func blob(v any) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text(v))
	return data, failed("reading a stored value", err)
}
