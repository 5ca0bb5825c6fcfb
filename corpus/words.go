package corpus

import "strings"

// Tables of words that layouts of transcripts are read by. They say how to
// read a file, never what a particular record holds.

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for word := range strings.SplitSeq(words, ",") {
		m[strings.TrimSpace(word)] = true
	}
	return m
}

// fields are labels of header fields: they name no speaker.
var fields = set(`date, time, place, location, venue, present, also present, absent, apologies, apologies for absence,
	participants, attendees, attendance, in attendance, those present, persons present, members present,
	present at the meeting, delegates, delegations, subject, title, source, sources, from, to, cc, re, classification,
	language, languages, original language, agenda, copies, copy, distribution, file, file no, file number, record, record id,
	transcript, recorded by, transcribed by, transcription, translation, translated by, translator's name, minutes, minutes by,
	minutes taken by, notes by, note taken by, prepared by, drafted by, typed by, approved by, approved, meeting, meeting no,
	meeting number, session, topic, event, series, archive, archives, collection, box, folder, fond, opis, delo, repository,
	contributor, contributors, reference, ref, reference no, document, document no, document number, document id, citation,
	url, link, web, copyright, license, licence, rights, rights information, keywords, tags, author, authors, editor, editors, publisher,
	published, uploaded, original uploaded date, accessed, retrieved, duration, length, start, end, started, ended,
	start time, end time, opened, closed, adjourned, quorum, regrets, guests, observers, case, case no, docket, docket no,
	held at, held on, chaired by, dated, day, page, pages, summary, document summary, abstract, project, organisation, organization, recording,
	interview date, date of interview, place of interview, interview location, credit, credits, provenance, status, version, number, no`)

// remarks are labels of remarks inside a speech or beside it.
var remarks = set(`note, notes, nb, n.b, ps, p.s, costs, cost, action, actions, action point, action points, action item, action items,
	decision, decisions, decided, agreed, resolved, resolution, conclusion, conclusions, outcome, result, results, example, examples,
	for example, e.g, i.e, eg, ie, namely, that is, first, firstly, second, secondly, third, thirdly, fourth, fifth, finally, lastly, next,
	also, remark, remarks, comment, comments, warning, caution, important, reminder, todo, to do, follow-up, background, purpose,
	reason, reasons, advantages, disadvantages, pros, cons, risks, issue, issues, point, points, budget, timeline, schedule, deadline,
	price, prices, total, amount, figures, table, figure, appendix, annex, attachment, enclosure, see, see also, footnote, footnotes,
	motion, vote, votes, in favour, in favor, against, abstentions, ayes, noes, nays, yeas, proposal, amendment, correction, corrections,
	editor's note, editors' note, editorial note, translator's note, transcriber's note, note by the editor, note by the translator, n.b., however, therefore,
	thus, again, one thing, one more thing, my question, my point, question is, answer is, he said, she said, they said, i said, we said, quote, unquote, signed`)

// editorial are the remarks that are never a speaker's own.
var editorial = set(`editor's note, editors' note, editorial note, translator's note, transcriber's note, note by the editor, note by the translator`)

// titles stand before a speaker's name.
var titles = set(`mr, mrs, ms, miss, mx, dr, prof, professor, doctor, hon, rt, right, honourable, honorable, sir, lord, lady, dame, baroness, baron, count, viscount,
	earl, duke, prince, princess, king, queen, president, premier, prime, minister, chancellor, ambassador, senator, sen, representative, rep, congressman,
	congresswoman, chairman, chairwoman, chairperson, secretary, undersecretary, commissar, commissioner, governor, gov, mayor, judge, justice,
	general, gen, marshal, field, colonel, col, major, maj, captain, capt, lieutenant, lt, admiral, adm, vice, commander, cdr, sergeant,
	sgt, comrade, cde, father, fr, rev, reverend, bishop, archbishop, rabbi, imam, cardinal, sister, brother, m, mm, mme, mlle, herr, frau, señor, senor,
	sr, sra, don, signor, monsieur, madame, madam, messrs, delegate, councillor, councilor, councilman, councilwoman, alderman, cllr, the, deputy, acting, assistant, detective, officer,
	agent, inspector, attorney, counselor, counsellor`)

// roles stand for a speaker's name.
var roles = set(`chairman, chair, chairwoman, chairperson, president, secretary, interpreter, moderator, host, interviewer, interviewee, witness,
	clerk, counsel, judge, court, speaker, member, members, delegate, representative, manager, director, professor, doctor, student, operator,
	reporter, audience, voice, voices, participant, respondent, examiner, attorney, prosecutor, prosecution, defence, defense, defendant, plaintiff, commissioner, governor,
	mayor, councillor, treasurer, rapporteur, foreperson, foreman, deponent, narrator, translator, caller, guest, panelist, panellist, marshal,
	ambassador, minister, premier, chancellor, all, unidentified, unknown, question, answer, q, a, facilitator, convenor, convener, coordinator, presenter, commentator,
	vice-president, vice-chairman, vice-chair, secretary-general, co-chair, officer, bailiff, usher, registrar, several, interjector, leader, delegates, int, announcer, anchor`)

// smallWords are written small within names and titles.
var smallWords = set(`of, the, and, de, la, le, du, des, van, von, der, den, zu, di, da, del, dos, el, al, bin, ibn, y, e, for, to, in, on, at, a, an, or, with, by, from, et, und, re, as, between, under`)

// particles are written small at the beginning of a name.
var particles = set(`de, du, des, la, le, van, von, der, den, zu, di, da, del, dos, el, al, bin, ibn, ten, ter, af, av`)

// placing are words that places and things stand behind, and people do not.
var placing = set(`in, at, near, into, the, this, that, our, their, your, its, these, those, some, any, both, outside, inside, across, around, within`)

// openers begin what is no name: "my answer", "in short".
var openers = set(`my, our, your, his, her, their, its, this, that, these, those, such, another, one, two, three, four, some, no, now, then, here, there,
	what, why, how, when, where, which, if, but, and, or, because, yes, in, on, at, for, to, by, with, as, from, it, we, they, you, not, only, all`)

// notesMarkers are lines that archives put between a document and what they
// say about it.
var notesMarkers = set(`document information, document details, document summary, about this document, about this record, about this transcript,
	provenance, source information, rights information, archival information, end of transcript, end of record, end of document, end of meeting, end of minutes,
	end notes, endnotes, footnotes, notes, references, editor's notes, editorial notes, translator's notes, transcriber's notes, archival note, archival notes, archive note,
	bibliographic information, citation, sources, rights, record information, metadata, colophon, note on the text, note on sources, about the source, license, licence, credits,
	related documents, related content, more information, original uploaded date`)

// trailing are fields that stand below a record as often as above it.
var trailing = set(`source, sources, rights, citation, transcribed by, translated by, translation, recorded by, minutes by, minutes taken by, prepared by, drafted by,
	typed by, approved by, approved, copies, cc, distribution, archive, archives, collection, box, folder, repository, contributor, contributors, credit, credits, copyright,
	license, licence, url, provenance, note, notes, editor's note, editorial note, translator's note, transcriber's note, signed, attachment, attachments, annex, enclosure,
	reference, document id, record id, original uploaded date, published, retrieved, accessed, file, language, keywords, end`)

// siteFurniture are lines of web pages that are no part of any record.
var siteFurniture = set(`skip to content, skip to main content, skip to navigation, back to top, print this page, share this page, share, print, download pdf, view pdf, cookie settings`)

func bareField(s string) string {
	return strings.ToLower(strings.TrimRight(strings.TrimSpace(strings.ReplaceAll(s, "’", "'")), ".: "))
}

// isField reports whether a label is a header field's.
func isField(s string) bool { return len(s) < 40 && fields[bareField(s)] }

// isRemark reports whether a label is a remark's.
func isRemark(s string) bool { return len(s) < 40 && remarks[bareField(s)] }
