package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/discord/discordtest"
	"rapporteur/bot/openai/openaitest"
	"rapporteur/corpus"
)

// withModel runs the program against a fake server and returns what it prints.
func withModel(t *testing.T, s *openaitest.Server, config, input string, args ...string) (out, errs string) {
	t.Helper()
	file := writeFile(t, "config.yaml", "openai:\n  chat_model: "+openaitest.ChatModel+"\n"+config)
	home := t.TempDir()
	env := func(key string) (string, bool) {
		value, ok := map[string]string{"OPENAI_API_KEY": openaitest.Key, "OPENAI_BASE_URL": s.URL, "HOME": home, "XDG_DATA_HOME": home}[key]
		return value, ok
	}
	var stdout bytes.Buffer
	var stderr syncBuffer // a call that was given up still logs its end
	status := run(context.Background(), append(args, "--config", file), streams{in: strings.NewReader(input), out: &stdout, err: &stderr}, env)
	if status != exitOK {
		t.Errorf("%q exits with %d: %s", args, status, stderr.String())
	}
	for _, text := range []string{stdout.String(), stderr.String()} {
		if strings.Contains(text, openaitest.Key) {
			t.Errorf("%q shows the key:\n%s", args, text)
		}
	}
	return stdout.String(), stderr.String()
}

func askModel(t *testing.T, s *openaitest.Server, config, question string) *bot.Answer {
	t.Helper()
	out, _ := withModel(t, s, config, "", "ask", "--json", question)
	var a bot.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return &a
}

// holdsTrue checks an answer against the record with its own eyes: what is
// quoted, where, and of whom.
func holdsTrue(t *testing.T, a *bot.Answer) {
	t.Helper()
	lib, err := corpus.Load(corpus.Options{Bundled: true})
	if err != nil {
		t.Fatal(err)
	}
	r, err := lib.Entries[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range slices.Concat(a.Citations, a.Nearest) {
		i := slices.IndexFunc(r.Turns, func(turn corpus.Turn) bool { return turn.Ref.String() == c.Ref })
		if i < 0 {
			t.Errorf("%q cites %s, which is no turn", a.Text, c.Ref)
			continue
		}
		if turn := &r.Turns[i]; turn.Speaker != c.Speaker || turn.Text != c.Text || !strings.Contains(turn.Text, c.Quote) || c.Quote == "" {
			t.Errorf("%s is cited as %s: %q", c.Ref, c.Speaker, c.Quote)
		}
	}
	if a.Status == bot.Answered && (len(a.Citations) == 0 || a.Text == "") {
		t.Errorf("an answer without support: %+v", a)
	}
	for _, s := range a.Statements {
		if len(s.Citations) == 0 {
			t.Errorf("%q cites nothing", s.Text)
		}
	}
}

var modelQuestions = []string{
	"who ensures the supply of coal?",
	"What did Molotov say about Dairen?",
	"who wanted the railway to be sold, and for how many years?",
	"is Yalta sacred?",
}

// An honest model's statements are shown, with the record's own references.
func TestModelAnswers(t *testing.T) {
	s := openaitest.New(t)
	s.Answer(openaitest.Model{Habit: openaitest.Honest}.Reply)
	generated := 0
	for _, q := range modelQuestions {
		a := askModel(t, s, "", q)
		holdsTrue(t, a)
		if a.Mode == bot.Generated {
			generated++
		}
		t.Logf("%s: %s, %+v", q, a.Mode, a.Model)
	}
	if generated < len(modelQuestions)/2 {
		t.Errorf("of %d answers only %d are the model's", len(modelQuestions), generated)
	}
	tokens := 0
	for _, c := range s.Chats() {
		tokens += (len(c.System()) + len(c.User()) + 3) / 4
	}
	t.Logf("%d tokens of a prompt on average", tokens/max(1, len(s.Chats())))
}

// Whatever a model does, nothing false is shown, and an answer comes.
func TestModelMisbehaves(t *testing.T) {
	s := openaitest.New(t)
	for _, habit := range openaitest.Misbehaviours {
		t.Run(string(habit), func(t *testing.T) {
			s.Answer(openaitest.Model{Habit: habit}.Reply)
			for _, q := range modelQuestions {
				a := askModel(t, s, "", q)
				holdsTrue(t, a)
				for _, no := range []string{"@everyone", openaitest.InjectedHost, "XXIX", openaitest.WrongWord, "1999"} {
					if strings.Contains(a.Text, no) {
						t.Errorf("%s: %q is shown:\n%s", q, no, a.Text)
					}
				}
				if a.Mode == bot.Generated && slices.Contains([]openaitest.Habit{openaitest.FalseReference, openaitest.SwappedSpeaker,
					openaitest.NoCitations, openaitest.Injection, openaitest.Prose, openaitest.Rambling, openaitest.Silent, openaitest.WrongNumber, openaitest.LostNegation}, habit) {
					t.Errorf("%s: shown as the model's: %s", q, a.Text)
				}
			}
		})
	}
}

// A server at fault leaves the record's own words, in time and with a note.
func TestModelFaults(t *testing.T) {
	text := `{"statements": [{"text": "Molotov says something.", "refs": ["IV.11"], "quote": ""}]}`
	faults := map[string]openaitest.Reply{
		"429":      {Status: 429, RetryAfter: "3600"},
		"500":      {Status: 500},
		"hangs":    {Delay: -1},
		"drips":    {Text: text, Piece: 1, Drip: 500 * time.Millisecond},
		"cut":      {Text: text, Cut: 5},
		"no JSON":  {Text: text, Break: 5},
		"error":    {Text: text, Fail: 5},
		"refuses":  {Refusal: "No."},
		"no money": {Status: 429, Code: "insufficient_quota"},
		"endless":  {Text: "on and on and ", Piece: 4000, Endless: true},
	}
	for name, reply := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.New(t)
			s.Answer(func(openaitest.ChatRequest) openaitest.Reply { return reply })
			started := time.Now()
			a := askModel(t, s, "  timeout_seconds: 2\n", "who ensures the supply of coal?")
			if took := time.Since(started); took > 15*time.Second {
				t.Errorf("it took %v", took)
			}
			holdsTrue(t, a)
			if a.Mode != bot.Extractive || !strings.Contains(a.Text, "[IV.11]") || len(a.Notes) == 0 {
				t.Errorf("the answer is %+v", a)
			}
		})
	}
}

// Over its budget the bot answers with the record's own words, also after a
// start of its own.
func TestModelBudget(t *testing.T) {
	s := openaitest.New(t)
	s.Answer(openaitest.Model{}.Reply)
	a := askModel(t, s, "  tokens_per_day: 10\n", "who ensures the supply of coal?")
	if a.Mode != bot.Extractive || !strings.Contains(fmt.Sprint(a.Notes), "budget") || len(s.Chats()) != 0 {
		t.Errorf("after %d requests: %+v", len(s.Chats()), a)
	}
}

// Vectors of a model are used; without them words alone are, and that is said.
func TestModelEmbeddings(t *testing.T) {
	const config = "  embedding_model: " + openaitest.EmbeddingModel + "\n"
	const question = "who ensures the supply of coal?"
	s := openaitest.New(t)
	s.Answer(openaitest.Model{}.Reply)
	holdsTrue(t, askModel(t, s, config, question))
	asked := s.Embeddings()
	if len(asked) < 3 || asked[len(asked)-1].Input[0] != question {
		t.Errorf("%d requests for embeddings", len(asked))
	}
	withModel(t, s, config, "", "quote", "V.9")
	if len(s.Embeddings()) != len(asked) {
		t.Error("a command that searches for nothing asks for embeddings")
	}

	down := openaitest.New(t)
	down.AlwaysVectors(openaitest.Vectors{Status: 400})
	out, errs := withModel(t, down, config, "", "ask", question)
	if !strings.Contains(out, "[IV.11]") || !strings.Contains(errs, "built-in vectors") {
		t.Errorf("prints %s\nand says %s", out, errs)
	}

	fails := openaitest.New(t)
	seen := 0
	for range 2 * len(asked) {
		v := openaitest.Vectors{}
		if seen++; seen >= len(asked) {
			v.Status = 400 // the question's
		}
		fails.ScriptVectors(v)
	}
	out, errs = withModel(t, fails, config, "", "ask", question)
	if !strings.Contains(out, "[IV.11]") || !strings.Contains(out, "by words alone") || !strings.Contains(errs, "answered 400") {
		t.Errorf("prints %s\nand says %s", out, errs)
	}
}

// A model without a server keeps nothing from working.
func TestModelNowhere(t *testing.T) {
	file := writeFile(t, "config.yaml", "openai:\n  chat_model: some\n")
	var out, errs bytes.Buffer
	status := run(context.Background(), []string{"ask", "--config", file, "who ensures the supply of coal?"}, streams{in: strings.NewReader(""), out: &out, err: &errs}, noEnv)
	if status != exitOK || !strings.Contains(out.String(), "[IV.11]") || !strings.Contains(errs.String(), "without a server") {
		t.Errorf("status %d, prints %s\nand says %s", status, &out, &errs)
	}
}

// The other commands keep their word with a model behind them too.
func TestModelCommands(t *testing.T) {
	s := openaitest.New(t)
	s.Answer(openaitest.Model{}.Reply)
	out, _ := withModel(t, s, "", "who ensures the supply of coal?\n/quote V.9\nand what did Soong say to that?\n", "chat")
	if !strings.Contains(out, "[IV.11]") || !strings.Contains(out, "[V.9] Molotov") {
		t.Errorf("chat prints %s", out)
	}
	for _, args := range [][]string{{"summary", "IV", "--json"}, {"positions", "Dairen", "--json"}} {
		out, _ := withModel(t, s, "", "", args...)
		var a bot.Answer
		if err := json.Unmarshal([]byte(out), &a); err != nil {
			t.Fatal(err)
		}
		holdsTrue(t, &a)
		if a.Status != bot.Answered {
			t.Errorf("%q: %s", args, out)
		}
	}
}

func TestModelConfig(t *testing.T) {
	for _, bad := range []string{"base_url: localhost:11434", "base_url: https://me:secret@example.org/v1", "timeout_seconds: 0", "tokens_per_day: -1", "api_key: \"a b\""} {
		_, err := readConfig(writeFile(t, "config.yaml", "openai:\n  "+bad+"\n"), noEnv)
		if err == nil || !strings.Contains(err.Error(), ":2: openai.") || strings.Contains(err.Error(), "a b") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	env := func(key string) (string, bool) { return map[string]string{"OPENAI_BASE_URL": "nowhere"}[key], true }
	if _, err := readConfig("", env); err == nil || !strings.Contains(err.Error(), "OPENAI_BASE_URL") {
		t.Errorf("error %v", err)
	}
}

// What a question costs, in tokens as the fake server counts them: a quarter of
// the bytes. The figures:
//
//	go test ./cmd/rapporteur -run TestModelCost -v
func TestModelCost(t *testing.T) {
	s := openaitest.New(t)
	model := openaitest.Model{Habit: openaitest.Honest}
	var mu sync.Mutex
	var asked, prompt, reply, most int
	s.Answer(func(r openaitest.ChatRequest) openaitest.Reply {
		answer := model.Reply(r)
		mu.Lock()
		defer mu.Unlock()
		asked++
		n := (len(r.System()) + len(r.User()) + 3) / 4
		prompt, reply, most = prompt+n, reply+(len(answer.Text)+3)/4, max(most, n)
		return answer
	})
	questions := filepath.Join("..", "..", "bot", "quality", "testdata", "questions-held.jsonl")
	out, _ := withModel(t, s, "  tokens_per_day: 0\n", "", "ask", "--batch", questions)
	answers := strings.Count(out, "\n")
	if asked == 0 || answers < 50 {
		t.Fatalf("%d requests for %d questions", asked, answers)
	}
	t.Logf("%d questions, %d requests: on average %d tokens of prompt (at most %d) and %d of reply a request", answers, asked, prompt/asked, most, reply/asked)
	if most > 7000 {
		t.Errorf("a prompt of %d tokens", most)
	}
}

// On Discord too a model's answer is its verified statements, and a model that
// hangs leaves the record's own words.
func TestServeModelOnBudget(t *testing.T) {
	s := openaitest.New(t)
	s.Answer(openaitest.Model{Habit: openaitest.Honest}.Reply)
	t.Setenv("OPENAI_API_KEY", openaitest.Key)
	t.Setenv("OPENAI_BASE_URL", s.URL)
	server := discordtest.New(t)
	p := startProgram(t, build(t), t.TempDir(), server, "openai:\n  chat_model: "+openaitest.ChatModel+
		"\n  embedding_model: "+openaitest.EmbeddingModel+"\n  timeout_seconds: 2\n  requests_per_user_per_day: 3")
	ask := func(question string) string {
		t.Helper()
		option := discordtest.Option{Name: "question", Value: question}
		return server.Command(discordtest.Who{}, "ask", option).Await(1)[0].Content
	}
	if content := ask("is Yalta sacred?"); !strings.Contains(content, "IV.44") {
		t.Errorf("an honest model's answer is %q", content)
	}
	s.Answer(openaitest.Model{Habit: openaitest.Injection}.Reply)
	if content := ask("who ensures the supply of coal?"); !strings.Contains(content, "[IV.11]") || strings.Contains(content, openaitest.InjectedHost) {
		t.Errorf("an injected model's answer is %q", content)
	}
	s.Answer(func(openaitest.ChatRequest) openaitest.Reply { return openaitest.Reply{Delay: -1} })
	if content := ask("what about Dairen?"); !strings.Contains(content, "[V.") {
		t.Errorf("with a model that hangs the answer is %q", content)
	}
	chats := len(s.Chats())
	if content := ask("who ensures the supply of coal, then?"); !strings.Contains(content, "[IV.11]") || len(s.Chats()) != chats {
		t.Errorf("over the budget, after %d requests, the answer is %q", len(s.Chats()), content)
	}
	_, metrics := p.get("/metrics")
	for _, want := range []string{`rapporteur_model_calls_total{kind="chat",outcome="ok"} 2`, `rapporteur_model_calls_total{kind="chat",outcome="down"} 1`,
		`rapporteur_model_budget_refused_total{limit="openai.requests_per_user_per_day"} 1`, "rapporteur_model_tokens_total"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(p.log.String(), openaitest.Key) {
		t.Errorf("the log holds the key:\n%s", p.log)
	}
}
