import type { Finding } from '../diagnostics/finding.ts'
import { compile, type Expects, type ExpressionFunction } from '../expressions/compile.ts'
import type { Problem as ExpressionProblem } from '../expressions/problem.ts'
import type { StaticType } from '../expressions/static-type.ts'
import { compileTemplate } from '../expressions/template.ts'
import { usedVariables } from '../expressions/used-variables.ts'
import type { Origin, Path } from './origin.ts'

/** What an expression may see: the context that bare names read, the `$name`s, and the functions. */
export interface Scope {
  readonly input: StaticType
  readonly variables: ReadonlyMap<string, StaticType>
  readonly functions: ReadonlyMap<string, ExpressionFunction>
}

/** A value of the DSL that may be code: an expression, or a constant. */
export interface Formula {
  readonly type: StaticType
  /** Names of the variables that it reads. */
  readonly uses: ReadonlySet<string>
  /** Where it stands, for messages: path in the file. */
  readonly path: Path
  readonly source: string
  /** Set when it reads personal data. */
  readonly personal?: true
  /** Of a condition: what is known of input and variables where it has answered true. */
  readonly whenTrue?: { readonly input: StaticType; readonly variables: ReadonlyMap<string, StaticType> }
  /** Gives plain JSON, or undefined for nothing. Rejects with EvaluationError. */
  evaluate(input: unknown, variables: Variables): Promise<unknown>
}

export type Variables = Readonly<Record<string, unknown>>

/** Text with expressions in it. */
export interface TextFormula {
  readonly source: string
  readonly uses: ReadonlySet<string>
  render(input: unknown, variables: Variables, encode: (piece: string, source: string) => string): Promise<string>
}

/** Makes formulas of one file; what is wrong with them becomes findings at their place in it. */
export interface ExpressionCompiler {
  formula(path: Path, raw: unknown, scope: Scope, expects?: Expects): Formula
  text(path: Path, raw: string, scope: Scope, offset?: number): TextFormula
  report(problem: {
    code: string
    severity?: 'error' | 'warning'
    message: string
    advice: string
    path: Path
    key?: boolean
  }): void
}

const none: ReadonlySet<string> = new Set()

export function createExpressionCompiler(origin: Origin, report: (finding: Finding) => void): ExpressionCompiler {
  const place = (path: Path, problems: readonly ExpressionProblem[], offset = 0): void => {
    for (const { code, severity, message, advice, offset: at } of problems) {
      report(origin.finding({ code, severity, message, advice, path, offset: at + offset }))
    }
  }
  return {
    formula(path, raw, scope, expects = 'value') {
      if (typeof raw !== 'string') return constant(path, raw)
      const compiled = compile({ source: raw, ...scope, expects })
      place(path, compiled.problems)
      const { expression } = compiled
      return {
        type: compiled.type,
        uses: expression ? usedVariables(raw) : none,
        path,
        source: raw,
        ...(compiled.personal && { personal: true as const }),
        ...(compiled.whenTrue && { whenTrue: compiled.whenTrue }),
        evaluate: expression
          ? (input, variables) => expression.evaluate(input, variables)
          : () => Promise.reject(new Error(`The expression ${raw} has findings and cannot be evaluated.`)),
      }
    },
    text(path, raw, scope, offset = 0) {
      const { template, problems } = compileTemplate({ source: raw, ...scope })
      place(path, problems, offset)
      const uses = new Set<string>()
      for (const part of template?.parts ?? []) {
        if ('expression' in part) for (const name of usedVariables(part.expression.source)) uses.add(name)
      }
      return {
        source: raw,
        uses,
        render: (input, variables, encode) =>
          template
            ? template.render(input, variables, encode)
            : Promise.reject(new Error(`The text ${raw} has findings and cannot be made.`)),
      }
    },
    report(problem) {
      report(origin.finding(problem))
    },
  }
}

function constant(path: Path, value: unknown): Formula {
  return {
    type: constantType(value),
    uses: none,
    path,
    source: JSON.stringify(value) ?? '',
    evaluate: () => Promise.resolve(value === null ? undefined : value),
  }
}

function constantType(value: unknown): StaticType {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return { kind: typeof value as 'number' | 'boolean', values: [value as number | boolean] }
    case 'string':
      return { kind: 'string', values: [value] }
    default:
      return value === null || value === undefined ? { kind: 'nothing' } : { kind: 'any' }
  }
}
