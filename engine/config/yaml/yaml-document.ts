import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml'
import type { Finding, Position } from '../../diagnostics/finding.ts'
import type { Path, Problem, YamlDocument } from '../origin.ts'
import { scalarOffsets } from './scalar-offsets.ts'
import { type AliasTargets, isEmpty, offsetOf } from './yaml-refused.ts'

interface Found {
  readonly node: Node | null
  readonly pair?: Pair
  readonly complete: boolean
}

export interface DocumentParts {
  readonly file: string
  readonly document: Document.Parsed
  readonly targets: AliasTargets
  readonly value: unknown
  readonly cuts: YamlDocument['cuts']
  readonly place: (offset: number) => Position
  readonly finding: (problem: Problem & { readonly at: Position }) => Finding
}

export function createDocument({ file, document, targets, value, cuts, place, finding }: DocumentParts): YamlDocument {
  const offsets = new WeakMap<Scalar, readonly number[] | undefined>()

  const resolve = (node: unknown): Node | null => {
    const target = isAlias(node) ? targets.get(node) : node
    return isNode(target) ? target : null
  }

  /** Follows the path as far as it leads. */
  const find = (path: Path): Found => {
    let found: Found = { node: resolve(document.contents), complete: true }
    for (const step of path) {
      const { node } = found
      if (isMap(node)) {
        const pair = node.items.find((item) => keyText(item) === String(step))
        if (!pair) return { ...found, complete: false }
        found = { node: resolve(pair.value), pair, complete: true }
      } else if (isSeq(node)) {
        const item = node.items[Number(step)]
        if (item === undefined) return { ...found, complete: false }
        found = { node: resolve(item), complete: true }
      } else {
        return { ...found, complete: false }
      }
    }
    return found
  }

  const at = (path: Path, what: 'key' | 'value' = 'value'): Position => {
    const { node, pair, complete } = find(path)
    const key = isNode(pair?.key) ? pair.key : undefined
    // What is missing is shown at the key of what should hold it.
    const useKey = key !== undefined && (what === 'key' || !complete || node === null || isEmpty(node))
    const target = useKey ? key : node
    return place(target?.range?.[0] ?? document.contents?.range?.[0] ?? 0)
  }

  const inScalar = (path: Path, offset: number): Position => {
    const { node, complete } = find(path)
    if (!complete || !isScalar(node)) return at(path)
    if (!offsets.has(node)) offsets.set(node, scalarOffsets(node))
    const map = offsets.get(node)
    const start = offsetOf(node)
    // A value that is no text (a number) is its own source.
    if (map === undefined) return place(typeof node.value === 'string' ? start : start + offset)
    return place(map[Math.min(Math.max(offset, 0), map.length - 1)] ?? start)
  }

  function* scalars(path: Path = []): Generator<{ path: Path; value: unknown; plain: boolean }> {
    const { node, complete } = find(path)
    if (complete) yield* walk(node, path)
  }

  function* walk(node: Node | null, path: Path): Generator<{ path: Path; value: unknown; plain: boolean }> {
    if (isScalar(node)) yield { path, value: node.value, plain: node.type === 'PLAIN' }
    if (isMap(node)) for (const pair of node.items) yield* walk(resolve(pair.value), [...path, keyText(pair)])
    if (isSeq(node)) for (const [index, item] of node.items.entries()) yield* walk(resolve(item), [...path, index])
  }

  return Object.freeze({
    file,
    value,
    cuts,
    at,
    inScalar,
    scalars,
    finding: (problem: Problem) =>
      finding({
        ...problem,
        at:
          problem.at ??
          (problem.offset === undefined
            ? at(problem.path ?? [], problem.key ? 'key' : 'value')
            : inScalar(problem.path ?? [], problem.offset)),
      }),
  })
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : ''
}
