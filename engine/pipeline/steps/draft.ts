import { pointer } from '../../expressions/values/value-problem.ts'
import { fingerprint } from '../commit/fingerprint.ts'
import type { CompiledStep } from '../compiled-mapping.ts'
import { evaluateFields } from '../map/map-record.ts'
import { StepFailure } from './step-failure.ts'
import type { StepScope } from './step-scope.ts'

type Fields = Readonly<Record<string, unknown>>

/** A target record as a step would send it. */
export interface StepDraft {
  /** Owned fields, wire-ready. */
  readonly fields: Fields
  /** Fields that only a new record gets, wire-ready. */
  readonly createOnly: Fields
  /** Owned fields that gave nothing and are emptied then. */
  readonly cleared: ReadonlySet<string>
  readonly fingerprint: string
  /** All fields as they were evaluated: `$target`. */
  readonly values: Fields
  /** What breaks the target's schema, when all of it is sent for a new record. */
  readonly problem: { readonly code: string; readonly message: string; readonly path: string } | undefined
}

/** Evaluates the fields of a step. `placeholder` knows values of a dry run, which stand for what is not known yet. */
export async function draftOf(
  { to, fields, createOnly }: CompiledStep,
  { input, variables }: StepScope,
  isPlaceholder: (value: unknown) => boolean = () => false,
): Promise<StepDraft> {
  const owned = await evaluateFields(fields, input, variables)
  const created = await evaluateFields(createOnly, input, variables)
  const { entity } = to
  const values = { ...created, ...owned }
  const whole = entity.writer(values)
  const written = (whole.value ?? {}) as Fields
  const own = Object.fromEntries(Object.entries(written).filter(([name]) => !createOnly.has(name)))
  // The key of a new record is what the target makes, so that it is not missing.
  const problem = whole.problems.find(
    ({ path }) => !isMissingKey(entity.keyFields, path, values) && !isPlaceholder(valueAt(values, path)),
  )
  return {
    fields: own,
    createOnly: Object.fromEntries(Object.entries(written).filter(([name]) => createOnly.has(name))),
    cleared: new Set([...fields.keys()].filter((name) => entity.clears.has(name) && written[name] === undefined)),
    fingerprint: fingerprint(own),
    values,
    problem: problem && { code: problem.code, message: problem.message, path: problem.path },
  }
}

/** @throws StepFailure when the draft breaks the target's schema. */
export function sendable({ to }: CompiledStep, { problem }: StepDraft): void {
  if (problem) throw new StepFailure(`target-${problem.code}`, `${to.name}${problem.path}: ${problem.message}`)
}

function isMissingKey(keys: readonly string[], path: string, written: Fields): boolean {
  const field = keys.find((key) => path === pointer([key]))
  return field !== undefined && written[field] === undefined
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Fields)[part] : undefined), value)
}
