package corpus

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// furnitureNames are parts of names that sites give to what is no content.
var furnitureNames = set(`nav, navbar, navigation, menu, menus, breadcrumb, breadcrumbs, sidebar, share, sharing, social, cookie, cookies, newsletter, subscribe,
	pagination, pager, advert, advertisement, ads, login, search, skip, promo, popup, modal, footer, masthead, toolbar, related, comments, banner, sitenav, donate, noprint`)

// isFurniture reports elements that are no part of a page's content.
func isFurniture(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Object, atom.Embed, atom.Video, atom.Audio, atom.Canvas, atom.Svg, atom.Math,
		atom.Nav, atom.Form, atom.Button, atom.Select, atom.Input, atom.Textarea, atom.Aside, atom.Head, atom.Dialog, atom.Img, atom.Picture:
		return true
	case atom.Footer:
		return !inside(n, atom.Article, atom.Main)
	case atom.Header:
		return !inside(n, atom.Article, atom.Main) && !contains(n, atom.H1)
	case atom.Html, atom.Body, atom.Main, atom.Article:
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			if a.Val == "true" {
				return true
			}
		case "style":
			if strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none") {
				return true
			}
		case "role":
			switch a.Val {
			case "navigation", "search", "banner", "contentinfo", "complementary", "dialog":
				return true
			}
		case "class", "id":
			for name := range strings.FieldsFuncSeq(strings.ToLower(a.Val), func(r rune) bool { return r == ' ' || r == '-' || r == '_' }) {
				if furnitureNames[name] || name == "header" && !inside(n, atom.Article, atom.Main) && !contains(n, atom.H1) {
					return true
				}
			}
		}
	}
	return false
}

func inside(n *html.Node, atoms ...atom.Atom) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		for _, a := range atoms {
			if up.DataAtom == a {
				return true
			}
		}
	}
	return false
}

func contains(n *html.Node, a atom.Atom) bool {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom == a || contains(child, a) {
			return true
		}
	}
	return false
}
