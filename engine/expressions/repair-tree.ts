import { type AstNode, nodesOf, type Stage } from './ast.ts'

/**
 * Changes a syntax tree where the interpreter (JSONata 2.2) would spoil the input or lose a part of the expression.
 * `isLibrary` tells the functions of JSONata and of the engine from those that the text defines.
 */
export function repairTree(ast: AstNode, isLibrary: (name: string) => boolean): void {
  for (const node of nodesOf(ast)) {
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

/** `[$ = $]`: true for all that is there. */
function everything(): Stage {
  const here = (): AstNode => ({ type: 'variable', value: '', position: 0 })
  return { type: 'filter', expr: { type: 'binary', value: '=', position: 0, lhs: here(), rhs: here() }, position: 0 }
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
