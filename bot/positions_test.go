package bot

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func positionsOn(t *testing.T, b *Bot, topic, record string) *Positions {
	t.Helper()
	p, err := b.Positions(context.Background(), PositionsQuery{Topic: topic, Record: record})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// refs returns the references of a speaker's position.
func (p *Positions) refs(speaker string) string {
	var refs []string
	for _, position := range p.Positions {
		for _, k := range position.Citations {
			if position.Speaker == speaker {
				refs = append(refs, p.Citations[k].Ref)
			}
		}
	}
	return strings.Join(refs, " ")
}

func TestPositions(t *testing.T) {
	b := bundledBot(t)
	tests := []struct{ topic, speaker, has, not string }{
		{"Port Arthur", "Soong", "IV.32 V.8 VI.2 VI.6 VI.10 VI.14", "I.2"},
		{"Port Arthur", "Molotov", "IV.1 IV.27 IV.29 IV.47 V.1 V.3 V.13 VI.3 VI.7 VI.15", "I.1"},
		{"Port Arthur", "Petrov", "VI.18", ""},
		{"Lüshun", "Molotov", "IV.27 VI.7", ""},
		{"Dalian", "Soong", "V.2 V.6 V.8 V.10 V.12 VI.10", ""},
		{"profits", "Molotov", "IV.33", "IV.1"},
		{"profits", "Soong", "IV.34", ""},
		{"plebiscite", "Soong", "II.4", "V.2"},
		{"railway profits", "Soong", "IV.34", ""},
		{"joint ownership", "Molotov", "IV.3 IV.37 IV.51", ""},
	}
	for _, test := range tests {
		p := positionsOn(t, b, test.topic, "")
		refs := strings.Fields(p.refs(test.speaker))
		for ref := range strings.FieldsSeq(test.has) {
			if !slices.Contains(refs, ref) {
				t.Errorf("%s, %s: %s is missing in %v", test.topic, test.speaker, ref, refs)
			}
		}
		if test.not != "" && slices.Contains(refs, test.not) {
			t.Errorf("%s, %s: %s in %v", test.topic, test.speaker, test.not, refs)
		}
		if len(p.Positions) != 3 {
			t.Errorf("%s: %d positions", test.topic, len(p.Positions))
		}
	}
}

func TestPositionsNothingRecorded(t *testing.T) {
	b := bundledBot(t)
	p := positionsOn(t, b, "plebiscite", "")
	for _, position := range p.Positions {
		if empty := len(position.Citations) == 0; empty != (position.Text == NothingRecorded) || empty && !strings.Contains(p.Text, position.Speaker+": nothing recorded.") {
			t.Errorf("%+v in %q", position, p.Text)
		}
	}
	if p = positionsOn(t, b, "Sinkiang", ""); p.Status != Abstained || len(p.Citations) > 0 {
		t.Errorf("Sinkiang: %s, %v", p.Status, p.Citations)
	}
	for _, topic := range []string{"", strings.Repeat("x", MaxQuestion+1)} {
		if _, err := b.Positions(context.Background(), PositionsQuery{Topic: topic}); err == nil {
			t.Errorf("%.10q: no error", topic)
		}
	}
}

func TestPositionsOfMeetings(t *testing.T) {
	b := fewMeetings(t)
	for _, r := range recordsOf(t, b.lib) {
		p := positionsOn(t, b, "remote control", r.ID)
		if len(p.Positions) != len(r.Speakers()) || len(p.Citations) > maxTopicTurns {
			t.Errorf("%s: %d positions, %d citations", r.ID, len(p.Positions), len(p.Citations))
		}
	}
}
