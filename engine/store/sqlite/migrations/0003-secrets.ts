/**
 * Secrets by connection and name, sealed with a key that is not in the file. The refresh tokens that were kept before
 * have no key yet (`key_id` is null): whoever opens the file next seals them.
 */
export const migration0003 = `
CREATE TABLE secrets (
  connection TEXT NOT NULL,
  name TEXT NOT NULL,
  key_id TEXT,
  value BLOB NOT NULL,
  PRIMARY KEY (connection, name)
) STRICT, WITHOUT ROWID;

INSERT INTO secrets (connection, name, key_id, value)
SELECT connection, 'refreshToken', NULL, CAST(secret AS BLOB) FROM tokens;

-- Emptied before it is dropped: only then its text is written over.
DELETE FROM tokens WHERE true;
DROP TABLE tokens;
`
