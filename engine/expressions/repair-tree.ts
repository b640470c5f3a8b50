import { type AstNode, nodesOf, type Stage } from './ast.ts'

/**
 * Changes a syntax tree where the interpreter (JSONata 2.2) would spoil the input, lose a part of the expression, or
 * evaluate one for nothing.
 * `isLibrary` tells the functions of JSONata and of the engine from those that the text defines.
 */
export function repairTree(ast: AstNode, isLibrary: (name: string) => boolean): void {
  // All nodes before any is changed: what is put in needs no repair.
  for (const node of [...nodesOf(ast)]) {
    skipNothing(node)
    spareInput(node)
    keepTails(node, isLibrary)
  }
}

/**
 * Grouping (`path{…}`) and `path[]` write into the list that the path found, which may be a list of the input: an
 * empty one would get a member, in every later expression too. A filter that all pass makes the interpreter copy.
 */
function spareInput(node: AstNode): void {
  if (node.type === 'path' && node.steps && (node.group || node.keepSingletonArray)) {
    const last = node.steps.at(-1)
    if (last && last.type !== 'sort' && !last.tuple) last.stages = [...(last.stages ?? []), everything()]
  } else if (node.group) {
    node.predicate = [...(node.predicate ?? []), everything()]
  }
}

/**
 * The interpreter asks a filter once for nothing (`$x[…]` where there is no $x), and a function in it would be given
 * nothing, and refuse. So a filter that calls functions is asked only for what is there.
 */
function skipNothing(node: AstNode): void {
  for (const filters of [node.predicate, node.stages])
    for (const filter of filters ?? []) if (filter.expr && calls(filter.expr)) filter.expr = ifThere(filter.expr)
}

function calls(ast: AstNode): boolean {
  return [...nodesOf(ast)].some(({ type }) => type === 'function' || type === 'apply')
}

function ifThere(expr: AstNode): AstNode {
  // biome-ignore lint/suspicious/noThenProperty: the tree's own name
  return { type: 'condition', condition: isThere(), then: expr, position: 0 }
}

/** `[$ = $]`: true for all that is there. */
function everything(): Stage {
  return { type: 'filter', expr: isThere(), position: 0 }
}

function isThere(): AstNode {
  const here = (): AstNode => ({ type: 'variable', value: '', position: 0 })
  return { type: 'binary', value: '=', position: 0, lhs: here(), rhs: here() }
}

/**
 * A call at the end of a function is made by its caller ("tail call"), which forgets what follows the call (`$f(x){…}`)
 * and hands on a comparator of $sort in a form that $sort cannot call. Only functions that the text defines need it, to
 * call themselves in a loop.
 */
function keepTails(node: AstNode, isLibrary: (name: string) => boolean): void {
  const called = (tail: AstNode): AstNode => {
    const call = tail.type === 'lambda' && tail.thunk === true ? tail.body : undefined
    if (!call) return tail
    const { procedure } = call
    const isOwn = procedure?.type === 'variable' && !isLibrary(String(procedure.value))
    return isOwn && !call.group && !call.keepArray ? tail : call
  }
  if (node.type === 'lambda' && node.thunk !== true && node.body) node.body = called(node.body)
  if (node.type === 'condition') {
    // biome-ignore lint/suspicious/noThenProperty: the tree's own name
    if (node.then) node.then = called(node.then)
    if (node.else) node.else = called(node.else)
  }
  if (node.type === 'block') {
    const last = node.expressions?.at(-1)
    if (last) node.expressions?.splice(-1, 1, called(last))
  }
}
