import type { LockStore } from '../state-store.ts'
import type { Connection } from './connection.ts'

export function lockTable(connection: Connection): LockStore {
  // The life that counts is the holder's own: it knows how often it beats.
  const take = connection.prepare(
    `INSERT INTO locks (name, owner, since, beat, life_ms) VALUES (?1, ?2, ?3, ?3, ?4)
     ON CONFLICT (name) DO UPDATE
     SET owner = excluded.owner, beat = excluded.beat, life_ms = excluded.life_ms,
         since = CASE WHEN locks.owner = excluded.owner THEN locks.since ELSE excluded.since END
     WHERE locks.owner = excluded.owner OR locks.beat + locks.life_ms < excluded.beat`,
  )
  const holder = connection.prepare<{ readonly owner: string; readonly since: number }>(
    'SELECT owner, since FROM locks WHERE name = ?',
  )
  const beat = connection.prepare('UPDATE locks SET beat = ? WHERE name = ? AND owner = ?')
  const release = connection.prepare('DELETE FROM locks WHERE name = ? AND owner = ?')
  return {
    take: (name, owner, now, lifeMs) =>
      connection.transaction(() => {
        if (take.run(name, owner, now, lifeMs) > 0) return { taken: true }
        const held = holder.get(name)
        return held === undefined ? { taken: true } : { taken: false, owner: held.owner, since: held.since }
      }),
    beat: (name, owner, now) => beat.run(now, name, owner) > 0,
    release: (name, owner) => {
      release.run(name, owner)
    },
  }
}
