import { nodesOf, parse } from './ast.ts'

/** Names of the variables that an expression reads (those that it sets itself included); none when it cannot be parsed. */
export function usedVariables(source: string): ReadonlySet<string> {
  const names = new Set<string>()
  try {
    for (const node of nodesOf(parse(source))) {
      if (node.type === 'variable' && typeof node.value === 'string' && node.value !== '' && node.value !== '$') {
        names.add(node.value)
      }
    }
  } catch {
    // Its syntax error is a finding already.
  }
  return names
}
