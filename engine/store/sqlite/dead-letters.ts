import type { DeadLetter, DeadLetterStore } from '../state-store.ts'
import type { Connection } from './connection.ts'
import { countsByMapping } from './counts.ts'
import { fromJson, toJson } from './json.ts'

interface DeadLetterRow {
  readonly mapping: string
  readonly source_key: string
  readonly label: string | null
  readonly code: string
  readonly message: string
  readonly record: string | null
  readonly run: string
  readonly at: string
}

const select = 'SELECT mapping, source_key, label, code, message, record, run, at FROM dead_letters'
const newestFirst = 'ORDER BY at DESC, mapping, source_key LIMIT ?'

export function deadLetterTable(connection: Connection): DeadLetterStore {
  const put = connection.prepare(
    `INSERT INTO dead_letters (mapping, source_key, label, code, message, record, run, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (mapping, source_key) DO UPDATE
     SET label = excluded.label, code = excluded.code, message = excluded.message, record = excluded.record,
         run = excluded.run, at = excluded.at`,
  )
  const remove = connection.prepare(
    'DELETE FROM dead_letters WHERE mapping = ? AND source_key IN (SELECT value FROM json_each(?))',
  )
  const get = connection.prepare<DeadLetterRow>(`${select} WHERE mapping = ? AND source_key = ?`)
  const keysOf = connection.prepare<{ readonly source_key: string }>(
    'SELECT source_key FROM dead_letters WHERE mapping = ? ORDER BY source_key',
  )
  const listAll = connection.prepare<DeadLetterRow>(`${select} ${newestFirst}`)
  const listOf = connection.prepare<DeadLetterRow>(`${select} WHERE mapping = ? ${newestFirst}`)
  return {
    put: (letter) => {
      const { mapping, sourceKey, label, code, message, record, run, at } = letter
      put.run(mapping, sourceKey, label ?? null, code, message, toJson(record), run, at)
    },
    remove: (mapping, sourceKeys) => {
      remove.run(mapping, JSON.stringify(sourceKeys))
    },
    get: (mapping, sourceKey) => {
      const row = get.get(mapping, sourceKey)
      return row && letterOf(row)
    },
    keysOf: (mapping) => keysOf.all(mapping).map((row) => row.source_key),
    list: ({ mapping, limit }) =>
      (mapping === undefined ? listAll.all(limit) : listOf.all(mapping, limit)).map(letterOf),
    counts: countsByMapping(connection, 'dead_letters'),
  }
}

function letterOf(row: DeadLetterRow): DeadLetter {
  const { source_key: sourceKey, label, record, ...rest } = row
  return { ...rest, sourceKey, label: label ?? undefined, record: fromJson(record) }
}
