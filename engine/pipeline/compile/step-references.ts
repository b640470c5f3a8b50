import { type AstNode, nodesOf, parse } from '../../expressions/ast.ts'

/** What an expression reads of `$steps`. */
export interface StepReference {
  readonly step: string
  /** Undefined: the whole record, or no more than whether there is one. */
  readonly field: string | undefined
  /** Whether it is asked for no more than whether, or how often, it is there. */
  readonly presence: boolean
}

/** All that an expression reads of `$steps`; `all` when it takes `$steps` as a whole. */
export function stepReferences(source: string): readonly StepReference[] | 'all' {
  let tree: AstNode
  try {
    tree = parse(source)
  } catch {
    // Its syntax error is a finding of compile.
    return []
  }
  const counted = new Set<AstNode>()
  const seen = new Set<AstNode>()
  const found: StepReference[] = []
  let whole = false
  for (const node of nodesOf(tree)) {
    if (node.type === 'function' && ['exists', 'count'].includes(String(node.procedure?.value)))
      for (const argument of node.arguments ?? []) counted.add(argument)
    if (node.type === 'path' && isSteps(node.steps?.[0])) {
      seen.add(node.steps?.[0] as AstNode)
      const [, step, field] = node.steps ?? []
      if (typeof step?.value !== 'string' || step.type !== 'name') whole = true
      else
        found.push({
          step: step.value,
          field: field?.type === 'name' ? String(field.value) : undefined,
          presence: field === undefined && counted.has(node),
        })
    } else if (isSteps(node) && !seen.has(node)) {
      whole = true
    }
  }
  return whole ? 'all' : found
}

function isSteps(node: AstNode | undefined): boolean {
  return node?.type === 'variable' && node.value === 'steps'
}
