import { readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { ConfigCode } from '../diagnostics/codes.ts'
import type { Finding, Position } from '../diagnostics/finding.ts'
import { withKeys } from './corrected-keys.ts'
import { parseDuration } from './durations.ts'
import { listNames, nearestName } from './nearest-name.ts'
import { packageFile } from './package-files.ts'
import { parsePercent } from './percent.ts'
import { parseSize } from './sizes.ts'
import type { Path, Problem, YamlDocument } from './yaml-file.ts'

export type FileKind = 'project' | 'table' | 'mapping' | 'connector'

/** Checks a document against the schema of its kind: every mistake in it, each at its place. */
export function checkAgainstSchema(
  kind: FileKind,
  document: YamlDocument,
  { value = document.value, unknown = () => false, hidden = () => false }: SchemaCheckOptions = {},
): Finding[] {
  return schemaProblems(kind, value)
    .filter((problem) => !unknown(problem.path) && !isCut(document, problem))
    .map((problem) => document.finding(hidden(problem.path) && !problem.key ? withoutValue(problem) : problem))
}

/**
 * Checks a document and answers it in a form that fits its schema, so that compilers can go on and all findings come at
 * once: a key that is not known is left out, or read as the key that was meant. Without `usable` that cannot be done.
 */
export function readFitting(
  kind: FileKind,
  document: YamlDocument,
): { readonly findings: readonly Finding[]; readonly usable?: YamlDocument } {
  const findings: Finding[] = []
  let current = document
  for (;;) {
    const problems = schemaProblems(kind, current.value)
    findings.push(...problems.filter((problem) => !isCut(current, problem)).map((problem) => current.finding(problem)))
    // A text that YAML cut has a stand-in in the value, which is no use to anybody.
    if (document.cuts.length > 0 || problems.some(({ code }) => code !== 'unknown-key')) return { findings }
    if (problems.length === 0) return { findings, usable: current }
    current = withKeys(current, problems)
  }
}

export interface SchemaCheckOptions {
  /** The value to check, where it is not the document's own (variables of the environment are replaced). */
  readonly value?: unknown
  /** Paths whose value is not known yet. */
  readonly unknown?: (path: Path) => boolean
  /** Paths whose value may be a secret and is not to be shown. */
  readonly hidden?: (path: Path) => boolean
}

function withoutValue(problem: PlacedProblem): PlacedProblem {
  const kind = {
    'wrong-type': 'is not of the type that is needed',
    'unknown-value': 'is not one of the allowed values',
  }
  const is = kind[problem.code as keyof typeof kind] ?? 'has not the form that is needed'
  const advice = problem.advice.startsWith('Put it into quotes') ? 'Put it into quotes.' : problem.advice
  return { ...problem, message: `The value of ${lastName(problem.path)} ${is}.`, advice }
}

interface PlacedProblem extends Problem {
  readonly path: Path
  readonly code: ConfigCode
  /** The known key that was meant. */
  readonly meant?: string
}

function schemaProblems(kind: FileKind, value: unknown): PlacedProblem[] {
  const validate = validatorOf(kind)
  return validate(value) ? [] : problemsOf(validate.errors ?? [])
}

const validators = new Map<FileKind, ValidateFunction>()

function validatorOf(kind: FileKind): ValidateFunction {
  const known = validators.get(kind)
  if (known) return known
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strict: true,
    strictRequired: false,
    // They are our own, and checked by a test: the schema of schemas need not be compiled for each.
    meta: false,
    validateSchema: false,
    // Compiling takes longer than the checks do.
    code: { optimize: false },
  })
  const anyText = () => true
  // What an expression or a template holds is the expression compiler's to judge.
  ajv.addFormat('jsonata', anyText)
  ajv.addFormat('template', anyText)
  ajv.addFormat('request', /^(GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD) \S/)
  ajv.addFormat('duration', (text) => parseDuration(text) !== undefined)
  ajv.addFormat('percent', (text) => parsePercent(text) !== undefined)
  ajv.addFormat('size', (text) => parseSize(text) !== undefined)
  const file = readFileSync(packageFile(`schemas/${kind}.schema.json`), 'utf8')
  const { $schema: _, ...schema } = JSON.parse(file) as SchemaNode
  const validate = ajv.compile(choiceByType(schema, schema) as SchemaNode)
  validators.set(kind, validate)
  return validate
}

interface SchemaNode {
  readonly [keyword: string]: unknown
}

/**
 * Turns "any of a text, an object, a list" into "by its type: this schema". A mistake inside of the object is then
 * reported there, and not as three branches that all failed.
 */
function choiceByType(node: unknown, root: SchemaNode): unknown {
  if (Array.isArray(node)) return node.map((entry) => choiceByType(entry, root))
  if (!isObject(node)) return node
  const { anyOf, oneOf, ...rest } = node
  const changed = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, choiceByType(value, root)]))
  const branches = (anyOf ?? oneOf) as readonly SchemaNode[] | undefined
  if (!branches) return changed
  const types = branches.map((branch) => typesOf(branch, root))
  const all = types.flat()
  if (new Set(all).size !== all.length) throw new Error('The branches of a choice in a schema share a type.')
  return {
    ...changed,
    type: all,
    allOf: branches.map((branch, index) => whenType(types[index], choiceByType(branch, root))),
  }
}

function whenType(type: unknown, schema: unknown): SchemaNode {
  // biome-ignore lint/suspicious/noThenProperty: it is the keyword of JSON Schema.
  return { if: { type }, then: schema }
}

function typesOf(schema: SchemaNode, root: SchemaNode): string[] {
  const { $ref, type, enum: values } = schema
  if (typeof $ref === 'string') {
    const definitions = root.$defs as Readonly<Record<string, SchemaNode>>
    const target = definitions[$ref.replace('#/$defs/', '')]
    if (target) return typesOf(target, root)
  }
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type as string[]
  if (Array.isArray(values)) return [...new Set(values.map((value) => typeof value as string))]
  throw new Error('A branch of a choice in a schema has no type.')
}

function isObject(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type SchemaError = ErrorObject<string, Readonly<Record<string, unknown>>, unknown>

function problemsOf(errors: readonly SchemaError[]): PlacedProblem[] {
  const problems: PlacedProblem[] = []
  const meant = new Set<string>()
  const unknown: PlacedProblem[] = []
  for (const error of errors) {
    if (error.keyword !== 'additionalProperties') continue
    const { problem, near } = unknownKey(error)
    unknown.push(problem)
    if (near !== undefined) meant.add(`${error.instancePath}\n${near}`)
  }
  for (const error of errors) {
    // The key is there, only misspelt: one mistake is one finding.
    const missing = error.params.missingProperty
    if (error.keyword === 'required' && meant.has(`${error.instancePath}\n${String(missing)}`)) continue
    const problem = problemOf(error)
    if (problem && !problems.some((other) => samePlace(other, problem))) problems.push(problem)
  }
  return [...problems, ...unknown]
}

function samePlace(a: PlacedProblem, b: PlacedProblem): boolean {
  return a.code === b.code && a.key === b.key && a.path.join('\n') === b.path.join('\n') && a.message === b.message
}

function unknownKey(error: SchemaError): { problem: PlacedProblem; near: string | undefined } {
  const key = String(error.params.additionalProperty)
  const known = Object.keys((error.parentSchema?.properties ?? {}) as object)
  const present = isObject(error.data) ? Object.keys(error.data) : []
  const free = known.filter((name) => !present.includes(name))
  const near = nearestName(key, free)
  const list = `Known here: ${listNames(known, 40)}.`
  return {
    near,
    problem: {
      code: 'unknown-key',
      message: `The key "${key}" is not known here.`,
      advice: near === undefined ? list : `Write ${near}. ${list}`,
      path: [...pathOf(error), key],
      key: true,
      ...(near !== undefined && { meant: near }),
    },
  }
}

function problemOf(error: SchemaError): PlacedProblem | undefined {
  const path = pathOf(error)
  const schema = (error.parentSchema ?? {}) as SchemaNode
  const { params, data } = error
  // A rule for the names of keys: the mistake is the key and not its value.
  const name = error.propertyName
  if (name !== undefined) {
    return {
      code: 'wrong-format',
      message: `The name "${name}" ${patternWords(schema.pattern)}.`,
      advice: `Rename it, for example to ${nameExample(name, schema.pattern)}.`,
      path: [...path, name],
      key: true,
    }
  }
  const what = `The value of ${lastName(path)}`
  switch (error.keyword) {
    case 'required': {
      const missing = String(params.missingProperty)
      const described = describe(schema, missing)
      return {
        code: 'missing-key',
        message: `${path.length === 0 ? 'The file' : `${capital(lastName(path))}`} lacks the key "${missing}".`,
        advice: `Add ${missing}:${described}`,
        path,
      }
    }
    case 'type':
      if (typeof data === 'number' && formats[String(schema.format)]) {
        return { code: 'wrong-format', path, ...formatWords(what, schema, data) }
      }
      return schema.format === 'jsonata' ? noExpression(path, data) : wrongType(path, params.type, data)
    case 'enum': {
      const values = (params.allowedValues as unknown[]).map(String)
      const near = typeof data === 'string' ? nearestName(data, values) : undefined
      return {
        code: 'unknown-value',
        message: `${what} cannot be ${shown(data)}.`,
        advice: `${near === undefined ? 'Write' : `Write ${near}. Allowed:`} ${listNames(values)}.`,
        path,
      }
    }
    case 'pattern':
    case 'format':
      return { code: 'wrong-format', path, ...formatWords(what, schema, data) }
    case 'minProperties':
    case 'minItems':
      return {
        code: 'out-of-range',
        message: `${capital(lastName(path))} holds fewer than ${String(params.limit)} ${params.limit === 1 ? 'entry' : 'entries'}.`,
        advice: 'Add one, or remove the key.',
        path,
      }
    case 'minimum':
    case 'maximum':
      return {
        code: 'out-of-range',
        message: `${what} is ${shown(data)}, but must be ${error.keyword === 'minimum' ? 'at least' : 'at most'} ${String(params.limit)}.`,
        advice: 'Write a number within the limit.',
        path,
      }
    case 'additionalProperties':
    case 'if':
    case 'propertyNames':
      return undefined
    default:
      return {
        code: 'wrong-format',
        message: `${what} ${error.message ?? 'is not valid'}.`,
        advice: 'Correct it.',
        path,
      }
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'nothing',
}

function wrongType(path: Path, types: unknown, data: unknown): PlacedProblem {
  const wanted = [types].flat().map((type) => typeWords[String(type)] ?? String(type))
  const words = wanted.length > 1 ? `${wanted.slice(0, -1).join(', ')} or ${wanted.at(-1)}` : (wanted[0] ?? '')
  const nothing = data === null || data === undefined
  const numeric = (typeof data === 'number' || typeof data === 'boolean') && [types].flat().includes('string')
  return {
    code: 'wrong-type',
    message: nothing
      ? `Nothing stands behind ${lastName(path)}; it needs ${words}.`
      : `The value of ${lastName(path)} is ${kindOf(data)}, but must be ${words}.`,
    advice: numeric
      ? `Put it into quotes: "${String(data)}".`
      : nothing
        ? `Write ${words}, or remove the key.`
        : `Write ${words}.`,
    path,
  }
}

function noExpression(path: Path, data: unknown): PlacedProblem {
  const name = lastName(path)
  if (data === null || data === undefined) {
    return {
      code: 'expression-needed',
      message: `Nothing stands behind ${name}, which needs an expression.`,
      advice: 'Write an expression, or remove the key.',
      path,
    }
  }
  const scalar = typeof data !== 'object'
  return {
    code: 'expression-needed',
    message: `${capital(name)} needs an expression, but ${scalar ? `${shown(data)} is none that can stand here` : `${kindOf(data)} stands here`}.`,
    advice: Array.isArray(data)
      ? `Write the list as an expression in quotes: "[…]".`
      : scalar
        ? 'Write a condition: an expression as text, true or false.'
        : `Write the object as an expression in quotes: "{ 'name': value }".`,
    path,
  }
}

function kindOf(data: unknown): string {
  if (data === null) return 'nothing'
  if (Array.isArray(data)) return 'a list'
  if (typeof data === 'object') return 'an object'
  return `${typeof data === 'string' ? 'the text' : typeof data === 'number' ? 'the number' : ''} ${shown(data)}`.trim()
}

function shown(data: unknown): string {
  if (typeof data === 'object') return kindOf(data)
  if (typeof data !== 'string') return String(data)
  return `"${data.length > 60 ? `${data.slice(0, 57)}…` : data}"`
}

const patterns: Readonly<Record<string, readonly [words: string, example: (name: string) => string]>> = {
  '^[a-z][A-Za-z0-9]*$': ['must begin with a small letter and hold only letters and digits', camelCase],
  '^[a-z][a-z0-9-]*$': ['must be in lower case, with letters, digits and hyphens', kebabCase],
}

function patternWords(pattern: unknown): string {
  return patterns[String(pattern)]?.[0] ?? `does not fit the pattern ${String(pattern)}`
}

function nameExample(name: string, pattern: unknown): string {
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

function formatWords(what: string, schema: SchemaNode, data: unknown): Pick<Problem, 'message' | 'advice'> {
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

function describe(schema: SchemaNode, key: string): string {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, SchemaNode>>
  const description = properties[key]?.description
  return typeof description === 'string' ? ` ${description}` : ' its value is needed.'
}

/** Key or entry that a path ends in, as messages call it. */
function lastName(path: Path): string {
  const last = path.at(-1)
  if (last === undefined) return 'the file'
  if (typeof last === 'string') return last
  const list = path.findLast((step) => typeof step === 'string')
  return list === undefined ? `entry ${last + 1}` : `entry ${last + 1} of ${list}`
}

function capital(text: string): string {
  return text.startsWith('the ') || text.startsWith('entry ') ? text.charAt(0).toUpperCase() + text.slice(1) : text
}

function pathOf(error: SchemaError): (string | number)[] {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}

/** Keys that stand within a text that YAML cut are not meant as keys; the cut itself has a finding. */
function isCut(document: YamlDocument, problem: PlacedProblem): boolean {
  if (document.cuts.length === 0) return false
  const place = document.at(problem.path, problem.key ? 'key' : 'value')
  return document.cuts.some(({ from, to }) => !before(place, from) && before(place, to))
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column)
}
