package openai

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/bot"
	"rapporteur/bot/openai/openaitest"
)

func TestBudget(t *testing.T) {
	b := NewBudget(Limits{RequestsPerUser: 2, TokensPerUser: 1000, Tokens: 1500}, nil)
	now := time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)
	b.now = func() time.Time { return now }
	take := func(asker string, most, cost int, refusedBy string) {
		t.Helper()
		settle, err := b.take(t.Context(), asker, most)
		switch {
		case refusedBy == "" && err != nil:
			t.Errorf("%s: %v", asker, err)
		case refusedBy != "" && (!errors.Is(err, bot.ErrBudget) || !strings.Contains(err.Error(), refusedBy)):
			t.Errorf("%s: %v; want a refusal by %s", asker, err, refusedBy)
		case err == nil:
			settle(t.Context(), cost)
		}
	}
	take("Ann", 900, 400, "")
	take("Ann", 700, 0, "tokens_per_user_per_day") // 400 + 700 might be
	take("Ann", 600, 100, "")                      // a refused request costs nothing
	take("Ann", 1, 1, "requests_per_user_per_day")
	take("Ben", 900, 900, "")
	take("Eve", 200, 0, "openai.tokens_per_day")
	take("", 100, 100, "")
	take("", 1, 1, "openai.tokens_per_day")
	now = now.Add(2 * time.Hour)
	take("Ann", 900, 400, "")
}

// Many at once do not go over a limit together.
func TestBudgetAtOnce(t *testing.T) {
	counter := &memory{}
	b := NewBudget(Limits{Tokens: 1000}, counter)
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			if settle, err := b.take(context.Background(), "Ann", 100); err == nil {
				settle(context.Background(), 100)
			}
		})
	}
	wait.Wait()
	if sum := counter.all.Tokens; sum > 1000 || sum < 100 {
		t.Errorf("%d tokens were spent", sum)
	}
}

func TestBudgetKeepsNoNames(t *testing.T) {
	counter := &memory{}
	b := NewBudget(Limits{RequestsPerUser: 5, TokensPerUser: 500}, counter)
	if _, err := b.take(t.Context(), "400000000000000001", 10); err != nil {
		t.Fatal(err)
	}
	if len(counter.sums) != 1 {
		t.Errorf("sums %v", counter.sums)
	}
	for key := range counter.sums {
		if strings.Contains(key, "4000000") {
			t.Errorf("the key %q names the asker", key)
		}
	}
}

type brokenCounter struct{ bot.Spending }

func (brokenCounter) Spend(context.Context, time.Time, string, bot.Usage) (own, all bot.Usage, err error) {
	return own, all, errors.New("no disk")
}

// What cannot be counted is not spent.
func TestWriteOnBudget(t *testing.T) {
	s := openaitest.New(t)
	s.Answer(func(openaitest.ChatRequest) openaitest.Reply { return openaitest.Reply{Text: "yes", NoUsage: true} })
	c, _ := newTestChat(t, s, func(o *ChatOptions) { o.Budget = NewBudget(Limits{RequestsPerUser: 1}, nil) })
	p := prompt
	p.Asker = "Ann"
	if _, err := c.Write(t.Context(), p, nil); err != nil {
		t.Error(err)
	}
	if _, err := c.Write(t.Context(), p, nil); !errors.Is(err, bot.ErrBudget) {
		t.Errorf("error %v", err)
	}
	c, _ = newTestChat(t, s, func(o *ChatOptions) { o.Budget = NewBudget(Limits{Tokens: 1e6}, brokenCounter{}) })
	if _, err := c.Write(t.Context(), p, nil); err == nil || !strings.Contains(err.Error(), "no disk") {
		t.Errorf("error %v", err)
	}
	if n := len(s.Chats()); n != 1 {
		t.Errorf("%d requests", n)
	}
}
