package corpus

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Subtitles cut speech into cues of a few words. Cues of one speaker that
// follow each other make one turn; a pause after a sentence begins a paragraph.
//
// The two formats are read here and not by a library: those at hand drop the
// second voice of a cue and lines that begin as a keyword does, and do not say
// at which line a cue stands.

// How cues become turns and paragraphs; chosen by reading meetings aloud.
const (
	paragraphPause = 2 * time.Second // after a sentence, begins a paragraph
	longTurn       = 8 << 10         // bytes; a longer turn ends with its sentence
	longUnnamed    = 600             // the same, where nobody is named
)

// ParseVTT reads a record from WebVTT: speakers are given as voices (<v Name>)
// or as labels (Name:), times go into Start and End of the turns.
func ParseVTT(file string, data []byte, meta *Sidecar) (*Record, error) {
	return parseSubtitles(file, data, meta, "WebVTT")
}

// ParseSRT reads a record from SubRip subtitles, as [ParseVTT] does.
func ParseSRT(file string, data []byte, meta *Sidecar) (*Record, error) {
	return parseSubtitles(file, data, meta, "SubRip")
}

func parseSubtitles(file string, data []byte, meta *Sidecar, format string) (*Record, error) {
	lines, err := readLines(file, data)
	if err != nil {
		return nil, err
	}
	s := &subtitles{draft: newDraft(file, format+" subtitles"), file: file}
	if format == "WebVTT" {
		if lines, err = s.header(lines); err != nil {
			return nil, err
		}
	}
	if err := s.readCues(lines); err != nil {
		return nil, err
	}
	if len(s.pieces) == 0 {
		return nil, &FileError{File: file, Problem: "no cues were found", Hint: "a cue is a line such as “00:01.000 --> 00:04.000” with its words below"}
	}
	s.findSpeakers()
	s.readHead()
	s.join()
	for _, l := range s.remarks {
		s.add(inNotes, Turn{Text: l.text, Line: l.number}, l.number)
	}
	return s.finish(meta)
}

// subtitles is a file of cues while it is read.
type subtitles struct {
	*draft
	file    string
	title   []line  // what the first line and notes above the first cue say
	remarks []line  // other notes
	pieces  []piece // what is said, line by line
	voices  bool    // speakers are given as voices
	wordly  bool    // words have times of their own: each line is shown again as the next one comes
	waiting *piece  // the times of a cue whose words stand below a blank line
}

// piece is a line of a cue, or a heading among the cues.
type piece struct {
	line       line
	speaker    string
	changes    bool // another speaker begins, named or not
	start, end time.Duration
	heading    bool
}

var (
	timing      = regexp.MustCompile(`^((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})(?:\s.*)?$`)
	cueTag      = regexp.MustCompile(`(?i)</?(?:c|i|b|u|s|font|ruby|rt|lang|v)(?:[.\s][^<>]*)?/?>|<(?:\d+:)?\d{2}:\d{2}[.,]\d{3}>|\{\\[^{}]*\}`)
	voiceTag    = regexp.MustCompile(`(?i)<v(?:\.[^\s<>]*)?\s+([^<>]+)>`)
	wordTime    = regexp.MustCompile(`<\d{2}:[\d:.]+>`)
	wordsOnly   = regexp.MustCompile(`[\p{L}\p{N}]`)
	vttSettings = set(`kind, language, x-timestamp-map, regions, region, styles`)
)

// header reads what stands above the first cue of a WebVTT file.
func (s *subtitles) header(lines []line) ([]line, error) {
	first := lines[0].text
	rest, ok := strings.CutPrefix(first, "WEBVTT")
	if !ok || rest != "" && !strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, "\t") {
		return nil, &FileError{File: s.file, Line: lines[0].number, Problem: "a WebVTT file begins with the line WEBVTT", Hint: "if these are SubRip subtitles, name the file .srt"}
	}
	if title := strings.TrimSpace(strings.TrimLeft(rest, " \t-–—:")); title != "" {
		l := lines[0]
		l.text, l.level = title, 1
		s.title = append(s.title, l)
	}
	n := 1
	for n < len(lines) && lines[n].blank == 0 && !strings.Contains(lines[n].text, "-->") {
		name, _, _ := strings.Cut(strings.ToLower(lines[n].text), ":")
		name, _, _ = strings.Cut(name, "=")
		if !vttSettings[name] {
			s.title = append(s.title, lines[n])
		}
		n++
	}
	return lines[n:], nil
}

// readCues reads the blocks of a file: cues, notes, and style sheets.
func (s *subtitles) readCues(lines []line) error {
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && lines[to].blank == 0 {
			to++
		}
		if err := s.readBlock(lines[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

func (s *subtitles) readBlock(block []line) error {
	at := -1
	for i := range block[:min(len(block), 2)] { // an identifier may stand above the times
		if strings.Contains(block[i].text, "-->") {
			at = i
			break
		}
	}
	first := block[0].text
	waiting := s.waiting
	s.waiting = nil
	switch {
	case at < 0 && (first == "STYLE" || first == "REGION" || strings.HasPrefix(first, "STYLE ")):
		return nil
	case at < 0 && (first == "NOTE" || strings.HasPrefix(first, "NOTE ") || strings.HasPrefix(first, "NOTE\t")):
		s.readNote(block)
		return nil
	case at < 0 && len(block) == 1 && strings.Trim(first, "0123456789") == "":
		return nil // the number of a cue that has no words
	case at < 0 && waiting != nil:
		s.readWords(block, waiting.start, waiting.end)
		return nil
	case at < 0 && len(s.pieces) == 0:
		s.title = append(s.title, block...)
		return nil
	case at < 0:
		s.doubt(block[0].number, "words without times; taken to go on with the cue above")
		last := s.pieces[len(s.pieces)-1]
		s.readWords(block, last.start, last.end)
		return nil
	}
	start, end, err := s.readTimes(&block[at])
	if err != nil {
		return err
	}
	from := at + 1
	if from == len(block) {
		s.waiting = &piece{start: start, end: end}
	}
	for i := from; i < len(block); i++ { // a cue without a blank line above it
		if !timing.MatchString(block[i].text) {
			continue
		}
		words := i
		if strings.Trim(block[i-1].text, "0123456789") == "" && i-1 >= from {
			words = i - 1
		}
		s.readWords(block[from:words], start, end)
		return s.readBlock(block[words:])
	}
	s.readWords(block[from:], start, end)
	return nil
}

func (s *subtitles) readTimes(l *line) (start, end time.Duration, err error) {
	m := timing.FindStringSubmatch(l.text)
	if m == nil {
		return 0, 0, &FileError{File: s.file, Line: l.number, Problem: "the times of this cue are not read", Hint: "write 00:00:01.000 --> 00:00:04.000"}
	}
	start, end = cueTime(m[1]), cueTime(m[2])
	if end < start {
		s.doubt(l.number, "this cue ends before it begins")
		end = start
	}
	return start, end, nil
}

// cueTime reads 1:02:03.450 or 02:03,450, of a form that timing has checked.
func cueTime(s string) time.Duration {
	s, fraction, _ := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
	var seconds int
	for part := range strings.SplitSeq(s, ":") {
		n, _ := strconv.Atoi(part)
		seconds = seconds*60 + n
	}
	ms, _ := strconv.Atoi((fraction + "000")[:3])
	return time.Duration(seconds)*time.Second + time.Duration(ms)*time.Millisecond
}

// readNote reads a NOTE: above the first cue it is part of the head, a numbered
// heading opens a section, and any other is a note to the record.
func (s *subtitles) readNote(block []line) {
	block[0].text = strings.TrimSpace(strings.TrimPrefix(block[0].text, "NOTE"))
	for _, l := range block {
		switch {
		case l.text == "":
		case isNumberedHeading(l.text):
			s.pieces = append(s.pieces, piece{line: l, heading: true})
		case len(s.pieces) == 0:
			s.title = append(s.title, l)
		default:
			s.remarks = append(s.remarks, l)
		}
	}
}

// readWords reads the lines of a cue.
func (s *subtitles) readWords(lines []line, start, end time.Duration) {
	speaker := ""
	for _, l := range lines {
		rest := l.text
		for rest != "" {
			at := voiceTag.FindStringSubmatchIndex(rest)
			words, next := rest, ""
			if at != nil && at[0] == 0 {
				speaker, s.voices = strings.TrimSpace(html.UnescapeString(rest[at[2]:at[3]])), true
				words = rest[at[1]:]
				if more := voiceTag.FindStringIndex(words); more != nil {
					words, next = words[:more[0]], words[more[0]:]
				}
				if closed := strings.Index(words, "</v>"); closed >= 0 && strings.TrimSpace(words[closed+4:]) != "" {
					words, next = words[:closed], words[closed:]+next
				}
			} else if at != nil {
				words, next = rest[:at[0]], rest[at[0]:]
			}
			if after, ok := strings.CutPrefix(words, "</v>"); ok {
				speaker, words = "", after
			}
			s.addPiece(l, words, speaker, start, end)
			rest = next
		}
	}
}

func (s *subtitles) addPiece(l line, words, speaker string, start, end time.Duration) {
	s.wordly = s.wordly || wordTime.MatchString(words)
	l.text = strings.TrimSpace(html.UnescapeString(cueTag.ReplaceAllString(words, "")))
	if n := len(s.pieces); s.wordly && n > 0 && s.pieces[n-1].line.text == l.text {
		s.pieces[n-1].end = max(s.pieces[n-1].end, end)
		return
	}
	p := piece{line: l, speaker: speaker, start: start, end: end}
	if after, ok := strings.CutPrefix(l.text, ">>"); ok {
		p.changes = true
		p.line.text = strings.TrimSpace(strings.TrimLeft(after, ">"))
	}
	if after, ok := strings.CutPrefix(p.line.text, "- "); ok { // another speaker, in a cue of several
		p.changes = true
		p.line.text = strings.TrimSpace(after)
	}
	if wordsOnly.MatchString(p.line.text) {
		s.pieces = append(s.pieces, p)
	}
}

// findSpeakers finds the labels in cues that are speakers', as in plain text.
func (s *subtitles) findSpeakers() {
	if s.voices {
		return
	}
	p := &layout{draft: s.draft, lines: make([]line, len(s.pieces))}
	for i := range s.pieces {
		p.lines[i] = s.pieces[i].line
		if !s.pieces[i].heading {
			p.lines[i].speech = readLabel(p.lines[i].text, 0)
		}
		s := &p.lines[i].speech
		if first, _, _ := strings.Cut(s.name, " "); i > 0 && startsLower(s.name) && !particles[first] && !endsSentence(p.lines[i-1].text) {
			s.style = noLabel // the midst of a sentence
		}
		if p.lines[i].speech.style == ownStyle {
			p.lines[i].speech.style = noLabel
		}
	}
	p.dropOrdinals()
	p.findStyles()
	p.weighNames()
	for i := range p.lines {
		l := &p.lines[i]
		if !p.labelled(l) {
			continue
		}
		if n := p.names[l.speech.name]; n.accepted {
			if !n.sure {
				p.doubtOnce(l.number, fmt.Sprintf("is %q a speaker?", l.speech.name))
			}
			s.pieces[i].speaker, s.pieces[i].changes = l.speech.name, true
			s.pieces[i].line.speech = l.speech
			s.pieces[i].line.text = l.speech.words
		} else if l.speech.style == colonStyle {
			p.doubt(l.number, fmt.Sprintf("%q is not taken for a speaker", l.speech.name))
		}
	}
}

// readHead reads title and date from what stands above the first cue.
func (s *subtitles) readHead() {
	p := &layout{draft: s.draft, lines: s.title, body: len(s.title)}
	for _, piece := range s.pieces {
		if piece.heading {
			p.headings = map[int]heading{-1: {}}
			break
		}
	}
	p.findFields()
	p.readHead()
}

// join makes turns of the pieces.
func (s *subtitles) join() {
	everyCue := s.voices || s.labelsRepeat()
	named := false
	for i := range s.pieces {
		named = named || s.pieces[i].speaker != ""
	}
	if !named {
		s.doubt(0, "no speakers are named; turns end at pauses")
	}
	var open *Turn // the turn that grows
	last := 0      // its last line
	flush := func() {
		if open != nil && open.Text != "" {
			s.add(inBody, *open, last)
		}
		open = nil
	}
	speaker, after := "", Unattributed // who goes on where no label stands
	for i := range s.pieces {
		p := &s.pieces[i]
		if p.heading {
			flush()
			speaker, after = "", Unattributed
			s.open(headingOf(&p.line))
			continue
		}
		switch {
		case p.speaker != "":
			speaker, after = p.speaker, Stated
		case everyCue || p.changes || !named:
			if isStage(&p.line) || isMusic(p.line.text) {
				break
			}
			speaker, after = "", Unattributed
			if named {
				s.doubtOnce(p.line.number, "nobody is named for this cue")
			}
		case p.line.text != "" && speaker != "" && !isStage(&p.line):
			s.doubtOnce(p.line.number, "cues without a label are taken to go on with the speaker above, from here on")
		}
		if p.speaker == "" && (isStage(&p.line) || isMusic(p.line.text)) {
			flush()
			s.add(inBody, Turn{Stage: true, Text: p.line.text, Start: p.start, End: p.end, Line: p.line.number}, p.line.number)
			if after == Stated {
				after = Inferred
			}
			continue
		}
		if open == nil || open.Speaker != speaker || open.Attribution != after || p.changes && p.speaker == "" || isLong(open, named) {
			flush()
			open = &Turn{Speaker: speaker, Attribution: after, Start: p.start, Line: p.line.number, Label: p.line.speech.printed, Time: p.line.speech.time}
		} else if open.Text != "" && p.line.text != "" {
			separator := " "
			if endsSentence(open.Text) && p.start-open.End >= paragraphPause {
				separator = "\n"
			}
			open.Text += separator
		}
		open.Text += p.line.text
		open.End = max(open.End, p.end)
		last = p.line.number
	}
	flush()
}

// isLong reports whether a turn has come to an end for its length.
func isLong(t *Turn, named bool) bool {
	limit := longTurn
	if !named {
		limit = longUnnamed
	}
	return len(t.Text) > limit && endsSentence(t.Text) || len(t.Text) > 2*longTurn
}

// labelsRepeat reports whether labels stand on every cue, not only where the
// speaker changes.
func (s *subtitles) labelsRepeat() bool {
	last := ""
	for i := range s.pieces {
		if name := s.pieces[i].speaker; name != "" {
			if name == last {
				return true
			}
			last = name
		} else {
			last = "" // it may be a second line of the cue
		}
	}
	return false
}

func isMusic(s string) bool {
	return strings.HasPrefix(s, "♪") || strings.HasPrefix(s, "♫")
}
