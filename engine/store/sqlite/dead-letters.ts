import type { SecretBox } from '../secrets/secret-box.ts'
import type { DeadLetter, DeadLetterStore } from '../state-store.ts'
import { StoreError } from '../store-error.ts'
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

/** The source record may hold personal data, so it is sealed; it opens for its own letter only. */
export function deadLetterTable(connection: Connection, box: SecretBox): DeadLetterStore {
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
      put.run(
        mapping,
        sourceKey,
        label ?? null,
        code,
        message,
        sealed(box, mapping, sourceKey, toJson(record)),
        run,
        at,
      )
    },
    remove: (mapping, sourceKeys) => {
      remove.run(mapping, JSON.stringify(sourceKeys))
    },
    get: (mapping, sourceKey) => {
      const row = get.get(mapping, sourceKey)
      return row && letterOf(row, box)
    },
    keysOf: (mapping) => keysOf.all(mapping).map((row) => row.source_key),
    list: ({ mapping, limit }) =>
      (mapping === undefined ? listAll.all(limit) : listOf.all(mapping, limit)).map((row) => letterOf(row, box)),
    counts: countsByMapping(connection, 'dead_letters'),
  }
}

/** Seals what versions before this one have stored in clear. @returns whether there was any. */
export function sealPlainLetters(connection: Connection, box: SecretBox): boolean {
  const plain = connection.prepare<DeadLetterRow>(`${select} WHERE record IS NOT NULL AND record NOT LIKE '${mark}%'`)
  const set = connection.prepare('UPDATE dead_letters SET record = ? WHERE mapping = ? AND source_key = ?')
  return connection.transaction(() => {
    const rows = [...plain.all()]
    for (const { mapping, source_key: sourceKey, record } of rows)
      set.run(sealed(box, mapping, sourceKey, record), mapping, sourceKey)
    return rows.length > 0
  })
}

/** Tells what is sealed from JSON, which begins otherwise. */
const mark = 'sealed '

function sealed(box: SecretBox, mapping: string, sourceKey: string, json: string | null): string | null {
  return json === null ? null : `${mark}${box.seal(json, place(mapping, sourceKey))}`
}

const place = (mapping: string, sourceKey: string): string => JSON.stringify(['dead letter', mapping, sourceKey])

function letterOf(row: DeadLetterRow, box: SecretBox): DeadLetter {
  const { source_key: sourceKey, label, record, ...rest } = row
  const letter = { ...rest, sourceKey, label: label ?? undefined }
  if (!record?.startsWith(mark)) return { ...letter, record: fromJson(record) }
  try {
    return { ...letter, record: fromJson(box.open(record.slice(mark.length), place(row.mapping, sourceKey))) }
  } catch (error) {
    // Why a record failed can be known, and it can be read again, when its key is lost.
    if (!(error instanceof StoreError)) throw error
    return { ...letter, record: undefined }
  }
}
