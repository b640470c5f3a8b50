import { closingBracket } from './brackets.ts'
import type { CheckOptions } from './check.ts'
import { compile } from './compile.ts'
import { failure } from './evaluation-failure.ts'
import type { Expression } from './expression.ts'
import type { Limits } from './limits.ts'
import type { Problem } from './problem.ts'
import type { StaticType } from './static-type.ts'

/** Text with `{expression}`; `{{` and `}}` are braces as text. */
export interface Template {
  readonly source: string
  readonly parts: readonly TemplatePart[]
  /**
   * The text, each expression's value put in through `encode` (percent-encoding for paths, nothing for messages),
   * which also gets the expression's source.
   * @throws EvaluationError `absent-argument` where an expression gives nothing: a path with a hole is another path.
   */
  render(
    input: unknown,
    variables: Readonly<Record<string, unknown>>,
    encode: (piece: string, source: string) => string,
    limits?: Partial<Limits>,
  ): Promise<string>
}

export type TemplatePart =
  | { readonly text: string; readonly offset: number }
  | { readonly expression: Expression; readonly offset: number }

export interface TemplatePiece {
  readonly kind: 'text' | 'expression'
  /** Text without the doubling of braces, or the expression's source. */
  readonly content: string
  /** Where the content starts in the template. */
  readonly offset: number
}

/**
 * Divides a template. An expression ends at the brace that closes it: braces of its own objects and functions pair,
 * and those in its texts, comments and regular expressions do not count.
 */
export function parseTemplate(source: string): {
  readonly pieces: readonly TemplatePiece[]
  readonly problems: readonly Problem[]
} {
  const pieces: TemplatePiece[] = []
  const problems: Problem[] = []
  let written = ''
  let writtenAt = 0
  const flush = (): void => {
    if (written !== '') pieces.push({ kind: 'text', content: written, offset: writtenAt })
    written = ''
  }
  let i = 0
  while (i < source.length) {
    const char = source[i] as string
    if ((char === '{' || char === '}') && source[i + 1] === char) {
      if (written === '') writtenAt = i
      written += char
      i += 2
    } else if (char === '{') {
      const end = closingBracket(source, i)
      if (end === undefined) {
        problems.push(unpaired(source, i, 'The brace is not closed.', 'Add }, or write {{ for a brace as text.'))
        break
      }
      flush()
      pieces.push({ kind: 'expression', content: source.slice(i + 1, end), offset: i + 1 })
      i = end + 1
    } else if (char === '}') {
      problems.push(unpaired(source, i, 'The brace closes nothing.', 'Remove it, or write }} for a brace as text.'))
      i++
    } else {
      if (written === '') writtenAt = i
      written += char
      i++
    }
  }
  flush()
  return { pieces, problems }
}

function unpaired(source: string, offset: number, message: string, advice: string): Problem {
  return { code: 'template-syntax', severity: 'error', message, advice, offset, length: Math.min(1, source.length) }
}

/** Checks and compiles a template; places of findings are places in the template. Never throws. */
export function compileTemplate(options: Omit<CheckOptions, 'expects'>): {
  readonly template?: Template
  readonly problems: readonly Problem[]
} {
  const { pieces, problems: own } = parseTemplate(options.source)
  const problems: Problem[] = [...own]
  const parts: TemplatePart[] = []
  let runnable = own.length === 0
  for (const { kind, content, offset } of pieces) {
    if (kind === 'text') {
      parts.push({ text: content, offset })
      continue
    }
    const compiled = compile({ ...options, source: content, expects: 'value' })
    problems.push(...compiled.problems.map((problem) => ({ ...problem, offset: problem.offset + offset })))
    const unfit = pieceProblem(compiled.type, content)
    if (unfit && !compiled.problems.some((problem) => problem.severity === 'error')) {
      problems.push({ ...unfit, offset, length: content.length })
    }
    if (compiled.expression) parts.push({ expression: compiled.expression, offset })
    else runnable = false
  }
  return runnable ? { template: template(options.source, parts), problems } : { problems }
}

function pieceProblem(type: StaticType, source: string): Omit<Problem, 'offset' | 'length'> | undefined {
  if (type.kind === 'nothing' || type.optional === true) {
    return {
      code: 'may-be-absent',
      severity: 'error',
      message: `{${source}} may be absent, and the text would have a hole.`,
      advice: `Write {$default(${source}, '…')}.`,
    }
  }
  if (type.kind === 'list') {
    return {
      code: 'list-as-value',
      severity: 'error',
      message: `{${source}} is a list, where one value is needed.`,
      advice: `Write {$join(${source}, ',')}, or take one with [0].`,
    }
  }
  if (type.kind === 'object' || type.kind === 'function') {
    return {
      code: 'wrong-type',
      severity: 'error',
      message: `{${source}} cannot be put into a text: it is ${type.kind === 'object' ? 'an object' : 'a function'}.`,
      advice: 'Name one of its fields.',
    }
  }
  return undefined
}

function template(source: string, parts: readonly TemplatePart[]): Template {
  return {
    source,
    parts,
    async render(input, variables, encode, limits) {
      let out = ''
      for (const part of parts) {
        if ('text' in part) out += part.text
        else {
          const { source } = part.expression
          out += encode(pieceText(await part.expression.evaluate(input, variables, limits), source), source)
        }
      }
      return out
    },
  }
}

function pieceText(value: unknown, source: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === undefined || value === null)
    throw failure('absent-argument', 'gives nothing to put into a text', source)
  throw failure('wrong-argument-type', 'gives a list or an object where a text needs one value', source)
}
