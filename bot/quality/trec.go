package quality

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// The files of TREC, for trec_eval and its relatives:
//
//	qrels        ID 0 RECORD-ID:REF 1            the gold
//	run          ID Q0 RECORD-ID:REF RANK SCORE TAG
//
// Fields are separated by spaces, so white space in ids becomes an underscore.
// trec_eval orders a run by score and not by rank, and ties by name, so SCORE
// counts down from the length of the ranking.

// WriteQrels writes what is gold, each of it with relevance 1. Unanswerable
// questions have no lines.
func (r *Report) WriteQrels(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, result := range r.Results {
		for _, a := range result.Gold {
			fmt.Fprintf(out, "%s 0 %s 1\n", field(result.ID), document(a))
		}
	}
	return out.Flush()
}

// WriteSearchRun writes the rankings that the searches gave.
func (r *Report) WriteSearchRun(w io.Writer) error {
	return r.writeRun(w, "rapporteur-search", func(result Result) []string {
		if result.Search == nil {
			return nil
		}
		return result.Search.Turns
	})
}

// WriteAnswerRun writes the citations of the answers as rankings, each address
// once.
func (r *Report) WriteAnswerRun(w io.Writer) error {
	return r.writeRun(w, "rapporteur-answer", func(result Result) []string {
		if result.Answer == nil {
			return nil
		}
		return result.Answer.Citations
	})
}

func (r *Report) writeRun(w io.Writer, tag string, ranking func(Result) []string) error {
	out := bufio.NewWriter(w)
	for _, result := range r.Results {
		all := ranking(result)
		written := make(map[string]bool)
		for _, a := range all {
			if !written[a] {
				written[a] = true
				rank := len(written)
				fmt.Fprintf(out, "%s Q0 %s %d %d %s\n", field(result.ID), document(a), rank, len(all)-rank+1, tag)
			}
		}
	}
	return out.Flush()
}

// document names a turn or heading.
func document(address string) string {
	at := strings.LastIndexByte(address, ' ')
	return field(address[:at]) + ":" + field(address[at+1:])
}

func field(s string) string { return strings.Join(strings.Fields(s), "_") }
