import type { Formula } from '../config/expression-compiler.ts'
import type { CompiledEntity, CompiledEvent, CompiledWrite } from '../connectors/compiled-connector.ts'

/** Name of a mapping's one write in links and journal. */
export const mainStep = 'main'
/** Stands for the record as a whole, beside its steps: a link of it says that all of them are done. */
export const recordStep = 'record'

/** What mappings of both kinds have: the way from the source to the record with all that its expressions see. */
export interface MappingBase {
  readonly name: string
  readonly title: string | undefined
  readonly from: EntityRef
  /** Everything in every run, what changed, or what this mapping has made nothing of yet. */
  readonly read: 'changes' | 'all' | 'new'
  /** Where everything is to be read: from what time on, in UTC. */
  readonly cutOff: string | undefined
  /** With `new`: how long a record must have been listed. */
  readonly graceMs: number
  readonly accept: readonly CompiledCondition[]
  readonly joins: readonly CompiledJoin[]
  /** Joins whose record another mapping makes: without it the source record waits. */
  readonly awaits: readonly { readonly join: CompiledJoin; readonly mapping: string }[]
  /** Conditions that must hold, `owns` as the last of them. */
  readonly keep: readonly CompiledCondition[]
  /** What must have come about: a record for which it does not hold yet is parked. Asked after `keep`, with all joins. */
  readonly wait: readonly CompiledCondition[]
  readonly ensure: readonly CompiledCondition[]
  readonly warn: readonly CompiledCondition[]
  readonly after: readonly string[]
  readonly triggers: readonly CompiledTrigger[]
  readonly priority: number
  readonly options: Readonly<Record<string, unknown>>
  /** What reconciliation compares beside the records that the mapping writes. */
  readonly comparisons: readonly CompiledComparison[]
  /** Hash of all that decides what the mapping makes of a record. */
  readonly configuration: string
}

/** One declared comparison of both sides. */
export interface CompiledComparison {
  readonly name: string
  /** The way from the source to the record with all that its expressions see. */
  readonly source: MappingBase
  readonly sinceMs: number | undefined
  readonly lets: CompiledBlock['lets']
  readonly expect: readonly CompiledCondition[]
  readonly repair: { readonly mapping: string; readonly key: Formula } | undefined
}

/** A mapping ready to be run: a pipeline's plan. It holds no state; tables and reference data come through its functions. */
export interface CompiledMapping extends MappingBase {
  readonly steps?: never
  readonly to: EntityRef
  readonly write: CompiledWrite
  readonly fullFile: boolean
  readonly siblings: { readonly by: Formula; readonly find: string } | undefined
  readonly block: CompiledBlock
  readonly createOnly: CompiledFields
  /** Whether the target itself knows what `createOnly` means for each of these fields. */
  readonly toldCreateOnly: boolean
  readonly needs: readonly { readonly entity: EntityRef; readonly field: string }[]
  readonly gone: CompiledGone | undefined
}

/** A mapping whose records lead to several writes, one after the other. */
export interface SteppedMapping extends MappingBase {
  readonly lets: CompiledBlock['lets']
  readonly steps: readonly CompiledStep[]
  /**
   * Whether its records depend on nothing but themselves, their joins and the configuration: one that is as it was when
   * all of its steps were done needs no look at its steps.
   */
  readonly isSettled: boolean
}

export type AnyMapping = CompiledMapping | SteppedMapping

/** One write, or one look-up, of a source record. */
export interface CompiledStep {
  readonly name: string
  readonly if: Formula | undefined
  readonly each: Formula | undefined
  readonly key: Formula | undefined
  readonly lets: CompiledBlock['lets']
  readonly to: EntityRef
  readonly finds: readonly CompiledStepFind[]
  /** Absent: the step only looks up. */
  readonly create: CompiledWrite | undefined
  readonly update: CompiledWrite | undefined
  readonly found: 'keep' | 'update'
  readonly absent: 'skip' | 'fail'
  readonly onFail: 'stop' | 'continue'
  readonly ensure: readonly CompiledCondition[]
  readonly warn: readonly CompiledCondition[]
  readonly fields: CompiledFields
  readonly createOnly: CompiledFields
  /** Earlier steps of which expressions use more than the key: by its condition, and by the rest. */
  readonly conditionReads: ReadonlySet<string>
  readonly reads: ReadonlySet<string>
}

export interface CompiledStepFind {
  /** Name of a find of the target entity; undefined: its get. */
  readonly find: string | undefined
  readonly value: Formula
  readonly where: Formula | undefined
  readonly many: 'first' | 'fail'
  readonly order: Formula | undefined
}

/** When the service runs a mapping, and what it reads then. */
export type CompiledTrigger =
  | { readonly kind: 'event'; readonly connection: string; readonly event: CompiledEvent }
  | {
      readonly kind: 'every'
      readonly everyMs: number
      readonly read: TriggerRead
      readonly sinceMs?: number | undefined
      readonly reconcile?: TriggerReconcile | undefined
    }
  | {
      readonly kind: 'at'
      readonly cron: string
      readonly timeZone: string
      readonly read: TriggerRead
      /** Instead of what changed since the last run: what changed in so long a time before. */
      readonly sinceMs?: number | undefined
      readonly reconcile?: TriggerReconcile | undefined
    }

/** Set where a schedule compares both sides instead of running the mapping. */
export type TriggerReconcile = 'compare' | 'repair'

/** What a schedule reads; undefined: as the mapping says. */
export type TriggerRead = 'changes' | 'all' | 'new' | undefined

export interface EntityRef {
  /** `connection.entity`. */
  readonly name: string
  readonly connection: string
  readonly entity: CompiledEntity
}

export interface CompiledJoin {
  readonly name: string
  readonly entity: EntityRef
  readonly by: Formula
  readonly find: string | undefined
  readonly many: boolean
}

export interface CompiledCondition {
  readonly reason: string
  readonly holds: Formula
  /** Text for people when it does not hold. It reads no personal data. */
  readonly say?: Formula
  /** Needs joined records; the others are tried before anything is joined. */
  readonly joined: boolean
}

export interface CompiledBlock {
  readonly if: Formula | undefined
  readonly each: Formula | undefined
  readonly lets: readonly { readonly name: string; readonly value: Formula }[]
  readonly fields: CompiledFields
}

export type CompiledFields = ReadonlyMap<string, CompiledField>

export type CompiledField =
  | { readonly kind: 'value'; readonly value: Formula }
  | { readonly kind: 'object'; readonly fields: CompiledFields }
  | { readonly kind: 'list'; readonly blocks: readonly CompiledBlock[] }

/** How much may be gone where a mapping does not say it. */
export const usualBreaker = { atMost: 0.05, always: 3 } as const

/** Whether the target is to hear of what the source yields no more. A full file tells by itself. */
export function tellsGone({ gone, fullFile }: Pick<CompiledMapping, 'gone' | 'fullFile'>): boolean {
  return gone !== undefined || fullFile
}

export interface CompiledGone {
  readonly fields: CompiledFields
  readonly restore: CompiledFields
  /** Share of the linked source records, 0 to 1. */
  readonly atMost: number
  readonly always: number
}
