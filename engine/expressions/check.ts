import { type AstNode, parse } from './ast.ts'
import { factsWhen, refine } from './checker/facts.ts'
import { listAsValue, mayBeAbsent, written } from './checker/findings.ts'
import { createChecker } from './checker/infer.ts'
import { bind, newId, noFacts } from './checker/scope.ts'
import type { Scope, Value } from './checker/types.ts'
import { anyValue, callableValue, mayBeNothing } from './checker/value.ts'
import type { Finding, Problem } from './problem.ts'
import { type ExpressionFunction, isProjectFunction } from './project-function.ts'
import { type Span, sourceTextOf } from './source-text.ts'
import type { StaticType } from './static-type.ts'
import { syntaxProblem } from './syntax.ts'
import { any, boolean, describe, listOf, memberOf } from './type-algebra.ts'

/** `condition`: exactly true or false. `list`: a list for none, one or many. `value`: anything but a function. */
export type Expects = 'value' | 'condition' | 'list'

export interface CheckOptions {
  readonly source: string
  /** What `$` is, and bare names read. */
  readonly input: StaticType
  /** Types of the `$name`s, by name without the dollar sign. */
  readonly variables: ReadonlyMap<string, StaticType>
  /** What may be called, beside JSONata's own functions; by name without the dollar sign. */
  readonly functions: ReadonlyMap<string, ExpressionFunction>
  readonly expects: Expects
}

export interface Checked {
  /** Type of the result, `any` where the text has errors that leave it open. */
  readonly type: StaticType
  /** In the order of their places. */
  readonly problems: readonly Problem[]
  /** Whether the text can be evaluated at all. */
  readonly runnable: boolean
  /** Whether the types of all its parts are known: only then does "no findings" say that none of them can happen. */
  readonly complete: boolean
  /** Whether it reads a field that a schema marks as personal, or a variable that was made of one. */
  readonly personal: boolean
  /**
   * Of a condition: the types of input and variables where it has answered true. `$exists(sku)` makes `sku` present
   * for what comes after it.
   */
  readonly whenTrue?: { readonly input: StaticType; readonly variables: ReadonlyMap<string, StaticType> }
}

/** Finds what is wrong with an expression before any record is read. Never throws. */
export function check(options: CheckOptions): Checked {
  return checkText(options)
}

/** `function`: the text of a project's function, which is none of the results above. */
export function checkText(
  options: Omit<CheckOptions, 'expects'> & { readonly expects: Expects | 'function' },
): Checked {
  const { source } = options
  let ast: AstNode
  try {
    ast = parse(source)
  } catch (cause) {
    return { type: any, problems: [syntaxProblem(cause, source)], runnable: false, complete: false, personal: false }
  }
  try {
    return checkTree(ast, options)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    return { type: any, problems: [syntaxProblem(cause, source)], runnable: false, complete: false, personal: false }
  }
}

function checkTree(ast: AstNode, options: Parameters<typeof checkText>[0]): Checked {
  const { source, input, variables, functions, expects } = options
  const text = sourceTextOf(ast, source)
  const findings = new Map<string, Problem>()
  const report = (finding: Finding, span: Span): void => {
    const key = `${finding.code} ${span.start} ${finding.message}`
    if (!findings.has(key)) findings.set(key, { ...finding, offset: span.start, length: span.end - span.start })
  }
  const root: Value = input.kind === 'list' ? { type: input, raw: true } : { type: input }
  const frames = framesOf(functions)
  const library: Scope = { ...emptyScope({ text, report }, root), ...frames.library }
  const contextId = library.contextId
  const values: Scope = { ...library, frame: new Map(), parent: library }
  const project: Scope = { ...library, ...frames.project, parent: values }
  for (const [name, type] of variables) bind(values, name, type.kind === 'list' ? { type, raw: true } : { type })
  // What the expression itself binds outside of any block; what functions of the project do not see.
  const top: Scope = { ...project, frame: new Map(), parent: project }

  const checker = createChecker(root, () => project)
  const value = checker.infer(ast, top)
  const { complete, personal } = checker.finish()
  const type = expected(value, ast, expects, top)
  const problems = [...findings.values()].sort((a, b) => a.offset - b.offset || a.length - b.length)
  const runnable = !problems.some((problem) => problem.code === 'unbounded-regex')
  const checked: Checked = { type, problems, runnable, complete, personal }
  if (expects !== 'condition') return checked
  const facts = factsWhen(ast, true, top)
  const refined = new Map(variables)
  for (const [name, before] of variables) {
    const id = values.frame.get(name)?.id
    if (id === undefined) continue
    const key = `v${id}`
    refined.set(name, refine(facts.has(key) ? withoutOptional(before) : before, key, facts))
  }
  return { ...checked, whenTrue: { input: refine(input, `c${contextId}`, facts), variables: refined } }
}

interface Frames {
  readonly library: Pick<Scope, 'frame'>
  readonly project: Pick<Scope, 'frame'>
}

const knownFrames = new WeakMap<CheckOptions['functions'], Frames>()

/** What the functions are bound to; the same for all expressions of a file. Nothing else is ever bound in these frames. */
function framesOf(functions: CheckOptions['functions']): Frames {
  const known = knownFrames.get(functions)
  if (known) return known
  const frames: Frames = { library: { frame: new Map() }, project: { frame: new Map() } }
  for (const [name, definition] of functions) {
    if (isProjectFunction(definition)) bind(frames.project, name, callableValue({ kind: 'project', definition }))
    else bind(frames.library, name, callableValue({ kind: 'library', definition }))
  }
  knownFrames.set(functions, frames)
  return frames
}

function withoutOptional(type: StaticType): StaticType {
  const { optional: _, ...rest } = type
  return rest as StaticType
}

function emptyScope(code: Scope['code'], context: Value): Scope {
  return {
    code,
    context,
    contextId: newId(),
    outside: undefined,
    frame: new Map(),
    parent: undefined,
    facts: noFacts,
  }
}

/** Whether the result is what its place needs; gives the type of what `evaluate` will give. */
function expected(value: Value, ast: AstNode, expects: Expects | 'function', scope: Scope): StaticType {
  const span = () => scope.code.text.whole(ast)
  const { type } = value
  if (expects === 'function') return type
  if (type.kind === 'function') {
    scope.code.report(
      {
        code: expects === 'condition' ? 'not-a-condition' : 'wrong-type',
        severity: 'error',
        message: `${written(ast, scope, 'This')} is a function, not a value.`,
        advice: 'Call it: $name(…).',
      },
      span(),
    )
    return any
  }
  if (expects === 'list') return type.kind === 'any' ? listOf(anyValue.type) : listOf(memberOf(type))
  if (expects !== 'condition') return type
  if (value.literal && type.kind === 'boolean') {
    scope.code.report(
      {
        code: 'constant-condition',
        severity: 'warning',
        message: 'This condition is always the same.',
        advice: 'Remove it, or compare what was meant.',
      },
      span(),
    )
  } else if (type.kind === 'list') {
    scope.code.report(
      { ...listAsValue(ast, type, 'a condition', scope), code: 'not-a-condition', advice: listAdvice(ast, scope) },
      span(),
    )
  } else if (type.kind === 'boolean' && mayBeNothing(value)) {
    scope.code.report(mayBeAbsent(ast, type, 'the condition is neither true nor false', scope), span())
  } else if (type.kind !== 'boolean' && type.kind !== 'any') {
    scope.code.report(
      {
        code: 'not-a-condition',
        severity: 'error',
        message: `${written(ast, scope, 'This')} is ${describe(type)}; a condition is exactly true or false.`,
        advice: conditionAdvice(type, ast, scope),
      },
      span(),
    )
  }
  return boolean
}

function listAdvice(ast: AstNode, scope: Scope): string {
  return `Write $count(${scope.code.text.short(ast) ?? 'list'}) > 0.`
}

function conditionAdvice(type: StaticType, ast: AstNode, scope: Scope): string {
  const plain = scope.code.text.short(ast) ?? 'x'
  switch (type.kind) {
    case 'string':
      return type.optional ? `Write $exists(${plain}), or compare: ${plain} = '…'.` : `Write ${plain} != ''.`
    case 'number':
      return `Write ${plain} != 0, or compare with what was meant.`
    default:
      return `Write $exists(${plain}).`
  }
}
