/**
 * JSON.parse that loses no digits: a number that JavaScript cannot hold exactly (an id above 2 ** 53, an amount of 20
 * digits, 1e400) is kept as its text instead of being rounded in silence. All others are numbers.
 *
 * Throws SyntaxError like JSON.parse.
 */
export function parseExactJson(text: string): unknown {
  return mayLoseDigits.test(text) ? JSON.parse(text, keepDigits as Reviver) : JSON.parse(text)
}

// A reviver makes parsing some ten times slower, so it is used only where the text has something like a number of more
// than 15 digits (at most 15 always survive, IEEE 754) or with an exponent of three. Inside of texts it may be mistaken,
// which costs time only.
const mayLoseDigits = /(?:^|[\s:,[-])(?:\d[\d.]{15}|[\d.]+[eE][+-]?\d{3})/

type Reviver = (key: string, value: unknown) => unknown

// `source` is in the ECMAScript proposal "JSON.parse source text access", part of Node since 21.
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return survives(context.source, value) ? value : context.source
}

function survives(source: string, value: number): boolean {
  // All integers beyond are kept as text, also those that happen to be exact: an id must not change its type.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false
  return canonical(source) === canonical(String(value))
}

/** Sign, digits without outer zeros, and exponent: equal for two texts of the same decimal number. */
function canonical(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (!match) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}
