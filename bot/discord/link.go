package discord

import (
	"net/url"
	"strings"
)

// linkSigns are percent-encoded in addresses: they would end a masked link.
var linkSigns = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "\\", "%5C",
	"\"", "%22", "'", "%27", "`", "%60", "|", "%7C", "*", "%2A", "[", "%5B", "]", "%5D")

// safeURL returns an address as it may stand in a masked link or a link button,
// or "". An address that is too long loses its fragment first: the link then
// leads to the page and highlights nothing.
func safeURL(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return ""
	}
	address = linkSigns.Replace(strings.Join(strings.Fields(clean(address)), "%20"))
	if len(address) > maxLink {
		address, _, _ = strings.Cut(address, "#")
	}
	if len(address) > maxLink || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return address
}
