import type { SecretBox } from '../secrets/secret-box.ts'
import type { Parked, ParkedStore } from '../state-store.ts'
import type { Connection } from './connection.ts'
import { countsByMapping } from './counts.ts'
import { openRecord, sealRecord } from './sealed-record.ts'

interface ParkedRow {
  readonly mapping: string
  readonly source_key: string
  readonly entity: string
  readonly key: string
  readonly since: string
  readonly deadline: string
  readonly record: string | null
}

const place = (mapping: string, sourceKey: string): readonly string[] => ['parked', mapping, sourceKey]

/** The source record, where it is kept, may hold personal data, so it is sealed. */
export function parkedTable(connection: Connection, box: SecretBox): ParkedStore {
  // Waiting on something else, or again, does not start the waiting anew: a record would never reach its deadline.
  const put = connection.prepare(
    `INSERT INTO parked (mapping, source_key, entity, key, since, deadline, record) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (mapping, source_key) DO UPDATE
     SET entity = excluded.entity, key = excluded.key, record = excluded.record,
         since = min(parked.since, excluded.since), deadline = min(parked.deadline, excluded.deadline)`,
  )
  const remove = connection.prepare(
    'DELETE FROM parked WHERE mapping = ? AND source_key IN (SELECT value FROM json_each(?))',
  )
  const of = connection.prepare<ParkedRow>(
    'SELECT mapping, source_key, entity, key, since, deadline FROM parked WHERE mapping = ? ORDER BY since, source_key',
  )
  const record = connection.prepare<{ readonly record: string | null }>(
    'SELECT record FROM parked WHERE mapping = ? AND source_key = ?',
  )
  return {
    put: (parked) => {
      const { mapping, sourceKey, entity, key, since, deadline } = parked
      const kept = sealRecord(box, place(mapping, sourceKey), parked.record)
      put.run(mapping, sourceKey, entity, key, since, deadline, kept)
    },
    remove: (mapping, sourceKeys) => {
      remove.run(mapping, JSON.stringify(sourceKeys))
    },
    of: (mapping) => of.all(mapping).map(({ source_key: sourceKey, ...row }): Parked => ({ ...row, sourceKey })),
    recordOf: (mapping, sourceKey) =>
      openRecord(box, place(mapping, sourceKey), record.get(mapping, sourceKey)?.record ?? null),
    counts: countsByMapping(connection, 'parked'),
  }
}
