import { sum } from '../../pipeline/counts.ts'
import type { Difference } from '../../pipeline/reconcile/difference.ts'
import type { MappingReconciliation, ReconcileReport } from '../../pipeline/reconcile/reconciliation.ts'
import type { Reconciliation } from '../../store/state-store.ts'
import { differenceLines } from './differences.ts'
import { renderTable } from './table.ts'

/** What a reconciliation came to, for people. */
export function renderReconciliation(
  { mappings, repair, remaining, seconds, stopped }: Omit<ReconcileReport, 'exitStatus'>,
  { colour = false } = {},
): string {
  const head = ['mapping', 'compared', 'left out', 'not comparable', 'differences', 'repaired', 'remaining', 'calls']
  const rows = mappings.map((each) => [
    each.mapping,
    each.compared,
    sum(each.skipped) + each.parked,
    sum(each.failed),
    sum(each.found),
    each.repaired,
    each.remaining,
    sum(each.calls),
  ])
  const parts = [
    renderTable(
      head,
      rows.map((row) => row.map(String)),
      { colour },
    ),
  ]
  parts.push(...mappings.map(detailsOf).flatMap((lines) => (lines.length > 0 ? [lines.join('\n')] : [])))
  const repairable = mappings.some(({ differences }) => differences.some((each) => each.repairable))
  parts.push(
    `${stopped ? 'Stopped before its end. ' : ''}${remaining === 0 && mappings.some(isPart) ? 'Nothing differs of what could be compared' : remains(remaining)}, after ${seconds.toFixed(1)} s.`,
  )
  if (!repair && repairable) parts.push('`syncline reconcile --repair` writes what can be repaired.')
  return parts.join('\n\n')
}

function detailsOf({
  mapping,
  differences,
  remaining,
  failed,
  parked,
  notCompared,
  error,
}: MappingReconciliation): string[] {
  const lines = [...differenceLines(mapping, differences, remaining)]
  for (const [code, count] of Object.entries(failed)) lines.push(`${mapping}: ${count} could not be compared: ${code}`)
  if (parked > 0) lines.push(`${mapping}: ${parked} wait for what is not there yet`)
  if (notCompared !== undefined) lines.push(`${mapping}: its records are not compared: ${notCompared}`)
  if (error) lines.push(`${mapping}: ${error.code}: ${error.message}`)
  if (error?.exitStatus === 3) lines.push('  `syncline check` walks through the connections step by step.')
  return lines
}

/** What the last reconciliation of each mapping has found, as the state keeps it. */
export function renderLastReconciliations(kept: readonly Reconciliation[], { colour = false } = {}): string {
  if (kept.length === 0) return 'Nothing was compared yet: `syncline reconcile` does it.'
  const head = ['mapping', 'at', 'changes since', 'compared', 'found', 'repaired', 'remaining']
  const rows = kept.map(({ mapping, at, since = '', compared, found, repaired, remaining }) =>
    [mapping, at, since, compared, sum(found), repaired, remaining].map(String),
  )
  const details = kept.flatMap(({ mapping, differences, remaining }) =>
    remaining > 0 ? [differenceLines(mapping, differences as readonly Difference[], remaining).join('\n')] : [],
  )
  const left = kept.reduce((all, { remaining }) => all + remaining, 0)
  return [renderTable(head, rows, { colour }), ...details, `${remains(left)}, by what was found then.`].join('\n\n')
}

/** Whether something of a mapping was not compared that should have been. */
function isPart({ failed, error }: MappingReconciliation): boolean {
  return error !== undefined || sum(failed) > 0
}

function remains(count: number): string {
  return count === 0 ? 'Nothing differs' : count === 1 ? '1 difference remains' : `${count} differences remain`
}
