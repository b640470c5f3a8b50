import type { Connection } from './connection.ts'

/** Marks a file as a Syncline state: "SYNC" in ASCII. */
export const applicationId = 0x53_59_4e_43

/** Brings the schema up to date. `steps[0]` makes schema 1 from an empty file, and so on; what is applied never changes. */
export function migrate(connection: Connection, steps: readonly string[]): void {
  if (versionOf(connection) >= steps.length) return
  connection.transaction(() => {
    // Read again under the lock: another process may have done it meanwhile.
    for (const step of steps.slice(versionOf(connection))) connection.exec(step)
    connection.exec(`PRAGMA user_version = ${steps.length}; PRAGMA application_id = ${applicationId}`)
  })
}

function versionOf(connection: Connection): number {
  return Number(connection.value('PRAGMA user_version'))
}
