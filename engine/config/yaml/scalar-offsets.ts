import type { CST, Scalar } from 'yaml'

/**
 * For each character of a scalar's value, where it stands in the file; one more entry for the place behind the last.
 * A mistake inside of an expression can so be shown at its own line and column, in each of YAML's five ways to write a
 * text. Undefined where the value was not read from text (an empty value) or is no text.
 *
 * The `yaml` package has no such map, so each of its readers is followed here step by step; what comes out is compared
 * with the value that the package read.
 */
export function scalarOffsets(scalar: Scalar): readonly number[] | undefined {
  const token = scalar.srcToken
  if (token === undefined || typeof scalar.value !== 'string') return undefined
  const read = readToken(token)
  return read !== undefined && read.value === scalar.value ? read.offsets : undefined
}

class Reading {
  value = ''
  readonly offsets: number[] = []

  /** All units of `text` came from this one place (an escape, a fold). */
  add(text: string, offset: number): void {
    for (let i = 0; i < text.length; i++) this.offsets.push(offset)
    this.value += text
  }

  /** The units of `text` stand in the file one after the other. */
  copy(text: string, offset: number): void {
    for (let i = 0; i < text.length; i++) this.offsets.push(offset + i)
    this.value += text
  }

  end(offset: number): this {
    this.offsets.push(offset)
    return this
  }
}

function readToken(token: NonNullable<Scalar['srcToken']>): Reading | undefined {
  switch (token.type) {
    case 'scalar':
      return unfold(token.source, token.offset)
    case 'single-quoted-scalar':
      return singleQuoted(token.source, token.offset)
    case 'double-quoted-scalar':
      return doubleQuoted(token.source, token.offset)
    case 'block-scalar':
      return block(token)
    default:
      return undefined
  }
}

const blank = /[ \t]/

/** Line breaks inside of plain and single-quoted text: one is a space, n are n - 1 line breaks. */
function unfold(source: string, base: number): Reading {
  const out = new Reading()
  const lines = source.split(/\r?\n/)
  let start = 0
  let separator = ''
  lines.forEach((line, index) => {
    const first = index === 0
    const last = index === lines.length - 1
    let from = 0
    let to = line.length
    if (!first) while (from < to && blank.test(line.charAt(from))) from++
    if (!last) while (to > from && blank.test(line.charAt(to - 1))) to--
    if (!first && !last && from === to) {
      if (separator === '\n') out.add('\n', base + start)
      else separator = '\n'
    } else {
      if (!first) out.add(separator, base + start + from)
      out.copy(line.slice(from, to), base + start + from)
      separator = ' '
    }
    start += line.length
    if (!last) start += source[start] === '\r' ? 2 : 1
  })
  return out.end(base + source.length)
}

function singleQuoted(source: string, base: number): Reading {
  const folded = unfold(source.slice(1, -1), base + 1)
  const out = new Reading()
  for (let i = 0; i < folded.value.length; i++) {
    const char = folded.value.charAt(i)
    out.add(char, folded.offsets[i] ?? base)
    if (char === "'") i++
  }
  return out.end(base + source.length - 1)
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
}

const codeLength: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function doubleQuoted(source: string, base: number): Reading | undefined {
  const out = new Reading()
  const last = source.length - 1
  let i = 1
  const skipBlanks = () => {
    while (i < last && blank.test(source.charAt(i))) i++
  }
  while (i < last) {
    const start = i
    const char = source.charAt(i)
    if (char === '\\') {
      const next = source.charAt(i + 1)
      const length = codeLength[next]
      if (next === '\n' || (next === '\r' && source[i + 2] === '\n')) {
        i += next === '\n' ? 2 : 3
        skipBlanks()
      } else if (length !== undefined) {
        const code = Number.parseInt(source.slice(i + 2, i + 2 + length), 16)
        if (!(code <= 0x10ffff)) return undefined
        out.add(String.fromCodePoint(code), base + start)
        i += 2 + length
      } else {
        const escaped = escapes[next]
        if (escaped === undefined) return undefined
        out.add(escaped, base + start)
        i += 2
      }
    } else if (blank.test(char) || char === '\n' || char === '\r') {
      // Blanks before a line break vanish with it; the break folds.
      skipBlanks()
      if (source[i] === '\r' && source[i + 1] === '\n') i++
      if (source[i] !== '\n') {
        if (i === start) i++
        out.copy(source.slice(start, i), base + start)
        continue
      }
      let breaks = 0
      while (i < last && /[ \t\r\n]/.test(source.charAt(i))) {
        if (source[i] === '\n') breaks++
        i++
      }
      out.add(breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), base + i)
    } else {
      out.add(char, base + start)
      i++
    }
  }
  return out.end(base + last)
}

interface BlockLine {
  readonly indent: string
  readonly content: string
  /** Where the line begins in the file. */
  readonly start: number
}

function block(token: CST.BlockScalar): Reading | undefined {
  const header = token.props.find((prop) => prop.type === 'block-scalar-header')
  if (header === undefined || !('source' in header)) return undefined
  const folded = header.source.startsWith('>')
  const chomp = /[+-]/.exec(header.source)?.[0] ?? ''
  const explicit = Number(/[1-9]/.exec(header.source)?.[0] ?? 0)
  const base = token.offset + token.props.reduce((sum, prop) => sum + ('source' in prop ? prop.source.length : 0), 0)
  const lines = blockLines(token.source, base)
  const end = base + token.source.length

  const out = new Reading()
  let chompStart = lines.length
  while (chompStart > 0 && lines[chompStart - 1]?.content === '') chompStart--
  if (chompStart === 0) {
    if (chomp === '+' && lines.length > 0) out.add('\n'.repeat(Math.max(1, lines.length - 1)), base)
    return out.end(end)
  }

  const contentStart = lines.findIndex((line) => line.content !== '')
  const trim = explicit > 0 ? token.indent + explicit : (lines[contentStart]?.indent.length ?? 0)
  const lastIndented = lines.findLastIndex((line, index) => index >= chompStart && line.indent.length > trim)
  if (lastIndented >= 0) chompStart = lastIndented + 1

  for (const line of lines.slice(0, contentStart)) {
    out.copy(line.indent.slice(trim), line.start + trim)
    out.add('\n', line.start + line.indent.length)
  }
  let separator = ''
  let wasIndented = false
  for (const { indent, content, start } of lines.slice(contentStart, chompStart)) {
    const shown = indent.slice(trim) + content
    const from = start + Math.min(trim, indent.length)
    if (!folded) {
      out.add(separator, from)
      out.copy(shown, from)
      separator = '\n'
    } else if (indent.length > trim || content.startsWith('\t')) {
      if (separator === ' ') separator = '\n'
      else if (!wasIndented && separator === '\n') separator = '\n\n'
      out.add(separator, from)
      out.copy(shown, from)
      separator = '\n'
      wasIndented = true
    } else if (content === '') {
      if (separator === '\n') out.add('\n', from)
      else separator = '\n'
    } else {
      out.add(separator, from)
      out.copy(content, from)
      separator = ' '
      wasIndented = false
    }
  }
  if (chomp === '+') {
    for (const line of lines.slice(chompStart)) {
      out.add('\n', line.start)
      out.copy(line.indent.slice(trim), line.start + trim)
    }
    if (!out.value.endsWith('\n')) out.add('\n', end)
  } else if (chomp === '') {
    out.add('\n', lines[chompStart]?.start ?? end)
  }
  return out.end(end)
}

function blockLines(source: string, base: number): BlockLine[] {
  let start = base
  return source.split('\n').map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? ''
    const content = line.slice(indent.length).replace(/\r$/, '')
    const result = { indent, content, start }
    start += line.length + 1
    return result
  })
}
