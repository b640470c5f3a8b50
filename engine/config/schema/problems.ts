import type { ErrorObject } from 'ajv/dist/2020.js'
import type { ConfigCode } from '../../diagnostics/codes.ts'
import { isObject } from '../json-object.ts'
import { listNames, nearestName } from '../nearest-name.ts'
import type { Path, Problem } from '../origin.ts'
import { formatWords, hasForm, nameExample, patternWords } from './forms.ts'
import type { SchemaNode } from './schema-node.ts'
import { capital, lastName, shown } from './wording.ts'
import { noExpression, wrongType } from './wrong-type.ts'

export interface PlacedProblem extends Problem {
  readonly path: Path
  readonly code: ConfigCode
  /** The known key that was meant. */
  readonly meant?: string
}

export type SchemaError = ErrorObject<string, Readonly<Record<string, unknown>>, unknown>

/** What is wrong, in words for the user; one mistake is one finding. */
export function problemsOf(errors: readonly SchemaError[]): PlacedProblem[] {
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
      if (typeof data === 'number' && hasForm(schema)) {
        return { code: 'wrong-format', path, ...formatWords(what, schema, data) }
      }
      return schema.format === 'jsonata'
        ? { code: 'expression-needed', path, ...noExpression(path, data) }
        : { code: 'wrong-type', path, ...wrongType(path, params.type, data) }
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

function describe(schema: SchemaNode, key: string): string {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, SchemaNode>>
  const description = properties[key]?.description
  return typeof description === 'string' ? ` ${description}` : ' its value is needed.'
}

function pathOf(error: SchemaError): (string | number)[] {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}
