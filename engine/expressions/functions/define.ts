import type { Argument, ArgumentProblem, FunctionDefinition } from '../function-definition.ts'
import type { StaticType } from '../static-type.ts'
import { failure } from './errors.ts'
import type { ParameterOf } from './parameters.ts'

export interface FunctionSpec<P extends readonly ParameterOf<unknown>[]> {
  readonly name: string
  /** One paragraph: what it gives, for what, in which unit; and when it fails. */
  readonly summary: string
  readonly parameters: P
  readonly returns: StaticType | ((types: readonly StaticType[], args: readonly Argument[]) => StaticType)
  readonly evaluate: (...args: ValuesOf<P>) => unknown
  readonly examples: FunctionDefinition['examples']
}

type ValuesOf<P extends readonly ParameterOf<unknown>[]> = {
  [K in keyof P]: P[K] extends ParameterOf<infer T> ? T : never
}

/**
 * Makes the definition of a function whose arguments are checked, in every call, by what its parameters say; and,
 * where they are literals, before any record is read.
 */
export function defineFunction<const P extends readonly ParameterOf<unknown>[]>(
  spec: FunctionSpec<P>,
): FunctionDefinition {
  const { name, summary, parameters, returns, examples } = spec
  const evaluate = spec.evaluate as (...args: unknown[]) => unknown
  const needed = parameters.filter((parameter) => !parameter.optional).length
  return {
    name,
    summary,
    examples,
    parameters: parameters.map(({ read: _, accepts: __, ...parameter }) => parameter),
    returns: (args) => {
      if (typeof returns !== 'function') return returns
      return returns(
        args.map(({ type }) => type),
        args,
      )
    },
    check: (args) => checkLiterals(name, parameters, args),
    call: (args) => {
      if (args.length < needed || args.length > parameters.length) {
        throw failure(name, 'argument-count', `takes ${countOf(needed, parameters.length)}, but got ${args.length}`)
      }
      return evaluate(...parameters.map((parameter, index) => parameter.read(args[index], name)))
    },
  }
}

function countOf(needed: number, all: number): string {
  const count = needed === all ? String(all) : `${needed} to ${all}`
  return `${count} ${all === 1 ? 'argument' : 'arguments'}`
}

function checkLiterals(
  name: string,
  parameters: readonly ParameterOf<unknown>[],
  args: readonly Argument[],
): ArgumentProblem | undefined {
  for (const [index, parameter] of parameters.entries()) {
    const literal = args[index]?.literal
    const rule = parameter.accepts
    if (literal === undefined || literal === null || !rule || rule.test(literal)) continue
    return {
      code: rule.code,
      argument: index,
      message: `$${name}: ${parameter.name} must be ${rule.be}`,
      advice: `Write ${rule.be} there.`,
    }
  }
  return undefined
}
