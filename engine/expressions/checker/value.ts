import type { AstNode } from '../ast.ts'
import type { FunctionDefinition } from '../function-definition.ts'
import type { ProjectFunction } from '../project-function.ts'
import type { StaticType } from '../static-type.ts'
import { any, boolean, functionType, listOf, number, text } from '../type-algebra.ts'
import type { Builtin } from './builtin.ts'
import type { Scope } from './scope.ts'

/** What the checker knows of the value of a sub-expression: its type, and what only matters inside the expression. */
export interface Value {
  readonly type: StaticType
  /** Set where it is written as a constant. */
  readonly literal?: { readonly value: unknown }
  /** Of a list: none is `[]`, as in a field of the record; else JSONata answers nothing for none. */
  readonly raw?: boolean
  /** Of a list: it has at least one member. */
  readonly nonEmpty?: boolean
  /** Of a list that is written out `[a, b]`: its parts. */
  readonly parts?: readonly { readonly value: Value; readonly node: AstNode }[]
  /** Of a function: which one. */
  readonly callable?: Callable
}

export type Callable =
  | { readonly kind: 'builtin'; readonly builtin: Builtin }
  | { readonly kind: 'library'; readonly definition: FunctionDefinition }
  | { readonly kind: 'project'; readonly definition: ProjectFunction }
  | { readonly kind: 'lambda'; readonly node: AstNode; readonly scope: Scope }

export const anyValue: Value = { type: any }
export const booleanValue: Value = { type: boolean }
export const numberValue: Value = { type: number }
export const textValue: Value = { type: text }

export function listValue(of: StaticType, extra?: Pick<Value, 'raw' | 'nonEmpty'>): Value {
  return { type: listOf(of), ...extra }
}

export function callableValue(callable: Callable): Value {
  return { type: functionType, callable }
}

export function literalValue(value: unknown): Value {
  const literal = { value }
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return {
        type: {
          kind: typeof value as 'string' | 'number' | 'boolean',
          values: [value],
          ...(typeof value === 'number' && !Number.isInteger(value) && { decimal: true as const }),
        },
        literal,
      }
    default:
      return { type: any, literal }
  }
}

export function isNull(value: Value): boolean {
  return value.literal !== undefined && value.literal.value === null
}

/** Whether a list has a member for certain; one value where a list is expected is a list of one. */
export function hasMember(value: Value): boolean {
  if (value.type.kind === 'list') return value.nonEmpty === true
  return value.type.kind !== 'any' && !mayBeNothing(value)
}

/** Whether JSONata may answer nothing for this value; a list that is empty and not raw is nothing too. */
export function mayBeNothing(value: Value): boolean {
  if (value.type.kind === 'list') return value.raw !== true && value.nonEmpty !== true
  return value.type.kind === 'nothing' || value.type.optional === true
}
