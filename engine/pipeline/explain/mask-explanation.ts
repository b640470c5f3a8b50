import { nothingPersonal, type PersonalFields } from '../../redaction/personal.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import type { AnyMapping } from '../compiled-mapping.ts'
import type { ExplainedValue, Explanation } from './explain-types.ts'

/**
 * An explanation without personal values: records by their schemas, and everything made of them by the values that the
 * schemas mark, also as a part of a longer text.
 */
export function maskExplanation(explanation: Explanation, mapping: AnyMapping): Explanation {
  const source = mapping.from.entity.personal
  const targets = (mapping.steps ?? [mapping]).map(({ to }) => to.entity.personal)
  const joins = new Map(mapping.joins.map(({ name, entity }) => [name, entity.entity.personal]))
  const values = new Set(source.valuesOf(explanation.record))
  for (const [name, value] of Object.entries(explanation.joins))
    for (const text of ofJoin(joins.get(name), value)) values.add(text)
  const { record, joins: joined, ...rest } = explanation
  const bySchema = { ...rest, values: rest.values.map(maskField), outcome: maskTargets(rest.outcome) }
  return {
    ...(withoutValuesDeep(bySchema, values) as Omit<Explanation, 'record' | 'joins'>),
    record: source.mask(record),
    joins: Object.fromEntries(Object.entries(joined).map(([name, value]) => [name, maskJoin(joins.get(name), value)])),
  }

  /** What the target's schema marks was perhaps made of several values, and is none of them. */
  function maskField(value: ExplainedValue): ExplainedValue {
    if (value.section !== 'field' || value.value === undefined) return value
    const masked = maskTarget({ [value.name]: value.value })
    return { ...value, value: masked[value.name] }
  }

  /** Which step a value is of is not asked: what one of the targets marks is masked. */
  function maskTarget(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return targets.reduce<unknown>((masked, target) => target.mask(masked), fields) as Record<string, unknown>
  }

  function maskTargets(outcome: Explanation['outcome']): Explanation['outcome'] {
    if (outcome.kind !== 'mapped') return outcome
    const targets = outcome.targets.map((one) => (one.fields ? { ...one, fields: maskTarget(one.fields) } : one))
    return { ...outcome, targets }
  }
}

function ofJoin(fields: PersonalFields | undefined, value: unknown): Iterable<string> {
  if (!fields) return []
  return Array.isArray(value) ? value.flatMap((one) => [...fields.valuesOf(one)]) : fields.valuesOf(value)
}

function maskJoin(fields: PersonalFields = nothingPersonal, value: unknown): unknown {
  return Array.isArray(value) ? value.map((one) => fields.mask(one)) : fields.mask(value)
}

function withoutValuesDeep(value: unknown, personal: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return withoutPersonal(value, personal)
  // A number that is personal stands alone; inside of longer ones it means nothing.
  if (typeof value === 'number') return personal.has(String(value)) ? withoutPersonal(String(value), personal) : value
  if (Array.isArray(value)) return value.map((item) => withoutValuesDeep(item, personal))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withoutValuesDeep(child, personal)]))
}
