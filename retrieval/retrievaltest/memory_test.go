package retrievaltest_test

import (
	"context"
	"encoding/json"
	"testing"

	"rapporteur/corpus"
	"rapporteur/retrieval"
	"rapporteur/retrieval/retrievaltest"
)

func TestMemory(t *testing.T) {
	retrievaltest.Run(t, func(*testing.T) retrievaltest.Subject { return &memory{} })
}

// memory is the index in the program's memory, which reuses analyses.
type memory struct {
	model    string
	analyses map[string]analysed // by record
}

type analysed struct {
	content  string
	analysis *retrieval.Analysis
}

func (m *memory) Update(ctx context.Context, records []*corpus.Record, embedder retrieval.Embedder) (retrieval.Changes, error) {
	var changes retrieval.Changes
	if m.model != embedder.Name() {
		m.model, m.analyses = embedder.Name(), nil
	}
	next := make(map[string]analysed)
	for _, r := range records {
		content, err := json.Marshal(r)
		if err != nil {
			return changes, err
		}
		had, ok := m.analyses[r.ID]
		if ok && had.content == string(content) {
			next[r.ID] = had
			changes.Unchanged++
			continue
		}
		if changes.Added++; ok {
			changes.Added--
			changes.Changed++
		}
		a, err := retrieval.Analyse(ctx, r, embedder)
		if err != nil {
			return changes, err
		}
		next[r.ID] = analysed{string(content), a}
	}
	changes.Removed = len(m.analyses) - changes.Unchanged - changes.Changed
	m.analyses = next
	return changes, nil
}

func (m *memory) Index(ctx context.Context, records []*corpus.Record, embedder retrieval.Embedder) (*retrieval.Index, error) {
	return retrieval.New(ctx, records, retrieval.Options{Embedder: embedder})
}
