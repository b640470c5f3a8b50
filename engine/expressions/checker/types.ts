import type { AstNode } from '../ast.ts'
import type { FunctionDefinition } from '../function-definition.ts'
import type { Finding } from '../problem.ts'
import type { ProjectFunction } from '../project-function.ts'
import type { SourceText, Span } from '../source-text.ts'
import type { StaticType } from '../static-type.ts'

/** What the parts of the checker need of each other. */
export interface Checker {
  /** The value of a sub-expression; reports what is wrong in it. */
  infer(node: AstNode, scope: Scope): Value
  /** The value that a function gives for these arguments. What is wrong in a project's function is reported at `place`. */
  apply(callable: Callable, args: readonly Value[], scope: Scope, place: Span): Value
  report(finding: Finding, span: Span, scope: Scope): void
  /** Told of each field and variable that is read, to know whether one is personal. */
  reads(type: StaticType): void
  /** What `$$` is. */
  readonly root: Value
}

/** What the checker knows of the value of a sub-expression: its type, and what only matters inside the expression. */
export interface Value {
  readonly type: StaticType
  /** Set where it is written as a constant. */
  readonly literal?: { readonly value: unknown }
  /** Of a list: none is `[]`, as in a field of the record; else JSONata answers nothing for none. */
  readonly raw?: boolean
  /** Of a list: it has at least one member. */
  readonly nonEmpty?: boolean
  /** Of a list that is written out `[a, b]`: its parts. */
  readonly parts?: readonly { readonly value: Value; readonly node: AstNode }[]
  /** Of a function: which one. */
  readonly callable?: Callable
}

export type Callable =
  | { readonly kind: 'builtin'; readonly builtin: Builtin }
  | { readonly kind: 'library'; readonly definition: FunctionDefinition }
  | { readonly kind: 'project'; readonly definition: ProjectFunction }
  | { readonly kind: 'lambda'; readonly node: AstNode; readonly scope: Scope }

export type Kind = StaticType['kind']

/**
 * A function of JSONata's own library, as the checker knows it. `finding`: JSONata answers nothing for nothing, in
 * silence, so what may be absent is reported. `takes`: nothing is a value here. `passes`: nothing gives nothing, as
 * in a path, and the result says so.
 */
export interface BuiltinParameter {
  readonly name: string
  /** Empty: anything. */
  readonly kinds: readonly Kind[]
  readonly absent: 'finding' | 'takes' | 'passes'
  readonly list?: { readonly of: readonly Kind[] }
  readonly optional?: boolean
}

export interface Builtin {
  readonly name: string
  readonly parameters: readonly BuiltinParameter[]
  /** The first argument may be left out, and is then the value in hand (`$`). */
  readonly context?: boolean
  /** Takes further arguments like the last. */
  readonly many?: boolean
  readonly returns: (args: readonly Value[]) => Value
}

/** The text that is being checked, and where its findings go. */
export interface Code {
  readonly text: SourceText
  report(finding: Finding, span: Span): void
}

export interface Binding {
  readonly value: Value
  /** Distinguishes variables of one name, in what is known to be present. */
  readonly id: string
}

/** What names mean at one place of an expression. */
export interface Scope {
  readonly code: Code
  /** What `$` is, and bare names read. */
  readonly context: Value
  /** Distinguishes contexts, in what is known to be present. */
  readonly contextId: string
  /** The scope around the [ ], .( ) or function that changed the context. */
  readonly outside: Scope | undefined
  /** The nearest frame that `:=` binds in. */
  readonly frame: Map<string, Binding>
  readonly parent: Scope | undefined
  /** Keys of what is known to be present here; see facts.ts. */
  readonly facts: ReadonlySet<string>
}
