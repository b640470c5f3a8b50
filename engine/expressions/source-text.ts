import type { AstNode, Stage } from './ast.ts'
import { childrenOf } from './ast.ts'
import { closingBracket } from './brackets.ts'

/** A part of an expression's text: [start, end). */
export interface Span {
  readonly start: number
  readonly end: number
}

/** By syntax tree: the body of a project's function is looked at again with each of its calls. */
const known = new WeakMap<AstNode, SourceText>()

/** The text that a tree was parsed from; the same one for the same tree. */
export function sourceTextOf(tree: AstNode, source: string): SourceText {
  const before = known.get(tree)
  if (before) return before
  const text = new SourceText(source)
  known.set(tree, text)
  return text
}

/**
 * Finds tokens and whole sub-expressions in the text. JSONata's tree knows only where a token ENDS; where it starts
 * follows from how it is written (quotes, backticks, the dollar sign), which is looked up in the text.
 */
export class SourceText {
  readonly source: string
  /** Asked for again with every node around one. */
  readonly #wholes = new WeakMap<AstNode, Span>()

  constructor(source: string) {
    this.source = source
  }

  /** The token that a node stands for: a name, a literal, an operator, an opening bracket. */
  token(node: AstNode): Span {
    if (node.type === 'path') return this.token(node.steps?.[0] ?? { type: 'name', position: 0 })
    const end = this.#clamp(node.position ?? 0)
    return { start: this.#clamp(Math.min(this.#start(node, end), end)), end }
  }

  /** The token of a predicate: its opening bracket. */
  stage(stage: Stage): Span {
    const end = this.#clamp(stage.position ?? 0)
    return { start: Math.max(0, end - 1), end }
  }

  /** The whole of a sub-expression, with the brackets that close it. */
  whole(node: AstNode): Span {
    const known = this.#wholes.get(node)
    if (known) return known
    const span = this.#wholeOf(node)
    this.#wholes.set(node, span)
    return span
  }

  #wholeOf(node: AstNode): Span {
    let start = Number.POSITIVE_INFINITY
    let end = -1
    const include = (span: Span): void => {
      start = Math.min(start, span.start)
      end = Math.max(end, span.end)
    }
    if (node.type !== 'path' && node.type !== 'parent' && node.position !== undefined) include(this.token(node))
    for (const child of childrenOf(node)) include(this.whole(child))
    for (const stage of [...(node.stages ?? []), ...(node.predicate ?? [])]) include(this.#closed(this.stage(stage)))
    if (node.group?.position !== undefined) {
      include(this.#closed({ start: node.group.position - 1, end: node.group.position }))
    }
    if (node.type === 'function' || node.type === 'partial' || node.type === 'block') {
      if (node.position !== undefined) include(this.#closed(this.token(node)))
    }
    if (node.type === 'unary' && (node.value === '[' || node.value === '{') && node.position !== undefined) {
      include(this.#closed(this.token(node)))
    }
    if (node.type === 'lambda' && node.position !== undefined) include(this.#lambda(node.position))
    if (end < 0) return this.token(node)
    return { start, end: Math.max(start, end) }
  }

  /** The text of a sub-expression, on one line; undefined where it is too long to be repeated in an advice. */
  short(node: AstNode): string | undefined {
    const { start, end } = this.whole(node)
    const written = this.source.slice(start, end).replace(/\s+/g, ' ').trim()
    return written === '' || written.length > 60 ? undefined : written
  }

  #clamp(offset: number): number {
    return Math.min(Math.max(offset, 0), this.source.length)
  }

  #start(node: AstNode, end: number): number {
    const { source } = this
    switch (node.type) {
      case 'variable':
        return end - String(node.value).length - 1
      case 'name':
      case 'string': {
        const last = source[end - 1]
        if (last === "'" || last === '"') return this.#openingQuote(last, end - 1)
        if (last === '`') return Math.max(0, source.lastIndexOf('`', end - 2))
        return end - String(node.value).length
      }
      case 'number': {
        const written = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.exec(source.slice(0, end))
        return written ? written.index : end - 1
      }
      case 'value':
        return end - String(node.value).length
      case 'regex':
        return this.#regexStart(node, end)
      case 'lambda': {
        const word = /(?:function|λ)\s*\($/.exec(source.slice(0, end))
        return word ? word.index : end - 1
      }
      case 'condition':
        return end - (source[end - 1] === '?' && source[end - 2] !== '?' ? 1 : 2)
      case 'descendant':
        return end - 2
      case 'bind':
      case 'apply':
        return end - 2
      case 'binary':
        return end - String(node.value).length
      default:
        return end - 1
    }
  }

  #openingQuote(quote: string, closing: number): number {
    for (let i = closing - 1; i >= 0; i--) {
      if (this.source[i] !== quote) continue
      let backslashes = 0
      while (this.source[i - 1 - backslashes] === '\\') backslashes++
      if (backslashes % 2 === 0) return i
    }
    return 0
  }

  #regexStart(node: AstNode, end: number): number {
    const { source } = this
    let closing = end - 1
    while (closing > 0 && source[closing] !== '/') closing--
    const pattern = node.value instanceof RegExp ? node.value.source : ''
    for (let i = closing - 1; i >= 0; i--) {
      if (source[i] !== '/') continue
      try {
        if (new RegExp(source.slice(i + 1, closing)).source === pattern) return i
      } catch {
        // not yet the whole pattern
      }
    }
    return closing
  }

  /** From an opening bracket to the one that closes it. */
  #closed(open: Span): Span {
    const close = closingBracket(this.source, open.start)
    return close === undefined ? open : { start: open.start, end: close + 1 }
  }

  #lambda(position: number): Span {
    const parameters = this.#closed({ start: position - 1, end: position })
    const body = this.source.indexOf('{', parameters.end)
    if (body < 0) return parameters
    return { start: parameters.start, end: this.#closed({ start: body, end: body + 1 }).end }
  }
}
