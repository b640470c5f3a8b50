import type { AstNode } from '../ast.ts'
import type { Finding } from '../problem.ts'
import type { Span } from '../source-text.ts'
import type { StaticType } from '../static-type.ts'
import type { Scope } from './scope.ts'
import type { Callable, Value } from './value.ts'

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
