import type { TokenStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

export function tokenTable(connection: Connection): TokenStore {
  const get = connection.prepare<{ readonly secret: string }>('SELECT secret FROM tokens WHERE connection = ?')
  const set = connection.prepare(
    'INSERT INTO tokens (connection, secret) VALUES (?, ?) ON CONFLICT (connection) DO UPDATE SET secret = excluded.secret',
  )
  const remove = connection.prepare('DELETE FROM tokens WHERE connection = ?')
  return {
    get: (name) => get.get(name)?.secret,
    // A rotating refresh token that a power failure loses locks the user out: the one before it is spent.
    set: (name, secret) =>
      connection.durably(() => {
        set.run(name, secret)
      }),
    remove: (name) => {
      remove.run(name)
    },
  }
}
