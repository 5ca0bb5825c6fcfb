package discord

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"rapporteur/bot/discord/discordtest"
)

// TestSoak sends mixed traffic, with failures now and then, for the time in
// RAPPORTEUR_SOAK (such as 10m) and prints what becomes of memory and
// goroutines. Without the variable there is nothing to wait for.
func TestSoak(t *testing.T) {
	span, err := time.ParseDuration(os.Getenv("RAPPORTEUR_SOAK"))
	if err != nil {
		t.Skip("RAPPORTEUR_SOAK is not set")
	}
	x := start(t, bundled(), func(o *Options) { o.Logger = nil })
	x.Forget()
	questions := []string{"What did Molotov say about Dairen?", "Who owns the railways?", "What of bananas?", "", "Did Stalin say anything?"}
	var mu sync.Mutex
	var acked []time.Duration
	person := func(n, k int) {
		who := discordtest.Who{User: fmt.Sprint(700000000000000000 + n)}
		i := x.Command(who, "ask", opt("question", questions[k%len(questions)]))
		m := i.Await(1)[0]
		mu.Lock()
		acked = append(acked, i.AckedAfter)
		mu.Unlock()
		if c := m.Find("Sources"); c.CustomID != "" {
			x.Press(who, m, c).Await(1)
		}
		x.Complete(who, "quote", discordtest.Option{Name: "passage", Value: "rail", Focused: true}).First()
		x.Command(who, "quote", opt("passage", "IV.12-15")).Await(1)
		x.Say(who, discordtest.Channel, at+questions[k%len(questions)], "")
	}
	report := func(since time.Duration) {
		x.settle()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		slices.Sort(acked)
		t.Logf("%6s: %6d questions, heap %5.1f MB, %d goroutines, acknowledged: median %v, p99 %v, most %v", since.Round(time.Second), len(acked),
			float64(m.HeapAlloc)/1e6, runtime.NumGoroutine(), acked[len(acked)/2], acked[len(acked)*99/100], acked[len(acked)-1])
		acked = acked[:0]
	}
	began := time.Now()
	for next, k := span/10, 0; time.Since(began) < span; k++ {
		if k%20 == 10 {
			x.Fail(discordtest.Fault{Status: 500, Times: 3, Every: 5})
			x.Drop()
		}
		var people sync.WaitGroup
		for n := range 8 {
			people.Go(func() { person(n, k+n) })
		}
		people.Wait()
		x.settle()
		x.Forget()
		time.Sleep(200 * time.Millisecond) // people read
		if time.Since(began) > next {
			report(time.Since(began))
			next += span / 10
		}
	}
}
