import type { JsonObject } from './dsl.generated.ts'
import { isObject } from './json-object.ts'
import { mergeSections } from './merge-sections.ts'
import type { Path } from './origin.ts'

/** Sections of a step that are merged entry by entry, as those of a mapping are. */
const mergedSections = ['let', 'fields', 'createOnly', 'ensure', 'warn']

export interface ExtendedSteps {
  readonly steps: readonly unknown[]
  /** Where each of them is written: its index in the mapping's own file, in the base, or in both. */
  readonly places: readonly StepPlace[]
}

export interface StepPlace {
  readonly own?: number
  readonly base?: number
}

/**
 * The base's steps in their order; one of the same name in the mapping's own file changes what it says anew, and one
 * that the base does not have comes after them. Undefined where one of the two has no list of steps.
 */
export function extendSteps(base: unknown, own: unknown): ExtendedSteps | undefined {
  if (!Array.isArray(base) || !Array.isArray(own)) return undefined
  const steps: unknown[] = [...base]
  const places: StepPlace[] = base.map((_, index) => ({ base: index }))
  for (const [index, step] of own.entries()) {
    const name = nameOf(step)
    const at = name === undefined ? -1 : base.findIndex((each) => nameOf(each) === name)
    // A second one of the name stands by itself, and is a finding.
    if (at < 0 || places[at]?.own !== undefined) {
      steps.push(step)
      places.push({ own: index })
    } else {
      steps[at] = mergeSections(base[at] as JsonObject, step as JsonObject, mergedSections)
      places[at] = { base: at, own: index }
    }
  }
  return { steps, places }
}

/** The path of a value in the mapping's own file and in the base, where it may stand there. */
export function placesOf(path: Path, places: readonly StepPlace[] | undefined): { own?: Path; base?: Path } {
  const [section, index, ...rest] = path
  const place = section === 'steps' && typeof index === 'number' ? places?.[index] : undefined
  if (!place) return { own: path, base: path }
  return {
    ...(place.own !== undefined && { own: ['steps', place.own, ...rest] }),
    ...(place.base !== undefined && { base: ['steps', place.base, ...rest] }),
  }
}

function nameOf(step: unknown): string | undefined {
  return isObject(step) && typeof step.step === 'string' ? step.step : undefined
}
