/**
 * Where the bracket at `open` is closed in the text of an expression, or undefined. Brackets in texts, names in
 * backticks, comments and regular expressions do not count.
 */
export function closingBracket(source: string, open: number): number | undefined {
  let depth = 0
  // Whether a value may start here: only then is a slash the start of a regular expression, and not a division.
  let valueNext = true
  for (let i = open; i < source.length; i++) {
    const char = source[i] as string
    if (/\s/.test(char)) continue
    if (char === '/' && source[i + 1] === '*') {
      const end = source.indexOf('*/', i + 2)
      if (end < 0) return undefined
      i = end + 1
      continue
    }
    if (char === "'" || char === '"' || char === '`' || (char === '/' && valueNext)) {
      const end = char === '`' ? source.indexOf('`', i + 1) : char === '/' ? regexEnd(source, i) : textEnd(source, i)
      if (end < 0) return undefined
      i = end
      valueNext = false
      continue
    }
    if ('([{'.includes(char)) depth++
    if (')]}'.includes(char)) {
      depth--
      if (depth === 0) return i
    }
    valueNext = '([{,;:=<>&|?~+-*/%!'.includes(char)
  }
  return undefined
}

function textEnd(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === source[start]) return i
  }
  return -1
}

/** As JSONata reads them: the slash that is neither escaped nor within brackets. */
function regexEnd(source: string, start: number): number {
  let depth = 0
  for (let i = start + 1; i < source.length; i++) {
    const char = source[i] as string
    if (char === '\\') i++
    else if (char === '/' && depth === 0) return i
    else if ('([{'.includes(char)) depth++
    else if (')]}'.includes(char)) depth--
  }
  return -1
}
