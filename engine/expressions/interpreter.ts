import jsonata from 'jsonata'
import { type AstNode, variableNames } from './ast.ts'
import { builtins } from './checker/builtins.ts'
import { evaluationFailure } from './evaluation-failure.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { meter } from './meter.ts'
import { type ExpressionFunction, isProjectFunction, type ProjectFunction } from './project-function.ts'
import { BoundedRegex } from './regex.ts'
import { repairTree } from './repair-tree.ts'
import { forbiddenFunction, runtimeFunction } from './runtime-function.ts'

/** Functions of JSONata that give another answer each time, or run text as code (design 5.17). */
export const forbiddenFunctions = ['now', 'millis', 'random', 'shuffle', 'eval'] as const

/** Evaluates one text with JSONata's interpreter; gives its raw result (sequences, objects without prototype). */
export interface Interpreter {
  evaluate(input: unknown, variables: Readonly<Record<string, unknown>>, limits?: Partial<Limits>): Promise<unknown>
}

export function interpreter(source: string, functions: ReadonlyMap<string, ExpressionFunction>): Interpreter {
  const usual = build(source, functions, defaultLimits)
  // Limits belong to the interpreter's instance; others than the usual ones are rare (tests, previews).
  const others = new Map<string, jsonata.Expression>()

  function withLimits(limits: Partial<Limits> | undefined): jsonata.Expression {
    if (!limits) return usual
    const wanted = { ...defaultLimits, ...limits }
    const key = `${wanted.steps} ${wanted.cpu} ${wanted.depth} ${wanted.items}`
    const known = others.get(key)
    if (known) return known
    if (others.size >= 8) others.clear()
    const made = build(source, functions, wanted)
    others.set(key, made)
    return made
  }

  return {
    async evaluate(input, variables, limits) {
      try {
        return await withLimits(limits).evaluate(input, variables as Record<string, unknown>)
      } catch (cause) {
        throw evaluationFailure(cause, source)
      }
    },
  }
}

function build(source: string, functions: ReadonlyMap<string, ExpressionFunction>, limits: Limits): jsonata.Expression {
  const options = {
    sequence: limits.items,
    RegexEngine: BoundedRegex as unknown as RegExpConstructor,
  }
  const plain = jsonata(source, options)
  const ast = plain.ast() as unknown as AstNode
  const used = usedFunctions(ast, functions)
  const own = used.filter(isProjectFunction)
  const expression = own.length === 0 ? plain : withProjectFunctions(plain, own, options)
  meter(expression, limits)
  repairTree(expression.ast() as unknown as AstNode, (name) => {
    const definition = functions.get(name)
    return definition ? !isProjectFunction(definition) : builtins.has(name)
  })
  for (const name of forbiddenFunctions) expression.registerFunction(name, forbiddenFunction(name, source))
  for (const definition of used) {
    if (!isProjectFunction(definition)) {
      expression.registerFunction(definition.name, runtimeFunction(definition, source))
    }
  }
  return expression
}

/** The functions that the text mentions, and those that these mention. */
function usedFunctions(ast: AstNode, functions: ReadonlyMap<string, ExpressionFunction>): ExpressionFunction[] {
  const used = new Map<string, ExpressionFunction>()
  const visit = (node: AstNode): void => {
    for (const name of variableNames(node)) {
      const definition = functions.get(name)
      if (!definition || used.has(name)) continue
      used.set(name, definition)
      if (isProjectFunction(definition)) visit(definition.lambda)
    }
  }
  visit(ast)
  return [...used.values()]
}

/**
 * `( $f := function(…) { … }; text )`, put together as syntax trees, so that functions see the variables of the
 * evaluation and each other, are made anew for each evaluation, and count against its limits.
 */
function withProjectFunctions(
  plain: jsonata.Expression,
  functions: readonly ProjectFunction[],
  options: jsonata.JsonataOptions,
): jsonata.Expression {
  const block = jsonata('(0)', options)
  const binds = functions.map((definition) => ({
    type: 'bind',
    value: ':=',
    position: 0,
    lhs: { type: 'variable', value: definition.name, position: 0 },
    // Parsed again: the tree in the definition is the checker's, and this one is changed below.
    rhs: jsonata(definition.source).ast() as unknown as AstNode,
  }))
  const ast = block.ast() as unknown as AstNode
  ast.expressions = [...binds, plain.ast() as unknown as AstNode]
  return block
}
