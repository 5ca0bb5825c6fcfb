package corpus

import (
	"fmt"
	"hash/fnv"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var notSlug = regexp.MustCompile(`[^a-z0-9._-]+`)

// idOf makes a record id from a file's name. Where the name has letters that an
// id cannot have, a hash of the name keeps ids apart, and exact is false.
func idOf(file string) (id string, exact bool) {
	name := filepath.Base(filepath.ToSlash(file))
	name = strings.TrimSuffix(name, filepath.Ext(name))
	folded := fold(name)
	id = slug(folded)
	exact = id != "" && len(id) <= 64 && !strings.ContainsFunc(folded, func(r rune) bool {
		return r > unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == unicode.ReplacementChar)
	})
	if exact {
		return id, true
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	if id == "" {
		id = "record"
	}
	return fmt.Sprintf("%s-%08x", strings.Trim(id[:min(len(id), 50)], "-._"), h.Sum32()), false
}

// fold writes a text small and without accents.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(s)))
}

// slug makes a word for ids and labels of a text.
func slug(s string) string {
	return strings.Trim(notSlug.ReplaceAllString(fold(s), "-"), "-._")
}
