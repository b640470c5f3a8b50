import { type Document, isCollection, isNode, isPair, type Node, type Pair } from 'yaml'

/** Objects and lists within each other; no configuration comes near it. */
export const maxDepth = 100

/**
 * Shows every pair and every node of a document, keys included, from the outside in and in the order of the file.
 * `around` are the objects and lists that it stands in; behind the bound of nesting it is looked at no further. The
 * library has a walk of its own, which copies that list for each node.
 */
export function eachNode(document: Document.Parsed, see: (node: Node | Pair, around: readonly Node[]) => void): void {
  const around: Node[] = []
  const walk = (node: unknown): void => {
    if (isPair(node)) {
      see(node, around)
      walk(node.key)
      walk(node.value)
    } else if (isNode(node)) {
      see(node, around)
      if (!isCollection(node) || around.length > maxDepth) return
      around.push(node)
      for (const item of node.items) walk(item)
      around.pop()
    }
  }
  walk(document.contents)
}
