import type { ReferenceStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

export function referenceTable(connection: Connection): ReferenceStore {
  const get = connection.prepare<{ readonly at: string; readonly rows: string }>(
    'SELECT at, rows FROM reference_data WHERE name = ?',
  )
  const set = connection.prepare(
    `INSERT INTO reference_data (name, at, rows) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET at = excluded.at, rows = excluded.rows`,
  )
  return {
    get: (name) => {
      const row = get.get(name)
      return row && { at: row.at, rows: JSON.parse(row.rows) as readonly unknown[] }
    },
    set: (name, at, rows) => {
      set.run(name, at, JSON.stringify(rows))
    },
  }
}
