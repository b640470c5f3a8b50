import type { KnownStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

export function knownTable(connection: Connection): KnownStore {
  const which = connection.prepare<{ readonly key: string }>(
    'SELECT t.key FROM json_each(?) AS k CROSS JOIN known AS t WHERE t.entity = ? AND t.key = k.value',
  )
  const add = connection.prepare(
    'INSERT INTO known (entity, key) SELECT ?, value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING',
  )
  const remove = connection.prepare('DELETE FROM known WHERE entity = ? AND key IN (SELECT value FROM json_each(?))')
  return {
    which: (entity, keys) => new Set(which.all(JSON.stringify(keys), entity).map((row) => row.key)),
    add: (entity, keys) => {
      add.run(entity, JSON.stringify(keys))
    },
    remove: (entity, keys) => {
      remove.run(entity, JSON.stringify(keys))
    },
  }
}
