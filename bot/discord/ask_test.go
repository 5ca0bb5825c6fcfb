package discord

import (
	"strings"
	"testing"
)

func TestAsk(t *testing.T) {
	x := start(t, bundled())
	i := x.Command(nobody, "ask", opt("question", "What did Molotov say about Dairen?"))
	m := i.Await(1)[0]
	for _, want := range []string{"-# Asked: What did Molotov say about Dairen?", "**Molotov", "](<https://", "#:~:text=", "Source:"} {
		if !strings.Contains(m.Content, want) {
			t.Errorf("no %q in\n%s", want, m.Content)
		}
	}
	if m.Ephemeral {
		t.Error("a public question got a private answer")
	}
}
