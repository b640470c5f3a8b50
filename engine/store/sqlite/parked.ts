import type { ParkedStore } from '../state-store.ts'
import type { Connection } from './connection.ts'
import { countsByMapping } from './counts.ts'

interface ParkedRow {
  readonly mapping: string
  readonly source_key: string
  readonly entity: string
  readonly key: string
  readonly since: string
  readonly deadline: string
}

export function parkedTable(connection: Connection): ParkedStore {
  // Waiting on something else, or again, does not start the waiting anew: a record would never reach its deadline.
  const put = connection.prepare(
    `INSERT INTO parked (mapping, source_key, entity, key, since, deadline) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (mapping, source_key) DO UPDATE
     SET entity = excluded.entity, key = excluded.key,
         since = min(parked.since, excluded.since), deadline = min(parked.deadline, excluded.deadline)`,
  )
  const remove = connection.prepare(
    'DELETE FROM parked WHERE mapping = ? AND source_key IN (SELECT value FROM json_each(?))',
  )
  const of = connection.prepare<ParkedRow>(
    'SELECT mapping, source_key, entity, key, since, deadline FROM parked WHERE mapping = ? ORDER BY since, source_key',
  )
  return {
    put: (parked) => {
      put.run(parked.mapping, parked.sourceKey, parked.entity, parked.key, parked.since, parked.deadline)
    },
    remove: (mapping, sourceKeys) => {
      remove.run(mapping, JSON.stringify(sourceKeys))
    },
    of: (mapping) => of.all(mapping).map(({ source_key: sourceKey, ...row }) => ({ ...row, sourceKey })),
    counts: countsByMapping(connection, 'parked'),
  }
}
