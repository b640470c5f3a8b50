import type { Binding, Scope, Value } from './types.ts'

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

export function bind({ frame }: Pick<Scope, 'frame'>, name: string, value: Value): void {
  frame.set(name, { value, id: `${newId()}:${name}` })
}
