CREATE TABLE notes (
	id      INTEGER PRIMARY KEY AUTOINCREMENT, -- numbers are never given again
	author  TEXT NOT NULL,
	guild   TEXT NOT NULL,
	channel TEXT NOT NULL,
	record  TEXT NOT NULL,
	ref     TEXT NOT NULL,
	words   TEXT NOT NULL,    -- JSON: [{"ref", "speaker", "text"}]
	remark  TEXT NOT NULL,
	time    INTEGER NOT NULL  -- milliseconds since 1970, UTC
) STRICT;
CREATE INDEX notes_by_author ON notes (author);
CREATE INDEX notes_by_channel ON notes (channel);

CREATE TABLE channels (
	channel TEXT PRIMARY KEY,
	record  TEXT NOT NULL
) STRICT;

CREATE TABLE summaries (
	key  TEXT PRIMARY KEY,
	data BLOB NOT NULL,
	made INTEGER NOT NULL
) STRICT;
CREATE INDEX summaries_by_age ON summaries (made);

CREATE TABLE spending (
	day      TEXT NOT NULL, -- 2026-11-23, UTC
	asker    TEXT NOT NULL,
	requests INTEGER NOT NULL,
	tokens   INTEGER NOT NULL,
	PRIMARY KEY (day, asker)
) STRICT;

CREATE TABLE spending_of_all (
	day      TEXT PRIMARY KEY,
	requests INTEGER NOT NULL,
	tokens   INTEGER NOT NULL
) STRICT;
