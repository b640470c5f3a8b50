import type { Mark, MarkStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

export function markTable(connection: Connection): MarkStore {
  const which = connection.prepare<Mark>(
    `SELECT t.scope, t.key, t.value, t.at FROM (SELECT DISTINCT value FROM json_each(?)) AS k
     CROSS JOIN marks AS t WHERE t.scope = ? AND t.key = k.value`,
  )
  const put = connection.prepare(
    `INSERT INTO marks (scope, key, value, at) VALUES (?, ?, ?, ?)
     ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value, at = excluded.at`,
  )
  const remove = connection.prepare('DELETE FROM marks WHERE scope = ? AND key IN (SELECT value FROM json_each(?))')
  const upTo = connection.prepare<{ readonly key: string }>(
    'SELECT key FROM marks WHERE scope = ? AND at <= ? ORDER BY at, key',
  )
  const forget = connection.prepare('DELETE FROM marks WHERE scope = ? AND at < ?')
  return {
    which: (scope, keys) => new Map(which.all(JSON.stringify(keys), scope).map((mark) => [mark.key, mark])),
    put: ({ scope, key, value, at }) => {
      put.run(scope, key, value, at)
    },
    remove: (scope, keys) => {
      remove.run(scope, JSON.stringify(keys))
    },
    upTo: (scope, at) => upTo.all(scope, at).map(({ key }) => key),
    forget: (scope, before) => {
      forget.run(scope, before)
    },
  }
}
