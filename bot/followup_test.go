package bot

import (
	"slices"
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
