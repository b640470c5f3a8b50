import type { MappingTest } from '../../config/dsl.generated.ts'
import type { Mapped } from '../map/outcome.ts'
import type { RecordResult, StepResult } from '../steps/run-record.ts'

/** What a mapping makes of the record of an example. */
export type TestOutcome = Mapped | ({ readonly kind: 'stepped'; readonly warnings: readonly string[] } & RecordResult)

type Expected = Readonly<Record<string, unknown>>

/** What differs between what an example expects and what came, line by line. */
export function compareOutcome(test: MappingTest, outcome: TestOutcome): string[] {
  const expected: Readonly<Record<string, unknown>> = Array.isArray(test.expect)
    ? { records: test.expect }
    : (test.expect as Readonly<Record<string, unknown>>)
  const came =
    outcome.kind === 'skipped'
      ? `skipped (${outcome.reason})`
      : outcome.kind === 'waits'
        ? `waits (${outcome.reason})`
        : outcome.kind === 'failed'
          ? `failed (${outcome.code}: ${outcome.message})`
          : outcome.kind === 'stepped'
            ? `steps ${outcome.steps.map((each) => each.step).join(', ')}`
            : `${outcome.targets.length} records`
  for (const kind of ['skipped', 'waits'] as const) {
    if (expected[kind] === undefined) continue
    return outcome.kind === kind && outcome.reason === expected[kind]
      ? []
      : [`expected: ${kind} (${String(expected[kind])}), came: ${came}`]
  }
  if (outcome.kind === 'skipped' || outcome.kind === 'waits') return [`expected: records, came: ${came}`]
  if (outcome.kind === 'stepped') return compareSteps(expected, outcome)
  const failures = outcome.kind === 'failed' ? [outcome.code] : outcome.failed.map(({ code }) => code)
  const differences: string[] = []
  if (expected.failed !== undefined) {
    if (!failures.includes(String(expected.failed)))
      differences.push(
        `expected: failed (${String(expected.failed)}), came: ${failures.length > 0 ? `failed (${failures.join(', ')})` : came}`,
      )
  } else if (outcome.kind === 'failed') {
    return [`expected: records, came: ${came}`]
  } else {
    for (const { code, message } of outcome.failed) differences.push(`a record failed (${code}: ${message})`)
  }
  const targets = outcome.kind === 'mapped' ? outcome.targets : []
  if (expected.warned !== undefined) {
    const warned = [...new Set(targets.flatMap(({ warnings }) => warnings))].sort()
    differences.push(...compareValue('warned', [...(expected.warned as string[])].sort(), warned))
  }
  if (expected.records !== undefined) {
    const records = expected.records as readonly unknown[]
    const made = targets.map(({ fields, createOnly }) => ({ ...createOnly, ...fields }))
    if (records.length !== made.length)
      differences.push(`expected ${records.length} records, came ${made.length}: ${JSON.stringify(made)}`)
    else
      for (const [index, record] of records.entries())
        differences.push(...compareValue(`[${index}]`, record, made[index]))
  }
  return differences
}

/** Fields that are not named in what is expected are not compared; lists and values are compared whole. */
function compareValue(path: string, expected: unknown, came: unknown): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(came) || came.length !== expected.length) return [difference(path, expected, came)]
    return expected.flatMap((entry, index) => compareValue(`${path}[${index}]`, entry, came[index]))
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof came !== 'object' || came === null || Array.isArray(came)) return [difference(path, expected, came)]
    return Object.entries(expected).flatMap(([name, value]) =>
      compareValue(`${path}.${name}`, value, (came as Record<string, unknown>)[name]),
    )
  }
  // null in what is expected says that the field must be absent.
  return expected === (came ?? null) ? [] : [difference(path, expected, came)]
}

function difference(path: string, expected: unknown, came: unknown): string {
  return `${path}: expected ${JSON.stringify(expected)}, came ${came === undefined ? 'nothing' : JSON.stringify(came)}`
}

/** Steps that are not named in what is expected are not compared. */
function compareSteps(expected: Expected, outcome: Extract<TestOutcome, { kind: 'stepped' }>): string[] {
  const { failure, steps } = outcome
  const differences: string[] = []
  const wanted = Object.entries((expected.steps ?? {}) as Expected)
  const named = wanted.some(([name, step]) => name === failure?.step && typeof step === 'string')
  if (expected.failed !== undefined) {
    if (failure?.code !== expected.failed)
      differences.push(
        `expected: failed (${String(expected.failed)}), came: ${failure ? `failed (${failure.code})` : 'no failure'}`,
      )
  } else if (failure && !named) {
    differences.push(`the step ${failure.step} failed (${failure.code}: ${failure.message})`)
  }
  if (expected.records !== undefined) differences.push('records belongs to a mapping without steps; expect steps')
  if (expected.warned !== undefined) {
    const warned = [...outcome.warnings, ...steps.flatMap(warningsOf(failure))]
    differences.push(...compareValue('warned', [...(expected.warned as string[])].sort(), [...new Set(warned)].sort()))
  }
  for (const [name, step] of wanted) {
    const result = steps.find((each) => each.step === name)
    if (typeof step === 'string') {
      const came = wordOf(result)
      if (came !== step) differences.push(`${name}: expected ${step}, came ${came}`)
      continue
    }
    const made = (result?.items ?? []).flatMap(({ draft, kind }) =>
      draft ? [kind === 'created' ? { ...draft.createOnly, ...draft.fields } : draft.fields] : [],
    )
    const records = step as readonly unknown[]
    if (records.length !== made.length)
      differences.push(`${name}: expected ${records.length} records, came ${made.length} (${wordOf(result)})`)
    else
      for (const [index, record] of records.entries())
        differences.push(...compareValue(`${name}[${index}]`, record, made[index]))
  }
  return differences
}

function warningsOf(failure: RecordResult['failure']) {
  return ({ step, items, failed }: StepResult): string[] => [
    ...items.flatMap(({ warnings }) => warnings),
    ...(failed && failed !== failure ? [`${step}-failed`] : []),
  ]
}

/** What a step came to, in one word. */
function wordOf(result: StepResult | undefined): string {
  if (!result) return 'not tried'
  if (result.failed) return result.failed.code
  if (result.skipped) return 'skipped'
  return result.items[0]?.kind ?? 'no item'
}
