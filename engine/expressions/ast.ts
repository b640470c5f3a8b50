import jsonata from 'jsonata'

/**
 * The syntax tree as JSONata's `ast()` gives it (2.2), with the parts that its own typings leave out. Paths are
 * flat: `steps`, each with `stages` (predicates); other nodes carry `predicate`. `position` is the END of the token.
 */
export interface AstNode {
  type: string
  value?: unknown
  position?: number
  steps?: AstNode[]
  stages?: Stage[]
  predicate?: Stage[]
  group?: { lhs: [AstNode, AstNode][]; position?: number }
  expressions?: AstNode[]
  expression?: AstNode
  lhs?: AstNode | [AstNode, AstNode][]
  rhs?: AstNode
  condition?: AstNode
  then?: AstNode
  else?: AstNode
  arguments?: AstNode[]
  procedure?: AstNode
  body?: AstNode
  terms?: { descending: boolean; expression: AstNode }[]
  pattern?: AstNode
  update?: AstNode
  delete?: AstNode
  /** Variable that `@` binds. */
  focus?: string
  /** Variable that `#` binds. */
  index?: string
  tuple?: boolean
  ancestor?: unknown
  keepArray?: boolean
  keepSingletonArray?: boolean
  consarray?: boolean
  thunk?: boolean
}

export interface Stage {
  type: 'filter' | 'index' | string
  expr?: AstNode
  value?: string
  position?: number
}

/** Trees of texts that were parsed, the newest last: each text is parsed to be checked, and again to be compiled. */
const parsed = new Map<string, AstNode>()
const mostParsed = 4096

/** The tree of a text. It may be shared: nobody changes it. @throws what JSONata throws for a text that is none of its. */
export function parse(source: string): AstNode {
  const known = parsed.get(source)
  if (known) return known
  const tree = jsonata(source).ast() as unknown as AstNode
  if (parsed.size >= mostParsed) parsed.delete(parsed.keys().next().value as string)
  parsed.set(source, tree)
  return tree
}

/** Every node below one, in no special order, the node itself included. */
export function* nodesOf(node: AstNode): Generator<AstNode> {
  yield node
  for (const child of childrenOf(node)) yield* nodesOf(child)
}

export function childrenOf(node: AstNode): AstNode[] {
  const children: AstNode[] = []
  const add = (child: AstNode | undefined): void => {
    if (child && typeof child === 'object') children.push(child)
  }
  const addStages = (stages: Stage[] | undefined): void =>
    stages?.forEach((stage) => {
      add(stage.expr)
    })
  const addPairs = (pairs: [AstNode, AstNode][]): void => {
    for (const [key, value] of pairs) {
      add(key)
      add(value)
    }
  }
  node.steps?.forEach(add)
  add(node.procedure)
  node.arguments?.forEach(add)
  add(node.condition)
  add(node.then)
  add(node.else)
  if (Array.isArray(node.lhs)) addPairs(node.lhs)
  else add(node.lhs)
  add(node.rhs)
  add(node.expression)
  node.expressions?.forEach(add)
  add(node.body)
  for (const term of node.terms ?? []) add(term.expression)
  add(node.pattern)
  add(node.update)
  add(node.delete)
  addStages(node.stages)
  addStages(node.predicate)
  if (node.group) addPairs(node.group.lhs)
  return children
}

/** A lambda whose body ends in a call holds it wrapped, for JSONata's tail calls. */
export function unwrapThunk(node: AstNode): AstNode {
  return node.type === 'lambda' && node.thunk === true && node.body ? node.body : node
}

/** Names of all variables and functions that a text mentions, without the dollar sign. */
export function variableNames(node: AstNode): Set<string> {
  const names = new Set<string>()
  for (const each of nodesOf(node)) {
    if (each.type === 'variable' && typeof each.value === 'string') names.add(each.value)
  }
  return names
}
