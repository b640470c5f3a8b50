import { readFileSync } from 'node:fs'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { newAjv } from '../../expressions/values/ajv.ts'
import { parseDuration } from '../durations.ts'
import { isObject } from '../json-object.ts'
import { packageFile } from '../package-files.ts'
import { parsePercent } from '../percent.ts'
import { parseSize } from '../sizes.ts'
import type { SchemaNode } from './schema-node.ts'

export type FileKind = 'project' | 'table' | 'mapping' | 'connector'

const anyText = () => true
const request = /^(GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD) \S/

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  // What an expression or a template holds is the expression compiler's to judge.
  jsonata: anyText,
  template: anyText,
  request: (text) => request.test(text),
  duration: (text) => parseDuration(text) !== undefined,
  percent: (text) => parsePercent(text) !== undefined,
  size: (text) => parseSize(text) !== undefined,
}

const validators = new Map<FileKind, ValidateFunction>()

/** Checks values against the schema of a kind of file; made once. */
export function validatorOf(kind: FileKind): ValidateFunction {
  const known = validators.get(kind)
  if (known) return known
  const ajv = newAjv({
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
  for (const [name, fits] of Object.entries(formats)) ajv.addFormat(name, fits)
  const file = readFileSync(packageFile(`schemas/${kind}.schema.json`), 'utf8')
  const { $schema: _, ...schema } = JSON.parse(file) as SchemaNode
  const validate = ajv.compile(choiceByType(schema, schema) as SchemaNode)
  validators.set(kind, validate)
  return validate
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
