import type { AstNode } from './ast.ts'

/** Answers at once what the interpreter would answer; undefined result of the builder: only the interpreter can. */
export type FastAnswer = (input: unknown, variables: Readonly<Record<string, unknown>>) => FastResult

export type FastResult = { readonly known: true; readonly value: unknown } | { readonly known: false }

const ask: FastResult = { known: false }

/**
 * A constant, a variable, or a path of plain names needs no interpreter (which spends a promise on every step).
 * Gives the interpreter's raw result, singletons collapsed as there; whatever it cannot be sure of it leaves to it.
 */
export function fastAnswer(ast: AstNode, isFunction: (name: string) => boolean): FastAnswer | undefined {
  if (isPlainLiteral(ast)) {
    const result: FastResult = { known: true, value: ast.value }
    return () => result
  }
  if (ast.type === 'variable' && isPlain(ast)) return variableAnswer(String(ast.value), isFunction)
  if (ast.type !== 'path' || !isPlain(ast) || !ast.steps) return undefined
  const [first, ...others] = ast.steps
  if (!first || !others.every((step) => step.type === 'name' && isPlain(step))) return undefined
  const names = others.map((step) => String(step.value))
  if (first.type === 'name' && isPlain(first)) {
    const all = [String(first.value), ...names]
    return (input) => (Array.isArray(input) ? ask : { known: true, value: walk([input], all) })
  }
  if (first.type === 'variable' && isPlain(first) && names.length > 0) {
    const start = variableAnswer(String(first.value), isFunction)
    return (input, variables) => {
      const found = start?.(input, variables) ?? ask
      if (!found.known) return ask
      return { known: true, value: walk(Array.isArray(found.value) ? found.value : [found.value], names) }
    }
  }
  return undefined
}

function isPlainLiteral(node: AstNode): boolean {
  return (node.type === 'string' || node.type === 'number' || node.type === 'value') && isPlain(node)
}

function isPlain(node: AstNode): boolean {
  return (
    node.stages === undefined &&
    node.predicate === undefined &&
    node.group === undefined &&
    node.focus === undefined &&
    node.index === undefined &&
    node.tuple === undefined &&
    node.ancestor === undefined &&
    node.keepArray !== true &&
    node.keepSingletonArray !== true
  )
}

function variableAnswer(name: string, isFunction: (name: string) => boolean): FastAnswer | undefined {
  if (name === '' || name === '$') return (input) => (Array.isArray(input) ? ask : { known: true, value: input })
  if (isFunction(name)) return undefined
  return (_, variables) => ({ known: true, value: Object.hasOwn(variables, name) ? variables[name] : undefined })
}

/** The steps of a path, as the interpreter takes them: lists flatten, and a list as the only thing found stays itself. */
function walk(start: readonly unknown[], names: readonly string[]): unknown {
  let found = start
  for (const [index, name] of names.entries()) {
    const results: unknown[] = []
    for (const item of found) {
      const value = lookup(item, name)
      if (value !== undefined) results.push(value)
    }
    const only = results[0]
    if (index === names.length - 1 && results.length === 1 && Array.isArray(only) && !(only instanceof Flattened)) {
      return only
    }
    found = results.flatMap((value) => (Array.isArray(value) ? [...value] : [value]))
    if (found.length === 0) return undefined
  }
  return found.length === 1 ? found[0] : found
}

/** A list that the walk itself made, out of the members of a list in a list. */
class Flattened extends Array<unknown> {}

function lookup(item: unknown, name: string): unknown {
  if (Array.isArray(item)) {
    const all = new Flattened()
    for (const member of item) {
      const value = lookup(member, name)
      if (Array.isArray(value)) all.push(...value)
      else if (value !== undefined) all.push(value)
    }
    return all.length === 0 ? undefined : all.length === 1 ? all[0] : all
  }
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return undefined
  return (item as Record<string, unknown>)[name]
}
