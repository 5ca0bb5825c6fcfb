package bot

import (
	"slices"
	"strings"

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
	if len(q.History) == 0 || len(b.lib.Records) == 0 || !dependent(q.Text) {
		return q.Text
	}
	r, err := b.Record(q.Record)
	if err != nil {
		r = b.lib.Records[0]
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
