import type { Connection } from './connection.ts'

/** Marks a file as a Syncline state: "SYNC" in ASCII. */
export const applicationId = 0x53_59_4e_43

/** One step of the schema's history. */
export interface Migration {
  /** From 1 on; numbers may be left out. What was published never changes its number nor its text. */
  readonly number: number
  readonly sql: string
}

/**
 * Brings the schema up to date: applies what the file has not had yet, in the order of the numbers. The file holds the
 * numbers that it has had, so that a migration is applied too that comes with a smaller number than its newest one.
 */
export function migrate(connection: Connection, migrations: readonly Migration[]): void {
  if (missing(connection, migrations).length === 0) return
  connection.transaction(() => {
    // Read again under the lock: another process may have done it meanwhile.
    const steps = missing(connection, migrations)
    const before = appliedTo(connection)
    connection.exec('CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY) STRICT')
    const note = connection.prepare('INSERT OR IGNORE INTO migrations (number) VALUES (?)')
    for (const number of before) note.run(number)
    for (const { number, sql } of steps) {
      connection.exec(sql)
      note.run(number)
    }
    const newest = Math.max(0, ...appliedTo(connection))
    connection.exec(`PRAGMA user_version = ${newest}; PRAGMA application_id = ${applicationId}`)
  })
}

/** What the file has not had yet, in order. */
export function missing(connection: Connection, migrations: readonly Migration[]): readonly Migration[] {
  const applied = appliedTo(connection)
  return migrations.filter(({ number }) => !applied.has(number)).sort((a, b) => a.number - b.number)
}

/** The numbers that the file has had. Files from before they were written down have had all up to their version. */
export function appliedTo(connection: Connection): ReadonlySet<number> {
  const noted = connection.value("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'")
  if (noted === 0) {
    const version = Number(connection.value('PRAGMA user_version'))
    return new Set(Array.from({ length: version }, (_, index) => index + 1))
  }
  const rows = connection.prepare<{ readonly number: number }>('SELECT number FROM migrations').all()
  return new Set(rows.map(({ number }) => number))
}
