import { RE2JS } from 're2js'
import { LruMap } from './lru-map.ts'

/**
 * Regular expressions whose time is linear in the text: `/^(a+)+$/` cannot hang a run, as it does in a backtracking
 * engine. Same answers as JavaScript's for every pattern that RE2 takes; those that it cannot take (look-arounds,
 * back-references) are found when the expression is compiled. Two differences: a character beyond U+FFFF is one, and
 * with the flag m only a line feed ends a line.
 */
const compiled = new LruMap<string, RE2JS>(500)

/** RE2's \s knows only ASCII, JavaScript's also the spaces that texts of shops are full of (no-break space). */
const spaces = '\\t-\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}'

/** @throws Error where RE2 cannot take the pattern. */
export function compileRegex(pattern: RegExp): RE2JS {
  const key = `${pattern.flags}/${pattern.source}`
  const known = compiled.get(key)
  if (known) return known
  let flags = 0
  if (pattern.ignoreCase) flags |= RE2JS.CASE_INSENSITIVE
  if (pattern.multiline) flags |= RE2JS.MULTILINE
  const made = RE2JS.compile(RE2JS.translateRegExp(widenSpaces(pattern.source)), flags)
  compiled.set(key, made)
  return made
}

function widenSpaces(source: string): string {
  let out = ''
  let inClass = false
  for (let i = 0; i < source.length; i++) {
    const char = source[i] as string
    if (char === '\\') {
      const next = source[i + 1] ?? ''
      i++
      if (next === 's') out += inClass ? spaces : `[${spaces}]`
      else if (next === 'S' && !inClass) out += `[^${spaces}]`
      else if (next === 'b' && inClass) out += '\\x08'
      else out += char + next
      continue
    }
    if (char === '[' && !inClass) {
      inClass = true
      // JavaScript's empty classes: [] matches nothing, [^] anything; translated by the library
      out += char
      continue
    }
    if (char === ']') inClass = false
    if (char === '.' && !inClass) {
      out += '[^\\n\\r\\x{2028}\\x{2029}]'
      continue
    }
    out += inClass && char === '[' ? '\\[' : char
  }
  return out
}

/** The part of `RegExp` that the interpreter uses: `exec` from `lastIndex`, always global. */
export class BoundedRegex {
  lastIndex = 0
  readonly #regex: RE2JS

  constructor(pattern: RegExp) {
    this.#regex = compileRegex(pattern)
  }

  exec(text: string): RegExpExecArray | null {
    const matcher = this.#regex.matcher(text)
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0
      return null
    }
    const groups: (string | undefined)[] = []
    for (let i = 0; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? undefined)
    const match = Object.assign(groups, { index: matcher.start(), input: text }) as RegExpExecArray
    this.lastIndex = matcher.end()
    return match
  }
}
