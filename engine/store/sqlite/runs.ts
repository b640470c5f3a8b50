import type { RunRecord, RunStore } from '../state-store.ts'
import { StoreError } from '../store-error.ts'
import type { Connection } from './connection.ts'
import { fromJson, toJson } from './json.ts'

interface RunRow {
  readonly id: string
  readonly started_at: string
  readonly ended_at: string | null
  readonly status: RunRecord['status']
  readonly mappings: string
  readonly report: string | null
}

/** A run every minute for a week: older ones are removed, so that the file does not grow for ever. */
export const keptRuns = 10_000

export function runTable(connection: Connection, keep: number = keptRuns): RunStore {
  const start = connection.prepare(
    'INSERT INTO runs (id, started_at, ended_at, status, mappings, report) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const prune = connection.prepare('DELETE FROM runs WHERE position <= (SELECT max(position) FROM runs) - ?')
  const finish = connection.prepare('UPDATE runs SET ended_at = ?, status = ?, report = ? WHERE id = ?')
  const last = connection.prepare<RunRow>(
    'SELECT id, started_at, ended_at, status, mappings, report FROM runs ORDER BY position DESC LIMIT ?',
  )
  return {
    start: (run) =>
      connection.transaction(() => {
        const { id, startedAt, endedAt, status, mappings, report } = run
        start.run(id, startedAt, endedAt ?? null, status, JSON.stringify(mappings), toJson(report))
        prune.run(keep)
      }),
    finish: (id, endedAt, status, report) => {
      if (finish.run(endedAt, status, toJson(report), id) > 0) return
      throw new StoreError(
        'store-missing',
        `The ${connection.place.role} ${connection.place.path} holds no run ${id} that could be finished`,
        'This is an error in Syncline: please report it with what you did',
      )
    },
    last: (limit) => last.all(limit).map(runOf),
  }
}

function runOf(row: RunRow): RunRecord {
  return {
    id: row.id,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    status: row.status,
    mappings: JSON.parse(row.mappings) as readonly string[],
    ...(row.report === null ? {} : { report: fromJson(row.report) }),
  }
}
