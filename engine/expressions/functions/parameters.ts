import type { Parameter } from '../function-definition.ts'
import type { StaticType } from '../static-type.ts'
import { any as anyType, listOf, number as numberType, objectOf, text as textType } from '../type-algebra.ts'
import { readDecimalNumber } from '../values/decimal.ts'
import { kindOf } from '../values/value-problem.ts'
import { type FunctionErrorCode, failure } from './errors.ts'

/** A parameter that knows how to check and read what is given for it. */
export interface ParameterOf<T> extends Parameter {
  /** @throws EvaluationError for what does not fit */
  readonly read: (value: unknown, functionName: string) => T
  readonly accepts?: Rule
}

/** What a value must be beyond its type. */
export interface Rule {
  readonly code: FunctionErrorCode
  /** Completes "must be …". */
  readonly be: string
  readonly test: (value: unknown) => boolean
}

function parameter<T>(
  name: string,
  type: StaticType,
  convert: (value: unknown, functionName: string) => T,
  rule?: Rule,
): ParameterOf<T> {
  return {
    name,
    type,
    absent: 'refuses',
    read: (value, functionName) => {
      if (value === undefined || value === null) {
        throw failure(
          functionName,
          'absent-argument',
          `needs ${name}, but there is nothing; write $default(…, value) where nothing has a meaning`,
        )
      }
      const result = convert(value, functionName)
      if (rule && !rule.test(result)) throw failure(functionName, rule.code, `${name} must be ${rule.be}`)
      return result
    },
    ...(rule && { accepts: rule }),
  }
}

/** An exact decimal. */
export function number(name: string, rule?: Rule): ParameterOf<number> {
  return parameter(name, numberType, (value, functionName) => readNumber(value, name, functionName), rule)
}

/** @throws EvaluationError for what is no exact decimal */
export function readNumber(value: unknown, name: string, functionName: string): number {
  if (typeof value !== 'number') throw wrongType(functionName, name, 'a number', value)
  const reading = readDecimalNumber(value)
  if (reading.ok) return reading.value
  if (reading.code === 'not-a-decimal') throw failure(functionName, 'not-a-number', `${name} is not a finite number`)
  throw failure(
    functionName,
    'too-many-digits',
    `${name} has more than 15 significant digits; calculate it with $add, $sub, $mul and $div, which are exact, or round it in the source`,
  )
}

export function text(name: string, rule?: Rule): ParameterOf<string> {
  return parameter(
    name,
    textType,
    (value, functionName) => {
      if (typeof value !== 'string') throw wrongType(functionName, name, 'a text', value)
      return value
    },
    rule,
  )
}

export function any(name: string): ParameterOf<unknown> {
  return parameter(name, anyType, (value) => value)
}

/** An object, whatever its fields. */
export function object(name: string): ParameterOf<Readonly<Record<string, unknown>>> {
  const type = objectOf([], anyType)
  return parameter(name, type, (value, functionName) => {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(functionName, name, 'an object', value)
    return value as Readonly<Record<string, unknown>>
  })
}

/** None (nothing), one (a bare value) or many: JSONata does not tell a list of one from its value. */
export function list(name: string): ParameterOf<readonly unknown[]> {
  const read = (value: unknown): readonly unknown[] => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.filter((item) => item !== undefined && item !== null)
  }
  return { name, type: listOf(anyType), absent: 'takes', read }
}

export function numbers(name: string): ParameterOf<readonly number[]> {
  const { read } = list(name)
  const each = (value: unknown, functionName: string): readonly number[] =>
    read(value, functionName).map((item) => readNumber(item, `every value of ${name}`, functionName))
  return { name, type: listOf(numberType), absent: 'takes', read: each }
}

export function texts(name: string): ParameterOf<readonly string[]> {
  const { read } = list(name)
  const each = (value: unknown, functionName: string): readonly string[] =>
    read(value, functionName).map((item) => {
      if (typeof item !== 'string') throw wrongType(functionName, `every value of ${name}`, 'a text', item)
      return item
    })
  return { name, type: listOf(textType), absent: 'takes', read: each }
}

/** A list that must hold something. */
export function notEmpty<T>(values: ParameterOf<readonly T[]>): ParameterOf<readonly T[]> {
  return {
    ...values,
    absent: 'refuses',
    read: (value, functionName) => {
      const read = values.read(value, functionName)
      if (read.length === 0) {
        throw failure(functionName, 'empty-list', `needs at least one value in ${values.name}, but there is none`)
      }
      return read
    },
  }
}

/** Nothing is a value here. */
export function takesNothing<T>(of: ParameterOf<T>): ParameterOf<T | undefined> {
  return {
    ...of,
    absent: 'takes',
    read: (value, functionName) => (value === undefined || value === null ? undefined : of.read(value, functionName)),
  }
}

/** May be left out of the call. (Whoever calls refuses nothing where it is not left out: a list of arguments cannot say so.) */
export function optional<T>(of: ParameterOf<T>): ParameterOf<T | undefined> {
  return { ...of, optional: true, read: (value, name) => (value === undefined ? undefined : of.read(value, name)) }
}

/** How many decimals: 0 to 15. */
export function places(name = 'places'): ParameterOf<number> {
  return number(name, {
    code: 'wrong-argument',
    be: 'a whole number from 0 to 15',
    test: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 15,
  })
}

export function wrongType(functionName: string, name: string, expected: string, value: unknown): Error {
  return failure(functionName, 'wrong-argument-type', `${name} must be ${expected}, but is ${kindOf(value)}`)
}
