package bot

import (
	"strings"
	"testing"
)

func TestModelWordsPositions(t *testing.T) {
	m := &scripted{reply: said(good, better,
		[3]string{"Molotov and Soong agreed that the profits are half and half.", "IV.33 IV.34", ""},
		[3]string{"Soong proposed sharing the profits half and half.", "IV.33", ""},
	)}
	store := &summaryMap{data: make(map[string][]byte)}
	extractive := positionsOn(t, bundledBot(t), "profits", "")
	for i := range 3 {
		b := modelBot(t, m, Options{Summaries: store})
		p, err := b.Positions(t.Context(), PositionsQuery{Topic: "profits", Asker: "ann"})
		if err != nil {
			t.Fatal(err)
		}
		checkShown(t, b, &p.Answer)
		if p.Mode != Generated || p.Model.Kept != 2 || len(p.Model.Dropped) != 2 {
			t.Fatalf("%s %+v\n%s", p.Mode, p.Model, p.Text)
		}
		for _, position := range p.Positions {
			want := map[string]string{"Molotov": good[0], "Soong": better[0]}[position.Speaker]
			got := ""
			for _, s := range position.Worded {
				got += s.Text
			}
			if got != want || !strings.Contains(p.Text, want) {
				t.Errorf("%s: %q; want %q in\n%s", position.Speaker, got, want, p.Text)
			}
		}
		for _, speaker := range []string{"Molotov", "Soong"} {
			if p.refs(speaker) != extractive.refs(speaker) {
				t.Errorf("%s: turns %s; without the model %s", speaker, p.refs(speaker), extractive.refs(speaker))
			}
		}
		if len(m.asked) != 1 || m.asked[0].Asker != "ann" || store.kept != 1 {
			t.Errorf("%d: asked %d times for %q, kept %d times", i, len(m.asked), m.asked[0].Asker, store.kept)
		}
		for key, data := range store.data { // what is tampered with is made anew
			if i == 1 {
				store.data[key] = []byte(strings.ReplaceAll(string(data), "Soong found", "Petrov found"))
				delete(b.summaries.byKey, key)
				m.asked, store.kept = nil, 0
			}
		}
	}
}

func TestPositionsWithoutModel(t *testing.T) {
	want := positionsOn(t, bundledBot(t), "profits", "")
	for note, m := range map[string]*scripted{
		"its budget for today is used up": {err: ErrBudget},
		"it cannot be reached":            {err: ErrModelDown},
		noteTooLittle:                     {reply: said([3]string{"Soong refused the proposal.", "IV.34", ""})},
	} {
		b := modelBot(t, m, Options{})
		p := positionsOn(t, b, "profits", "")
		if p.Mode != Extractive || p.Text != want.Text || p.Model.Note != note || len(p.Notes) != 1 || p.Notes[0] != "Written without the model: "+note+"." {
			t.Errorf("%s: %s %q %+v", note, p.Mode, p.Notes, p.Model)
		}
	}
	m := &scripted{reply: said(good)}
	if p := positionsOn(t, modelBot(t, m, Options{}), "Sinkiang", ""); p.Status != Abstained || len(m.asked) > 0 {
		t.Errorf("%s; the model was asked %d times", p.Status, len(m.asked))
	}
}
