import { sum } from '../../pipeline/counts.ts'
import { type Difference, shownDifferences } from '../../pipeline/reconcile/difference.ts'
import type { MappingReconciliation, ReconcileReport } from '../../pipeline/reconcile/reconciliation.ts'
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
  const details = mappings.flatMap(detailsOf)
  if (details.length > 0) parts.push(details.join('\n'))
  const repairable = mappings.some(({ differences }) => differences.some((each) => each.repairable))
  parts.push(
    `${stopped ? 'Stopped before its end. ' : ''}${remaining === 0 ? 'Nothing differs' : remaining === 1 ? '1 difference remains' : `${remaining} differences remain`}, after ${seconds.toFixed(1)} s.`,
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
  const lines = differences.flatMap(differenceLines)
  if (remaining > differences.length && differences.length >= shownDifferences)
    lines.push(`  ${mapping}: and ${remaining - differences.length} more`)
  for (const [code, count] of Object.entries(failed))
    lines.push(`  ${mapping}: ${count} could not be compared: ${code}`)
  if (parked > 0) lines.push(`  ${mapping}: ${parked} wait for what is not there yet`)
  if (notCompared !== undefined) lines.push(`  ${mapping}: its records are not compared: ${notCompared}`)
  if (error) lines.push(`  ${mapping}: ${error.code}: ${error.message}`)
  if (error?.exitStatus === 3) lines.push('    `syncline check` walks through the connections step by step.')
  return lines
}

function differenceLines({ mapping, comparison, reason, key, label, fields, say }: Difference): string[] {
  const name = label === undefined || label === key ? key : `${key} (${label})`
  const where = comparison === 'records' ? mapping : `${mapping}, ${comparison}`
  return [
    `  ${where}: ${reason}: ${name}${say === undefined ? '' : `: ${say}`}`,
    ...(fields ?? []).map(
      ({ field, expected, found }) => `      ${field}: ${shown(found)}, should be ${shown(expected)}`,
    ),
  ]
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
