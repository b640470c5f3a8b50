import type { IdentityStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

export function identityTable(connection: Connection): IdentityStore {
  const get = connection.prepare<{ readonly name: string; readonly value: string }>(
    'SELECT name, value FROM identities WHERE connection = ? ORDER BY name',
  )
  const set = connection.prepare(
    `INSERT INTO identities (connection, name, value) VALUES (?, ?, ?)
     ON CONFLICT (connection, name) DO UPDATE SET value = excluded.value`,
  )
  const remove = connection.prepare('DELETE FROM identities WHERE connection = ? AND name = ?')
  const removeAll = connection.prepare('DELETE FROM identities WHERE connection = ?')
  return {
    get: (owner) => Object.fromEntries(get.all(owner).map(({ name, value }) => [name, value])),
    set: (owner, values) =>
      connection.transaction(() => {
        for (const [name, value] of Object.entries(values)) set.run(owner, name, value)
      }),
    remove: (owner, name) => {
      if (name === undefined) removeAll.run(owner)
      else remove.run(owner, name)
    },
  }
}
