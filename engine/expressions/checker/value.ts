import type { StaticType } from '../static-type.ts'
import { any, boolean, functionType, listOf, number, text } from '../type-algebra.ts'
import type { Callable, Value } from './types.ts'

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
