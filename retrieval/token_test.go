package retrieval

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Molotov's draft, isn't it?", "molotov draft isnt it"},
		{"the U.S.S.R. and the U.S.", "the ussr and the us"},
		{"an L_C_D_ screen, two L_C_D_s", "an lcd screen two lcds"},
		{"T. V. Soong", "t v soong"},
		{"Lüshunkou [Dalian]", "lushunkou dalian"},
		{"旅順 port", "旅 順 port"},
		{"so {disfmarker} yes", "so yes"},
		{"an open { brace", "an open brace"},
		{"50-50, 4+3, 2(b)", "50 50 4 3 2 b"},
		{"", ""},
	}
	for _, test := range tests {
		if got := strings.Join(Words(test.text), " "); got != test.want {
			t.Errorf("Words(%q) = %q; want %q", test.text, got, test.want)
		}
	}
}

func TestStemsAreEqual(t *testing.T) {
	for _, pair := range [][2]string{{"withdrawal", "withdrawals"}, {"colour", "color"}, {"organisation", "organization"}, {"three", "3"}, {"railways", "railway"}, {"centre", "center"}} {
		if a, b := Stem(pair[0]), Stem(pair[1]); a != b {
			t.Errorf("%s has the stem %q, %s has %q", pair[0], a, pair[1], b)
		}
	}
}

func TestStems(t *testing.T) {
	if diff := cmp.Diff([]string{"troop", "leav"}, Stems("Will the troops be leaving?")); diff != "" {
		t.Error(diff)
	}
}

// Tokens stand in order, within the text, and hold what they say.
func FuzzTokenize(f *testing.F) {
	for _, seed := range []string{"Soong: O.K.", "L_C_D_ {x} U.S.S.R", "é́'s 旅順", "{", "a_b_", "\xff\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, token := range tokenize(text) {
			if token.start < end || token.end <= token.start || token.end > len(text) {
				t.Fatalf("token %+v after %d in a text of %d bytes", token, end, len(text))
			}
			if token.word == "" || utf8.ValidString(text) && !utf8.ValidString(token.word) {
				t.Fatalf("word %q", token.word)
			}
			end = token.end
		}
	})
}
