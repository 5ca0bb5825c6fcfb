package weaviate

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rapporteur/retrieval"
	"rapporteur/retrieval/retrievaltest"
)

// control runs a command on the cluster of .ci/weaviate, or skips where the
// servers are others.
func control(t *testing.T) func(args ...string) {
	script := filepath.Join("..", "..", ".ci", "weaviate")
	out, err := exec.Command(script, "urls").Output()
	if err != nil || strings.TrimSpace(string(out)) != os.Getenv("RAPPORTEUR_TEST_WEAVIATE") {
		t.Skip("the nodes are not those of .ci/weaviate, which this test kills and cuts off")
	}
	return func(args ...string) {
		t.Helper()
		if out, err := exec.Command(script, args...).CombinedOutput(); err != nil {
			t.Errorf("%s %v: %v\n%s", script, args, err, out)
		}
	}
}

// Questions go on being answered, rightly and soon, while a node is killed and
// brought back and while another is cut off.
func TestNodeFaults(t *testing.T) {
	urls(t)
	node := control(t)
	cut := 30 * time.Second
	if testing.Short() {
		cut = 5 * time.Second
	}
	s := open(t)
	lib, err := libraryOf(retrievaltest.Library(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := retrieval.Fill(t.Context(), s, lib, retrieval.Options{}); err != nil {
		t.Fatal(err)
	}
	x, err := retrieval.Connect(t.Context(), s, lib, retrieval.Options{})
	if err != nil {
		t.Fatal(err)
	}
	questions := []string{"railway coal", "who pays the teachers", "What did Ann Lee say about the battery?", "decision before the summer", "price of tickets", "frost in the vineyard"}
	answer := func(ctx context.Context, question string) (string, error) {
		found, err := x.Search(ctx, retrieval.Query{Text: question})
		var b strings.Builder
		for _, e := range found {
			fmt.Fprintln(&b, e.Record.ID, e.Turn.Ref)
		}
		return b.String(), err
	}
	right := make(map[string]string)
	for _, question := range questions {
		if right[question], err = answer(t.Context(), question); err != nil || right[question] == "" {
			t.Fatalf("%q: %q, %v", question, right[question], err)
		}
	}

	var mu sync.Mutex
	var took []time.Duration
	stop := make(chan struct{})
	var asking sync.WaitGroup
	for k := range 4 {
		asking.Go(func() {
			for i := k; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
				question := questions[i%len(questions)]
				start := time.Now()
				got, err := answer(t.Context(), question)
				mu.Lock()
				took = append(took, time.Since(start))
				mu.Unlock()
				if err != nil || got != right[question] {
					t.Errorf("at %s: %q: %v, got\n%swant\n%s", start.Format(time.StampMilli), question, err, got, right[question])
				}
			}
		})
	}
	phase := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(took)
		if len(took) == 0 {
			t.Fatalf("%s: no question was answered", what)
		}
		p99 := took[len(took)*99/100]
		t.Logf("%s, until %s: %d questions, p50 %v, p99 %v, longest %v", what, time.Now().Format(time.StampMilli), len(took), took[len(took)/2].Round(time.Millisecond), p99.Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
		if p99 > time.Second {
			t.Errorf("%s: p99 is %v, want under 1 s", what, p99)
		}
		took = took[:0]
	}
	wait := func(d time.Duration) { time.Sleep(d) } // the length of the fault is what is tested
	wait(3 * time.Second)
	phase("all nodes")
	node("kill", "3")
	wait(5 * time.Second)
	phase("one killed")
	node("revive", "3")
	wait(5 * time.Second)
	phase("brought back")
	node("pause", "2")
	wait(cut)
	phase("one cut off")
	node("resume", "2")
	wait(5 * time.Second)
	phase("joined again")
	close(stop)
	asking.Wait()
}

// Nothing listens: the error says so at once.
func TestDown(t *testing.T) {
	s, err := New(Options{URLs: []string{"http://127.0.0.1:1", "http://127.0.0.1:2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.View(t.Context()); err == nil || !strings.Contains(err.Error(), retrieval.ErrUnavailable.Error()) || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("%v", err)
	}
}
