import { shorten } from './evaluation-failure.ts'
import { EvaluationError, type FunctionDefinition, type Parameter } from './function-definition.ts'
import { isInterpreterFunction } from './result.ts'
import type { StaticType } from './static-type.ts'
import { describe } from './type-algebra.ts'
import { hasExactDigits } from './values/decimal.ts'
import { kindOf } from './values/value-problem.ts'

/** What the interpreter gives a function as `this`. */
interface InterpreterFocus {
  readonly input?: unknown
}

export type RuntimeFunction = (this: InterpreterFocus, ...args: unknown[]) => unknown

/**
 * A library function as the interpreter calls it. Arguments are made good before the function sees them: nothing is
 * refused where it needs something (`absent-argument`), a wrong type is refused (`wrong-argument`), and a list is a
 * list for none, one or many, since JSONata has collapsed it on the way here.
 */
export function runtimeFunction(definition: FunctionDefinition, source: string): RuntimeFunction {
  const { parameters } = definition
  const call = function (this: InterpreterFocus, ...args: unknown[]): unknown {
    return definition.call(checkedArguments(definition, args, source), { focus: focusOf(this) })
  }
  const needed = parameters.filter((parameter) => parameter.optional !== true).length
  // The interpreter reads these two: how many arguments $map and the like pass, and names for f(?, x).
  Object.defineProperty(call, 'length', { value: Math.max(needed, Math.min(1, parameters.length)) })
  const signature = `(${parameters.map((parameter) => parameter.name).join(', ')})`
  Object.defineProperty(call, 'toString', { value: () => signature })
  return call
}

/** A function of JSONata that must not be called, bound over by one that says so. */
export function forbiddenFunction(name: string, source: string): RuntimeFunction {
  return () => {
    throw new EvaluationError('forbidden-function', `$${name} is not allowed in expressions: ${shorten(source)}`)
  }
}

function focusOf(self: InterpreterFocus | undefined): unknown {
  const input = self?.input
  // A list as the whole input reaches functions wrapped.
  return Array.isArray(input) && (input as { outerWrapper?: boolean }).outerWrapper === true ? input[0] : input
}

function checkedArguments(definition: FunctionDefinition, args: readonly unknown[], source: string): unknown[] {
  const { parameters } = definition
  if (args.length > parameters.length) {
    throw miscounted(definition, args.length, source)
  }
  const missing = parameters[args.length]
  if (missing && missing.optional !== true) throw miscounted(definition, args.length, source)
  return args.map((value, index) => checkedArgument(definition, parameters[index] as Parameter, value, source))
}

function miscounted(definition: FunctionDefinition, given: number, source: string): EvaluationError {
  const names = definition.parameters.map((parameter) => (parameter.optional ? `${parameter.name}?` : parameter.name))
  return new EvaluationError(
    'argument-count',
    `$${definition.name}(${names.join(', ')}) was given ${given} arguments: ${shorten(source)}`,
  )
}

function checkedArgument(
  definition: FunctionDefinition,
  parameter: Parameter,
  value: unknown,
  source: string,
): unknown {
  if (parameter.type.kind === 'list') {
    const list = (Array.isArray(value) ? Array.from(value) : [value]).filter((member) => member !== undefined)
    const { of } = parameter.type
    if (!list.every((member) => fits(member, of))) {
      throw wrong(definition, `needs ${describe(parameter.type)} as ${parameter.name}`, source)
    }
    for (const member of list) checkDigits(definition, parameter, member, source)
    return list
  }
  if (value === undefined) {
    if (parameter.absent === 'takes') return undefined
    throw new EvaluationError(
      'absent-argument',
      `$${definition.name} was given nothing as ${parameter.name}: ${shorten(source)}`,
    )
  }
  if (!fits(value, parameter.type)) {
    const allowed = allowedValues(parameter.type)
    throw wrong(
      definition,
      `needs ${allowed ?? describe(parameter.type)} as ${parameter.name}, not ${allowed ? 'another value' : kindOf(value)}`,
      source,
    )
  }
  checkDigits(definition, parameter, value, source)
  return value
}

function fits(value: unknown, type: StaticType): boolean {
  switch (type.kind) {
    case 'any':
    case 'nothing':
      return true
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === type.kind && (type.values?.includes(value as string | number | boolean) ?? true)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value) && !isInterpreterFunction(value)
    case 'list':
      return Array.isArray(value)
    case 'function':
      return isInterpreterFunction(value)
  }
}

function allowedValues(type: StaticType): string | undefined {
  if (!('values' in type) || !type.values) return undefined
  return type.values.map((value) => JSON.stringify(value)).join(' or ')
}

function checkDigits(definition: FunctionDefinition, parameter: Parameter, value: unknown, source: string): void {
  if (typeof value !== 'number') return
  if (!Number.isFinite(value)) {
    throw new EvaluationError(
      'not-a-number',
      `$${definition.name} was given a number out of range as ${parameter.name} (a division by zero?): ${shorten(source)}`,
    )
  }
  if (!hasExactDigits(value)) {
    throw new EvaluationError(
      'too-many-digits',
      `$${definition.name} was given a number of more than 15 significant digits as ${parameter.name}; calculate with $add, $sub, $mul and $div, which are exact: ${shorten(source)}`,
    )
  }
}

function wrong(definition: FunctionDefinition, what: string, source: string): EvaluationError {
  return new EvaluationError('wrong-argument-type', `$${definition.name} ${what}: ${shorten(source)}`)
}
