import type { Intent, JournalStore } from '../state-store.ts'
import { StoreError } from '../store-error.ts'
import type { Connection } from './connection.ts'

interface IntentRow {
  readonly id: string
  readonly mapping: string
  readonly step: string
  readonly operation: string
  readonly target_keys: string
  readonly job: string | null
  readonly at: string
}

export function journalTable(connection: Connection): JournalStore {
  const open = connection.prepare(
    'INSERT INTO journal (id, mapping, step, operation, target_keys, job, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const setJob = connection.prepare('UPDATE journal SET job = ? WHERE id = ?')
  const close = connection.prepare('DELETE FROM journal WHERE id = ?')
  const pending = connection.prepare<IntentRow>(
    'SELECT id, mapping, step, operation, target_keys, job, at FROM journal WHERE mapping = ? ORDER BY position',
  )
  return {
    // An intent that a power failure loses is a write that is sent twice.
    open: (intent) =>
      connection.durably(() => {
        const { id, mapping, step, operation, targetKeys, job, at } = intent
        open.run(id, mapping, step, operation, JSON.stringify(targetKeys), job ?? null, at)
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
  const { target_keys: targetKeys, job, ...rest } = row
  return { ...rest, targetKeys: JSON.parse(targetKeys) as readonly string[], ...(job === null ? {} : { job }) }
}
