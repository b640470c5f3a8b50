/** Messages that were received and not processed yet, and when schedules were last started. */
export const migration0006 = `
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mapping TEXT NOT NULL,
  event TEXT NOT NULL,
  key TEXT NOT NULL,
  find TEXT,
  digest TEXT,
  record TEXT,
  received_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'held', 'taken', 'done')),
  done_at TEXT
) STRICT;

-- What is done is not looked at again until it is deleted.
CREATE INDEX inbox_by_key ON inbox (mapping, key, id) WHERE state <> 'done';
CREATE INDEX inbox_by_time ON inbox (mapping, due_at) WHERE state <> 'done';
CREATE INDEX inbox_done ON inbox (done_at) WHERE state = 'done';

CREATE TABLE schedules (
  mapping TEXT NOT NULL,
  trigger TEXT NOT NULL,
  last TEXT NOT NULL,
  PRIMARY KEY (mapping, trigger)
) STRICT, WITHOUT ROWID;
`
