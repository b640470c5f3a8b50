import type { Intent, JournalStore } from '../state-store.ts'
import { StoreError } from '../store-error.ts'
import type { Connection } from './connection.ts'
import { toJson } from './json.ts'

interface IntentRow {
  readonly id: string
  readonly mapping: string
  readonly step: string
  readonly operation: string
  readonly target_keys: string
  readonly fingerprints: string | null
  readonly purpose: 'gone' | 'update' | null
  readonly natural: string | null
  readonly job: string | null
  readonly at: string
}

export function journalTable(connection: Connection): JournalStore {
  const open = connection.prepare(
    `INSERT INTO journal (id, mapping, step, operation, target_keys, fingerprints, purpose, natural, job, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const setJob = connection.prepare('UPDATE journal SET job = ? WHERE id = ?')
  const close = connection.prepare('DELETE FROM journal WHERE id = ?')
  const pending = connection.prepare<IntentRow>(
    `SELECT id, mapping, step, operation, target_keys, fingerprints, purpose, natural, job, at
     FROM journal WHERE mapping = ? ORDER BY position`,
  )
  return {
    // An intent that a power failure loses is a write that is sent twice.
    open: (intent) =>
      connection.durably(() => {
        const { id, mapping, step, operation, targetKeys, fingerprints, purpose, natural, job, at } = intent
        const keys = JSON.stringify(targetKeys)
        open.run(
          id,
          mapping,
          step,
          operation,
          keys,
          toJson(fingerprints),
          purpose ?? null,
          toJson(natural),
          job ?? null,
          at,
        )
      }),
    setJob: (id, job) => {
      if (setJob.run(job, id) > 0) return
      throw new StoreError(
        'store-missing',
        `The ${connection.place.role} ${connection.place.path} holds no open intent ${id} that job ${job} could belong to`,
        'This is an error in Syncline: please report it with what you did',
      )
    },
    close: (id) => {
      close.run(id)
    },
    pending: (mapping) => pending.all(mapping).map(intentOf),
  }
}

function intentOf(row: IntentRow): Intent {
  const { target_keys: targetKeys, fingerprints, purpose, natural, job, ...rest } = row
  return {
    ...rest,
    targetKeys: JSON.parse(targetKeys) as readonly string[],
    ...(fingerprints === null ? {} : { fingerprints: JSON.parse(fingerprints) as Readonly<Record<string, string>> }),
    ...(purpose === null ? {} : { purpose }),
    ...(natural === null ? {} : { natural: JSON.parse(natural) as NonNullable<Intent['natural']> }),
    ...(job === null ? {} : { job }),
  }
}
