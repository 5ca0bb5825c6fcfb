package bot

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"rapporteur/corpus"
)

// A mutator makes quotations of known truth from a record. Truth is held
// against plain, which shares nothing with the check.
type mutator struct {
	rand    *rand.Rand
	record  *corpus.Record
	turns   []*corpus.Turn // spoken, long enough to quote from
	words   []string       // of the record
	text    string         // plain words of the record, turn by turn
	by      map[string]string
	foreign []string // sentences of other records
}

type sample struct {
	kind, quotation, claimed string
	want                     []Verdict
	speaker                  string // if only one is right
}

// plain is a text as words and single spaces, without marks.
func plain(s string) string {
	for _, m := range slices.Backward(corpus.Marks(s)) {
		s = s[:m.Start] + " " + s[m.End:]
	}
	s = codePattern.ReplaceAllString(s, " ")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+':
			return unicode.ToLower(r)
		case r == '\'' || r == '’':
			return -1
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func newMutator(r *corpus.Record, seed uint64) *mutator {
	m := &mutator{rand: rand.New(rand.NewPCG(seed, 1)), record: r, by: map[string]string{}}
	var all strings.Builder
	for i := range r.Turns {
		t := &r.Turns[i]
		all.WriteString(" " + plain(t.Text) + " |")
		m.by[t.Speaker] += " " + plain(t.Text) + " |"
		if t.Spoken() && t.Attribution == corpus.Stated && len(strings.Fields(plain(t.Text))) >= 6 {
			m.turns = append(m.turns, t)
		}
		for _, w := range strings.Fields(t.Text) {
			if w = strings.Trim(w, ".,?!;:\"'()[]{}"); w != "" {
				m.words = append(m.words, w)
			}
		}
	}
	m.text = all.String()
	return m
}

// has reports whether the words stand in the record, turns run together or not.
func (m *mutator) has(s string) bool {
	return strings.Contains(strings.ReplaceAll(m.text, " |", ""), " "+plain(s)+" ")
}

// span returns a run of at least least words of a turn, as written.
func (m *mutator) span(least int) (string, *corpus.Turn) {
	for {
		t := m.turns[m.rand.IntN(len(m.turns))]
		fields := strings.Fields(strings.ReplaceAll(t.Text, "\n", " "))
		n := least + m.rand.IntN(18)
		if n >= len(fields) {
			n = len(fields)
		}
		from := m.rand.IntN(len(fields) - n + 1)
		s := strings.Join(fields[from:from+n], " ")
		if len(strings.Fields(plain(s))) >= least && strings.Count(s, "[") == strings.Count(s, "]") && strings.Count(s, "(") == strings.Count(s, ")") && !strings.Contains(s, "(") {
			return s, t
		}
	}
}

func (m *mutator) pick(list []string) string { return list[m.rand.IntN(len(list))] }

func (m *mutator) repunctuate(s string) string {
	r := strings.NewReplacer
	forms := []func(string) string{
		strings.ToUpper, strings.ToLower,
		func(s string) string { return "“" + s + "”" },
		func(s string) string { return "«" + s + "»" },
		r("'", "’").Replace,
		r(" ", "\u00a0").Replace,
		r(" ", "  ").Replace,
		r("-", "–").Replace,
		r("—", " - ").Replace,
		r(",", "").Replace,
		r(" .", ".", " ,", ",", " ?", "?", " '", "'").Replace,
		func(s string) string { return strings.TrimRight(s, ".?!, ") + "!" },
		func(s string) string { return strings.TrimRight(s, ".?!, ") },
		func(s string) string { return "…" + s + "…" },
		func(s string) string { return "... " + s + " ..." },
		func(s string) string {
			for _, mark := range slices.Backward(corpus.Marks(s)) {
				s = s[:mark.Start] + s[mark.End:]
			}
			return codePattern.ReplaceAllString(s, "")
		},
		func(s string) string { return "> " + strings.Replace(s, ". ", ".\n> ", 1) },
		r(".", ",").Replace,
	}
	s = forms[m.rand.IntN(len(forms))](s)
	if m.rand.IntN(2) == 0 {
		s = forms[2+m.rand.IntN(len(forms)-2)](s)
	}
	return s
}

// wordAt returns the index of a word inside s that is a plain word.
func (m *mutator) wordAt(fields []string) int {
	for range 50 {
		i := 1 + m.rand.IntN(len(fields)-2)
		if p := plain(fields[i]); p != "" && !strings.Contains(p, " ") && strings.ToLower(fields[i]) == p {
			return i
		}
	}
	return -1
}

var inventedWords = []string{"banana", "Churchill", "tomorrow", "missiles", "gladly", "refuse", "vodka", "Berlin", "secret", "million"}

// sample returns a quotation of the kind given, or false.
func (m *mutator) sample(kind string) (s sample, ok bool) {
	s.kind = kind
	text, t := m.span(5)
	fields := strings.Fields(text)
	s.claimed, s.speaker = "", ""
	if m.rand.IntN(2) == 0 {
		s.claimed = t.Speaker
	}
	altered := func(changed string) (sample, bool) {
		s.quotation, s.want = changed, []Verdict{Altered}
		return s, !m.has(changed) && plain(changed) != plain(text)
	}
	switch kind {
	case "shortened":
		s.quotation, s.want = text, []Verdict{Verbatim}
		return s, m.has(text)
	case "re-punctuated":
		s.quotation, s.want = m.repunctuate(text), []Verdict{Verbatim}
		return s, m.has(text)
	case "ellipsis":
		if len(fields) < 9 {
			return s, false
		}
		from := 2 + m.rand.IntN(3)
		to := from + 1 + m.rand.IntN(len(fields)-from-3)
		left := strings.Join(fields[from:to], " ")
		for _, w := range strings.Fields(plain(left)) {
			if negations[w] {
				return s, false
			}
		}
		s.quotation = strings.Join(fields[:from], " ") + m.pick([]string{" … ", " ... ", "... ", " [...] ", " […] "}) + strings.Join(fields[to:], " ")
		s.want = []Verdict{Verbatim}
		return s, m.has(text)
	case "word swapped":
		i := m.wordAt(fields)
		if i < 0 {
			return s, false
		}
		w := m.pick(m.words)
		if m.rand.IntN(3) == 0 {
			w = m.pick(inventedWords)
		}
		if plain(w) == plain(fields[i]) || plain(w) == "" {
			return s, false
		}
		fields[i] = w
	case "last word swapped":
		w := m.pick(m.words)
		if plain(w) == plain(fields[len(fields)-1]) || plain(w) == "" || plain(fields[len(fields)-1]) == "" {
			return s, false
		}
		fields[len(fields)-1] = w
	case "word left out":
		i := m.wordAt(fields)
		if i < 0 {
			return s, false
		}
		fields = slices.Delete(fields, i, i+1)
	case "word added":
		i := 1 + m.rand.IntN(len(fields)-1)
		fields = slices.Insert(fields, i, m.pick(m.words))
	case "words reordered":
		i := m.wordAt(fields)
		if i < 0 || i+1 >= len(fields) || plain(fields[i+1]) == "" {
			return s, false
		}
		fields[i], fields[i+1] = fields[i+1], fields[i]
	case "negated":
		for i, f := range fields {
			p := plain(f)
			if p == "not" || p == "no" {
				return altered(strings.Join(slices.Delete(slices.Clone(fields), i, i+1), " "))
			}
			if p == "cannot" {
				fields[i] = "can"
				return altered(strings.Join(fields, " "))
			}
			if slices.Contains([]string{"is", "are", "will", "can", "do", "was", "should", "have", "would", "must"}, p) && i+1 < len(fields) {
				return altered(strings.Join(slices.Insert(slices.Clone(fields), i+1, "not"), " "))
			}
		}
		return s, false
	case "number changed":
		for i, f := range fields {
			if p := plain(f); p != "" && unicode.IsDigit(rune(p[0])) {
				fields[i] = fmt.Sprint(3 + m.rand.IntN(90))
				return altered(strings.Join(fields, " "))
			}
		}
		return s, false
	case "two words swapped":
		if len(fields) < 9 {
			return s, false
		}
		i, j := m.wordAt(fields), m.wordAt(fields)
		if i < 0 || j < 0 || i == j {
			return s, false
		}
		fields[i], fields[j] = m.pick(inventedWords), m.pick(m.words)
	case "spliced":
		other, u := m.span(5)
		if u == t || max(u.Number, t.Number)-min(u.Number, t.Number) < 2 {
			return s, false
		}
		s.claimed = ""
		f := strings.Fields(other)
		a, b := min(len(fields), 4+m.rand.IntN(5)), min(len(f), 4+m.rand.IntN(5))
		s.quotation = strings.Join(fields[:a], " ") + " " + strings.Join(f[len(f)-b:], " ")
		s.want = []Verdict{Stitched}
		return s, !m.has(s.quotation) && m.has(strings.Join(fields[:a], " ")) && m.has(strings.Join(f[len(f)-b:], " "))
	case "misattributed":
		others := m.record.Speakers()
		s.claimed = m.pick(others)
		if s.claimed == t.Speaker || strings.Contains(m.by[s.claimed], " "+plain(text)+" ") {
			return s, false
		}
		s.quotation, s.want, s.speaker = text, []Verdict{Misattributed}, t.Speaker
		return s, m.has(text)
	case "invented":
		s.claimed = ""
		s.quotation, s.want = m.pick(m.foreign), []Verdict{Absent}
		return s, !m.has(s.quotation)
	}
	return altered(strings.Join(fields, " "))
}

var mutationKinds = []string{"shortened", "re-punctuated", "ellipsis", "word swapped", "last word swapped", "word left out", "word added", "words reordered",
	"negated", "number changed", "two words swapped", "spliced", "misattributed", "invented"}

// measure checks n quotations of each kind and returns a table of verdicts.
func (m *mutator) measure(t *testing.T, b *Bot, n int, table map[string]map[Verdict]int) (right, total, falseFalse, falseTrue int) {
	for _, kind := range mutationKinds {
		if table[kind] == nil {
			table[kind] = map[Verdict]int{}
		}
		for made, tries := 0, 0; made < n && tries < 20*n; tries++ {
			s, ok := m.sample(kind)
			if !ok {
				continue
			}
			made++
			c, err := b.Check(context.Background(), CheckQuery{Quotation: s.quotation, Speaker: s.claimed, Record: m.record.ID})
			if err != nil {
				t.Fatalf("%q: %v", s.quotation, err)
			}
			total++
			table[kind][c.Verdict]++
			isRight := slices.Contains(s.want, c.Verdict) && (s.speaker == "" || strings.Contains(c.Speaker, s.speaker))
			if isRight {
				right++
			} else if testing.Verbose() {
				t.Logf("%s: %s, not %v (%q): %q\n\t%v %v", kind, c.Verdict, s.want, s.claimed, s.quotation, c.Notes, refsOf(c.Matches))
			}
			if s.want[0] == Verbatim && c.Verdict != Verbatim {
				falseFalse++
			}
			if s.want[0] != Verbatim && c.Verdict == Verbatim {
				falseTrue++
			}
		}
	}
	return
}

func refsOf(matches []Match) (refs []string) {
	for _, m := range matches {
		refs = append(refs, m.Ref+" "+m.Quote)
	}
	return refs
}

func report(t *testing.T, table map[string]map[Verdict]int) {
	t.Logf("%-20s %9s %9s %9s %9s %9s", "", Verbatim, Altered, Stitched, "misattr.", Absent)
	for _, kind := range mutationKinds {
		row := table[kind]
		t.Logf("%-20s %9d %9d %9d %9d %9d", kind, row[Verbatim], row[Altered], row[Stitched], row[Misattributed], row[Absent])
	}
}

// someMeetings is a bot over a few meetings, shared by the tests.
var someMeetings struct {
	sync.Once
	bot *Bot
}

// fewMeetings returns a bot over one in eighteen of the meetings.
func fewMeetings(t testing.TB) *Bot {
	t.Helper()
	someMeetings.Do(func() { someMeetings.bot = meetingsBot(t, 18) })
	if someMeetings.bot == nil {
		t.Skip("the meetings are not beside the repository (../shared/meetings)")
	}
	return someMeetings.bot
}

// meetingsBot returns a bot over one in so many of the meetings the retrieval
// is tuned on.
func meetingsBot(t testing.TB, every int) *Bot {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join("..", "..", "shared", "meetings", "records", "*.txt"))
	if len(files) == 0 {
		t.Skip("the meetings are not beside the repository (../shared/meetings)")
	}
	var paths []string
	for i := 0; i < len(files); i += every {
		paths = append(paths, files[i])
	}
	lib, err := corpus.Load(corpus.Options{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	return newBot(t, lib)
}

// sentences returns sentences of six to thirty words.
func sentences(r *corpus.Record) []string {
	var list []string
	for i := range r.Turns {
		for _, s := range strings.FieldsFunc(strings.ReplaceAll(r.Turns[i].Text, "\n", ". "), func(r rune) bool { return strings.ContainsRune(".?!", r) }) {
			if n := len(strings.Fields(plain(s))); r.Turns[i].Spoken() && 6 <= n && n <= 30 {
				list = append(list, strings.TrimSpace(s))
			}
		}
	}
	return list
}

func TestCheckMutations(t *testing.T) {
	b := bundledBot(t)
	m := newMutator(recordsOf(t, b.lib)[0], 7)
	m.foreign = strings.Split(strings.TrimSpace(inventedQuotations), "\n")
	table := map[string]map[Verdict]int{}
	right, total, falseFalse, falseTrue := m.measure(t, b, 30, table)
	report(t, table)
	t.Logf("right %d of %d; true called false %d, false called verbatim %d", right, total, falseFalse, falseTrue)
	if float64(right) < .97*float64(total) || falseFalse > 0 || falseTrue > 0 {
		t.Error("the check is worse than promised")
	}
}

// allMeetings makes TestCheckMeetings take all meetings, not every eighteenth.
var allMeetings = flag.Bool("meetings", false, "check quotations from all meetings")

func TestCheckMeetings(t *testing.T) {
	b, samples := fewMeetings(t), 3
	if *allMeetings {
		b, samples = meetingsBot(t, 1), 6
	}
	table := map[string]map[Verdict]int{}
	var right, total, falseFalse, falseTrue int
	records := recordsOf(t, b.lib)
	for i, r := range records {
		m := newMutator(r, uint64(i))
		m.foreign = sentences(records[(i+1)%len(records)])
		a, n, ff, ft := m.measure(t, b, samples, table)
		right, total, falseFalse, falseTrue = right+a, total+n, falseFalse+ff, falseTrue+ft
	}
	report(t, table)
	t.Logf("right %d of %d; true called false %d, false called verbatim %d", right, total, falseFalse, falseTrue)
	if float64(right) < .97*float64(total) || falseFalse > 0 || falseTrue > 0 {
		t.Error("the check is worse than promised")
	}
}

// inventedQuotations are such as somebody might make up about the bundled
// record, a line each.
const inventedQuotations = `
The Soviet Union will never leave Manchuria.
We demand reparations from Japan of ten billion dollars.
I have spoken with President Truman about this matter.
The Chinese Communists must be included in the government.
If you do not sign, our troops will advance to Peking.
Sinkiang belongs to China and we ask for your help against the rebels.
Our ships must have free use of the harbour for fifty years.
Let us adjourn until tomorrow and drink to our friendship.
The atomic bomb changes nothing between our countries.
You have betrayed the trust of the Chinese people.
We are prepared to grant a loan on easy terms.
The border shall follow the old maps drawn under the Tsar.
Marshal Stalin personally guarantees the safety of Chiang Kai-shek.
The railway workers will be paid in roubles.
There can be no peace in Asia without the Soviet Union.
I regret that I must return to Chungking at once.
The Americans have promised us their full support.
Mongolian independence is a question for the Mongols alone.
We will withdraw our troops six months after the surrender of Japan.
China has suffered eight years of war and expects justice.
Your demands are an insult to the Chinese nation.
The lease of the port is to last for ninety-nine years.
We have no territorial ambitions in Korea.
Our engineers built this line with Russian money and Russian blood.
The treaty shall remain in force for thirty years.
We recognise only the National Government of China.
I cannot go back to my people with such an agreement.
The ambassador will hand you the map this afternoon.
Japan must be occupied by all four powers.
We shall hand over the weapons of the Kwantung Army to the Chinese.
Customs duties will be collected by a joint commission.
A plebiscite is unnecessary because everybody knows the result.
`
