import { randomUUID } from 'node:crypto'
import type { Connection, ConnectionEnvironment } from '../connectors/connection.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import type { Spool } from '../store/spool.ts'
import { runSurroundings } from './assemble.ts'
import type { AnyMapping } from './compiled-mapping.ts'
import { sum } from './counts.ts'
import { createContext, type RunSource } from './create-context.ts'
import { linkQueries } from './map/link-functions.ts'
import { openConnections } from './open-connections.ts'
import type { Given } from './read/plan-types.ts'
import type { PipelineReport, RunContext, RunOptions } from './run-context.ts'
import { takeRunLocks } from './run-locks.ts'
import { runPipeline } from './run-pipeline.ts'

export interface RunRequest extends RunSource {
  /** Names of the mappings to run, in the project's order; those that others come `after` go first. */
  readonly mappings: readonly string[]
  readonly options: RunOptions
  /**
   * By mapping: records that were received, or keys that are read now; the run maps exactly these. It never moves a
   * cursor and is never complete, so nothing counts as gone from the source.
   */
  readonly given?: ReadonlyMap<string, Given>
  readonly openSpool: () => Spool
  readonly stop: AbortSignal
}

/** What a run came to: ok, partial (some records or a pipeline failed), failed (no pipeline could do its work), or stopped. */
export interface RunReport {
  readonly run: string
  readonly status: 'ok' | 'partial' | 'failed'
  readonly stopped?: true
  readonly dryRun?: true
  /** Values of options that held for this run only. */
  readonly options?: NonNullable<RunOptions['override']>
  readonly startedAt: string
  readonly seconds: number
  readonly pipelines: readonly PipelineReport[]
  /** By connection: calls of this process, and the share of the account's quota that was used while calls waited for it. */
  readonly quota: Readonly<
    Record<string, { readonly calls: number; readonly throttled: number; readonly usedShare?: number }>
  >
  /** 0 all well, 1 some records failed, 2 the configuration is wrong, 3 a system could not be reached or refused. */
  readonly exitStatus: 0 | 1 | 2 | 3
}

export async function runProject(request: RunRequest): Promise<RunReport> {
  const { project, assembly, environment, options } = request
  const { store, clock } = environment
  const id = randomUUID()
  const startedAt = new Date(clock.now()).toISOString()
  const started = performance.now()
  const mappings = request.mappings.map((name) => assembly.mappings.get(name) as AnyMapping)
  const given = request.given ?? new Map<string, Given>()
  refusePartOfFullFile(mappings, options, given)
  refuseCircle(mappings)
  // A dry run changes nothing, so it may go on beside a real one.
  const locks = options.dryRun ? undefined : takeRunLocks(store.locks, request.mappings, id, environment)
  let spool: Spool | undefined
  try {
    spool = request.openSpool()
    if (!options.dryRun) store.runs.start({ id, startedAt, status: 'running', mappings: request.mappings })
    const connections = await openConnections(project, assembly, options.dryRun ? readOnly(environment) : environment)
    assembly.bind(runSurroundings(connections, linkQueries(store.links), request.abort))
    const context = createContext(request, {
      id,
      startedAt,
      options,
      given,
      connections,
      spool,
      stop: locks ? AbortSignal.any([request.stop, locks.lost]) : request.stop,
    })
    const pipelines = await runAll(mappings, context)
    const report = {
      ...summarize(id, startedAt, (performance.now() - started) / 1000, pipelines, options),
      quota: quotaOf(connections),
    }
    if (!options.dryRun)
      store.runs.finish(id, new Date(clock.now()).toISOString(), report.stopped ? 'stopped' : report.status, report)
    return report
  } catch (error) {
    if (!options.dryRun) store.runs.finish(id, new Date(clock.now()).toISOString(), 'failed', undefined)
    throw error
  } finally {
    spool?.close()
    locks?.release()
  }
}

/** A full file with a part of the records would empty the target of all others. */
function refusePartOfFullFile(
  mappings: readonly AnyMapping[],
  { only, since }: RunOptions,
  given: ReadonlyMap<string, Given>,
): void {
  const isPart = only !== undefined || since !== undefined
  const mapping = mappings.find((each) => each.steps === undefined && each.fullFile && (isPart || given.has(each.name)))
  if (!mapping) return
  throw new SynclineError({
    code: 'full-file-part',
    message: `The mapping ${mapping.name} writes a full file, so it cannot be run for a part of the records.`,
    advice: isPart
      ? `Run it without ${only === undefined ? '--since' : '--only'}, or name the other mappings.`
      : 'Give the mapping schedules and no events.',
    exitStatus: 2,
  })
}

/** A dry run keeps no reference data, and nothing that answers tell of settings; a rotated refresh token must be kept all the same, or the next run could not sign in. */
function readOnly(environment: ConnectionEnvironment): ConnectionEnvironment {
  const { references, secrets, locks, identities } = environment.store
  return {
    ...environment,
    store: {
      secrets,
      locks,
      identities: { ...identities, set: () => {} },
      references: { get: (name) => references.get(name), set: () => {} },
    },
  }
}

/** Before anything is started: what runs already could not be called back. */
export function refuseCircle(mappings: readonly AnyMapping[]): void {
  const visit = (mapping: AnyMapping, path: readonly string[]): void => {
    if (path.includes(mapping.name)) {
      throw new SynclineError({
        code: 'after-circle',
        message: `The mappings ${[...path.slice(path.indexOf(mapping.name)), mapping.name].join(' → ')} come after one another in a circle.`,
        advice: 'Remove one of the `after`.',
        exitStatus: 2,
      })
    }
    for (const other of mappings) if (mapping.after.includes(other.name)) visit(other, [...path, mapping.name])
  }
  for (const mapping of mappings) visit(mapping, [])
}

/** Runs pipelines at the same time, each after those that it comes after; priorities decide whose calls go first. */
async function runAll(mappings: readonly AnyMapping[], context: RunContext): Promise<PipelineReport[]> {
  const running = new Map<string, Promise<PipelineReport>>()
  const start = (mapping: AnyMapping): Promise<PipelineReport> => {
    const known = running.get(mapping.name)
    if (known) return known
    const before = mappings.filter(({ name }) => mapping.after.includes(name)).map(start)
    const report = Promise.all(before).then(() => runPipeline(mapping, context))
    running.set(mapping.name, report)
    return report
  }
  const settled = await Promise.allSettled(mappings.map(start))
  const broken = settled.find((result) => result.status === 'rejected')
  if (broken) throw broken.reason
  return settled.map((result) => (result as PromiseFulfilledResult<PipelineReport>).value)
}

function summarize(
  run: string,
  startedAt: string,
  seconds: number,
  pipelines: readonly PipelineReport[],
  { dryRun, override }: RunOptions,
): Omit<RunReport, 'quota'> {
  const exitStatus = Math.max(
    0,
    ...pipelines.map((pipeline) => pipeline.error?.exitStatus ?? (sum(pipeline.failed) > 0 ? 1 : 0)),
  ) as RunReport['exitStatus']
  const stopped = pipelines.some((pipeline) => pipeline.stopped)
  const allBroken =
    pipelines.length > 0 &&
    pipelines.every((pipeline) => pipeline.error !== undefined && pipeline.error.exitStatus !== 1)
  return {
    run,
    status: allBroken ? 'failed' : exitStatus === 0 && !stopped ? 'ok' : 'partial',
    ...(stopped && { stopped: true as const }),
    ...(dryRun && { dryRun: true as const }),
    ...(override && { options: override }),
    startedAt,
    seconds: Math.round(seconds * 1000) / 1000,
    pipelines,
    exitStatus: stopped && exitStatus === 0 ? 1 : exitStatus,
  }
}

function quotaOf(connections: ReadonlyMap<string, Connection>): RunReport['quota'] {
  return Object.fromEntries(
    [...connections].map(([name, { governor }]) => {
      const { calls, throttled, usedShare } = governor.stats()
      return [
        name,
        { calls, throttled, ...(usedShare !== undefined && { usedShare: Math.round(usedShare * 1000) / 1000 }) },
      ]
    }),
  )
}
