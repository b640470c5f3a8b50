// Times are ISO 8601 texts in UTC, except in locks (milliseconds). Columns named after a list or an object hold JSON.
export const migration0001 = `
CREATE TABLE cursors (
  mapping TEXT NOT NULL,
  connection TEXT NOT NULL,
  read TEXT NOT NULL,
  position TEXT NOT NULL,
  configuration TEXT NOT NULL,
  PRIMARY KEY (mapping, connection, read)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  mapping TEXT NOT NULL,
  step TEXT NOT NULL,
  target_key TEXT NOT NULL,
  source_key TEXT NOT NULL,
  target TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('live', 'gone')),
  PRIMARY KEY (mapping, step, target_key)
) STRICT, WITHOUT ROWID;

-- Serves the links of a source record, the walk in source-key order and the count of sources: step comes after
-- source_key so that "is this record linked by any step" is one search.
CREATE INDEX links_by_source ON links (mapping, source_key, step, target_key, state);

CREATE TABLE known (
  entity TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (entity, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked (
  mapping TEXT NOT NULL,
  source_key TEXT NOT NULL,
  entity TEXT NOT NULL,
  key TEXT NOT NULL,
  since TEXT NOT NULL,
  deadline TEXT NOT NULL,
  PRIMARY KEY (mapping, source_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
  mapping TEXT NOT NULL,
  source_key TEXT NOT NULL,
  label TEXT,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  record TEXT,
  run TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (mapping, source_key)
) STRICT;

CREATE INDEX dead_letters_by_time ON dead_letters (at);

CREATE TABLE journal (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  mapping TEXT NOT NULL,
  step TEXT NOT NULL,
  operation TEXT NOT NULL,
  target_keys TEXT NOT NULL,
  job TEXT,
  at TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'ok', 'partial', 'failed', 'stopped')),
  mappings TEXT NOT NULL,
  report TEXT
) STRICT;

CREATE TABLE tokens (
  connection TEXT PRIMARY KEY,
  secret TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reference_data (
  name TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  rows TEXT NOT NULL
) STRICT;

CREATE TABLE locks (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  since INTEGER NOT NULL,
  beat INTEGER NOT NULL,
  life_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
