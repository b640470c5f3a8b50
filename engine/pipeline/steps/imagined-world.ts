import type { SteppedMapping } from '../compiled-mapping.ts'
import type { Tally } from '../counts.ts'
import type { StepDraft } from './draft.ts'
import type { Made, StepItem, StepWorld, WorldContext } from './step-world.ts'
import { createTargetWorld } from './target-world.ts'
import { createTurns } from './turns.ts'

/** What stands for a key that the target will make: a number where the key is one, else a text. */
const firstNumber = 1_900_000_001
const lastNumber = 1_999_999_999
const mark = (field: string, step: string): string => `(${field} of ${step}, once it is made)`
const names = new Map<number, string>()
let next = firstNumber

/** The world of a dry run and of `explain`: it looks up and reads, and imagines what it would write. */
export function createImaginedWorld(mapping: SteppedMapping, context: WorldContext, tally: Tally): StepWorld {
  const target = createTargetWorld(mapping, context, createTurns(), tally)
  const imagined = new Map<string, unknown>()
  return {
    ...target,
    async known({ step, linkKey }) {
      const link = context.store.links.byTarget(mapping.name, step.name, linkKey)
      return link?.state === 'live' ? link : undefined
    },
    recent: () => undefined,
    adopt: () => {},
    async read(step, made) {
      return imagined.get(nameOf(step.name, made)) ?? (await target.read(step, made))
    },
    async create(item, draft) {
      const made = imagine(item, draft)
      imagined.set(nameOf(item.step.name, made), made.record)
      return made
    },
    update: async () => {},
    settleLeft: async () => {},
    isPlaceholder,
  }
}

const nameOf = (step: string, { target }: Made): string => JSON.stringify([step, target])

/** The record that a step would make, as far as it can be known before. */
export function imagine({ step }: StepItem, { fields, createOnly }: StepDraft): Made {
  const { entity } = step.to
  const sent = { ...createOnly, ...fields }
  const target = Object.fromEntries(
    entity.keyFields.map((field) => [field, sent[field] ?? placeholder(field, step.name, typeOf(entity.type, field))]),
  )
  return { target, record: { ...sent, ...target } }
}

function typeOf(type: SteppedMapping['from']['entity']['type'], field: string): string | undefined {
  return type.kind === 'object' ? type.fields.get(field)?.kind : undefined
}

function placeholder(field: string, step: string, kind: string | undefined): unknown {
  if (kind !== 'number') return mark(field, step)
  const number = next
  next = next === lastNumber ? firstNumber : next + 1
  names.set(number, mark(field, step))
  return number
}

export function isPlaceholder(value: unknown): boolean {
  return typeof value === 'number' ? names.has(value) : typeof value === 'string' && / once it is made\)/.test(value)
}

/** The same value with each number that stands for a key to come replaced by what it stands for. */
export function placeholdersShown(value: unknown): unknown {
  if (typeof value === 'number') return names.get(value) ?? value
  if (typeof value === 'string') return value.replace(/\b1[0-9]{9}\b/g, (text) => names.get(Number(text)) ?? text)
  if (Array.isArray(value)) return value.map(placeholdersShown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, placeholdersShown(entry)]))
}
