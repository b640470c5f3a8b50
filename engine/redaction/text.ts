import { personalMark } from './personal.ts'

/** What stands where a secret was. */
export const secretMark = '[secret]'

/** Replaces each of the values where it stands by itself, not as a part of a longer word or number. */
export function withoutValues(text: string, values: Iterable<string>, mark: string): string {
  // The longest first: one value may begin with another.
  const sorted = [...new Set(values)].filter((value) => text.includes(value)).sort((a, b) => b.length - a.length)
  if (sorted.length === 0) return text
  const pattern = new RegExp(
    sorted.map((value) => `${edge(value, 'start')}${literal(value)}${edge(value, 'end')}`).join('|'),
    'gu',
  )
  return text.replace(pattern, mark)
}

/** Personal values of a record in hand, and whatever looks like an e-mail address: systems repeat them in messages. */
export function withoutPersonal(text: string, values: Iterable<string> = []): string {
  return withoutValues(text, values, personalMark).replace(emailAddress, personalMark)
}

// Also percent-encoded, as it stands in a path.
const emailAddress = /[\p{L}\p{N}._%+'-]{1,64}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu

/** Forms in which secrets are sent, for those that nobody has told us: headers, form fields, JSON Web Tokens. */
const secretForms: readonly (readonly [RegExp, string])[] = [
  [/(authorization["']?\s*[:=]\s*["']?[A-Za-z]+ +)[A-Za-z0-9+/_.~=-]{8,}/gi, `$1${secretMark}`],
  [/\b(Bearer|Basic) +(?=\S*[\d=])[A-Za-z0-9+/_.~=-]{8,}/gi, `$1 ${secretMark}`],
  [/\b((?:set-)?cookie["']?\s*[:=]\s*["']?)[^\s"'][^\r\n"']*/gi, `$1${secretMark}`],
  [
    /\b((?:access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier)=)[^\s&"']+/g,
    `$1${secretMark}`,
  ],
  [/("(?:access_token|refresh_token|id_token|client_secret)"\s*:\s*")[^"]+/g, `$1${secretMark}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g, secretMark],
  [/(\/\/[^\s/:@]+:)[^\s/@]+(@)/g, `$1${secretMark}$2`],
]

export function withoutSecretForms(text: string): string {
  return secretForms.reduce((shown, [form, mark]) => shown.replace(form, mark), text)
}

function edge(value: string, at: 'start' | 'end'): string {
  const character = at === 'start' ? [...value][0] : [...value].at(-1)
  if (character === undefined || !/[\p{L}\p{N}]/u.test(character)) return ''
  return at === 'start' ? '(?<![\\p{L}\\p{N}])' : '(?![\\p{L}\\p{N}])'
}

function literal(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
