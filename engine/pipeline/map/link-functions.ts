import { nameAdvice } from '../../config/nearest-name.ts'
import type { Argument, FunctionDefinition } from '../../expressions/function-definition.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { LinkStore } from '../../store/state-store.ts'
import { mainStep } from '../compiled-mapping.ts'

/** What expressions may ask of links. */
export interface LinkQueries {
  /** Whether a mapping has made something of a source record. */
  isLinked(mapping: string, sourceKey: string): boolean
  /** Key of the source record whose live link leads to a target record. */
  sourceOf(mapping: string, step: string, targetKey: string): string | undefined
  /** Key fields of the target record that a step made of a source record; undefined where there is none, or several. */
  targetOf(mapping: string, step: string, sourceKey: string): Readonly<Record<string, unknown>> | undefined
}

/** What a mapping makes: one target record by `main`, or what each of its steps makes. */
export interface MadeBy {
  readonly step: string
  /** Type of the target's key fields, as an object. */
  readonly key: StaticType
}

export interface LinkHost {
  /** By mapping. */
  readonly mappings: ReadonlyMap<string, readonly MadeBy[]>
  readonly links: LinkQueries
}

const any: StaticType = { kind: 'any' }
const text: StaticType = { kind: 'string' }

export const noLinks: LinkQueries = { isLinked: () => false, sourceOf: () => undefined, targetOf: () => undefined }

/** The queries of a run, on its state. */
export function linkQueries(links: LinkStore): LinkQueries {
  return {
    isLinked: (mapping, sourceKey) => links.isLinked(mapping, sourceKey),
    sourceOf: (mapping, step, targetKey) => {
      if (step !== mainStep) return links.byMade(mapping, step, targetKey)[0]?.sourceKey
      const link = links.byTarget(mapping, step, targetKey)
      return link?.state === 'live' ? link.sourceKey : undefined
    },
    targetOf: (mapping, step, sourceKey) => {
      const live = links.bySource(mapping, step, sourceKey).filter(({ state }) => state === 'live')
      return live.length === 1 ? live[0]?.target : undefined
    },
  }
}

export function linkFunctions(host: LinkHost): readonly FunctionDefinition[] {
  return [linked(host), sourceOf(host), targetOf(host)]
}

type Check = ReturnType<NonNullable<FunctionDefinition['check']>>

function checkMapping({ mappings }: LinkHost, [name]: readonly Argument[]): Check {
  if (typeof name?.literal !== 'string' || mappings.has(name.literal)) return undefined
  return {
    code: 'unknown-mapping',
    argument: 0,
    message: `The project has no mapping ${name.literal}.`,
    advice: nameAdvice(name.literal, mappings.keys(), 'mappings'),
  }
}

/** A mapping with several steps makes records of several kinds, whose keys may be alike: the step must be named. */
function checkStep(host: LinkHost, args: readonly Argument[], at: number): Check {
  const unknown = checkMapping(host, args)
  if (unknown) return unknown
  const [name] = args
  const made = typeof name?.literal === 'string' ? (host.mappings.get(name.literal) ?? []) : []
  const step = args[at]
  if (made.length === 0) return undefined
  const known = made.map((each) => each.step)
  if (step === undefined) {
    if (made.length === 1) return undefined
    return {
      code: 'unknown-step',
      argument: 0,
      message: `The mapping ${String(name?.literal)} has several steps, and it is not said which one is meant.`,
      advice: `Name the step: ${known.map((each) => `'${each}'`).join(', ')}.`,
    }
  }
  if (typeof step.literal !== 'string' || known.includes(step.literal)) return undefined
  return {
    code: 'unknown-step',
    argument: at,
    message: `The mapping ${String(name?.literal)} has no step ${step.literal}.`,
    advice: nameAdvice(step.literal, known, 'steps'),
  }
}

function stepOf({ mappings }: LinkHost, mapping: unknown, step: unknown): string {
  return step === undefined ? (mappings.get(String(mapping))?.[0]?.step ?? mainStep) : String(step)
}

function linked(host: LinkHost): FunctionDefinition {
  return {
    name: 'linked',
    summary: 'Whether another mapping has made something of the source record with this key, and it is still there.',
    parameters: [
      { name: 'mapping', type: text, absent: 'refuses' },
      { name: 'key', type: any, absent: 'refuses' },
    ],
    returns: () => ({ kind: 'boolean' }),
    check: (args) => checkMapping(host, args),
    call: ([name, key]) => host.links.isLinked(String(name), String(key)),
    examples: [],
  }
}

function sourceOf(host: LinkHost): FunctionDefinition {
  return {
    name: 'sourceOf',
    summary:
      'The key of the source record of which a mapping has made, or for which it has found, the target record with this key; or nothing. Of a mapping with several steps the step is named.',
    parameters: [
      { name: 'mapping', type: text, absent: 'refuses' },
      { name: 'targetKey', type: any, absent: 'refuses' },
      { name: 'step', type: text, absent: 'refuses', optional: true },
    ],
    returns: () => ({ kind: 'string', optional: true }),
    check: (args) => checkStep(host, args, 2),
    call: ([mapping, key, step]) => host.links.sourceOf(String(mapping), stepOf(host, mapping, step), String(key)),
    examples: [],
  }
}

function targetOf(host: LinkHost): FunctionDefinition {
  return {
    name: 'targetOf',
    summary:
      'The key fields, as an object, of the one target record that a step of a mapping has made or found for the source record with this key; or nothing. The step of a mapping without steps is main.',
    parameters: [
      { name: 'mapping', type: text, absent: 'refuses' },
      { name: 'step', type: text, absent: 'refuses' },
      { name: 'sourceKey', type: any, absent: 'refuses' },
    ],
    returns: ([mapping, step]) => {
      const made = typeof mapping?.literal === 'string' ? host.mappings.get(mapping.literal) : undefined
      const key = made?.find((each) => each.step === step?.literal)?.key ?? any
      return { ...key, optional: true }
    },
    check: (args) => checkStep(host, args, 1),
    call: ([mapping, step, key]) => host.links.targetOf(String(mapping), String(step), String(key)),
    examples: [],
  }
}
