package openai

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/openai/openaitest"
)

func newTestEmbedder(t *testing.T, s *openaitest.Server, change func(*EmbedderOptions)) (*Embedder, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	opts := EmbedderOptions{Model: openaitest.EmbeddingModel, Endpoint: Endpoint{BaseURL: s.URL, APIKey: openaitest.Key,
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}}
	if change != nil {
		change(&opts)
	}
	e, err := NewEmbedder(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	e.client.sleep = func(context.Context, time.Duration) error { return nil }
	return e, &log
}

func cosine(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestEmbed(t *testing.T) {
	s := openaitest.New(t)
	s.AlwaysVectors(openaitest.Vectors{Shuffled: true})
	e, _ := newTestEmbedder(t, s, func(o *EmbedderOptions) { o.BatchTexts, o.BatchBytes = 10, 400 })
	if want := fmt.Sprintf("openai test-embedding@%s/256", strings.TrimPrefix(s.URL, "http://")); e.Name() != want {
		t.Errorf("name %q; want %q", e.Name(), want)
	}
	var texts []string
	for i := range 57 {
		texts = append(texts, fmt.Sprintf("the railways of number%d", i))
	}
	texts[13], texts[40] = " \n", strings.Repeat("railway ", 100)
	vectors, err := e.Embed(t.Context(), texts)
	if err != nil || len(vectors) != len(texts) {
		t.Fatalf("%d vectors, %v", len(vectors), err)
	}
	for i, text := range texts {
		if i == 13 {
			if len(vectors[i]) != 256 || cosine(vectors[i], vectors[i]) != 0 {
				t.Error("a blank text has no vector of zeros")
			}
			continue
		}
		alone, err := e.Embed(t.Context(), []string{text})
		if err != nil || cosine(alone[0], vectors[i]) < .999 {
			t.Errorf("text %d has not its own vector (%v)", i, err)
		}
	}
	for _, r := range s.Embeddings() {
		if size := len(strings.Join(r.Input, "")); len(r.Input) > 10 || len(r.Input) > 1 && size > 400 {
			t.Errorf("a batch of %d texts and %d bytes", len(r.Input), size)
		}
	}
	if near, far := cosine(vectors[1], vectors[2]), cosine(vectors[1], mustEmbed(t, e, "sovereignty")); near < .3 || far > .3 {
		t.Errorf("near %v, far %v", near, far)
	}
}

func mustEmbed(t *testing.T, e *Embedder, text string) []float32 {
	t.Helper()
	vectors, err := e.Embed(t.Context(), []string{text})
	if err != nil {
		t.Fatal(err)
	}
	return vectors[0]
}

// A question asked again is not paid for again, whatever was done to its
// vector.
func TestEmbedQueryKept(t *testing.T) {
	s := openaitest.New(t)
	e, _ := newTestEmbedder(t, s, nil)
	first := mustEmbed(t, e, "who owns the railway")
	want := first[0]
	first[0] = 42
	if again := mustEmbed(t, e, "who owns the railway"); again[0] != want {
		t.Errorf("the vector kept was changed to %v", again[0])
	}
	if n := len(s.Embeddings()); n != 2 { // one learned the dimension
		t.Errorf("%d requests", n)
	}
}

func TestEmbedFaults(t *testing.T) {
	tests := []struct {
		name   string
		faults []openaitest.Vectors
		err    string // empty: overcome
		asked  int
	}{
		{"429, then well", []openaitest.Vectors{{Status: 429, RetryAfter: "2"}, {}}, "", 2},
		{"500, 502, 503, then well", []openaitest.Vectors{{Status: 500}, {Status: 502}, {Status: 503}, {}}, "", 4},
		{"cut, then well", []openaitest.Vectors{{Cut: true}, {}}, "", 2},
		{"broken, then well", []openaitest.Vectors{{Broken: true}, {}}, "", 2},
		{"no usage", []openaitest.Vectors{{NoUsage: true}}, "", 1},
		{"400", []openaitest.Vectors{{Status: 400}}, "answered 400", 1},
		{"another dimension", []openaitest.Vectors{{Longer: true}}, "257 dimensions where 256", 1},
		{"uneven", []openaitest.Vectors{{Uneven: true}}, "257 dimensions where 256", 1},
		{"too few", []openaitest.Vectors{{Fewer: true}}, "1 vectors for 2 texts", 1},
		{"empty", []openaitest.Vectors{{Empty: true}}, "0 dimensions", 1},
		{"twice", []openaitest.Vectors{{Twice: true}}, "twice", 1},
		{"NaN for good", []openaitest.Vectors{{NaN: true}, {NaN: true}, {NaN: true}, {NaN: true}, {NaN: true}, {NaN: true}}, "cannot be read", 6},
		{"too large a number", []openaitest.Vectors{{Huge: true}, {Huge: true}, {Huge: true}, {Huge: true}, {Huge: true}, {Huge: true}}, "cannot be read", 6},
		{"hangs", []openaitest.Vectors{{Delay: -1}}, "within 100ms", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.New(t)
			e, log := newTestEmbedder(t, s, nil)
			e.opts.Timeout = 5 * time.Second
			if test.name == "hangs" {
				e.opts.Timeout = 100 * time.Millisecond
			}
			s.ScriptVectors(test.faults...)
			vectors, err := e.Embed(t.Context(), []string{"one text", "another text"})
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v; want %q", err, test.err)
			}
			if err == nil && (len(vectors) != 2 || len(vectors[1]) != 256) {
				t.Errorf("vectors %v", vectors)
			}
			if n := len(s.Embeddings()) - 1; n != test.asked {
				t.Errorf("%d requests; want %d", n, test.asked)
			}
			holdsNoKey(t, err, log)
		})
	}
}

// Somebody waits for the vector of a question: it comes soon or not at all.
func TestEmbedQueryTime(t *testing.T) {
	s := openaitest.New(t)
	e, _ := newTestEmbedder(t, s, func(o *EmbedderOptions) { o.QueryTimeout = 50 * time.Millisecond })
	s.AlwaysVectors(openaitest.Vectors{Delay: -1})
	for range failuresToOpen + 2 {
		if _, err := e.Embed(t.Context(), []string{"who?"}); !errors.Is(err, bot.ErrModelDown) {
			t.Errorf("error %v", err)
		}
	}
	if n := len(s.Embeddings()) - 1; n != failuresToOpen {
		t.Errorf("%d requests to a server that hangs; want %d", n, failuresToOpen)
	}
}

func TestNewEmbedder(t *testing.T) {
	s := openaitest.New(t)
	e, _ := newTestEmbedder(t, s, func(o *EmbedderOptions) { o.Dimensions = 64 })
	if !strings.HasSuffix(e.Name(), "/64") || *s.Embeddings()[0].Dimensions != 64 {
		t.Errorf("name %q", e.Name())
	}
	s.Close()
	_, err := NewEmbedder(t.Context(), EmbedderOptions{Endpoint: e.opts.Endpoint, Model: openaitest.EmbeddingModel})
	if !errors.Is(err, bot.ErrModelDown) {
		t.Errorf("error %v", err)
	}
}

func TestBeginning(t *testing.T) {
	for _, text := range []string{"short", strings.Repeat("x", maxText+5), strings.Repeat("談", maxText)} {
		got := beginning(text)
		if len(got) > maxText || len(got) < min(len(text), maxText-3) || !strings.HasPrefix(text, got) {
			t.Errorf("%d bytes become %d", len(text), len(got))
		}
	}
}
