package quality

import (
	"math/rand/v2"
	"slices"
)

// Figure is a mean over questions with its 95 % interval.
type Figure struct {
	Value     float64 `json:"value"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Questions int     `json:"questions"` // that have the score
}

// resamples is how many times scores are drawn for an interval: enough for the
// second decimal of its ends to stay.
const resamples = 1000

// figure returns the mean of scores with the percentile bootstrap's 95 %
// interval: the 2.5th and the 97.5th percentile of the means of so many samples
// of the same size drawn with replacement (Efron and Tibshirani, An Introduction
// to the Bootstrap, 1993, chapter 13). The seed is fixed, so that the same scores
// have the same interval. Questions count as independent of each other; where
// many are about one passage the truth is less certain than the interval.
func figure(scores []float64) Figure {
	f := Figure{Value: mean(scores), Questions: len(scores)}
	if len(scores) == 0 {
		return f
	}
	f.Low, f.High = f.Value, f.Value
	if slices.Min(scores) == slices.Max(scores) {
		return f
	}
	random := rand.New(rand.NewPCG(1, 2))
	means := make([]float64, resamples)
	for i := range means {
		sum := 0.0
		for range scores {
			sum += scores[random.IntN(len(scores))]
		}
		means[i] = sum / float64(len(scores))
	}
	slices.Sort(means)
	f.Low, f.High = means[resamples*25/1000], means[resamples*975/1000-1]
	return f
}

func mean(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// figures returns the figures of results, by the name of the metric; metrics
// that none of them has are absent.
func figures(results []Result, metrics []Metric) map[string]Figure {
	all := make(map[string]Figure)
	for _, m := range metrics {
		var scores []float64
		for _, r := range results {
			if score, ok := r.Scores[m.Name]; ok {
				scores = append(scores, score)
			}
		}
		if len(scores) > 0 {
			all[m.Name] = figure(scores)
		}
	}
	return all
}
