package discord

import (
	"fmt"
	"testing"

	"rapporteur/bot"
)

func TestChosenPoints(t *testing.T) {
	var points []bot.Point
	for i, kind := range []bot.PointKind{bot.Says, bot.Proposed, bot.Says, bot.LeftOpen, bot.Asked, bot.Consents, bot.Says} {
		points = append(points, bot.Point{Kind: kind, Statement: bot.Statement{Text: fmt.Sprint(i)}})
	}
	for n, want := range map[int]string{1: "3", 2: "1 3", 3: "1 3 5", 7: "0 1 2 3 4 5 6", 9: "0 1 2 3 4 5 6"} {
		got := ""
		for i, p := range chosenPoints(points, n) {
			if i > 0 {
				got += " "
			}
			got += p.Text
		}
		if got != want {
			t.Errorf("%d points: %s, want %s", n, got, want)
		}
	}
	if list := chosenPoints(nil, 3); len(list) != 0 {
		t.Errorf("of no points %v", list)
	}
}
