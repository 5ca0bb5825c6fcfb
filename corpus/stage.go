package corpus

import (
	"regexp"
	"strings"
)

var (
	closingPattern = regexp.MustCompile(`(?i)^(?:(?:the|this) )?(?:[\p{L}-]+ ){0,3}(?:meeting|session|hearing|committee|council|conference|conversation|sitting|interview|court|board|assembly|deposition|commission|recording|tape|transcript|transcription|discussion|house|senate|parliament|chamber)\b(?: \S+){0,6}? (?:adjourned|rose|ended|closed|concluded|recessed|resumed|reconvened|convened|opened|began|commenced|was called to order|broke up|terminated|suspended|stood adjourned|stood in recess|ends|begins)\b[^!?]{0,120}$`)
	timeMark       = regexp.MustCompile(`^\d{1,2}:\d{2}:\d{2}$`)
	endMark        = regexp.MustCompile(`^[-–—*# ]*(?:END|End)[-–—*# ]*(?:\s\d{1,2}[:.]\d{2}.{0,12})?$`)
	whereupon      = regexp.MustCompile(`(?i)^(?:\(?whereupon|end of (?:meeting|transcript|session|interview|recording|tape|record)|(?:lunch(?:eon)?|afternoon|morning|noon|brief|short) (?:recess|session|adjournment)|recess|adjourned|examination by|cross-examination|direct examination|(?:re)?direct examination|recross-examination)\b`)
)

// byPattern matches lines that say who asks from here on: "BY MR. ADAMS:".
var byPattern = regexp.MustCompile(`(?i)^by (?:mr|mrs|ms|miss|dr|the)\b`)

// isStage reports whether a paragraph is wholly a stage direction: in
// parentheses or brackets, between asterisks, a time, or marked as one.
func isStage(l *line) bool {
	return l.stage || l.speech.style != colonStyle && (isBracketed(l.text) || isStarred(l.text) || timeMark.MatchString(l.text))
}

// isBracketed reports whether a text is all within one pair of parentheses or
// brackets; a full stop may follow.
func isBracketed(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if len(s) < 3 {
		return false
	}
	end := byte(')')
	switch s[0] {
	case '(':
	case '[':
		end = ']'
	default:
		return false
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case s[0]:
			depth++
		case end:
			if depth--; depth == 0 {
				return i == len(s)-1
			}
		}
	}
	return false
}

// isStarred reports short texts such as "*applause*" and "_He rises._".
func isStarred(s string) bool {
	if len(s) < 4 || len(s) > 120 || s[0] != '*' && s[0] != '_' || s[0] == s[1] {
		return false
	}
	return s[len(s)-1] == s[0] && strings.Count(s, s[:1]) == 2
}

// isClosing reports remarks on the course of a meeting, which no speaker says:
// "The meeting rose at 4.30 p.m."
func isClosing(s string) bool {
	if len(s) > 220 {
		return false
	}
	return endMark.MatchString(s) || whereupon.MatchString(s) && len(s) < 160 || byPattern.MatchString(s) && strings.HasSuffix(s, ":") || closingPattern.MatchString(s)
}

// isEditorial reports remarks of an editor: "Editor's note: …"
func isEditorial(s string) bool {
	name, _, ok := strings.Cut(s[:min(len(s), 40)], ":")
	return ok && editorial[bareField(name)]
}
