import { type AstNode, parse } from './ast.ts'
import { type CheckOptions, checkText } from './check.ts'
import { reportedAtDefinition } from './checker/infer.ts'
import type { Problem } from './problem.ts'
import type { ProjectFunction } from './project-function.ts'
import { syntaxProblem } from './syntax.ts'
import { any } from './type-algebra.ts'

/**
 * Reads the text of a function. Its body is checked wherever it is called, with the types of the arguments there;
 * here only what is wrong however it is called. Never throws.
 */
export function compileProjectFunction(
  name: string,
  source: string,
): { readonly function?: ProjectFunction; readonly problems: readonly Problem[] } {
  let node: AstNode
  try {
    node = parse(source)
  } catch (cause) {
    return { problems: [syntaxProblem(cause, source)] }
  }
  if (node.type !== 'lambda') {
    return {
      problems: [
        {
          code: 'not-a-project-function',
          severity: 'error',
          message: `The text of $${name} is not a function.`,
          advice: 'Write `function($a) { … }`.',
          offset: 0,
          length: source.length,
        },
      ],
    }
  }
  const parameters = (node.arguments ?? []).map((parameter) => String(parameter.value))
  const definition: ProjectFunction = { name, source, parameters, lambda: node }
  const found = checkText({ source, input: any, variables: new Map(), functions: new Map(), expects: 'function' })
  return { function: definition, problems: found.problems.filter((problem) => reportedAtDefinition.has(problem.code)) }
}

/**
 * Checks the body of a function by itself, with arguments of any type: finds unknown functions and variables in one
 * that nobody calls. `functions` are all that it may call, itself included. What `compileProjectFunction` has found is
 * not repeated.
 */
export function checkProjectFunction(
  definition: ProjectFunction,
  options: Pick<CheckOptions, 'variables' | 'functions'>,
): readonly Problem[] {
  const { problems } = checkText({ ...options, source: definition.source, input: any, expects: 'function' })
  return problems.filter((problem) => !reportedAtDefinition.has(problem.code))
}
