package bot

import (
	"slices"
	"strings"
	"testing"
)

func TestFollowUps(t *testing.T) {
	b := bundledBot(t)
	tests := []struct {
		before, question, ref string
	}{
		{"who ensures the supply of coal?", "and what about the branch lines there?", "IV.11"},
		{"what did Soong say about the noble experiment?", "why did he say that?", "IV.48"},
		{"Who should guard the railway according to Soong?", "and Molotov?", "IV.17"},
	}
	for _, test := range tests {
		q := Question{Text: test.question, History: []Exchange{{Question: test.before}}}
		if a := ask(t, b, q); !slices.Contains(refs(a.Citations), test.ref) {
			t.Errorf("%q, then %q: %v; want %s", test.before, test.question, refs(a.Citations), test.ref)
		}
	}
}

func TestQuestionsOfTheirOwn(t *testing.T) {
	b := bundledBot(t)
	const question = "Who should own the railway in Manchuria?"
	alone := ask(t, b, Question{Text: question})
	after := ask(t, b, Question{Text: question, History: []Exchange{{Question: "when does Molotov leave?"}}})
	if !slices.Equal(refs(alone.Citations), refs(after.Citations)) {
		t.Errorf("%v alone, %v after another question", refs(alone.Citations), refs(after.Citations))
	}
}

func TestModelRewritesFollowUps(t *testing.T) {
	q := Question{Text: "and what about the branch lines there?", History: []Exchange{{"who ensures the supply of coal?", "The Chinese government. [IV.11]"}}}
	for _, test := range []struct{ reply, search string }{
		{`{"question": "What did they say about plebiscite?"}`, "What did they say about plebiscite?"},
		{"Sure:\n```json\n{\"question\": \"What of the branch lines of the <b>coal</b> mines?\",}\n```", "What of the branch lines of the coal mines?"},
		{"no JSON", ""},
		{`{"question": ""}`, ""},
		{`{"question": "` + strings.Repeat("long ", 100) + `"}`, ""},
	} {
		m := &scripted{reply: test.reply}
		b := modelBot(t, m, Options{})
		want := test.search
		if want == "" {
			want = b.inContext(q)
		}
		if got := b.searchText(t.Context(), q); got != want {
			t.Errorf("%q: searched for %q; want %q", test.reply, got, want)
		}
		golden(t, "prompt-followup.txt", m.asked[0].System+"\n\n---\n\n"+m.asked[0].User+"\n")
	}
	m := &scripted{err: ErrModelDown}
	b := modelBot(t, m, Options{})
	if got := b.searchText(t.Context(), q); got != b.inContext(q) {
		t.Errorf("without the model: %q", got)
	}
	if b.searchText(t.Context(), Question{Text: profits}); len(m.asked) != 1 {
		t.Error("a question of its own was rewritten")
	}
}
