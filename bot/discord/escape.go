package discord

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// zeroWidth stands after a sign that would otherwise begin a mention of
// everybody; Discord's server reads those even behind a backslash.
const zeroWidth = "\u200b"

// clean removes what could make a text look other than it reads: directional
// overrides, control and invisible characters, broken encoding. Line ends
// become "\n". Words are never touched.
func clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	flag := false // inside the tag sequence of a flag such as Scotland's
	return strings.Map(func(r rune) rune {
		tag := r >= 0xE0000 && r <= 0xE007F
		if tag && flag {
			return r
		}
		flag = r == 0x1F3F4
		switch {
		case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r), bidiControl(r), tag,
			r == 0x200B, r == 0xFEFF, r >= 0x2060 && r <= 0x2064, r >= 0x206A && r <= 0x206F,
			r >= 0xFFF9 && r <= 0xFFFB, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, text)
}

func bidiControl(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

var (
	// inviteHost ends before the dot of an address at which Discord shows an
	// invitation although no scheme stands before it.
	inviteHost  = regexp.MustCompile(`(?i)(?:discord|discordapp|dsc)$`)
	emojiName   = regexp.MustCompile(`^:[^\s:]+:`)
	everybody   = regexp.MustCompile(`(?i)^@(?:everyone|here)`)
	listNumber  = regexp.MustCompile(`^\d+\.(?:[ \n]|$)`)
	markupSigns = "\\*_~|`[]<@#"
)

// escape returns markup that Discord shows as the text given, word for word:
// no formatting, mention, emoji, timestamp, link or preview arises from it,
// wherever it stands in a message. It cleans the text first.
func escape(text string) string {
	text = clean(text)
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	lineStart := true
	numberDot := -1 // where the dot of a list number stands
	for i, r := range text {
		rest := text[i:]
		next, _ := utf8.DecodeRuneInString(rest[utf8.RuneLen(r):])
		if lineStart {
			if m := listNumber.FindString(rest); m != "" {
				numberDot = i + strings.IndexByte(m, '.')
			}
		}
		switch {
		case strings.ContainsRune(markupSigns, r),
			r == ':' && (next == '/' || strings.HasSuffix(text[:i], "<t") || emojiName.MatchString(rest)),
			lineStart && (r == '>' || (r == '-' || r == '+')),
			i == numberDot, r == '.' && next > ' ' && inviteHost.MatchString(text[max(0, i-10):i]):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' && everybody.MatchString(rest) {
			b.WriteString(zeroWidth)
		}
		if r == '\n' {
			lineStart = true
		} else if r != ' ' {
			lineStart = false
		}
	}
	return b.String()
}

// unescape returns the text that markup made by [escape] shows.
func unescape(markup string) string {
	var b strings.Builder
	for i := 0; i < len(markup); i++ {
		if markup[i] == '\\' && i+1 < len(markup) && punctuation(markup[i+1]) {
			i++
		}
		b.WriteByte(markup[i])
	}
	return strings.ReplaceAll(b.String(), zeroWidth, "")
}

func punctuation(c byte) bool {
	return c > ' ' && c < utf8.RuneSelf && c != 0x7f &&
		!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z')
}

// fenced returns text as it may stand in a code block: nothing in it ends the
// block, and nothing is formatted there.
func fenced(text string) string {
	return strings.ReplaceAll(clean(text), "`", "`"+zeroWidth)
}

var (
	maskedLink = regexp.MustCompile(`\[((?:\\.|[^\[\]\\])*)\]\(<[^<>\s]*>\)`)
	boldMark   = regexp.MustCompile(`\*\*`)
)

// plain returns what a message of ours says, without its markup and without
// the small lines: the answer of an earlier exchange.
func plain(markup string) string {
	var lines []string
	for line := range strings.SplitSeq(markup, "\n") {
		if strings.HasPrefix(line, small) {
			continue
		}
		line = maskedLink.ReplaceAllString(line, `\[$1\]`)
		line = strings.TrimPrefix(line, "> ")
		lines = append(lines, unescape(dropBold(line)))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// dropBold removes the bold marks that are not escaped. Escaped stars never
// stand in pairs: a backslash is between them.
func dropBold(line string) string {
	return boldMark.ReplaceAllStringFunc(line, func(string) string { return "" })
}
