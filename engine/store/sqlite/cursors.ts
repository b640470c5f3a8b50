import type { Cursor, CursorStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

export function cursorTable(connection: Connection): CursorStore {
  const get = connection.prepare<Cursor>(
    'SELECT mapping, connection, read, position, configuration FROM cursors WHERE mapping = ? AND connection = ? AND read = ?',
  )
  const all = connection.prepare<Cursor>(
    'SELECT mapping, connection, read, position, configuration FROM cursors ORDER BY mapping, connection, read',
  )
  const set = connection.prepare(
    `INSERT INTO cursors (mapping, connection, read, position, configuration) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (mapping, connection, read) DO UPDATE
     SET position = excluded.position, configuration = excluded.configuration`,
  )
  return {
    get: (mapping, name, read) => {
      const row = get.get(mapping, name, read)
      return row && { ...row }
    },
    set: (cursor) => {
      set.run(cursor.mapping, cursor.connection, cursor.read, cursor.position, cursor.configuration)
    },
    all: () => all.all().map((row) => ({ ...row })),
  }
}
