import type { Finding } from '../problem.ts'
import type { SourceText, Span } from '../source-text.ts'
import type { Value } from './value.ts'

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

export const noFacts: ReadonlySet<string> = new Set()

let lastId = 0

/** Only ever compared within one check. */
export function newId(): string {
  lastId = (lastId + 1) % Number.MAX_SAFE_INTEGER
  return String(lastId)
}

export function lookupVariable(scope: Scope, name: string): Binding | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const found = at.frame.get(name)
    if (found) return found
  }
  return undefined
}

/** Names of every variable that can be seen, for the nearest one to a mistake. */
export function variablesIn(scope: Scope): string[] {
  const names = new Set<string>()
  for (let at: Scope | undefined = scope; at; at = at.parent) for (const name of at.frame.keys()) names.add(name)
  return [...names]
}

/** The same context with a frame of its own. */
export function withFrame(scope: Scope): Scope {
  return { ...scope, frame: new Map(), parent: scope }
}

export function withFacts(scope: Scope, facts: ReadonlySet<string>): Scope {
  return facts.size === 0 ? scope : { ...scope, facts: new Set([...scope.facts, ...facts]) }
}

/** Inside `[ ]`, `.( )` and the like, where `$` and bare names mean one of what stands before. */
export function withContext(scope: Scope, context: Value): Scope {
  return { ...scope, context, contextId: newId(), outside: scope }
}

export function bind(scope: Scope, name: string, value: Value): void {
  scope.frame.set(name, { value, id: `${newId()}:${name}` })
}
