/** What an open intent must tell: as what each record was sent, and whether the target was told that they are gone. */
export const migration0002 = `
ALTER TABLE journal ADD COLUMN fingerprints TEXT;
ALTER TABLE journal ADD COLUMN purpose TEXT;
`
