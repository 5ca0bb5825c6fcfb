package discord

import (
	"context"
	"slices"
	"strings"
	"time"

	"rapporteur/bot"
)

// completionTime bounds the work on what is being typed.
const completionTime = time.Second

func completeRecord(f *Frontend, _ context.Context, _ *request, typed string) ([]bot.Choice, error) {
	list := f.core.CompleteRecord(typed, maxChoices)
	if all := "All records"; f.opts.Channels != nil && len(f.core.Records()) > 1 && strings.HasPrefix(strings.ToLower(all), strings.ToLower(typed)) {
		list = append([]bot.Choice{{Label: all, Value: allRecords}}, list...)
	}
	return list, nil
}

func completeSection(f *Frontend, _ context.Context, r *request, typed string) ([]bot.Choice, error) {
	return f.core.CompleteSection(typed, r.options["record"], maxChoices), nil
}

func completePassage(f *Frontend, ctx context.Context, r *request, typed string) ([]bot.Choice, error) {
	return f.core.CompletePassage(ctx, typed, r.options["record"], maxChoices)
}

func completeSpeaker(f *Frontend, _ context.Context, r *request, typed string) ([]bot.Choice, error) {
	var names []string
	for _, rec := range f.core.Records() {
		if id := r.options["record"]; id != "" && id != rec.ID {
			continue
		}
		names = append(names, rec.Speakers...)
		for _, p := range rec.Participants {
			names = append(names, p.Side)
		}
	}
	slices.Sort(names)
	var list []bot.Choice
	for _, name := range slices.Compact(names) {
		if name != "" && strings.Contains(strings.ToLower(name), strings.ToLower(typed)) {
			list = append(list, bot.Choice{Label: name, Value: name})
		}
	}
	return list, nil
}
