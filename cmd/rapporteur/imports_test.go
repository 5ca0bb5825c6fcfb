package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport says which packages of ours each folder's code may import. Data
// flows one way: corpus → retrieval → bot → Discord or terminal.
var mayImport = map[string][]string{
	"corpus":                  nil,
	"retrieval/wordvectors":   nil,
	"retrieval":               {"corpus", "retrieval/wordvectors"},
	"retrieval/weaviate":      {"retrieval"},
	"retrieval/retrievaltest": {"corpus", "retrieval"},
	"bot":                     {"corpus", "retrieval"},
	"bot/quality":             {"corpus", "retrieval", "bot"},
	"bot/picture":             {"corpus"},
	"bot/state":               {"bot"},
	"bot/state/statetest":     {"bot"},
	"bot/discord":             {"corpus", "retrieval", "bot"},
	"bot/discord/discordtest": nil,
	"bot/openai":              {"retrieval", "bot"},
	"bot/openai/openaitest":   nil,
	"cmd/rapporteur":          {"corpus", "retrieval", "retrieval/weaviate", "bot", "bot/picture", "bot/quality", "bot/state", "bot/discord", "bot/openai"},
}

// onlyIn says which folders alone may import a library.
var onlyIn = map[string][]string{
	"github.com/bwmarrin/discordgo":      {"bot/discord"},
	"github.com/sashabaranov/go-openai":  {"bot/openai"},
	"github.com/philippgille/chromem-go": {"retrieval"},
	"github.com/weaviate":                {"retrieval/weaviate"},
	"github.com/spf13/cobra":             {"cmd/rapporteur"},
	"gonum.org/v1/plot":                  {"bot/picture"},
	"github.com/jackc/pgx":               {"bot/state", "bot/state/statetest"},
	"modernc.org/sqlite":                 {"bot/state"},
	"github.com/goccy/go-yaml":           {"corpus", "cmd/rapporteur"},
}

func TestImports(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		allowed, known := mayImport[folder]
		if !known {
			t.Errorf("%s: %q is a new folder: say in mayImport what it may import", name, folder)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if ours, ok := strings.CutPrefix(imported, "rapporteur/"); ok && !slices.Contains(allowed, ours) && file.Name.Name != "main" {
				t.Errorf("%s: %s may not import %s", name, folder, ours)
			}
			for library, folders := range onlyIn {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(folders, folder) {
					t.Errorf("%s: only %s may import %s", name, strings.Join(folders, ", "), path.Base(library))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
