import { parse } from './ast.ts'
import { type Checked, type CheckOptions, check, type Expects } from './check.ts'
import { builtins } from './checker/builtins.ts'
import { failure } from './evaluation-failure.ts'
import type { Expression } from './expression.ts'
import { fastAnswer } from './fast-path.ts'
import { type Interpreter, interpreter } from './interpreter.ts'
import type { ExpressionFunction } from './project-function.ts'
import { plainResult } from './result.ts'
import type { StaticType } from './static-type.ts'

export interface Compiled extends Checked {
  /** Absent only where the text cannot be run at all; it is there beside findings, which its owner must heed. */
  readonly expression?: Expression
}

/**
 * Checks an expression and makes it ready to be evaluated. Never throws.
 *
 * Lists (design 5.3). Inside an expression JSONata answers nothing for an empty list that it made itself, and the bare
 * member for a list of one; a list field of a record, a variable and `[ … ]` stay as they are. What follows from that:
 *
 * - the result, each field of an object that the expression writes out, and each list argument of a function of the
 *   engine are lists again for none, one and many, by their static type;
 * - paths, predicates, $count, $append, $join and `in` treat one and many alike, and are right;
 * - where one and many differ, the checker reports it: comparisons, arithmetic, &, $string, $type, texts functions,
 *   lists of lists; and $sum, $max, $not, $reduce where none would answer nothing;
 * - of what has no schema (`any`) a list of one cannot be told from its member: `expects: 'list'` or $listOf says it.
 */
export function compile(options: CheckOptions): Compiled {
  const checked = check(options)
  if (!checked.runnable) return checked
  return { ...checked, expression: expressionOf(options, checked.type) }
}

function expressionOf(options: CheckOptions, type: StaticType): Expression {
  const { source, functions, expects } = options
  const quick = fastAnswer(parse(source), (name) => functions.has(name) || builtins.has(name))
  // Built at the first use: many expressions are plain paths, and never need it.
  let slow: Interpreter | undefined
  const raw: Expression['evaluate'] = async (input, variables, limits) => {
    const answer = quick?.(input, variables)
    if (answer?.known) return answer.value
    slow ??= interpreter(source, functions)
    return slow.evaluate(input, variables, limits)
  }
  return {
    source,
    type,
    async evaluate(input, variables, limits) {
      const value = plainResult(await raw(input, variables, limits), type, source)
      return expects === 'condition' ? exactly(value, source) : value
    },
  }
}

/**
 * Evaluates a condition: exactly true or false.
 * @throws EvaluationError `not-true-or-false` for anything else, nothing included.
 */
export async function evaluateCondition(
  expression: Expression,
  input: unknown,
  variables: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  return exactly(await expression.evaluate(input, variables), expression.source)
}

function exactly(value: unknown, source: string): boolean {
  if (value === true || value === false) return value
  const what = value === undefined ? 'nothing' : 'something that is neither true nor false'
  throw failure('not-true-or-false', `is a condition and answers ${what}`, source)
}

export type { CheckOptions, Expects, ExpressionFunction }
