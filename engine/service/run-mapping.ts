import type { Project } from '../config/project.ts'
import type { ConnectionEnvironment } from '../connectors/connection.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import type { Assembly } from '../pipeline/assemble.ts'
import type { TriggerRead, TriggerReconcile } from '../pipeline/compiled-mapping.ts'
import type { Given } from '../pipeline/read/plan-types.ts'
import { reconcileProject } from '../pipeline/reconcile/reconcile-project.ts'
import type { MappingReconciliation } from '../pipeline/reconcile/reconciliation.ts'
import type { PipelineReport } from '../pipeline/run-context.ts'
import { runProject } from '../pipeline/run-project.ts'
import type { Spool } from '../store/spool.ts'
import type { StateStore } from '../store/state-store.ts'
import { StoreError } from '../store/store-error.ts'

/** What became of a run of one mapping. */
export type Ran =
  | { readonly kind: 'done'; readonly report: PipelineReport }
  /** Both sides were compared. */
  | { readonly kind: 'reconciled'; readonly report: MappingReconciliation }
  /** Another process runs the mapping. */
  | { readonly kind: 'elsewhere' }
  /** Was told to stop, or lost its lock. */
  | { readonly kind: 'stopped' }
  /** A system, or the state, cannot be used now: later it may. */
  | { readonly kind: 'down'; readonly code: string; readonly message: string }
  /** The pipeline as a whole failed, and a repeat alone changes nothing. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }

export interface Asked {
  readonly given?: Given
  readonly read?: TriggerRead
  /** What changed in so long a time before, instead of what changed since the last run. */
  readonly sinceMs?: number | undefined
  /** Instead of a run: both sides are compared, and repaired. */
  readonly reconcile?: TriggerReconcile
}

export type RunMapping = (mapping: string, asked: Asked) => Promise<Ran>

export interface Running {
  readonly project: Project
  readonly assembly: Assembly
  readonly environment: ConnectionEnvironment & { readonly store: StateStore }
  readonly openSpool: () => Spool
  readonly stop: AbortSignal
  readonly abort: AbortSignal
}

/** Runs one mapping as `syncline run` does, and says what became of it; what systems and records do never throws. */
export function createRunMapping(running: Running): RunMapping {
  return async (mapping, { given, read, sinceMs, reconcile }) => {
    const since = sinceMs === undefined ? undefined : new Date(running.environment.clock.now() - sinceMs).toISOString()
    try {
      if (reconcile) return await compareSides(mapping, reconcile, since, running)
      const { pipelines } = await runProject({
        ...running,
        mappings: [mapping],
        options: { full: false, only: undefined, since, dryRun: false, read },
        ...(given && { given: new Map([[mapping, given]]) }),
      })
      const report = pipelines[0] as PipelineReport
      if (report.stopped) return { kind: 'stopped' }
      if (!report.error) return { kind: 'done', report }
      const { code, message, exitStatus } = report.error
      return { kind: exitStatus === 3 ? 'down' : 'failed', code, message }
    } catch (error) {
      if (running.abort.aborted) return { kind: 'stopped' }
      if (error instanceof StoreError) return { kind: 'down', code: error.code, message: error.message }
      if (!(error instanceof SynclineError)) {
        const message = error instanceof Error ? error.message : String(error)
        return { kind: 'failed', code: 'internal', message: `This is a mistake of Syncline itself: ${message}` }
      }
      if (error.code === 'already-running') return { kind: 'elsewhere' }
      return { kind: error.exitStatus === 3 ? 'down' : 'failed', code: error.code, message: error.message }
    }
  }
}

async function compareSides(
  mapping: string,
  reconcile: TriggerReconcile,
  since: string | undefined,
  running: Running,
): Promise<Ran> {
  const { mappings, stopped } = await reconcileProject({
    ...running,
    mappings: [mapping],
    since,
    repair: reconcile === 'repair',
  })
  const [report] = mappings
  if (stopped || !report) return { kind: 'stopped' }
  if (!report.error) return { kind: 'reconciled', report }
  const { code, message, exitStatus } = report.error
  return { kind: exitStatus === 3 ? 'down' : 'failed', code, message }
}
