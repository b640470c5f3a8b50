import type { StaticType } from '../static-type.ts'
import type { Value } from './value.ts'

export type Kind = StaticType['kind']

/**
 * A function of JSONata's own library, as the checker knows it. `finding`: JSONata answers nothing for nothing, in
 * silence, so what may be absent is reported. `takes`: nothing is a value here. `passes`: nothing gives nothing, as
 * in a path, and the result says so.
 */
export interface BuiltinParameter {
  readonly name: string
  /** Empty: anything. */
  readonly kinds: readonly Kind[]
  readonly absent: 'finding' | 'takes' | 'passes'
  readonly list?: { readonly of: readonly Kind[] }
  readonly optional?: boolean
}

export interface Builtin {
  readonly name: string
  readonly parameters: readonly BuiltinParameter[]
  /** The first argument may be left out, and is then the value in hand (`$`). */
  readonly context?: boolean
  /** Takes further arguments like the last. */
  readonly many?: boolean
  readonly returns: (args: readonly Value[]) => Value
}
