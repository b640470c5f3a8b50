import { RE2JS } from 're2js'
import { addressProblem } from './addresses.ts'
import type { OptionDeclaration, OptionValue, SettingDeclaration } from './dsl.generated.ts'
import { parseDuration } from './durations.ts'
import { listNames, nearestName } from './nearest-name.ts'

/** What a setting and an option can declare of their value. */
export type Declaration = Partial<
  Omit<OptionDeclaration & SettingDeclaration, 'type' | 'enum' | 'default' | 'examples'>
> & {
  readonly type?: OptionDeclaration['type']
  readonly enum?: OptionDeclaration['enum']
}

export type Declared =
  | { readonly value: OptionValue }
  /** `is` goes on a sentence about the value: "is no whole number". It never holds the value. */
  | { readonly is: string; readonly advice: string }

/**
 * Checks a value against its declaration. With `fromText` a text that stands for a number or a boolean is converted,
 * as values from the environment are always texts.
 */
export function declaredValue(declaration: Declaration, raw: unknown, fromText: boolean): Declared {
  const type = declaration.type ?? typeOfEnum(declaration.enum)
  const typed = type === undefined ? plain(raw) : ofType(type, declaration.items?.type, raw, fromText)
  return 'is' in typed ? typed : (violated(declaration, typed.value) ?? typed)
}

function typeOfEnum(values: Declaration['enum']): Declaration['type'] {
  const types = new Set(values?.map((value) => typeof value))
  const [type] = types
  return types.size === 1 && (type === 'string' || type === 'number' || type === 'boolean') ? type : undefined
}

function plain(raw: unknown): Declared {
  const fits = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
  return fits(raw) || (Array.isArray(raw) && raw.every(fits))
    ? { value: raw as OptionValue }
    : { is: 'is no text, number, boolean or list of these', advice: 'Write one of these.' }
}

type ItemType = NonNullable<NonNullable<OptionDeclaration['items']>['type']>

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
}

function ofType(type: ItemType | 'array', items: ItemType | undefined, raw: unknown, fromText: boolean): Declared {
  if (type === 'array') {
    if (!Array.isArray(raw)) return { is: 'is no list', advice: 'Write a list: [ … ].' }
    const entries = raw.map((entry) => (items === undefined ? plain(entry) : ofType(items, undefined, entry, fromText)))
    const bad = entries.find((entry) => 'is' in entry)
    if (bad)
      return { is: `holds an entry that is not ${words[items ?? ''] ?? 'a plain value'}`, advice: 'Correct the entry.' }
    return { value: entries.map((entry) => ('value' in entry ? entry.value : '')) as OptionValue }
  }
  if (type === 'string') {
    if (typeof raw === 'string') return { value: raw }
    const scalar = typeof raw === 'number' || typeof raw === 'boolean'
    return { is: 'is no text', advice: scalar ? 'Put it into quotes.' : 'Write a text.' }
  }
  const value = fromText && typeof raw === 'string' ? fromWords(raw.trim(), type) : raw
  const fits =
    type === 'boolean'
      ? typeof value === 'boolean'
      : typeof value === 'number' && Number.isFinite(value) && (type === 'number' || Number.isSafeInteger(value))
  if (fits) return { value: value as OptionValue }
  return {
    is: `is not ${words[type]}`,
    advice: typeof raw === 'string' && !fromText ? `Write ${words[type]}, without quotes.` : `Write ${words[type]}.`,
  }
}

function fromWords(text: string, type: ItemType): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return /^[+-]?\d{1,15}(\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= 15 ? Number(text) : text
}

function violated(declaration: Declaration, value: OptionValue): { is: string; advice: string } | undefined {
  const { enum: values, pattern, minimum, maximum, format } = declaration
  if (values !== undefined) {
    const outside = [value].flat().find((entry) => !values.includes(entry))
    if (outside !== undefined) {
      const names = values.map(String)
      const near = nearestName(String(outside), names)
      return {
        is: 'is not one of the allowed values',
        advice:
          near === undefined ? `Write one of ${listNames(names)}.` : `Write ${near}. Allowed: ${listNames(names)}.`,
      }
    }
  }
  if (typeof value === 'number') {
    if (minimum !== undefined && value < minimum)
      return { is: `is less than ${minimum}`, advice: `Write at least ${minimum}.` }
    if (maximum !== undefined && value > maximum)
      return { is: `is more than ${maximum}`, advice: `Write at most ${maximum}.` }
  }
  if (typeof value !== 'string') return undefined
  if (format === 'uri') {
    const problem = addressProblem(value)
    if (problem !== undefined) {
      return {
        is: problem,
        advice: 'Write an address that begins with https:// (http:// only for a loopback host such as 127.0.0.1).',
      }
    }
  }
  if (format === 'duration' && parseDuration(value) === undefined) {
    return { is: 'is no duration', advice: 'Write a number and its unit: 500ms, 60s, 15m, 24h or 7d.' }
  }
  if (pattern !== undefined && compilePattern(pattern)?.matcher(value).find() === false) {
    return { is: 'has not the form that is needed', advice: `It must fit ${pattern}${exampleOf(declaration)}.` }
  }
  return undefined
}

function exampleOf(declaration: Declaration): string {
  const examples = (declaration as { readonly examples?: readonly unknown[] }).examples
  return examples?.[0] === undefined ? '' : `, such as ${String(examples[0])}`
}

/** Patterns of files run in linear time; undefined for what is no regular expression. */
function compilePattern(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return undefined
  }
}

/** What a declaration says against itself. `key` is the part of the declaration that is wrong. */
export function declarationProblems(
  declaration: Declaration & { readonly default?: unknown; readonly examples?: readonly unknown[] },
): { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const problems: { path: (string | number)[]; message: string }[] = []
  if (declaration.pattern !== undefined && compilePattern(declaration.pattern) === undefined) {
    problems.push({ path: ['pattern'], message: 'The pattern is no regular expression (of RE2, without look-around).' })
  }
  const check = (value: unknown, path: (string | number)[], what: string) => {
    const declared = declaredValue(declaration, value, false)
    if ('is' in declared) problems.push({ path, message: `${what} ${declared.is}.` })
  }
  if (declaration.default !== undefined) check(declaration.default, ['default'], 'The default')
  for (const [index, example] of (declaration.examples ?? []).entries())
    check(example, ['examples', index], 'The example')
  return problems
}
