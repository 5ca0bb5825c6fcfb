package bot

import (
	"regexp"

	"rapporteur/retrieval"
)

// answerType is what kind of thing a question asks for. A passage that does not
// have one may be on the topic and does not answer.
type answerType int

const (
	anything answerType = iota
	aNumber
	aDuration
	aSum  // of money
	aDate // a day, a month or a year
	aTime // when, also relative to something else
	aPlace
)

var (
	numberQuestion   = regexp.MustCompile(`(?i)\bhow (?:many|much|big|large|wide|far|high|old|tall|deep|heavy)\b|\b(?:what|which) (?:percentage|percent|number of|share|size|price|amount|%)|\bwhat %|\b(?:exact|total) number\b`)
	durationQuestion = regexp.MustCompile(`(?i)\bhow (?:many|much) (?:more )?(?:years?|months?|weeks?|days?|hours?|yrs)\b|\bhow long\b`)
	sumQuestion      = regexp.MustCompile(`(?i)\bhow much (?:\w+ )?(?:money|cash|rent|profits?|revenue|income|earnings|compensation|interest|tax|did (?:\w+ )+(?:pay|cost|earn))\b|\bhow much (?:\w+ ){1,6}(?:pay|paid|cost|costs|worth|earn(?:ed|ing)?)\b|\b(?:what|which) (?:price|rent|sum|fee|cost|salary)\b`)
	dateQuestion     = regexp.MustCompile(`(?i)\b(?:what|which) (?:exact |precise )?(?:day|date|month|year|calendar day)\b`)
	timeQuestion     = regexp.MustCompile(`(?i)^\W*(?:(?:so|and|ok|but|hey|um|well) )*when(?:'?s|,? exactly)? (?:exactly )?(?:did|do|does|was|were|is|are|will|would|should|could|can|has|had|have|the|and|shall)\b|\b(?:at|by|from|until|till) (?:what|which) (?:time|hour|moment|point)\b`)
	placeQuestion    = regexp.MustCompile(`(?i)\bwhere (?:was|were|is|are|did|do|does)\b.*\b(?:meet|met|held|going|go|fly|flying|travel|live|located|sign|signed|built)\b|\b(?:which|what) (?:building|city|town|room|house|hotel|street|country|place)\b`)
)

func wantedAnswer(question string) answerType {
	switch {
	case sumQuestion.MatchString(question):
		return aSum
	case durationQuestion.MatchString(question):
		return aDuration
	case numberQuestion.MatchString(question):
		return aNumber
	case dateQuestion.MatchString(question):
		return aDate
	case timeQuestion.MatchString(question):
		return aTime
	case placeQuestion.MatchString(question):
		return aPlace
	}
	return anything
}

const (
	numeralWords = `one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion`
	monthNames   = `january|february|march|april|may|june|july|august|september|october|november|december`
)

var (
	// A number that counts something, not one that tells articles or days apart.
	labelNumber     = regexp.MustCompile(`(?i)\b(?:article|art\.?|point|paragraph|para\.?|item|section|page|no\.?|number|annex|clause|chapter|part) (?:\d+|[ivx]+\b|` + numeralWords + `)(?:\s?\([a-z]\))?|^\d+\)|\n\d+\)|\b\d{1,2} (?:` + monthNames + `)\b|\b(?:` + monthNames + `) \d{1,2}\b|\b1[5-9]\d\d\b|\b20\d\d\b|\b\d+(?:st|nd|rd|th)\b`)
	numberPattern   = regexp.MustCompile(`(?i)\d|\b(?:` + numeralWords + `|half|percent|once|twice|few|several|only|single|both|none)\b`)
	durationPattern = regexp.MustCompile(`(?i)(?:\d|\b(?:` + numeralWords + `|half an?|an?|few|several))[ -](?:or \w+ )?(?:second|minute|hour|day|week|fortnight|month|year|decade|centur)|\b(?:permanent|forever|indefinite|until|till)`)
	sumPattern      = regexp.MustCompile(`(?i)[$€£¥₽]\s?\d|(?:\d|\b(?:` + numeralWords + `))[\w ,.]*\b(?:dollars?|euros?|pounds?|roubles?|rubles?|yuan|yen|marks?|francs?|cents?|kopecks?|bucks|usd|eur|gbp|grand)\b`)
	datePattern     = regexp.MustCompile(`(?i)\b(?:` + monthNames + `|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|yesterday|tonight|this (?:morning|afternoon|evening))\b|\b1[5-9]\d\d\b|\b20\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b`)
	timePattern     = regexp.MustCompile(`(?i)\b(?:now|later|soon|immediately|after|before|until|till|once|when|next|then|first|already|formerly|morning|afternoon|evening|night|noon|midnight|start|beginning|end|at once|clock|past)\b|\d:\d\d|\d ?[ap]\.?m\b`)
)

// onTopic is the share of the best coverage of the question that a turn needs
// for its numbers and dates to count as those asked for.
const onTopic = .6

// looked is how many of the best turns are looked at for the thing asked for.
const looked = 3

// in reports whether the turns found have what is asked for. Of several turns
// only those count that cover the question about as well as any.
func (wanted answerType) in(found []retrieval.Evidence) bool {
	found = found[:min(looked, len(found))]
	best := 0.0
	for _, e := range found {
		best = max(best, e.Covered)
	}
	for _, e := range found {
		if e.Covered >= onTopic*best && wanted.stands(e.Turn.Text) {
			return true
		}
	}
	return false
}

// stands reports whether a text has what is asked for.
func (wanted answerType) stands(text string) bool {
	switch wanted {
	case aNumber:
		return numberPattern.MatchString(labelNumber.ReplaceAllString(text, " "))
	case aDuration:
		return durationPattern.MatchString(text)
	case aSum:
		return sumPattern.MatchString(text)
	case aDate:
		return datePattern.MatchString(text)
	case aTime:
		return datePattern.MatchString(text) || durationPattern.MatchString(text) || timePattern.MatchString(text)
	}
	return true
}

// missing says that the thing asked for is not in the record.
func (wanted answerType) missing() string {
	switch wanted {
	case aDuration:
		return "The record does not say how long."
	case aSum:
		return "The record names no sum of money for it."
	case aDate:
		return "The record gives no date for it."
	case aTime:
		return "The record does not say when."
	case aPlace:
		return "The record does not say where."
	}
	return "The record gives no number for it."
}
