package bot

import (
	"context"
	"strings"
	"testing"
)

func TestConcordance(t *testing.T) {
	b := bundledBot(t)
	tests := []struct {
		words, speaker string
		count          int
		by             string
	}{
		{"Manchuria", "", 4, "Molotov 2, Soong 2, Petrov 0"},
		{"port arthur", "", 0, ""},
		{"LUSHUNKOU", "", 1, "Molotov 1, Soong 0, Petrov 0"},
		{"Dair", "", 0, "Molotov 0, Soong 0, Petrov 0"},
		{"Chiang's", "", 0, "Molotov 0, Soong 0, Petrov 0"},
		{"think it over", "", 2, "Molotov 2, Soong 0, Petrov 0"},
		{"yalta", "Soong", 4, "Soong 4"},
		{"helicopter", "", 0, "Molotov 0, Soong 0, Petrov 0"},
	}
	for _, test := range tests {
		c, err := b.Concordance(context.Background(), ConcordanceQuery{Words: test.words, Speaker: test.speaker})
		if err != nil {
			t.Fatal(err)
		}
		var by []string
		for _, s := range c.Speakers {
			by = append(by, s.Speaker+" "+string(rune('0'+s.Count)))
		}
		want := strings.Count(strings.ToLower(recordText(t, b)), strings.ToLower(test.words))
		if test.by != "" && (c.Count != test.count || !strings.HasPrefix(strings.Join(by, ", "), test.by)) || test.by == "" && c.Count != want || len(c.Lines) != c.Count {
			t.Errorf("%q: %d lines, %d, %s; want %d, %s", test.words, len(c.Lines), c.Count, strings.Join(by, ", "), max(want, test.count), test.by)
		}
		for _, l := range c.Lines {
			if err := verifyCitation(b.lib, l.Citation); err != nil || !strings.Contains(l.Text, l.Before+l.Quote+l.After) {
				t.Errorf("%q: %v: %+v", test.words, err, l)
			}
		}
	}
}

func recordText(t *testing.T, b *Bot) string {
	var text strings.Builder
	for _, turn := range recordsOf(t, b.lib)[0].Turns {
		text.WriteString(turn.Text + "\n")
	}
	return text.String()
}

func TestConcordanceErrors(t *testing.T) {
	b := bundledBot(t)
	for _, words := range []string{"", "…", strings.Repeat("long ", 100)} {
		if _, err := b.Concordance(context.Background(), ConcordanceQuery{Words: words}); err == nil {
			t.Errorf("%q: no error", words)
		}
	}
}
