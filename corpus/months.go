package corpus

import (
	"regexp"
	"strings"
	"time"
)

// months are the names of the months in languages other than English, as they
// stand in dates, a line each: French, German, Spanish, Italian, Portuguese,
// Dutch, Polish, Russian, Ukrainian.
const months = `
janvier januar jänner enero gennaio janeiro januari stycznia января січня
février fevrier februar febrero febbraio fevereiro februari lutego февраля лютого
mars märz marzo março marco maart marca марта березня
avril april abril aprile kwietnia апреля квітня
mai mayo maggio maio mei maja мая травня
juin juni junio giugno junho czerwca июня червня
juillet juli julio luglio julho lipca июля липня
août aout august agosto augustus sierpnia августа серпня
septembre september septiembre setiembre settembre setembro września сентября вересня
octobre oktober octubre ottobre outubro października октября жовтня
novembre november noviembre novembro listopada ноября листопада
décembre decembre dezember diciembre dicembre dezembro december grudnia декабря грудня
`

var monthByName = func() map[string]time.Month {
	names := make(map[string]time.Month)
	for i, line := range strings.Split(strings.TrimSpace(months), "\n") {
		for name := range strings.FieldsSeq(line) {
			names[name] = time.Month(i + 1)
		}
	}
	return names
}()

// foreignDate is a day, a month by its name and a year: 4. Mai 1954, 1er mars
// 1959, 12 de abril de 1978, 10 июля 1945.
var foreignDate = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])((\d{1,2})(?:er|\.|º|°)?\s+(?:de\s+|di\s+)?(\pL{3,12})\.?\s+(?:de\s+|del\s+|di\s+)?(\d{4}))(?:$|[^\pL\pN])`)

// findForeignDate is [FindDate] for dates in other languages.
func findForeignDate(text string) (iso, words string) {
	for _, m := range foreignDate.FindAllStringSubmatch(text, 8) {
		month, known := monthByName[strings.ToLower(m[3])]
		if !known {
			continue
		}
		if iso := isoOf(m[4], month.String(), m[2]); iso != "" {
			return iso, m[1]
		}
	}
	return "", ""
}
