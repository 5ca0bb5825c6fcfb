package discord

import "github.com/bwmarrin/discordgo"

// wording is a text in the languages there are.
type wording struct{ en, de, fr, zh string }

// words name and describe a command or an option. The English name is fixed by
// the table of commands; the others are what people see who use Discord in
// that language.
type words struct{ title, description wording }

// wordsOf are the words of commands, by their names, and of options, by their
// names after "option ". Names of slash commands and options are in lower case,
// without spaces, and at most 32 characters; descriptions at most 100.
var wordsOf = map[string]words{
	"ask": {
		wording{de: "fragen", fr: "demander", zh: "提问"},
		wording{"Ask a question; the answer cites the record", "Eine Frage stellen; die Antwort zitiert das Protokoll", "Poser une question ; la réponse cite le compte rendu", "提出问题，回答引用会议记录原文"},
	},
	"search": {
		wording{de: "suchen", fr: "chercher", zh: "搜索"},
		wording{"Find what was said about something", "Finden, was zu etwas gesagt wurde", "Trouver ce qui a été dit sur un sujet", "查找记录中的相关发言"},
	},
	"quote": {
		wording{de: "zitieren", fr: "citer", zh: "引文"},
		wording{"Show a passage word for word: give a reference (V.9) or words", "Eine Stelle im Wortlaut zeigen: Verweis (V.9) oder Wörter", "Montrer un passage mot à mot : une référence (V.9) ou des mots", "逐字显示一段记录：输入编号（V.9）或词语"},
	},
	"check": {
		wording{de: "prüfen", fr: "vérifier", zh: "核对"},
		wording{"Is this quotation really in the record?", "Steht dieses Zitat wirklich im Protokoll?", "Cette citation est-elle vraiment dans le compte rendu ?", "核对这句引文是否真的出自记录"},
	},
	"summary": {
		wording{de: "zusammenfassung", fr: "résumé", zh: "摘要"},
		wording{"A section, or all of the record, in cited points", "Ein Abschnitt oder das ganze Protokoll in belegten Punkten", "Une section, ou tout le compte rendu, en points référencés", "以引证要点概述一节或全部记录"},
	},
	"positions": {
		wording{de: "standpunkte", fr: "positions", zh: "立场"},
		wording{"What each speaker said on a topic, side by side", "Was jeder zu einem Thema sagte, nebeneinander", "Ce que chacun a dit sur un sujet, côte à côte", "各方就某一议题的发言对照"},
	},
	"cite": {
		wording{de: "nachweis", fr: "référence", zh: "著录"},
		wording{"An archival citation for a paper", "Ein Quellennachweis für eine Arbeit", "Une référence d'archives pour un travail", "生成论文用的档案引注"},
	},
	"record": {
		wording{de: "protokoll", fr: "document", zh: "记录"},
		wording{"What the record is and what it contains", "Was das Protokoll ist und was darin steht", "Ce qu'est le compte rendu et ce qu'il contient", "记录的说明与目录"},
	},
	"note": {
		wording{de: "notiz", fr: "note", zh: "笔记"},
		wording{"Keep passages with remarks for this channel", "Stellen mit Anmerkungen für diesen Kanal aufheben", "Garder des passages annotés pour ce salon", "为本频道保存段落和批注"},
	},
	"note add": {
		wording{de: "neu", fr: "ajouter", zh: "添加"},
		wording{"Keep a passage with a remark, for everybody in this channel", "Eine Stelle mit Anmerkung aufheben, für alle in diesem Kanal", "Garder un passage avec une remarque, pour tous dans ce salon", "为本频道所有人保存一段记录和批注"},
	},
	"note list": {
		wording{de: "liste", fr: "liste", zh: "列表"},
		wording{"What is kept in this channel", "Was in diesem Kanal aufgehoben ist", "Ce qui est gardé dans ce salon", "查看本频道保存的内容"},
	},
	"note delete": {
		wording{de: "löschen", fr: "supprimer", zh: "删除"},
		wording{"Delete a note of yours", "Eine eigene Notiz löschen", "Supprimer une de vos notes", "删除自己的一条笔记"},
	},
	"note export": {
		wording{de: "datei", fr: "exporter", zh: "导出"},
		wording{"The notes as a file, with archival citations", "Die Notizen als Datei, mit Quellennachweisen", "Les notes en fichier, avec leurs références d'archives", "导出笔记文件，附档案引注"},
	},
	"note forget": {
		wording{de: "vergessen", fr: "oublier", zh: "遗忘"},
		wording{"What I keep of you, and how to have it deleted", "Was ich von Ihnen aufhebe und wie es gelöscht wird", "Ce que je garde de vous, et comment le faire effacer", "我保存了您的哪些内容，以及如何删除"},
	},
	"settings": {
		wording{de: "einstellungen", fr: "réglages", zh: "设置"},
		wording{"Settings of this channel", "Einstellungen dieses Kanals", "Réglages de ce salon", "本频道的设置"},
	},
	"settings record": {
		wording{de: "protokoll", fr: "document", zh: "记录"},
		wording{"Which record is meant in this channel where none is named", "Welches Protokoll hier gemeint ist, wenn keines genannt wird", "Le compte rendu visé dans ce salon quand aucun n'est nommé", "未指明时本频道默认使用的记录"},
	},
	"help": {
		wording{de: "hilfe", fr: "aide", zh: "帮助"},
		wording{"What I can do and how to ask", "Was ich kann und wie man fragt", "Ce que je sais faire et comment demander", "使用说明"},
	},
	menuCheck: {title: wording{de: "Dieses Zitat prüfen", fr: "Vérifier cette citation", zh: "核对这段引文"}},
	menuFind:  {title: wording{de: "Im Protokoll finden", fr: "Trouver dans le compte rendu", zh: "在记录中查找"}},

	"option question": {
		wording{de: "frage", fr: "question", zh: "问题"},
		wording{"What you want to know", "Was Sie wissen möchten", "Ce que vous voulez savoir", "您想知道什么"},
	},
	"option query": {
		wording{de: "suchwörter", fr: "mots", zh: "词语"},
		wording{"Words to look for", "Wörter, nach denen gesucht wird", "Les mots à chercher", "要查找的词语"},
	},
	"option passage": {
		wording{de: "stelle", fr: "passage", zh: "段落"},
		wording{"A reference such as V.9, IV.12-15 or V, or words of the passage", "Ein Verweis wie V.9, IV.12-15 oder V, oder Wörter der Stelle", "Une référence comme V.9, IV.12-15 ou V, ou des mots du passage", "编号（如 V.9、IV.12-15、V）或段落中的词语"},
	},
	"option quotation": {
		wording{de: "zitat", fr: "citation", zh: "引文"},
		wording{"The words to check", "Der Wortlaut, der geprüft werden soll", "Les mots à vérifier", "要核对的文字"},
	},
	"option topic": {
		wording{de: "thema", fr: "sujet", zh: "议题"},
		wording{"What they spoke about", "Worüber gesprochen wurde", "Ce dont on a parlé", "谈论的议题"},
	},
	"option style": {
		wording{de: "stil", fr: "style", zh: "格式"},
		wording{"The style of the citation", "Der Stil des Nachweises", "Le style de la référence", "引注格式"},
	},
	"option reference": {
		wording{de: "verweis", fr: "passage", zh: "编号"},
		wording{"A passage, such as V.9; without it the whole record", "Eine Stelle wie V.9; sonst das ganze Protokoll", "Un passage comme V.9 ; sinon tout le compte rendu", "段落编号（如 V.9）；不填则引用整份记录"},
	},
	"option record": {
		wording{de: "protokoll", fr: "document", zh: "记录"},
		wording{"Only this record", "Nur dieses Protokoll", "Seulement ce compte rendu", "仅限此记录"},
	},
	"option section": {
		wording{de: "abschnitt", fr: "section", zh: "章节"},
		wording{"Only this section", "Nur dieser Abschnitt", "Seulement cette section", "仅限此章节"},
	},
	"option speaker": {
		wording{de: "sprecher", fr: "orateur", zh: "发言人"},
		wording{"Only what this speaker or side said", "Nur was diese Person oder Seite sagte", "Seulement ce qu'a dit cette personne ou cette partie", "仅限此人或此方的发言"},
	},
	"option exact": {
		wording{de: "genau", fr: "exact", zh: "精确"},
		wording{"Every occurrence of exactly these words, in context, counted by speaker", "Jedes Vorkommen genau dieser Wörter im Zusammenhang, gezählt", "Chaque occurrence de ces mots exacts, en contexte, avec le compte", "列出这些词语的每次出现及上下文，按发言人计数"},
	},
	"option remark": {
		wording{de: "anmerkung", fr: "remarque", zh: "批注"},
		wording{"What you want to say about it", "Was Sie dazu sagen möchten", "Ce que vous voulez en dire", "您的批注"},
	},
	"option mine": {
		wording{de: "eigene", fr: "miennes", zh: "我的"},
		wording{"Only mine, but those of every channel; nobody else sees the list", "Nur meine, aber aus allen Kanälen; niemand sonst sieht die Liste", "Seulement les miennes, de tous les salons ; personne d'autre ne voit la liste", "仅显示我在所有频道的笔记，他人不可见"},
	},
	"option format": {
		wording{de: "format", fr: "format", zh: "格式"},
		wording{"A text (markdown), or items for a reference manager (csl-json)", "Ein Text (markdown) oder Einträge für eine Literaturverwaltung", "Un texte (markdown), ou des notices pour un gestionnaire", "文本（markdown）或文献管理软件格式（csl-json）"},
	},
	"option note": {
		wording{de: "notiz", fr: "note", zh: "笔记"},
		wording{"The number of the note", "Die Nummer der Notiz", "Le numéro de la note", "笔记编号"},
	},
	"option private": {
		wording{de: "privat", fr: "privé", zh: "私密"},
		wording{"Show the answer to me alone; I can share it afterwards", "Die Antwort nur mir zeigen; ich kann sie danach teilen", "Ne montrer la réponse qu'à moi ; je peux la partager ensuite", "仅自己可见，之后可以分享"},
	},
}

func title(w words) wording       { return w.title }
func description(w words) wording { return w.description }

// about describes a command or option in English.
func about(name string) string { return wordsOf[name].description.en }

// localized returns a text in the languages there are, but English.
func localized(name string, of func(words) wording) map[discordgo.Locale]string {
	w := of(wordsOf[name])
	out := make(map[discordgo.Locale]string)
	for locale, text := range map[discordgo.Locale]string{
		discordgo.German: w.de, discordgo.French: w.fr, discordgo.ChineseCN: w.zh,
	} {
		if text != "" {
			out[locale] = text
		}
	}
	return out
}
