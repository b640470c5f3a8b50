import type { Reconciliation, ReconciliationStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

interface ReconciliationRow {
  readonly mapping: string
  readonly at: string
  readonly since: string | null
  readonly compared: number
  readonly found: string
  readonly repaired: number
  readonly remaining: number
  readonly differences: string
}

export function reconciliationTable(connection: Connection): ReconciliationStore {
  const put = connection.prepare(
    `INSERT INTO reconciliations (mapping, at, since, compared, found, repaired, remaining, differences)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (mapping) DO UPDATE
     SET at = excluded.at, since = excluded.since, compared = excluded.compared, found = excluded.found,
         repaired = excluded.repaired, remaining = excluded.remaining, differences = excluded.differences`,
  )
  const all = connection.prepare<ReconciliationRow>('SELECT * FROM reconciliations ORDER BY mapping')
  return {
    put: ({ mapping, at, since, compared, found, repaired, remaining, differences }) => {
      const [counts, rows] = [JSON.stringify(found), JSON.stringify(differences)]
      put.run(mapping, at, since ?? null, compared, counts, repaired, remaining, rows)
    },
    all: () =>
      all.all().map(
        ({ since, found, differences, ...row }): Reconciliation => ({
          ...row,
          ...(since !== null && { since }),
          found: JSON.parse(found) as Reconciliation['found'],
          differences: JSON.parse(differences) as Reconciliation['differences'],
        }),
      ),
  }
}
