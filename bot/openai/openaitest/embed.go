package openaitest

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/kljensen/snowball/english"
)

// EmbeddingRequest is a request for the vectors of texts.
type EmbeddingRequest struct {
	Model          string   `json:"model"`
	Input          []string `json:"input"`
	EncodingFormat string   `json:"encoding_format,omitempty"`
	Dimensions     *int     `json:"dimensions,omitempty"`
}

// Vectors is what becomes of a request for embeddings. The zero value is right
// vectors.
type Vectors struct {
	Status     int    // other than 0: this error
	RetryAfter string // header of the error
	Delay      time.Duration
	Cut        bool // the connection ends within the response
	Broken     bool // broken JSON
	Longer     bool // vectors of one dimension too many
	Uneven     bool // the last vector has another dimension
	Fewer      bool // the last vector is missing
	Empty      bool // vectors without numbers
	NaN        bool // a number is NaN, which is no JSON
	Huge       bool // a number is too large for one
	Twice      bool // all vectors have the index 0
	Shuffled   bool // right, but in another order; the index tells
	NoUsage    bool
}

// Relate makes the embeddings take words for one another: those of each list
// lie together.
func (s *Server) Relate(lists ...[]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.related == nil {
		s.related = make(map[string]string)
	}
	for _, list := range lists {
		for _, word := range list {
			s.related[english.Stem(strings.ToLower(word), false)] = english.Stem(strings.ToLower(list[0]), false)
		}
	}
}

func (s *Server) embed(w http.ResponseWriter, r *http.Request) {
	var request EmbeddingRequest
	if !s.decode(w, r, &request) {
		return
	}
	problem := ""
	switch {
	case len(request.Input) == 0:
		problem = "no text"
	case len(request.Input) > 2048:
		problem = "too many texts"
	case request.EncodingFormat != "" && request.EncodingFormat != "float":
		problem = "an encoding that not all servers know"
	case request.Dimensions != nil && (*request.Dimensions < 1 || *request.Dimensions > Dimensions):
		problem = "dimensions out of range"
	}
	for _, text := range request.Input {
		if strings.TrimSpace(text) == "" {
			problem = "an empty text"
		} else if tokens(text) > 8192 {
			problem = "a text of too many tokens"
		}
	}
	if problem != "" {
		s.complain("a request for embeddings with %s", problem)
		refuse(w, http.StatusBadRequest, problem, "input", "")
		return
	}
	if request.Model != EmbeddingModel {
		refuse(w, http.StatusNotFound, "The model '"+request.Model+"' does not exist", "model", "model_not_found")
		return
	}
	s.mu.Lock()
	s.embeddings = append(s.embeddings, request)
	v := s.always
	if len(s.vectors) > 0 {
		v, s.vectors = s.vectors[0], s.vectors[1:]
	}
	related := s.related
	s.mu.Unlock()
	if !s.wait(r, v.Delay) {
		return
	}
	switch {
	case v.Status != 0 && v.Status != http.StatusOK:
		if v.RetryAfter != "" {
			w.Header().Set("Retry-After", v.RetryAfter)
		}
		refuse(w, v.Status, http.StatusText(v.Status)+" for key "+Key, "", "")
		return
	case v.Broken:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,`))
		return
	}
	dim := Dimensions
	if request.Dimensions != nil {
		dim = *request.Dimensions
	}
	data := v.data(request.Input, dim, related)
	response := map[string]any{"object": "list", "model": request.Model, "data": data}
	if count := tokens(strings.Join(request.Input, "")); !v.NoUsage {
		response["usage"] = map[string]any{"prompt_tokens": count, "total_tokens": count}
	}
	body, _ := json.Marshal(response)
	text := string(body)
	if v.NaN {
		text = strings.Replace(text, `"embedding":[`, `"embedding":[NaN,`, 1)
	}
	if v.Huge {
		text = strings.Replace(text, `"embedding":[`, `"embedding":[1e999,`, 1)
	}
	w.Header().Set("Content-Type", "application/json")
	if v.Cut {
		_, _ = w.Write([]byte(text[:len(text)/2]))
		cut(w)
	}
	_, _ = w.Write([]byte(text))
}

// data returns the vectors of a response, right or wrong as ordered.
func (v Vectors) data(texts []string, dim int, related map[string]string) []map[string]any {
	data := make([]map[string]any, 0, len(texts))
	if v.Longer {
		dim++
	}
	for i, text := range texts {
		vector := embed(text, dim, related)
		switch {
		case v.Empty:
			vector = []float32{}
		case v.Uneven && i == len(texts)-1:
			vector = append(vector, 1)
		}
		index := i
		if v.Twice {
			index = 0
		}
		data = append(data, map[string]any{"object": "embedding", "index": index, "embedding": vector})
	}
	if v.Fewer {
		data = data[:len(data)-1]
	}
	if v.Shuffled {
		for i, j := 0, len(data)-1; i < j; i, j = i+1, j-1 {
			data[i], data[j] = data[j], data[i]
		}
	}
	return data
}

// embed returns the sum of a direction for each stem of a text, so that texts
// with the same words, or with words told to be related, are near.
func embed(text string, dim int, related map[string]string) []float32 {
	vector := make([]float32, dim)
	words := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	for _, word := range words {
		if english.IsStopWord(word) {
			continue
		}
		stem := english.Stem(word, false)
		if other, ok := related[stem]; ok {
			stem = other
		}
		h := fnv.New64a()
		_, _ = h.Write([]byte(stem))
		state := h.Sum64() | 1
		for i := range vector {
			state ^= state >> 12
			state ^= state << 25
			state ^= state >> 27
			vector[i] += float32(state*0x2545F4914F6CDD1D>>63)*2 - 1
		}
	}
	sum := 0.0
	for _, x := range vector {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		vector[0], sum = 1, 1 // a text of stop words
	}
	for i := range vector {
		vector[i] /= float32(math.Sqrt(sum))
	}
	return vector
}
