import { type Alias, type Document, isAlias, isCollection, isPair, isScalar, type Node, type Scalar } from 'yaml'
import type { ConfigCode } from '../../diagnostics/codes.ts'
import type { Problem } from '../origin.ts'
import { eachNode, maxDepth } from './yaml-nodes.ts'

export type OffsetProblem = Problem & { readonly offset: number }

/** What each alias repeats. */
export type AliasTargets = Map<Alias, Node>

/** Notes what each alias repeats. An alias that repeats nothing, or what it stands in, is a problem. */
export function aliasProblems(document: Document.Parsed, targets: AliasTargets): OffsetProblem[] {
  const problems: OffsetProblem[] = []
  const anchors = new Map<string, Node>()
  eachNode(document, (node, around) => {
    if (isPair(node)) return
    if (!isAlias(node)) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node)
      return
    }
    const target = anchors.get(node.source)
    if (target !== undefined && !around.includes(target)) {
      targets.set(node, target)
      return
    }
    problems.push({
      code: 'yaml-syntax' satisfies ConfigCode,
      message: target
        ? `The alias *${node.source} stands inside of what it repeats.`
        : `The alias *${node.source} names nothing that stands above it.`,
      advice: target ? 'Write the content out.' : 'Correct the name. A text that begins with * stands in quotes.',
      offset: offsetOf(node),
    })
  })
  return problems
}

/** What YAML allows and the configuration does not. */
export function refused(document: Document.Parsed): OffsetProblem[] {
  const problems: OffsetProblem[] = []
  eachNode(document, (node) => {
    if (isPair(node)) {
      if (isScalar(node.key) && node.key.value === '<<' && node.key.type === 'PLAIN') {
        problems.push({
          code: 'unused-yaml-feature' satisfies ConfigCode,
          message: 'Merge keys (<<) are not read.',
          advice: 'Write the keys out. An alias may stand for a whole value: key: *name.',
          offset: offsetOf(node.key),
        })
      }
      return
    }
    if (isAlias(node)) return
    if (node.tag !== undefined) {
      problems.push({
        code: 'unused-yaml-feature' satisfies ConfigCode,
        message: `Tags (${node.tag}) are not read.`,
        advice: 'Remove the tag. A number that should be a text stands in quotes.',
        offset: offsetOf(node),
      })
    }
    if (isScalar(node) && typeof node.value === 'number' && !isExact(node)) {
      problems.push({
        code: 'inexact-number' satisfies ConfigCode,
        message: `The number ${node.source} cannot be kept exactly.`,
        advice: `Write it in quotes if it is an id or a code: "${node.source}". Else write at most 15 significant digits.`,
        offset: offsetOf(node),
      })
    }
  })
  return problems
}

/** The same bound as for every number in an expression: 15 significant digits, which each double keeps. */
function isExact(node: Scalar): boolean {
  const source = (node.source ?? '').replace(/^[+-]/, '')
  if (!/^[\d.]+(e[+-]?\d+)?$/i.test(source)) return Number.isSafeInteger(node.value)
  const digits = source.replace(/e.*$/i, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '')
  return Number.isFinite(node.value) && digits.length <= 15
}

export function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0
}

export function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === ''
}

/** Nesting that would exhaust the stack of whatever walks the file. */
export function tooDeep(document: Document.Parsed): OffsetProblem | undefined {
  let offset: number | undefined
  eachNode(document, (node, around) => {
    if (around.length > maxDepth && isCollection(node)) offset ??= offsetOf(node)
  })
  if (offset === undefined) return undefined
  return {
    code: 'yaml-syntax' satisfies ConfigCode,
    message: `More than ${maxDepth} objects and lists stand within each other here.`,
    advice: 'Nest less. Many opening brackets in a row are often a mistake of quotes.',
    offset,
  }
}
