import { letterGroups, type Reason } from '../letter-groups.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import type { DeadLetterStore, KeptLetter } from '../state-store.ts'
import type { Connection } from './connection.ts'
import { countsByMapping } from './counts.ts'
import { openRecord, sealedMark, sealJson, sealRecord } from './sealed-record.ts'

interface DeadLetterRow {
  readonly mapping: string
  readonly source_key: string
  readonly label: string | null
  readonly code: string
  readonly message: string
  readonly record: string | null
  readonly run: string
  readonly at: string
  readonly step: string | null
  readonly request_id: string | null
  readonly configuration: string | null
  readonly attempts: number
  readonly first_at: string | null
}

type ReasonRow = Omit<DeadLetterRow, 'record' | 'run' | 'request_id' | 'configuration' | 'attempts'>

const columns =
  'mapping, source_key, label, code, message, record, run, at, step, request_id, configuration, attempts, first_at'
const select = `SELECT ${columns} FROM dead_letters`
const chosen = '(?1 IS NULL OR mapping = ?1) AND (?2 IS NULL OR code = ?2)'
const newestFirst = 'ORDER BY at DESC, mapping, source_key LIMIT ?3'

/** The source record may hold personal data, so it is sealed; it opens for its own letter only. */
export function deadLetterTable(connection: Connection, box: SecretBox): DeadLetterStore {
  const put = connection.prepare(
    `INSERT INTO dead_letters (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
     ON CONFLICT (mapping, source_key) DO UPDATE
     SET label = excluded.label, code = excluded.code, message = excluded.message, record = excluded.record,
         run = excluded.run, at = excluded.at, step = excluded.step, request_id = excluded.request_id,
         configuration = excluded.configuration, attempts = dead_letters.attempts + 1,
         first_at = coalesce(dead_letters.first_at, dead_letters.at)`,
  )
  const remove = connection.prepare(
    'DELETE FROM dead_letters WHERE mapping = ? AND source_key IN (SELECT value FROM json_each(?))',
  )
  const get = connection.prepare<DeadLetterRow>(`${select} WHERE mapping = ? AND source_key = ?`)
  const keysOf = connection.prepare<{ readonly source_key: string }>(
    'SELECT source_key FROM dead_letters WHERE mapping = ? ORDER BY source_key',
  )
  const list = connection.prepare<DeadLetterRow>(`${select} WHERE ${chosen} ${newestFirst}`)
  const reasons = connection.prepare<ReasonRow>(
    `SELECT mapping, source_key, label, code, message, at, step, first_at FROM dead_letters WHERE ${chosen}`,
  )
  return {
    put: (letter) => {
      const { mapping, sourceKey, label, code, message, record, run, at, step, requestId, configuration } = letter
      put.run(
        mapping,
        sourceKey,
        label ?? null,
        code,
        message,
        sealRecord(box, place(mapping, sourceKey), record),
        run,
        at,
        step ?? null,
        requestId ?? null,
        configuration ?? null,
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
    list: ({ mapping, code, limit }) => list.all(mapping ?? null, code ?? null, limit).map((row) => letterOf(row, box)),
    groups: ({ mapping, code, limit }) => letterGroups(reasons.all(mapping ?? null, code ?? null).map(reasonOf), limit),
    counts: countsByMapping(connection, 'dead_letters'),
  }
}

/** Seals what versions before this one have stored in clear. @returns whether there was any. */
export function sealPlainLetters(connection: Connection, box: SecretBox): boolean {
  const plain = connection.prepare<DeadLetterRow>(
    `${select} WHERE record IS NOT NULL AND record NOT LIKE '${sealedMark}%'`,
  )
  const set = connection.prepare('UPDATE dead_letters SET record = ? WHERE mapping = ? AND source_key = ?')
  return connection.transaction(() => {
    const rows = [...plain.all()]
    for (const { mapping, source_key: sourceKey, record } of rows)
      set.run(sealJson(box, place(mapping, sourceKey), record), mapping, sourceKey)
    return rows.length > 0
  })
}

function reasonOf({
  mapping,
  source_key: sourceKey,
  label,
  code,
  message,
  at,
  step,
  first_at: firstAt,
}: ReasonRow): Reason {
  return {
    mapping,
    sourceKey,
    label: label ?? undefined,
    code,
    message,
    at,
    firstAt: firstAt ?? at,
    ...(step !== null && { step }),
  }
}

const place = (mapping: string, sourceKey: string): readonly string[] => ['dead letter', mapping, sourceKey]

function letterOf(row: DeadLetterRow, box: SecretBox): KeptLetter {
  const { mapping, source_key: sourceKey, code, message, run, at, attempts } = row
  return {
    mapping,
    sourceKey,
    label: row.label ?? undefined,
    code,
    message,
    // Why a record failed can be known, and it can be read again, when its key is lost.
    record: openRecord(box, place(mapping, sourceKey), row.record),
    run,
    at,
    attempts,
    firstAt: row.first_at ?? at,
    ...(row.step !== null && { step: row.step }),
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.configuration !== null && { configuration: row.configuration }),
  }
}
