package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"rapporteur/bot"
)

// Metric is a figure: the mean of a score over the questions that have it. Every
// score lies between 0 and 1.
type Metric struct {
	Name  string // in JSON and comparisons
	Title string // for readers
	// LessIsBetter: a lower figure is the better one.
	LessIsBetter bool
}

// Names of metrics.
const (
	NDCG             = "ndcg@10"
	MRR              = "mrr@10"
	Precision        = "p@5"
	First            = "success@1"
	InFive           = "success@5"
	CitedFirst       = "cited@1"
	CitedInFive      = "cited@5"
	CitedPrecision   = "citation_precision"
	CitedRecall      = "citation_recall"
	Speaker          = "speaker"
	Exact            = "quotations_exact"
	Keywords         = "keywords"
	AbstainedRightly = "abstained_rightly"
	AbstainedWrongly = "abstained_wrongly"
	ROUGE1           = "rouge_1"
	ROUGE2           = "rouge_2"
	ROUGEL           = "rouge_l"
)

// Recall is the name of recall among the first k.
func Recall(k int) string { return fmt.Sprintf("recall@%d", k) }

// SearchMetrics returns the figures of the ranking that a search gives. They are
// of the answerable questions with a gold turn; a heading is no turn. Relevance
// is binary; rel(i) is 1 where the hit of rank i is gold and R the number of gold
// turns.
//
//   - ndcg@10: Σ_{i≤10} rel(i)/log2(i+1), divided by the same sum of the best
//     possible ranking, Σ_{i≤min(10,R)} 1/log2(i+1). Järvelin and Kekäläinen,
//     Cumulated gain-based evaluation of IR techniques, ACM TOIS 20 (2002).
//   - mrr@10: 1/rank of the first gold hit, 0 if none is among the first ten.
//     Voorhees, The TREC-8 Question Answering Track Report (1999).
//   - p@5: the share of the first five ranks that are gold, also where fewer hits
//     or gold turns are to be had; recall@k: the share of the gold turns that is
//     among the first k. Manning, Raghavan and Schütze, Introduction to
//     Information Retrieval (2008), chapter 8.
//   - success@n: 1 where a gold turn is among the first n.
func SearchMetrics(k int) []Metric {
	return []Metric{
		{Name: NDCG, Title: "nDCG@10"},
		{Name: MRR, Title: "MRR@10"},
		{Name: Precision, Title: "P@5"},
		{Name: Recall(k), Title: Recall(k)},
		{Name: First, Title: "first"},
		{Name: InFive, Title: "in five"},
	}
}

// CitationMetrics returns the figures of what answers cite.
//
// Over answerable questions, where an abstention scores 0:
//   - cited@n: 1 where a gold turn or heading is among the first n citations.
//   - citation_recall: the share of the gold that is cited.
//
// Over answerable questions that were answered:
//   - citation_precision: the share of the citations that is gold. What is cited
//     twice counts once. Gao and others, Enabling Large Language Models to Generate
//     Text with Citations, EMNLP 2023, judge support by a model; here people have
//     said what supports an answer.
//   - speaker: 1 where the first citation is of somebody whose words answer the
//     question.
//
// Over all replies that quote, also as nearest passages:
//   - quotations_exact: the share of the quotations that are exact words of the
//     record, at the reference given, of the speaker named. Anything below 1 is a
//     fault of the program.
func CitationMetrics() []Metric {
	return []Metric{
		{Name: CitedFirst, Title: "first"},
		{Name: CitedInFive, Title: "in five"},
		{Name: CitedPrecision, Title: "precision"},
		{Name: CitedRecall, Title: "recall"},
		{Name: Speaker, Title: "right speaker"},
		{Name: Exact, Title: "quoted exactly"},
	}
}

// AnswerMetrics returns the figures of what answers say.
//
// Over answerable questions, where an abstention scores 0 but for the last:
//   - keywords: the share of the keywords that the answer has, in any letter case;
//     markers such as [V.6] are not part of it.
//   - rouge_1, rouge_2, rouge_l: likeness to the reference answer; see [Compared].
//   - abstained_wrongly: 1 where the bot abstained.
//
// Over unanswerable questions:
//   - abstained_rightly: 1 where the bot abstained.
func AnswerMetrics() []Metric {
	return []Metric{
		{Name: Keywords, Title: "keywords"},
		{Name: ROUGE1, Title: "ROUGE-1"},
		{Name: ROUGE2, Title: "ROUGE-2"},
		{Name: ROUGEL, Title: "ROUGE-L"},
		{Name: AbstainedRightly, Title: "abstains rightly"},
		{Name: AbstainedWrongly, Title: "abstains wrongly", LessIsBetter: true},
	}
}

// Metrics returns all figures: of the ranking, of citations, of answers.
func Metrics(k int) []Metric {
	return slices.Concat(SearchMetrics(k), CitationMetrics(), AnswerMetrics())
}

// Scores are a question's, by the name of the metric. A metric that says nothing
// on the question is absent.
type Scores map[string]float64

// searchScores scores a ranking, best first, against the gold turns.
func searchScores(s Scores, ranking, gold []string, k int) {
	gain := func(rank int) float64 { return 1 / math.Log2(float64(rank)+1) }
	var dcg, ideal float64
	found := make(map[int]int) // how many gold turns are among the first n
	count := 0
	for rank := 1; rank <= max(10, k); rank++ {
		if rank <= len(ranking) && slices.Contains(gold, ranking[rank-1]) {
			count++
			if rank <= 10 {
				dcg += gain(rank)
			}
		}
		if rank <= min(10, len(gold)) {
			ideal += gain(rank)
		}
		found[rank] = count
	}
	s[NDCG] = dcg / ideal
	s[MRR] = 0
	if rank := firstRank(ranking, gold); 0 < rank && rank <= 10 {
		s[MRR] = 1 / float64(rank)
	}
	s[Precision] = float64(found[5]) / 5
	s[Recall(k)] = float64(found[k]) / float64(len(gold))
	s[First] = oneIf(found[1] > 0)
	s[InFive] = oneIf(found[5] > 0)
}

// firstRank returns the rank, from 1, of the first that is gold, or 0.
func firstRank(ranking, gold []string) int {
	return 1 + slices.IndexFunc(ranking, func(a string) bool { return slices.Contains(gold, a) })
}

// answerScores scores a reply to a question; cited are the addresses of its
// citations in order.
func answerScores(s Scores, q *Question, g *gold, a *bot.Answer, cited []string) {
	abstained := a.Status == bot.Abstained
	if !q.Answerable {
		s[AbstainedRightly] = oneIf(abstained)
		return
	}
	s[AbstainedWrongly] = oneIf(abstained)
	first := firstRank(cited, g.cited)
	s[CitedFirst] = oneIf(first == 1)
	s[CitedInFive] = oneIf(1 <= first && first <= 5)
	distinct := make(map[string]bool)
	for _, c := range cited {
		distinct[c] = true
	}
	hits := 0
	for c := range distinct {
		if slices.Contains(g.cited, c) {
			hits++
		}
	}
	s[CitedRecall] = float64(hits) / float64(len(g.cited))
	if !abstained {
		s[CitedPrecision] = 0
		if len(distinct) > 0 {
			s[CitedPrecision] = float64(hits) / float64(len(distinct))
		}
		if len(g.speakers) > 0 {
			s[Speaker] = oneIf(len(a.Citations) > 0 && slices.Contains(g.speakers, a.Citations[0].Speaker))
		}
	}
	text := ""
	if !abstained {
		text = wording(a)
	}
	if len(q.Keywords) > 0 {
		s[Keywords] = shareContained(text, q.Keywords)
	}
	if q.Answer != "" {
		l := Compared(text, q.Answer)
		s[ROUGE1], s[ROUGE2], s[ROUGEL] = l.R1, l.R2, l.RL
	}
}

// wording is the text of an answer without its markers.
func wording(a *bot.Answer) string {
	var parts []string
	for _, s := range a.Statements {
		parts = append(parts, s.Text)
		for _, at := range s.Citations {
			if s.Quoted && at < len(a.Citations) {
				parts = append(parts, a.Citations[at].Quote)
			}
		}
	}
	return strings.Join(parts, " ")
}

func shareContained(text string, terms []string) float64 {
	text = strings.ToLower(text)
	n := 0
	for _, term := range terms {
		if strings.Contains(text, strings.ToLower(term)) {
			n++
		}
	}
	return float64(n) / float64(len(terms))
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
