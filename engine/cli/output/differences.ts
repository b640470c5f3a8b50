import type { Difference } from '../../pipeline/reconcile/difference.ts'

/** Differences of one mapping for people: reason by reason, record by record. */
export function differenceLines(
  mapping: string,
  differences: readonly Difference[],
  /** All that are left; more than there are here when only the first are kept. */
  remaining: number,
): string[] {
  if (remaining === 0) return []
  const groups = Map.groupBy(differences, ({ comparison, reason }) =>
    comparison === 'records' ? reason : `${reason} (${comparison})`,
  )
  const lines = [`${mapping}: ${remaining === 1 ? '1 difference' : `${remaining} differences`}`]
  for (const [reason, group] of groups) {
    const repairable = group.some((each) => each.repairable) ? ', can be repaired' : ''
    lines.push(`  ${reason}: ${group.length}${repairable}`, ...group.flatMap(recordLines))
  }
  if (remaining > differences.length) lines.push(`  and ${remaining - differences.length} more`)
  return lines
}

function recordLines({ key, label, fields, say }: Difference): string[] {
  const name = label === undefined || label === key ? key : `${key} (${label})`
  return [
    `    ${name}${say === undefined ? '' : `: ${say}`}`,
    ...(fields ?? []).map(
      ({ field, expected, found }) => `      ${field}: ${shown(found)}, should be ${shown(expected)}`,
    ),
  ]
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
