import { parse, variableNames } from './ast.ts'
import { type ExpressionFunction, isProjectFunction } from './project-function.ts'

/**
 * The `$name`s that an expression mentions, without the dollar sign: what it may read of joins, lets and the like.
 * Also holds the functions that it calls and what it sets itself; not `$` and `$$`. With `functions`, also what the
 * project's functions mention that it calls, directly or through each other. Empty for a text with a syntax error.
 */
export function usedVariables(
  source: string,
  functions?: ReadonlyMap<string, ExpressionFunction>,
): ReadonlySet<string> {
  const used = new Set<string>()
  const add = (names: Iterable<string>): void => {
    for (const name of names) {
      if (name === '' || name === '$' || used.has(name)) continue
      used.add(name)
      const definition = functions?.get(name)
      if (definition && isProjectFunction(definition)) add(variableNames(definition.lambda))
    }
  }
  try {
    add(variableNames(parse(source)))
  } catch {
    // its syntax error is a finding of compile
  }
  return used
}
