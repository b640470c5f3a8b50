import { asList } from '../../expressions/as-list.ts'
import type { CompiledStep } from '../compiled-mapping.ts'
import { RecordFailure } from '../map/outcome.ts'
import { targetOf } from './look-up.ts'
import type { Made, StepWorld } from './step-world.ts'

/**
 * The world of an example: what steps find and make is given. A step that looks up finds what is given, and without it
 * nothing; one that writes gives it to later ones, and without it its fields with 1, 2 … as the key that the target makes.
 */
export function createGivenWorld(given: Readonly<Record<string, unknown>>): StepWorld {
  let number = 0
  const taken = new Map<string, number>()
  const rowsOf = (step: CompiledStep): readonly unknown[] =>
    asList(given[step.name]).map((row) => {
      const { value, problems } = step.to.entity.reader(row)
      // An example need not write out what it does not use.
      const problem = problems.find(({ code }) => code !== 'missing')
      if (problem)
        throw new RecordFailure(`given-${problem.code}`, `${step.to.name}${problem.path}: ${problem.message}`)
      return value
    })
  return {
    known: async () => undefined,
    async lookUp(step, find, value) {
      const rows = rowsOf(step)
      const field = find ?? (step.to.entity.keyFields[0] as string)
      const fits = (row: unknown): boolean => {
        const held = (row as Readonly<Record<string, unknown>>)[field]
        return held === undefined || String(held).toLowerCase() === String(value).toLowerCase()
      }
      // Of a step with each, every item finds its own.
      return step.each ? rows.filter(fits) : rows
    },
    recent: () => undefined,
    read: async (_, { record }) => record,
    adopt: () => {},
    async create({ step }, { fields, createOnly }) {
      const at = taken.get(step.name) ?? 0
      taken.set(step.name, at + 1)
      const row = step.finds.length > 0 ? undefined : rowsOf(step)[at]
      if (row !== undefined) return { target: targetOf(step, row), record: row }
      const sent = { ...createOnly, ...fields }
      const target = Object.fromEntries(
        step.to.entity.keyFields.map((field) => [field, sent[field] ?? madeKey(step, field, ++number)]),
      )
      return { target, record: { ...sent, ...target } } satisfies Made
    },
    update: async () => {},
    turn: (_, __, work) => work(),
  }
}

function madeKey({ to }: CompiledStep, field: string, number: number): unknown {
  const { type } = to.entity
  return type.kind === 'object' && type.fields.get(field)?.kind === 'number' ? number : String(number)
}
