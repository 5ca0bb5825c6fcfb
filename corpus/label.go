package corpus

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// label is what stands at the beginning of a turn and says who speaks.
type label struct {
	name    string // the speaker's name as printed
	printed string // the whole label, where it is more than the name: [10:32] Smith (laughing)
	time    string // the time printed with it
	words   string // what is said on the same line
	style   labelStyle
	ordinal bool // the turn's number stands before it
}

// labelStyle is how a label is set apart from the words after it. Colons and
// markup are taken anywhere; the others only in a file that uses them again
// and again.
type labelStyle int

const (
	noLabel     labelStyle = iota
	colonStyle             // Smith: words
	markedStyle            // **Smith:** words
	bareStyle              // **Smith** words, or a cell of its own
	angleStyle             // <Smith> words
	stopStyle              // MR. SMITH. words
	dashStyle              // Smith — words
	wideStyle              // SMITH    words
	letterStyle            // Q. words
	ownStyle               // SMITH on a line of its own
	styles
)

const maxLabel = 100 // bytes of a label

var (
	stampPattern   = regexp.MustCompile(`^[\[(]?(\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[.,]\d{1,3})?(?:\s?[ap]\.?m\b\.?)?)(?:\s*(?:-->|[-–—])\s*\d{1,2}:[\d:.,]{2,12})?[\])]?(?:\s*[-–—])?\s+`)
	afterPattern   = regexp.MustCompile(`^[\[(]\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?[\])]\s*[:：]?\s*`)
	stampedPattern = regexp.MustCompile(`^([\p{L}\p{N}][^:\[\]\n]{0,80}?),?\s*([\[(]?)(\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s?[ap]\.?m\b\.?)?)[\])]?\s*(:?)(?:\s+(.*))?$`)
	ordinalPattern = regexp.MustCompile(`^\(?\d{1,5}[.)]?\s+`)
	asidePattern   = regexp.MustCompile(`(?i)\s*[(\[](?:\p{Ll}[^()\[\]]*|cont(?:'|’)?d\.?|continu(?:ing|ed)|interrupting|interposing|laughing|reading|rising|through (?:the )?interpreter|in \p{Lu}\p{L}+)[)\]]$`)
	lowerAside     = regexp.MustCompile(`^\s*[(\[](?:\p{Ll}|(?i:cont|interrupting|interposing|laughing|reading|rising|through|in \p{Lu}))`)
	parentheses    = regexp.MustCompile(`\([^()]*(?:\([^()]*\)[^()]*)*\)`)
)

// readLabel returns the label a line begins with; its style is noLabel if
// there is none. marked is how many bytes markup sets apart at the beginning.
func readLabel(text string, marked int) label {
	if text == "" || !startsLabel(text) {
		return label{}
	}
	var l label
	rest := text
	if c := text[0]; c == '[' || c == '(' || c >= '0' && c <= '9' {
		if m := stampPattern.FindStringSubmatch(text); m != nil && len(m[0]) < len(text) {
			l.time, rest = m[1], text[len(m[0]):]
			marked = max(0, marked-len(m[0]))
		}
	}
	name, words, style := splitLabel(rest, marked)
	if style == noLabel && l.time == "" {
		if at := ordinalPattern.FindString(rest); at != "" && len(at) < len(rest) {
			name, words, style = splitLabel(rest[len(at):], 0)
			l.ordinal = style == colonStyle || style == letterStyle
			if !l.ordinal {
				return label{}
			}
		}
	} else if at := ordinalPattern.FindString(name); at != "" && style == colonStyle && len(at) < len(name) {
		name, l.ordinal = name[len(at):], true
	}
	if style == noLabel {
		return label{}
	}
	l.words, l.style = words, style
	printed := strings.TrimSpace(strings.TrimSuffix(text, words))
	if m := stampOf(name); m != nil && m[4] == "" && m[5] == "" {
		name, l.time = m[1], m[3]
	}
	if at := asideOf(name); at != nil && at[0] > 0 && lowerAside.MatchString(name[at[0]:]) {
		name = name[:at[0]]
	}
	l.name = strings.TrimSpace(name)
	printed = strings.TrimSpace(strings.TrimRight(printed, " \t:："))
	if printed != l.name && (l.time != "" || l.ordinal || strings.HasPrefix(printed, l.name) && strings.ContainsAny(printed[len(l.name):], "([")) {
		l.printed = printed
	}
	return l
}

func asideOf(name string) []int {
	if !strings.HasSuffix(name, ")") && !strings.HasSuffix(name, "]") {
		return nil
	}
	return asidePattern.FindStringIndex(name)
}

// stampOf matches a name with a time after it.
func stampOf(s string) []string {
	window := s[:min(len(s), maxLabel+10)]
	for i := 1; i+1 < len(window); i++ {
		if window[i] == ':' && isDigit(window[i-1]) && isDigit(window[i+1]) {
			return stampedPattern.FindStringSubmatch(s)
		}
	}
	return nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// startsLabel reports whether a line can begin with a label, by its first
// character.
func startsLabel(text string) bool {
	c := text[0]
	if c < utf8.RuneSelf {
		return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '[' || c == '(' || c == '<'
	}
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// splitLabel tries the styles in turn.
func splitLabel(text string, marked int) (name, words string, style labelStyle) {
	if marked > 0 && marked <= len(text) {
		name := strings.TrimSpace(strings.TrimRight(strings.TrimSpace(text[:marked]), ":：.—–-"))
		words := strings.TrimSpace(strings.TrimLeft(text[marked:], ":：—–"))
		if stamp := afterPattern.FindString(words); stamp != "" { // **Smith** (09:30): words
			name += " " + strings.TrimRight(stamp, ":： ")
			words = words[len(stamp):]
		}
		if office, after, ok := cutOffice(words); ok {
			name, words = name+" "+office, after
		}
		if at := strings.LastIndex(text[:marked], ":"); at > 0 && at+1 < marked && colonEnds(text, at) {
			name, words = strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+1:])
		}
		if isName(name) {
			if strings.ContainsAny(text[:max(min(len(text), marked+3), len(text)-len(words))], ":：") {
				return name, words, markedStyle
			}
			return name, words, bareStyle
		}
	}
	if name, words, ok := cutColon(text); ok {
		if short, said, ok := cutStop(text); ok && len(short) < len(name) && !isCapitals(strings.Trim(name[len(short):], ". ")) {
			return short, said, stopStyle // MR. SMITH. There are two ways: by rail and by sea
		}
		return name, words, colonStyle
	}
	if m := stampOf(text); m != nil && isName(m[1]) && (m[4] != "" || m[5] == "" || m[2] != "") {
		end := len(text) - len(m[5])
		return strings.TrimSpace(strings.TrimRight(text[:end], " \t:")), m[5], colonStyle
	}
	if text[0] == '<' {
		if at := strings.IndexByte(text, '>'); at > 1 && at < maxLabel && isName(text[1:at]) && at+1 < len(text) {
			return text[1:at], strings.TrimSpace(text[at+1:]), angleStyle
		}
		return "", "", noLabel
	}
	if len(text) > 2 && (text[0] == 'Q' || text[0] == 'A') && (text[1] == '.' || text[1] == ')') && text[2] <= ' ' {
		return text[:1], strings.TrimSpace(text[2:]), letterStyle
	}
	if !startsUpper(text) {
		return "", "", noLabel
	}
	if name, words, ok := cutStop(text); ok {
		return name, words, stopStyle
	}
	if name, words, ok := cutDash(text); ok {
		return name, words, dashStyle
	}
	if name, words, ok := cutWide(text); ok {
		return name, words, wideStyle
	}
	if len(text) <= 60 && isPersonal(text) {
		return strings.TrimRight(text, "."), "", ownStyle
	}
	return "", "", noLabel
}

// cutColon reads "Smith: words". The first colon that white space follows ends
// the label.
func cutColon(text string) (name, words string, ok bool) {
	window := text[:min(len(text), maxLabel+4)]
	at := strings.IndexAny(window, ":：")
	if at <= 0 {
		return "", "", false
	}
	if !colonEnds(text, at) {
		return "", "", false
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	name, words = strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+size:])
	return name, words, len(name) <= maxLabel && isName(name)
}

// colonEnds reports whether the colon at a byte ends a label: white space or a
// capital follows, not the digits of a time or the slashes of an address.
func colonEnds(text string, at int) bool {
	_, size := utf8.DecodeRuneInString(text[at:])
	next, _ := utf8.DecodeRuneInString(text[at+size:])
	return at+size == len(text) || unicode.IsSpace(next) || size > 1 ||
		(unicode.IsUpper(next) || strings.ContainsRune(`"“‘'([*`, next)) && !strings.Contains(text[:at], "http")
}

// isName reports whether a text can name a speaker by its form.
func isName(s string) bool {
	if s == "" || len(s) > maxLabel {
		return false
	}
	bare := s
	if strings.ContainsAny(s, "([") {
		bare = parentheses.ReplaceAllString(s, "")
		if at := strings.LastIndexByte(bare, '['); at > 0 && strings.HasSuffix(bare, "]") {
			bare = bare[:at]
		}
	}
	switch {
	case strings.ContainsAny(bare, "()[]{}<>|="),
		len(strings.Fields(bare)) > 7,
		hasSentenceEnd(bare),
		isField(bare),
		isNumberedPart(bare),
		byPattern.MatchString(bare),
		!strings.ContainsFunc(s, unicode.IsLetter):
		return false
	}
	if startsLower(s) {
		return len(strings.Fields(bare)) <= 3 && !strings.Contains(bare, ",")
	}
	return true
}

// hasSentenceEnd reports whether a sentence ends within a text: at marks that
// no name has, or at a full stop after a word that is no abbreviation.
func hasSentenceEnd(s string) bool {
	if strings.ContainsAny(s, `?!;"“”`) {
		return true
	}
	small := 0
	for i, r := range s {
		switch {
		case unicode.IsLower(r):
			small++
			continue
		case r == '.' && small >= 4 && i+1 < len(s) && (s[i+1] == ' ' || s[i+1] == '\t'):
			return true
		}
		small = 0
	}
	return false
}

// isPersonal reports whether a text is nothing but a name that layout sets
// apart: in capitals, or with a title.
func isPersonal(s string) bool {
	words := strings.Fields(strings.TrimRight(s, ".:"))
	if len(words) == 0 || len(words) > 6 || strings.ContainsAny(s, "?!;,()[]\"") {
		return false
	}
	named := false
	for _, word := range words {
		bare := strings.Trim(word, ".'’")
		if strings.ContainsFunc(bare, unicode.IsDigit) && !named {
			return false
		}
		named = named || isUpperWord(bare) && utf8.RuneCountInString(bare) > 1
	}
	return named && isCapitals(strings.Join(words, " ")) || isTitled(s) && len(words) <= 4 && !strings.ContainsFunc(s, unicode.IsDigit)
}

// cutStop reads "MR. SMITH. words", "The CHAIRMAN. words", "Mr. SMITH of Ohio.
// words", "M. le président. words" and "Mr. Smith.—words".
func cutStop(text string) (name, words string, ok bool) {
	end, upper, titled, of := 0, false, false, false
	the, article := false, false
	for n := 0; n < 8; n++ {
		rest := text[end:]
		space := strings.IndexFunc(rest, unicode.IsSpace)
		if space <= 0 {
			return "", "", false
		}
		token := rest[:space]
		next := end + space + len(rest[space:]) - len(strings.TrimLeftFunc(rest[space:], unicode.IsSpace))
		if at := strings.IndexAny(token, "—–"); at > 1 && token[at-1] == '.' {
			token, next = token[:at], end+at
		} else if at := strings.Index(token, ".--"); at > 0 {
			token, next = token[:at+1], end+at+1
		}
		bare := strings.TrimSuffix(strings.TrimRight(token, "."), "(?)")
		capital := startsUpper(bare)
		switch {
		case upper && token[0] == '(':
			office, words, ok := cutOffice(rest)
			name := text[:end] + office
			return name, words, ok && words != "" && len(name) <= maxLabel && isName(name)
		case titles[strings.ToLower(bare)]:
			upper = upper || the && roles[strings.ToLower(bare)] || article
			the = bare == "The" || bare == "THE"
			titled = true
		case titled && n == 1 && (bare == "le" || bare == "la"): // M. le président
			article = true
		case article && n == 2, article && upper && startsLower(bare):
			upper = true
		case of && capital, isUpperWord(bare) && utf8.RuneCountInString(bare) > 1,
			titled && capital && (roles[strings.ToLower(bare)] || utf8.RuneCountInString(bare) > 1):
			upper = true
		case capital && utf8.RuneCountInString(bare) == 1 && bare != token: // an initial
			end = next
			continue
		case upper && bare == "of", upper && bare == "de", upper && bare == "von":
			of = true
		default:
			return "", "", false
		}
		if small := strings.ToLower(bare); bare != token && upper && (!titles[small] || roles[small]) {
			name := strings.TrimRight(text[:end+len(token)], ".")
			words := strings.TrimLeft(text[next:], "—–- \t")
			return name, words, words != "" && len(name) <= maxLabel && isName(name)
		}
		end = next
	}
	return "", "", false
}

// cutOffice reads what stands in parentheses behind a name and before the full
// stop or colon that ends a label: "(Minister of Works). words".
func cutOffice(text string) (office, words string, ok bool) {
	at := strings.IndexByte(text[:min(len(text), 64)], ')')
	if at < 2 || text[0] != '(' || at+1 >= len(text) || text[at+1] != '.' && text[at+1] != ':' {
		return "", "", false
	}
	return text[:at+1], strings.TrimLeft(text[at+2:], "—–- \t"), true
}

// cutDash reads "Smith — words" and "SMITH -- words".
func cutDash(text string) (name, words string, ok bool) {
	window := text[:min(len(text), 64)]
	for _, dash := range []string{"—", "–", "--", " - "} {
		if at := strings.Index(window, dash); at > 0 {
			name, words = strings.TrimSpace(text[:at]), strings.TrimLeft(text[at+len(dash):], "- \t")
			return name, words, words != "" && len(strings.Fields(name)) <= 5 && isName(name) && allCapitalised(name)
		}
	}
	return "", "", false
}

// cutWide reads "SMITH    words", with a tab or several spaces between.
func cutWide(text string) (name, words string, ok bool) {
	window := text[:min(len(text), 64)]
	at := strings.IndexByte(window, '\t')
	if two := strings.Index(window, "  "); two > 0 && (at < 0 || two < at) {
		at = two
	}
	if at <= 0 {
		return "", "", false
	}
	name, words = strings.TrimRight(text[:at], "."), strings.TrimSpace(text[at:])
	return name, words, words != "" && (isCapitals(name) || isTitled(name)) && isName(name)
}

// isUpperWord reports whether a word is written in capitals; "McNAMARA" is.
func isUpperWord(s string) bool {
	upper, lower := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		case !unicode.IsLetter(r) && !strings.ContainsRune("'’.-/_", r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
			return false
		}
	}
	return upper > 0 && lower == 0 || upper > 2 && lower <= 2 && strings.HasSuffix(s, strings.ToUpper(s[len(s)-1:]))
}

// isCapitals reports whether a name is written in capitals, but for a title
// before it and small words in it: "Mr. SMITH", "THE CHAIRMAN", "VAN de VELDE".
func isCapitals(s string) bool {
	some := false
	for i, word := range strings.Fields(parentheses.ReplaceAllString(s, "")) {
		bare := strings.TrimRight(word, ".,")
		switch {
		case isUpperWord(bare):
			some = some || utf8.RuneCountInString(bare) > 1 || len(s) == 1
		case titles[strings.ToLower(bare)], smallWords[bare], i > 0 && strings.TrimFunc(bare, unicode.IsDigit) == "":
		default:
			return false
		}
	}
	return some
}

// isTitled reports whether a name begins with a title or is a role.
func isTitled(s string) bool {
	bareName := parentheses.ReplaceAllString(s, "")
	words := strings.Fields(strings.ToLower(bareName))
	if len(words) == 0 || isClause(bareName) {
		return false
	}
	bare := func(s string) string { return strings.Trim(s, ".,") }
	first, last := bare(words[0]), bare(words[len(words)-1])
	if (last == "question" || last == "answer") && len(words) > 1 { // The question: words
		return false
	}
	if first == "the" {
		return len(words) > 1 && len(words) <= 8 && roles[bare(words[1])] || len(words) <= 5 && roles[last]
	}
	return titles[first] && len(words) > 1 || roles[first] && len(words) <= 3 || roles[last] && len(last) > 1 && len(words) <= 3
}

// isClause reports whether words are written small that no name has: "Mr. Smith
// replied that he would not".
func isClause(s string) bool {
	words := strings.Fields(s)
	if len(words) > 1 && (words[1] == "le" || words[1] == "la") {
		return false // Mme la ministre des travaux publics
	}
	small := 0
	for _, word := range words {
		if bare := strings.Trim(word, ".,"); startsLower(bare) && !smallWords[bare] && !roles[bare] && !titles[bare] {
			small++
		}
	}
	return small > 1 || small == 1 && len(words) > 3
}

// allCapitalised reports whether every word but the small ones begins with a
// capital or a digit.
func allCapitalised(s string) bool {
	for _, word := range strings.Fields(s) {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "('‘“\""))
		if !unicode.IsUpper(r) && !unicode.IsDigit(r) && unicode.IsLetter(r) && !smallWords[word] {
			return false
		}
	}
	return true
}
