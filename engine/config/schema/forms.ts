import type { Problem } from '../origin.ts'
import type { SchemaNode } from './schema-node.ts'
import { shown } from './wording.ts'

const patterns: Readonly<Record<string, readonly [words: string, example: (name: string) => string]>> = {
  '^[a-z][A-Za-z0-9]*$': ['must begin with a small letter and hold only letters and digits', camelCase],
  '^[a-z][a-z0-9-]*$': ['must be in lower case, with letters, digits and hyphens', kebabCase],
}

export function patternWords(pattern: unknown): string {
  return patterns[String(pattern)]?.[0] ?? `does not fit the pattern ${String(pattern)}`
}

export function nameExample(name: string, pattern: unknown): string {
  const example = patterns[String(pattern)]?.[1](name)
  return example !== undefined && new RegExp(String(pattern)).test(example) ? example : 'a name of that form'
}

function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
}

function camelCase(name: string): string {
  return words(name)
    .map((word, index) =>
      index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join('')
}

function kebabCase(name: string): string {
  return words(name).join('-').toLowerCase()
}

const formats: Readonly<Record<string, { readonly is: string; readonly write: string }>> = {
  duration: { is: 'is no duration', write: 'Write a number and its unit: 500ms, 60s, 15m, 24h or 7d.' },
  size: { is: 'is no size', write: 'Write a whole number and its unit: 64kB or 1MB.' },
  percent: { is: 'is no share between 0% and 100%', write: 'Write it with a percent sign, such as 5%.' },
  request: {
    is: 'is no request',
    write:
      'Write a method in capitals, a space and a path: GET /items. The methods are GET, POST, PUT, PATCH, DELETE, OPTIONS and HEAD.',
  },
}

/** Whether the schema asks for a form that has its own words: a duration, a size. */
export function hasForm({ format }: SchemaNode): boolean {
  return formats[String(format)] !== undefined
}

/** A text that has not the form that its schema asks for. */
export function formatWords(what: string, schema: SchemaNode, data: unknown): Pick<Problem, 'message' | 'advice'> {
  const format = formats[String(schema.format)]
  if (format) return { message: `${what} ${format.is}: ${shown(data)}.`, advice: format.write }
  const example = Array.isArray(schema.examples) ? schema.examples[0] : undefined
  const pattern = String(schema.pattern)
  const form = patterns[pattern]
  if (form) {
    return {
      message: `${what}, ${shown(data)}, ${form[0]}.`,
      advice: `Write, for example, ${nameExample(String(data), pattern)}.`,
    }
  }
  return {
    message: `${what}, ${shown(data)}, has not the form that is needed here.`,
    advice: example === undefined ? `It must fit the pattern ${pattern}.` : `Write it like ${String(example)}.`,
  }
}
