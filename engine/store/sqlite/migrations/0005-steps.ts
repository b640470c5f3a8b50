/**
 * Steps: what a link's target is called, so that the link is found by it; the natural key by which an intent is settled;
 * what a dead letter needs to be understood and tried again; the source record of what waits; and marks.
 */
export const migration0005 = `
ALTER TABLE links ADD COLUMN made TEXT;
CREATE INDEX links_by_made ON links (mapping, step, made) WHERE made IS NOT NULL;

ALTER TABLE journal ADD COLUMN natural TEXT;

ALTER TABLE dead_letters ADD COLUMN step TEXT;
ALTER TABLE dead_letters ADD COLUMN request_id TEXT;
ALTER TABLE dead_letters ADD COLUMN configuration TEXT;
ALTER TABLE dead_letters ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;
ALTER TABLE dead_letters ADD COLUMN first_at TEXT;
CREATE INDEX dead_letters_by_code ON dead_letters (mapping, code);

ALTER TABLE parked ADD COLUMN record TEXT;

CREATE TABLE marks (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
`
