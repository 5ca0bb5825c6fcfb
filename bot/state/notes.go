package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"rapporteur/bot"
)

// AddNote implements [bot.NoteStore].
func (s *Store) AddNote(ctx context.Context, n bot.Note) (int64, error) {
	words, err := json.Marshal(n.Words)
	if err != nil {
		return 0, err
	}
	var id int64
	err = s.db.QueryRowContext(ctx,
		`INSERT INTO notes (author, guild, channel, record, ref, words, remark, time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		n.Author, n.Guild, n.Channel, n.Record, n.Ref, string(words), n.Remark, n.Time.UnixMilli()).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("a note was not kept: %w", err)
	}
	return id, nil
}

// Notes implements [bot.NoteStore].
func (s *Store) Notes(ctx context.Context, q bot.NoteQuery) ([]bot.Note, error) {
	where, args := conditionOf(q)
	rows, err := s.db.QueryContext(ctx, `SELECT id, author, guild, channel, record, ref, words, remark, time FROM notes`+where+` ORDER BY id`, args...)
	if err != nil {
		return nil, fmt.Errorf("notes cannot be read: %w", err)
	}
	defer rows.Close()
	var notes []bot.Note
	for rows.Next() {
		var n bot.Note
		var words string
		var at int64
		if err := rows.Scan(&n.ID, &n.Author, &n.Guild, &n.Channel, &n.Record, &n.Ref, &words, &n.Remark, &at); err != nil {
			return nil, fmt.Errorf("notes cannot be read: %w", err)
		}
		if err := json.Unmarshal([]byte(words), &n.Words); err != nil {
			return nil, fmt.Errorf("the words of note %d cannot be read: %w", n.ID, err)
		}
		n.Time = time.UnixMilli(at).UTC()
		notes = append(notes, n)
	}
	return notes, rows.Err()
}

// CountNotes implements [bot.NoteStore].
func (s *Store) CountNotes(ctx context.Context, q bot.NoteQuery) (int, error) {
	where, args := conditionOf(q)
	var n int
	if err := s.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM notes`+where, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("notes cannot be counted: %w", err)
	}
	return n, nil
}

// DeleteNotes implements [bot.NoteStore].
func (s *Store) DeleteNotes(ctx context.Context, q bot.NoteQuery) (int, error) {
	if q.Author == "" {
		return 0, errors.New("notes are deleted by their author only, and none was named")
	}
	where, args := conditionOf(q)
	result, err := s.db.ExecContext(ctx, `DELETE FROM notes`+where, args...)
	if err != nil {
		return 0, fmt.Errorf("notes were not deleted: %w", err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// conditionOf returns the condition of a query and its arguments.
func conditionOf(q bot.NoteQuery) (string, []any) {
	var conditions []string
	var args []any
	add := func(column string, value any, set bool) {
		if set {
			args = append(args, value)
			conditions = append(conditions, fmt.Sprintf("%s = $%d", column, len(args)))
		}
	}
	add("id", q.ID, q.ID != 0)
	add("author", q.Author, q.Author != "")
	add("channel", q.Channel, q.Channel != "")
	if len(conditions) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}
