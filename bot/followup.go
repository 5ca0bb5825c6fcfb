package bot

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"rapporteur/retrieval"
)

// pointers are words that point back to what was said before.
var pointers = []string{
	"he", "him", "his", "she", "her", "it", "its", "they", "them", "their", "theirs", "that", "this", "those", "these", "there", "then",
	"one", "same", "such", "so", "and", "but", "also", "else", "too", "other",
}

// fewWords is how many topical words a question has at most that cannot stand
// alone.
const fewWords = 1

// dependent reports whether a question seems to go on from the one before it.
func dependent(text string) bool {
	words := retrieval.Words(text)
	topical := 0
	for _, word := range words {
		if !retrieval.IsStopword(word) {
			topical++
		}
	}
	if topical <= fewWords {
		return true
	}
	return len(words) > 0 && slices.Contains([]string{"and", "but", "so", "then"}, words[0]) ||
		topical <= 3 && slices.ContainsFunc(words, func(word string) bool { return slices.Contains(pointers, word) })
}

// earlier is how many exchanges back the topic of a follow-up is looked for.
const earlier = 3

// inContext returns the text to search for a question: a follow-up gets the
// topics of the question it goes on from, and its speaker where it names none.
func (b *Bot) inContext(q Question) string {
	if len(q.History) == 0 || len(b.lib.Entries) == 0 || !dependent(q.Text) {
		return q.Text
	}
	r, err := b.Find(q.Record)
	if err != nil {
		r = b.lib.Entries[0]
	}
	text := []string{q.Text}
	named := len(b.index.Understand(q.Text, r.ID).Speakers) > 0
	for i := len(q.History) - 1; i >= max(0, len(q.History)-earlier); i-- {
		before := b.index.Understand(q.History[i].Question, r.ID)
		for _, term := range before.Terms {
			text = append(text, term.Text)
		}
		if !named && len(before.Speakers) == 1 {
			text = append(text, before.Speakers[0])
			named = true
		}
		if !dependent(q.History[i].Question) {
			break
		}
	}
	return strings.Join(text, " ")
}

// Limits of a follow-up that a model rewrites.
const (
	rewriteShare   = 4   // part of the time for an answer that it may take
	longestRewrite = 300 // characters
)

// searchText returns the text to search for a question: a follow-up as the
// model rewrites it, with what [Bot.inContext] adds where there is no model or
// it fails. It steers the search and nothing else.
func (b *Bot) searchText(ctx context.Context, q Question) string {
	carried := b.inContext(q)
	if b.opts.Model == nil || carried == q.Text {
		return carried
	}
	prompt, err := followUpPrompt(q)
	if err != nil {
		return carried
	}
	ctx, cancel := context.WithTimeout(ctx, b.opts.ModelTime/rewriteShare)
	defer cancel()
	reply, err := b.write(ctx, prompt, nil)
	if err != nil {
		return carried
	}
	var rewritten struct {
		Question string `json:"question"`
	}
	start, end := strings.Index(reply, "{"), strings.LastIndex(reply, "}")
	if start < 0 || end < start || decode(reply[start:end+1], &rewritten) != nil {
		return carried
	}
	text := cleanStatement(rewritten.Question)
	if text == "" || utf8.RuneCountInString(text) > longestRewrite {
		return carried
	}
	return text
}
