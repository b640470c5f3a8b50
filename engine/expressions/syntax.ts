import type { Problem } from './problem.ts'

interface JsonataSyntaxError {
  readonly code?: unknown
  readonly position?: unknown
  readonly token?: unknown
  readonly value?: unknown
}

/** What JSONata's parser threw, in plain words, at the token itself (its own position is the token's end). */
export function syntaxProblem(cause: unknown, source: string): Problem {
  if (cause instanceof RangeError) {
    return {
      code: 'expression-too-complex',
      severity: 'error',
      message: 'The expression is nested too deeply to be read.',
      advice: 'Divide it into several lets.',
      offset: 0,
      length: source.length,
    }
  }
  const { code, position, token, value } = (cause ?? {}) as JsonataSyntaxError
  const end = typeof position === 'number' ? Math.min(Math.max(position, 0), source.length) : source.length
  const place = typeof position === 'number' ? placeOf(String(code), token, source, end) : { offset: 0, length: end }
  const [message, advice] = explain(String(code ?? ''), token, value, source, end, cause)
  return { code: 'expression-syntax', severity: 'error', message, advice, ...place }
}

/** Most positions are the end of a token; a few are its start. */
function placeOf(
  code: string,
  token: unknown,
  source: string,
  position: number,
): { readonly offset: number; readonly length: number } {
  if (token === '(end)' || code === 'S0207' || code === 'S0203') return { offset: position, length: 0 }
  const from = (offset: number, wanted: number): { readonly offset: number; readonly length: number } => ({
    offset,
    length: Math.min(wanted, source.length - offset),
  })
  switch (code) {
    case 'S0101':
      return from(unclosedQuote(source) ?? Math.max(0, position - 1), 1)
    case 'S0102':
      return from(position, String(token).length)
    case 'S0103':
    case 'S0104':
      return from(position, 1)
    case 'S0106':
      return from(position, 2)
    default: {
      const length = tokenLength(token, source, position)
      return { offset: position - length, length }
    }
  }
}

function unclosedQuote(source: string): number | undefined {
  for (let i = 0; i < source.length; i++) {
    const quote = source[i]
    if (quote !== "'" && quote !== '"') continue
    const start = i
    for (i++; i < source.length && source[i] !== quote; i++) if (source[i] === '\\') i++
    if (i >= source.length) return start
  }
  return undefined
}

function tokenLength(token: unknown, source: string, end: number): number {
  const written = typeof token === 'string' || typeof token === 'number' ? String(token) : ''
  if (written && source.slice(0, end).endsWith(written)) return written.length
  // A text in quotes, a name in backticks or a variable is longer than its value.
  const quoted = written.length + 2
  if (written && end >= quoted && source.slice(end - quoted + 1, end - 1) === written) return quoted
  return Math.min(1, end)
}

function explain(
  code: string,
  token: unknown,
  value: unknown,
  source: string,
  end: number,
  cause: unknown,
): [message: string, advice: string] {
  const found = JSON.stringify(token)
  switch (code) {
    case 'S0101':
      return ['A text does not end: its closing quote is missing.', 'Add the closing quote.']
    case 'S0102':
      return [`The number ${String(token)} is out of range.`, 'Write a smaller number.']
    case 'S0103':
      return [`The escape \\${String(token)} is not known in texts.`, 'Write \\\\ for a backslash.']
    case 'S0104':
      return ['The escape \\u needs four hexadecimal digits.', 'Write it like \\u00e9.']
    case 'S0105':
      return ['A quoted name does not end: its backtick is missing.', 'Add the closing backtick.']
    case 'S0106':
      return ['A comment does not end.', 'Close it with */.']
    case 'S0202':
      return [`Expected ${JSON.stringify(value)} here, but found ${found}.`, expected(value, token)]
    case 'S0203':
      return [`The expression ends where ${JSON.stringify(value)} is still missing.`, `Add ${String(value)}.`]
    case 'S0204':
    case 'S0205':
    case 'S0211':
      return operatorHint(token, source, end)
    case 'S0201':
      if (token === '|' && source[end] === '|') return operatorHint('|', source, end + 1)
      return [
        `${found} cannot follow what stands before it.`,
        'An operator is missing between the two; texts are put together with &, and a text needs quotes.',
      ]
    case 'S0207':
      return source.trim() === ''
        ? ['The expression is empty.', "Write an expression; an empty text is ''."]
        : ['The expression ends too early.', 'Something must follow the last operator.']
    case 'S0208':
      return ['Parameters of a function start with a dollar sign.', 'Write `function($a, $b) { … }`.']
    case 'S0209':
      return ['A predicate cannot follow a grouping { }.', 'Put the grouping in brackets: (a{…})[…].']
    case 'S0210':
      return ['A step has only one grouping { }.', 'Put the first in brackets.']
    case 'S0212':
      return ['The left side of := must be a variable.', 'Write `$name := …`; to compare, write =.']
    case 'S0213':
      return [
        `${JSON.stringify(value)} cannot be a step of a path.`,
        'A field of that name is written in backticks; one member of a list is written [0].',
      ]
    case 'S0214':
      return [`A variable must follow ${String(token)}.`, 'Write `$name`.']
    case 'S0215':
    case 'S0216':
      return ['A variable with @ must stand before predicates and sorting.', 'Move it before them.']
    case 'S0217':
      return ['There is no parent that % could mean here.', 'Use $record, or bind the outer record: ($outer := $; …).']
    case 'S0301':
      return ['A regular expression is empty.', 'Write a pattern between the slashes.']
    case 'S0302':
      return ['A regular expression does not end: its closing slash or bracket is missing.', 'Add it.']
    case 'S0401':
    case 'S0402':
      return ['The signature of the function cannot be read.', 'Leave the signature away.']
    default:
      if (cause instanceof SyntaxError) {
        return ['A regular expression is not valid.', 'Correct its brackets and escapes.']
      }
      return ['JSONata cannot read this expression.', 'Correct it at the place shown.']
  }
}

function expected(value: unknown, token: unknown): string {
  if (token === ':=') return 'Put the assignment in brackets: ( $name := …; … ).'
  if (value === ':' && token === '}') return "A field of an object is written { 'name': value }."
  return `Add ${String(value)}, or remove what stands there.`
}

function operatorHint(token: unknown, source: string, end: number): [message: string, advice: string] {
  const before = source[end - 2]
  if (token === '=' && before === '=') return ['There is no == in JSONata.', 'Write a single =.']
  if (token === '&' && before === '&') return ['There is no && in JSONata.', 'Write `and`.']
  if (token === '|' && before === '|') return ['There is no || in JSONata.', 'Write `or`, or ?? for a substitute.']
  if (token === '!' || token === '~') {
    return [`There is no ${String(token)} alone in JSONata.`, 'Write $not(…), or != to compare.']
  }
  if (token === '}' || token === ')' || token === ']') {
    return [`A value is missing before ${String(token)}.`, 'Remove the comma or operator before it, or add the value.']
  }
  if (token === ',') return ['A value is missing before the comma.', 'Add it, or remove the comma.']
  return [
    `${JSON.stringify(token)} cannot stand at the start of a value.`,
    'Something is missing between it and what stands before.',
  ]
}
