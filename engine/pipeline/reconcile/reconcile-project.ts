import { randomUUID } from 'node:crypto'
import type { Spool } from '../../store/spool.ts'
import { runSurroundings } from '../assemble.ts'
import type { AnyMapping } from '../compiled-mapping.ts'
import { linkQueries } from '../map/link-functions.ts'
import { openConnections } from '../open-connections.ts'
import type { RunContext } from '../run-context.ts'
import { makersOf, type RunRequest, refuseCircle } from '../run-project.ts'
import type { Difference } from './difference.ts'
import { reconcileMapping } from './reconcile-mapping.ts'

export interface ReconcileRequest extends Omit<RunRequest, 'options' | 'given'> {
  /** Only what changed since then (ISO 8601) is compared, where the source can be asked for it. */
  readonly since: string | undefined
  /** Repair what can be repaired. Without it nothing is written to any system. */
  readonly repair: boolean
}

/** What the comparison of one mapping's two sides came to. */
export interface MappingReconciliation {
  readonly mapping: string
  /** Records that were compared. */
  readonly compared: number
  /** Records that were left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  /** Records that wait for another mapping. */
  readonly parked: number
  /** Records that could not be compared, by code. */
  readonly failed: Readonly<Record<string, number>>
  /** Differences by reason, before any repair. */
  readonly found: Readonly<Record<string, number>>
  readonly repaired: number
  /** Differences that are still there. */
  readonly remaining: number
  /** The first of those that are still there. */
  readonly differences: readonly Difference[]
  readonly calls: Readonly<Record<string, number>>
  readonly seconds: number
  /** Why records of the mapping cannot be compared. */
  readonly notCompared?: string
  /** What ended it early. */
  readonly error?: { readonly code: string; readonly message: string; readonly exitStatus: 1 | 2 | 3 }
}

export interface ReconcileReport {
  readonly startedAt: string
  readonly seconds: number
  readonly since?: string
  readonly repair: boolean
  readonly stopped?: true
  readonly mappings: readonly MappingReconciliation[]
  readonly remaining: number
  /** 0 nothing differs, 1 differences remain, 2 the configuration is wrong, 3 a system could not be reached or refused. */
  readonly exitStatus: 0 | 1 | 2 | 3
}

/** What the comparisons of one reconciliation share. */
export interface Reconciling {
  readonly request: ReconcileRequest
  readonly context: RunContext
  /** A new name for a read or a list in the spool. */
  fresh(name: string): string
}

/**
 * Compares both sides of mappings, one after the other, those that others come after first: a price is repaired when its
 * product is there again.
 */
export async function reconcileProject(request: ReconcileRequest): Promise<ReconcileReport> {
  const { project, assembly, environment, since } = request
  const { store, clock } = environment
  const startedAt = new Date(clock.now()).toISOString()
  const started = performance.now()
  const mappings = request.mappings.map((name) => assembly.mappings.get(name) as AnyMapping)
  refuseCircle(mappings)
  let spool: Spool | undefined
  try {
    spool = request.openSpool()
    const connections = await openConnections(project, assembly, environment)
    const surroundings = runSurroundings(connections, linkQueries(store.links), request.abort)
    const context: RunContext = {
      id: randomUUID(),
      startedAt,
      // Comparing changes neither the target nor the state.
      options: { full: false, only: undefined, since, dryRun: true },
      given: new Map(),
      connections,
      store,
      spool,
      reads: new Map(),
      mappings: assembly.mappings,
      parkedForMs: project.parkedForMs,
      makers: makersOf(assembly.mappings.values()),
      stop: request.stop,
      abort: request.abort,
      clock,
      timers: environment.timers,
      undecidedAfterMs: project.undecidedAfterMs,
      listener: request.listener ?? (() => {}),
    }
    let names = 0
    const reconciling: Reconciling = { request, context, fresh: (name) => `${name} ${++names}` }
    const reports: MappingReconciliation[] = []
    for (const mapping of inOrder(mappings)) {
      if (request.stop.aborted) break
      // A repair runs mappings, which bind what expressions ask of the system to connections of their own.
      assembly.bind(surroundings)
      const report = await reconcileMapping(mapping, reconciling, () => assembly.bind(surroundings))
      reports.push(report)
      if (request.stop.aborted) break
      const { compared, found, repaired, remaining, differences } = report
      store.reconciliations.put({
        mapping: mapping.name,
        at: startedAt,
        ...(since !== undefined && { since }),
        compared,
        found,
        repaired,
        remaining,
        differences,
      })
    }
    return summarize(request, startedAt, (performance.now() - started) / 1000, reports)
  } finally {
    spool?.close()
  }
}

function summarize(
  { since, repair, stop }: ReconcileRequest,
  startedAt: string,
  seconds: number,
  mappings: readonly MappingReconciliation[],
): ReconcileReport {
  const remaining = mappings.reduce((all, report) => all + report.remaining, 0)
  const worst = Math.max(0, ...mappings.map(({ error }) => error?.exitStatus ?? 0))
  return {
    startedAt,
    seconds: Math.round(seconds * 1000) / 1000,
    ...(since !== undefined && { since }),
    repair,
    ...(stop.aborted && { stopped: true as const }),
    mappings,
    remaining,
    exitStatus: Math.max(worst, remaining > 0 || stop.aborted ? 1 : 0) as ReconcileReport['exitStatus'],
  }
}

/** Each mapping behind those that it comes after. */
function inOrder(mappings: readonly AnyMapping[]): readonly AnyMapping[] {
  const ordered = new Set<AnyMapping>()
  const add = (mapping: AnyMapping): void => {
    if (ordered.has(mapping)) return
    for (const other of mappings) if (mapping.after.includes(other.name)) add(other)
    ordered.add(mapping)
  }
  for (const mapping of mappings) add(mapping)
  return [...ordered]
}
