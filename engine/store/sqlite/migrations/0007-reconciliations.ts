/** What the last comparison of both sides found, by mapping: counts, and the first differences. No personal data. */
export const migration0007 = `
CREATE TABLE reconciliations (
  mapping TEXT NOT NULL PRIMARY KEY,
  at TEXT NOT NULL,
  since TEXT,
  compared INTEGER NOT NULL,
  found TEXT NOT NULL,
  repaired INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  differences TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`
