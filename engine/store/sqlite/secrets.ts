import type { SealedRow, SealedTable } from '../secrets/sealed-table.ts'
import type { Connection } from './connection.ts'

interface Row {
  readonly connection: string
  readonly name: string
  readonly key_id: string | null
  readonly value: Uint8Array
}

/** What is stored of secrets: text that only the key opens. */
export function secretTable(connection: Connection): SealedTable {
  const columns = 'SELECT connection, name, key_id, value FROM secrets'
  const get = connection.prepare<Row>(`${columns} WHERE connection = ? AND name = ?`)
  const all = connection.prepare<Row>(`${columns} ORDER BY connection, name`)
  const names = connection.prepare<Pick<Row, 'name'>>('SELECT name FROM secrets WHERE connection = ? ORDER BY name')
  const keys = connection.prepare<Pick<Row, 'connection' | 'key_id'>>(
    'SELECT DISTINCT key_id, connection FROM secrets ORDER BY connection',
  )
  const set = connection.prepare(
    `INSERT INTO secrets (connection, name, key_id, value) VALUES (?, ?, ?, ?)
     ON CONFLICT (connection, name) DO UPDATE SET key_id = excluded.key_id, value = excluded.value`,
  )
  const remove = connection.prepare('DELETE FROM secrets WHERE connection = ? AND name = ?')
  const removeAll = connection.prepare('DELETE FROM secrets WHERE connection = ?')
  return {
    get: (owner, name) => {
      const row = get.get(owner, name)
      return row && rowOf(row)
    },
    all: () => all.all().map(rowOf),
    names: (owner) => names.all(owner).map(({ name }) => name),
    keys: () => keys.all().map((row) => ({ connection: row.connection, keyId: row.key_id ?? undefined })),
    set: ({ connection: owner, name, keyId, value }) => {
      set.run(owner, name, keyId ?? null, value)
    },
    remove: (owner, name) => {
      if (name === undefined) removeAll.run(owner)
      else remove.run(owner, name)
    },
    // A rotating refresh token that a power failure loses locks the user out: the one before it is spent.
    durably: connection.durably,
  }
}

const rowOf = ({ connection, name, key_id, value }: Row): SealedRow => ({
  connection,
  name,
  keyId: key_id ?? undefined,
  value,
})
