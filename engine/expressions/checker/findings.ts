import { closest, distance } from 'fastest-levenshtein'
import type { AstNode } from '../ast.ts'
import type { Finding } from '../problem.ts'
import type { StaticType } from '../static-type.ts'
import { describe } from '../type-algebra.ts'
import type { Scope } from './types.ts'

/** The known name that was most likely meant, if one is near enough to be worth saying. */
export function nearest(name: string, known: readonly string[], most = 9): string | undefined {
  if (known.length === 0) return undefined
  const folded = known.find((each) => each.toLowerCase() === name.toLowerCase())
  if (folded !== undefined) return folded
  const best = closest(
    name.toLowerCase(),
    known.map((each) => each.toLowerCase()),
  )
  const at = known.findIndex((each) => each.toLowerCase() === best)
  const allowed = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3))
  return distance(name.toLowerCase(), best) <= Math.min(most, allowed) ? known[at] : undefined
}

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ')
  return names.length > 12 ? `${shown}, …` : shown
}

/** The operand as it is written, or what to call it where it is too long. */
export function written(node: AstNode, scope: Scope, fallback: string): string {
  const short = scope.code.text.short(node)
  return short === undefined ? fallback : `\`${short}\``
}

/** A value of the type, for an advice. */
export function sample(type: StaticType): string {
  switch (type.kind) {
    case 'number':
      return '0'
    case 'string':
      return "''"
    case 'boolean':
      return 'false'
    default:
      return '…'
  }
}

export function mayBeAbsent(node: AstNode, type: StaticType, effect: string, scope: Scope): Finding {
  const inner = unbracketed(node)
  const name = written(inner, scope, 'This value')
  const plain = scope.code.text.short(inner) ?? 'x'
  const advice =
    type.kind === 'list'
      ? `Write $count(${plain}) > 0 ? … : …, or $total(${plain}) for a sum.`
      : `Write $default(${plain}, ${sample(type)}), or $exists(${plain}) ? … : …`
  return {
    code: 'may-be-absent',
    severity: 'error',
    message: `${name} may be absent, and then ${effect}.`,
    advice: advice.endsWith('.') ? advice : `${advice}.`,
  }
}

/** `(x)` is x. */
function unbracketed(node: AstNode): AstNode {
  const only = node.type === 'block' && node.expressions?.length === 1 ? node.expressions[0] : undefined
  return only && !node.predicate && !node.group ? unbracketed(only) : node
}

export function listAsValue(node: AstNode, type: StaticType, where: string, scope: Scope): Finding {
  const plain = scope.code.text.short(node) ?? 'x'
  return {
    code: 'list-as-value',
    severity: 'error',
    message: `${written(node, scope, 'This')} is ${describe(type)}, where ${where} needs one value.`,
    advice: `Take one with ${plain}[0] or $firstOf(${plain}), or make one of all with $join or $total.`,
  }
}
