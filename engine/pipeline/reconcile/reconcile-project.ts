import { randomUUID } from 'node:crypto'
import type { Spool } from '../../store/spool.ts'
import { runSurroundings } from '../assemble.ts'
import type { AnyMapping } from '../compiled-mapping.ts'
import { createContext } from '../create-context.ts'
import { linkQueries } from '../map/link-functions.ts'
import { openConnections } from '../open-connections.ts'
import { refuseCircle } from '../run-project.ts'
import { reconcileMapping } from './reconcile-mapping.ts'
import type { MappingReconciliation, ReconcileReport, ReconcileRequest, Reconciling } from './reconciliation.ts'

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
    const context = createContext(request, {
      id: randomUUID(),
      startedAt,
      // Comparing changes neither the target nor the state.
      options: { full: false, only: undefined, since, dryRun: true },
      given: new Map(),
      connections,
      spool,
      stop: request.stop,
    })
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
      const { compared, found, repaired, remaining, differences, seconds } = report
      context.listener({ type: 'sides-compared', mapping: mapping.name, compared, remaining, seconds })
      // Of what was not compared to its end nobody knows what differs: what was known before stays.
      if (report.error) continue
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
