import type { SandboxClock } from '../../common/clock.ts'
import type { Stamp } from '../model.ts'
import type { Store } from '../store.ts'
import type { NorceSwitches } from '../switches.ts'
import { formatJobTime, formatTimeSpan, ticksFromMilliseconds } from '../wire-time.ts'
import type { ImportHeader, ImportName } from './header.ts'
import { importCompanies } from './import-companies.ts'
import type { ImportContext, ImportItem, Severity } from './import-context.ts'
import { importCustomers } from './import-customers.ts'
import { importOnhands } from './import-onhands.ts'
import { importPriceLists } from './import-price-lists.ts'
import { importSkuPriceLists } from './import-prices.ts'
import { importProducts } from './import-products.ts'

const RUN: Readonly<Record<ImportName, (rows: readonly ImportItem[], context: ImportContext) => void>> = {
  ImportProducts: importProducts,
  ImportSkuPriceLists: importSkuPriceLists,
  ImportPriceLists: importPriceLists,
  ImportOnhands: importOnhands,
  ImportCustomers: importCustomers,
  ImportCompanies: importCompanies,
}

const STORAGE_FOLDER: Readonly<Record<ImportName, string>> = {
  ImportProducts: 'product',
  ImportSkuPriceLists: 'skupricelist',
  ImportPriceLists: 'pricelist',
  ImportOnhands: 'onhand',
  ImportCustomers: 'customer',
  ImportCompanies: 'company',
}

/** What the job API answers, and what a test may want to see. */
export interface Jobs {
  accept(request: AcceptedImport): number
  /** An import that is over at once, for filling the shop; answers the job's id. */
  runNow(request: AcceptedImport): number
  /** Carries out the jobs whose time has come. Called before anything is read or written. */
  advance(): void
  /** Sandbox milliseconds until the next job ends; undefined when none is under way that will. */
  dueIn(): number | undefined
  /** Undefined: no such job. */
  job(id: number): Readonly<Record<string, unknown>> | undefined
  log(id: number): readonly Readonly<Record<string, unknown>>[] | undefined
  /** Jobs that are not finished. */
  pending(): number
  count(): number
}

export interface AcceptedImport {
  readonly importName: ImportName
  readonly header: ImportHeader
  readonly rows: readonly ImportItem[]
  /** Items that failed the schema, with their message; they do not go into the job. */
  readonly invalid: readonly { readonly message: string; readonly raw: unknown }[]
  /** The job fails as a whole, or never ends. */
  readonly fault?: { readonly message?: string; readonly neverEnds?: boolean }
}

export interface JobsOptions {
  readonly clock: SandboxClock
  readonly store: Store
  readonly switches: () => NorceSwitches
  /** From acceptance to the end of a job without items, in sandbox milliseconds. */
  readonly delayMs: number
  /** In addition for each item, in sandbox milliseconds. */
  readonly perItemMs: number
  /** A job was accepted that will end. */
  readonly onAccepted?: () => void
  readonly onFinished?: (id: number, statusId: 2 | 3 | 4) => void
}

interface LogEntry {
  readonly severity: Severity
  readonly message: string
  readonly at: number
  readonly row: string | null
}

interface Job {
  readonly id: number
  readonly acceptedAt: number
  readonly validatingAt: number
  readonly runningAt: number
  readonly finishAt: number
  readonly totals: number
  readonly storageName: string
  request: AcceptedImport | null
  inserts: number
  updates: number
  fail: number
  finalStatus: 2 | 3 | 4
  readonly entries: LogEntry[]
}

const FIRST_JOB_ID = 1_048_219

/**
 * The import jobs.
 *
 * Known: statuses 6 queued, 5 validating, 1 running, then 2 succeeded, 3 failed or 4 validation failed; counters of
 * database rows; at least a start and a finish entry in the log; a job may succeed and have failed rows [doc D10, D11,
 * D16]. Assumed: one job runs at a time, in the order of arrival; its effect shows all at once at its end; a job ends as
 * failed when every row failed, and as validation failed when no item passed the schema; a row that was sent counts as
 * an update also when no value differed.
 */
export function createJobs(options: JobsOptions): Jobs {
  const { clock, store, switches, delayMs, perItemMs } = options
  const jobs = new Map<number, Job>()
  const waiting: Job[] = []
  let freeAt = 0
  let nextId = FIRST_JOB_ID

  const advance = (): void => {
    const now = clock.now()
    while (waiting[0] !== undefined && waiting[0].finishAt <= now) carryOut(waiting.shift() as Job)
  }

  const carryOut = (job: Job): void => {
    const request = job.request
    job.request = null
    if (request === null) return
    const { entries } = job
    entries.push({ severity: 1, message: 'Starting import.', at: job.runningAt, row: null })
    const quote = (raw: unknown): string | null => {
      if (raw === undefined) return null
      const text = JSON.stringify(raw)
      const { importedRowLength } = switches()
      return importedRowLength === null ? text : text.slice(0, importedRowLength)
    }
    if (request.fault !== undefined) {
      const message = request.fault.message ?? 'Import failed: the transaction was rolled back.'
      entries.push({ severity: 3, message, at: job.finishAt, row: null })
      job.fail = job.totals
      job.finalStatus = 3
    } else if (request.rows.length === 0 && request.invalid.length > 0) {
      for (const { message, raw } of request.invalid) {
        entries.push({ severity: 3, message, at: job.finishAt, row: quote(raw) })
      }
      job.fail = request.invalid.length
      job.finalStatus = 4
    } else {
      RUN[request.importName](request.rows, importContext(job, request.header, quote))
      if (job.fail > 0 && job.inserts + job.updates === 0) job.finalStatus = 3
    }
    entries.push({ severity: 1, message: 'Import finished.', at: job.finishAt, row: null })
    // An import that the shop itself fills in is no job that anybody waits for.
    if (job.finishAt > job.acceptedAt) options.onFinished?.(job.id, job.finalStatus)
  }

  const importContext = (job: Job, header: ImportHeader, quote: (raw: unknown) => string | null): ImportContext => {
    const currentSwitches = switches()
    const stamps = stampSource(Math.max(job.runningAt, job.finishAt - 100), job.finishAt, header.accountId)
    const log = (severity: Severity, message: string, raw: unknown) =>
      job.entries.push({ severity, message, at: job.finishAt, row: quote(raw) })
    return {
      store,
      header,
      switches: currentSwitches,
      jobId: job.id,
      applicationKeys: store.applications.map(({ key }) => key),
      stamp: stamps,
      wrote(kind, row, key, action, stamp) {
        if (action === 'inserted') job.inserts += 1
        else job.updates += 1
        store.noteWrite(kind, row, key, action, stamp, job.id)
      },
      warn: (message, raw) => {
        if (currentSwitches.ignoredRows !== 'silent') log(2, message, raw)
      },
      reject(message, raw) {
        if (currentSwitches.ignoredRows === 'silent') return
        if (currentSwitches.ignoredRows === 'warning') log(2, message, raw)
        else {
          log(3, message, raw)
          job.fail += 1
        }
      },
    }
  }

  const statusOf = (job: Job, now: number): number => {
    if (now >= job.finishAt) return job.finalStatus
    if (now >= job.runningAt) return 1
    return now >= job.validatingAt ? 5 : 6
  }

  const addJob = (request: AcceptedImport, startAt: number, duration: number, neverEnds: boolean): Job => {
    const id = nextId++
    const job: Job = {
      id,
      acceptedAt: clock.now(),
      validatingAt: startAt + duration * 0.1,
      runningAt: startAt + duration * 0.3,
      finishAt: neverEnds ? Number.POSITIVE_INFINITY : startAt + duration,
      totals: request.rows.length === 0 ? request.invalid.length : request.rows.length,
      storageName: storageName(request.importName, id, clock.now()),
      request,
      inserts: 0,
      updates: 0,
      fail: 0,
      finalStatus: 2,
      entries: [],
    }
    jobs.set(id, job)
    return job
  }

  return {
    advance,
    dueIn: () => waiting[0] && waiting[0].finishAt - clock.now(),
    accept(request) {
      advance()
      const startAt = Math.max(clock.now(), freeAt)
      const duration = delayMs + perItemMs * request.rows.length
      const neverEnds = request.fault?.neverEnds === true
      const job = addJob(request, startAt, duration, neverEnds)
      if (!neverEnds) waiting.push(job)
      // A job that never ends must not hold up all others: the fault is about one job.
      freeAt = startAt + duration
      if (!neverEnds) options.onAccepted?.()
      return job.id
    },
    runNow(request) {
      advance()
      const job = addJob(request, clock.now(), 0, false)
      carryOut(job)
      return job.id
    },
    job(id) {
      advance()
      const job = jobs.get(id)
      return job && describe(job, statusOf(job, clock.now()), clock.now(), switches().insertCounter)
    },
    log(id) {
      advance()
      const job = jobs.get(id)
      if (job === undefined) return undefined
      const started = clock.now() >= job.runningAt && job.entries.length === 0
      const entries: readonly LogEntry[] = started
        ? [{ severity: 1, message: 'Starting import.', at: job.runningAt, row: null }]
        : job.entries
      return entries.map(({ severity, message, at, row }) => ({
        SeverityId: severity,
        Message: message,
        TimeStamp: formatJobTime(at),
        ImportedRow: row,
      }))
    },
    pending() {
      advance()
      return [...jobs.values()].filter((job) => job.finishAt > clock.now()).length
    },
    count: () => jobs.size,
  }
}

/** Rows of one job get instants that rise a little, ending at `end`, so that many share one and not all do. */
function stampSource(start: number, end: number, accountId: number): () => Stamp {
  let used = 0
  let stamp: Stamp = { at: ticksFromMilliseconds(start), by: accountId }
  return () => {
    if (used > 0 && used % 100 === 0) {
      stamp = { at: ticksFromMilliseconds(Math.min(end, start + used / 30)), by: accountId }
    }
    used += 1
    return stamp
  }
}

function storageName(importName: ImportName, id: number, now: number): string {
  const [year, month, day] = new Date(now).toISOString().slice(0, 10).split('-')
  return `${STORAGE_FOLDER[importName]}/${year}/${month}/${day}/${id}.json`
}

function describe(
  job: Job,
  status: number,
  now: number,
  insertCounter: NorceSwitches['insertCounter'],
): Readonly<Record<string, unknown>> {
  const isFinished = status === 2 || status === 3 || status === 4
  const lastUpdated = isFinished
    ? job.finishAt
    : status === 1
      ? job.runningAt
      : status === 5
        ? job.validatingAt
        : job.acceptedAt
  return {
    JobId: job.id,
    StatusId: status,
    StorageName: job.storageName,
    Totals: job.totals,
    [insertCounter]: job.inserts,
    Updates: job.updates,
    Fail: job.fail,
    Start: formatJobTime(job.acceptedAt),
    Stop: isFinished ? formatJobTime(job.finishAt) : null,
    LastUpdated: formatJobTime(lastUpdated),
    IsFinished: isFinished,
    RunTime: formatTimeSpan((isFinished ? job.finishAt : now) - job.acceptedAt),
  }
}
