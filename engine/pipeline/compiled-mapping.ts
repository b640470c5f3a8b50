import type { Formula } from '../config/expression-compiler.ts'
import type { CompiledEntity, CompiledEvent, CompiledWrite } from '../connectors/compiled-connector.ts'

/** Name of a mapping's one write in links and journal. */
export const step = 'main'

/** A mapping ready to be run: a pipeline's plan. It holds no state; tables and reference data come through its functions. */
export interface CompiledMapping {
  readonly name: string
  readonly title: string | undefined
  readonly from: EntityRef
  readonly to: EntityRef
  readonly write: CompiledWrite
  readonly fullFile: boolean
  /** Everything in every run, or what changed. */
  readonly read: 'changes' | 'all'
  readonly siblings: { readonly by: Formula; readonly find: string } | undefined
  readonly joins: readonly CompiledJoin[]
  readonly keep: readonly CompiledCondition[]
  readonly block: CompiledBlock
  readonly createOnly: CompiledFields
  /** Whether the target itself knows what `createOnly` means for each of these fields. */
  readonly toldCreateOnly: boolean
  readonly ensure: readonly CompiledCondition[]
  readonly warn: readonly CompiledCondition[]
  readonly needs: readonly { readonly entity: EntityRef; readonly field: string }[]
  readonly gone: CompiledGone | undefined
  readonly after: readonly string[]
  readonly triggers: readonly CompiledTrigger[]
  readonly priority: number
  readonly options: Readonly<Record<string, unknown>>
  /** Hash of all that decides what the mapping makes of a record. */
  readonly configuration: string
}

/** When the service runs a mapping, and what it reads then. */
export type CompiledTrigger =
  | { readonly kind: 'event'; readonly connection: string; readonly event: CompiledEvent }
  | { readonly kind: 'every'; readonly everyMs: number; readonly read: TriggerRead }
  | { readonly kind: 'at'; readonly cron: string; readonly timeZone: string; readonly read: TriggerRead }

/** What a schedule reads; undefined: as the mapping says. */
export type TriggerRead = 'changes' | 'all' | undefined

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
