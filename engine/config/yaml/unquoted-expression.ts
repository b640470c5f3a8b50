import { type Document, isCollection } from 'yaml'
import { eachNode, maxDepth } from './yaml-nodes.ts'

/** A text in { } or [ ] that was meant as a whole and that YAML cut, since it is not in quotes. Offsets in the file. */
export interface CutText {
  /** Key of the text, or absent in a list. */
  readonly key?: string
  readonly start: number
  /** Where the text ends for YAML. */
  readonly read: number
  /** Where the text ends for its writer. */
  readonly end: number
}

/**
 * Finds texts such as `{ rate: $table('vat', a, b).rate }`, which YAML reads without an error as three keys. In each
 * { } and [ ] of a document the text behind a key is read twice: as YAML does, and with the brackets and quotes of an
 * expression. Where the second reading goes on after the first ended, the text was cut.
 */
export function findCutTexts(document: Document.Parsed, text: string): CutText[] {
  const cuts: CutText[] = []
  let scanned = -1
  eachNode(document, (node) => {
    if (!isCollection(node) || node.flow !== true || !node.range || node.range[0] < scanned) return
    scanned = collection(text, node.range[0], cuts)
  })
  return cuts
}

/** The text in quotes, as YAML needs it. */
export function inQuotes(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ')
  return /["\\]/.test(line) ? `'${line.replaceAll("'", "''")}'` : `"${line}"`
}

const closers: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' }

/** Reads a { } or [ ] from its first character; answers the offset behind it. */
function collection(text: string, from: number, cuts: CutText[], depth = 0): number {
  // Deeper nesting is a mistake, which has a finding of its own.
  if (depth > maxDepth) return text.length
  const closer = closers[text.charAt(from)]
  const isMap = text[from] === '{'
  let at = from + 1
  while (at < text.length) {
    at = skipBlank(text, at)
    const char = text.charAt(at)
    if (char === '}' || char === ']') return char === closer ? at + 1 : at
    if (char === ',') {
      at++
      continue
    }
    let key: string | undefined
    if (isMap) {
      const keyed = readKey(text, at)
      if (!keyed) {
        at = Math.max(plainEnd(text, at), at + 1)
        continue
      }
      key = keyed.key
      at = skipBlank(text, keyed.end)
    }
    at = entry(text, at, key, cuts, depth)
  }
  return at
}

/** Reads a value; answers the offset behind it. */
function entry(text: string, from: number, key: string | undefined, cuts: CutText[], depth: number): number {
  const first = text.charAt(from)
  if (first === '{' || first === '[') return collection(text, from, cuts, depth + 1)
  if (first === '&' || first === '*' || first === '!') return Math.max(plainEnd(text, from), from + 1)
  if (first === ',' || first === '}' || first === ']') return from
  const quotedEnd = first === '"' || first === "'" ? stringEnd(text, from) : undefined
  const read = quotedEnd ?? plainEnd(text, from)
  const end = expressionEnd(text, from)
  const whole = text.slice(from, end)
  if (end > read && end - from > 2 && /[[({$'"?&]/.test(whole) && !isPlainPair(text, from, read, end)) {
    cuts.push({ ...(key !== undefined && { key }), start: from, read, end })
    return end
  }
  return Math.max(read, from + 1)
}

/** The brackets do not close, and after the comma comes a pair: a text such as `Size (L`, and no expression. */
function isPlainPair(text: string, from: number, read: number, end: number): boolean {
  return depthOf(text.slice(from, end)) > 0 && /^\s*,\s*[\w$"'-]+\s*:\s/.test(text.slice(read))
}

function depthOf(expression: string): number {
  let depth = 0
  for (let at = 0; at < expression.length; at++) {
    const char = expression.charAt(at)
    const end = opensString(expression, at) ? stringEnd(expression, at) : undefined
    if (end !== undefined) at = end - 1
    else if (char in closers) depth++
    else if (/[\])}]/.test(char)) depth--
  }
  return depth
}

function readKey(text: string, from: number): { key: string; end: number } | undefined {
  const quote = text.charAt(from)
  if (quote === '"' || quote === "'") {
    const end = stringEnd(text, from)
    const colon = end === undefined ? undefined : /^\s*:/.exec(text.slice(end, end + 100))?.[0]
    return end === undefined || colon === undefined
      ? undefined
      : { key: text.slice(from, end), end: end + colon.length }
  }
  const end = plainEnd(text, from)
  const colon = /^\s*:/.exec(text.slice(end, end + 100))?.[0]
  return colon === undefined ? undefined : { key: text.slice(from, end), end: end + colon.length }
}

/** Where YAML ends an unquoted text that begins here inside of { } or [ ]; blanks before the end do not count. */
function plainEnd(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const char = text.charAt(at)
    if (/[,[\]{}]/.test(char)) break
    if (char === ':' && /^[\s,[\]{}]?$/.test(text.charAt(at + 1))) break
    if (char === '#' && /\s/.test(text.charAt(at - 1))) break
    at++
  }
  return trimEnd(text, from, at)
}

/** Where an expression ends that begins here: at a comma, or at a bracket that it did not open. */
function expressionEnd(text: string, from: number): number {
  const open: string[] = []
  let questions = 0
  let at = from
  while (at < text.length) {
    const char = text.charAt(at)
    const end = opensString(text, at) ? stringEnd(text, at) : undefined
    if (end !== undefined) {
      at = end
      continue
    }
    const closer = closers[char]
    if (closer !== undefined) {
      open.push(closer)
    } else if (/[\])}]/.test(char)) {
      if (open.at(-1) !== char) break
      open.pop()
    } else if (open.length === 0) {
      if (char === ',') break
      if (char === '#' && /\s/.test(text.charAt(at - 1))) break
      if (char === '?') questions++
      if (char === ':' && /^[\s,[\]{}]?$/.test(text.charAt(at + 1))) {
        // Only the second half of a condition (a ? b : c); else a comma was forgotten before the next key.
        if (questions === 0) return plainEnd(text, from)
        questions--
      }
    }
    at++
  }
  return trimEnd(text, from, at)
}

/** A quote that opens a text of an expression, and is no apostrophe within a word. */
function opensString(text: string, at: number): boolean {
  const char = text.charAt(at)
  return (char === '"' || char === "'" || char === '`') && !/[\p{L}\p{N}_)\]]/u.test(text.charAt(at - 1))
}

/** Offset behind the closing quote, if there is one. */
function stringEnd(text: string, from: number): number | undefined {
  const quote = text.charAt(from)
  let at = from + 1
  while (at < text.length && at - from < 5000) {
    if (text[at] === '\\' && quote === '"') at++
    else if (text[at] === quote) {
      if (quote !== "'" || text[at + 1] !== "'") return at + 1
      at++
    }
    at++
  }
  return undefined
}

function skipBlank(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) at++
    else if (text[at] === '#' && /\s/.test(text.charAt(at - 1))) {
      while (at < text.length && text[at] !== '\n') at++
    } else break
  }
  return at
}

function trimEnd(text: string, from: number, to: number): number {
  let at = to
  while (at > from && /\s/.test(text.charAt(at - 1))) at--
  return at
}
