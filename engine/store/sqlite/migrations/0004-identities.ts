/** What identifies a customer's account in a system, as found out when the connection was made. Not secret. */
export const migration0004 = `
CREATE TABLE identities (
  connection TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (connection, name)
) STRICT, WITHOUT ROWID;
`
