import { isObject } from '../json-object.ts'
import type { SchemaNode } from './schema-node.ts'

/** What a text of a format must be; a format that is not named here is not judged, and nothing fits it. */
export type Formats = Readonly<Record<string, (text: string) => boolean>>

/**
 * Whether a value surely fits a schema, without compiling it: most files are right, and compiling their schemas takes
 * longer than all else that is done with a small project. It knows the keywords that our own schemas use. `false` says only
 * that it does not know: then the validator decides, and finds what is wrong.
 */
export function surelyFits(value: unknown, schema: SchemaNode, formats: Formats = {}): boolean {
  const fits = (part: unknown, node: unknown): boolean => {
    if (typeof node === 'boolean') return node
    if (!isObject(node)) return false
    return Object.entries(node).every(([keyword, rule]) => {
      const holds = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined
      return holds?.(part, rule, { node, root: schema, formats, fits }) === true
    })
  }
  return fits(value, schema)
}

interface Around {
  readonly node: SchemaNode
  readonly root: SchemaNode
  readonly formats: Formats
  fits(value: unknown, node: unknown): boolean
}

type Rule = (value: unknown, rule: unknown, around: Around) => boolean

const says: Rule = () => true
const keysOf = (value: unknown): readonly string[] => (isObject(value) ? Object.keys(value) : [])
const ofText =
  (holds: (text: string, rule: unknown, around: Around) => boolean): Rule =>
  (value, rule, around) =>
    typeof value !== 'string' || holds(value, rule, around)
const ofNumber =
  (holds: (number: number, limit: number) => boolean): Rule =>
  (value, rule) =>
    typeof value !== 'number' || holds(value, rule as number)
const ofList =
  (holds: (list: readonly unknown[], rule: unknown, around: Around) => boolean): Rule =>
  (value, rule, around) =>
    !Array.isArray(value) || holds(value, rule, around)

const any: Rule = (value, branches, { fits }) =>
  Array.isArray(branches) && branches.filter((branch) => fits(value, branch)).length === 1

const keywords: Readonly<Record<string, Rule>> = {
  $schema: says,
  $id: says,
  $defs: says,
  title: says,
  description: says,
  examples: says,
  default: says,
  $ref: (value, pointer, { root, fits }) => {
    const name = /^#\/\$defs\/(\w+)$/.exec(String(pointer))?.[1]
    const definitions = root.$defs
    return (
      name !== undefined && isObject(definitions) && Object.hasOwn(definitions, name) && fits(value, definitions[name])
    )
  },
  type: (value, types) => [types].flat().some((type) => isOfType(value, type)),
  enum: (value, values) => !isContainer(value) && Array.isArray(values) && values.includes(value),
  oneOf: any,
  anyOf: any,
  properties: (value, properties, { fits }) =>
    keysOf(value).every(
      (key) =>
        !isObject(properties) ||
        !Object.hasOwn(properties, key) ||
        fits((value as Record<string, unknown>)[key], properties[key]),
    ),
  additionalProperties: (value, rest, { node, fits }) =>
    keysOf(value).every(
      (key) =>
        (isObject(node.properties) && Object.hasOwn(node.properties, key)) ||
        fits((value as Record<string, unknown>)[key], rest),
    ),
  propertyNames: (value, names, { fits }) => keysOf(value).every((key) => fits(key, names)),
  required: (value, names) =>
    !isObject(value) || (names as readonly string[]).every((name) => Object.hasOwn(value, name)),
  minProperties: (value, least) => !isObject(value) || Object.keys(value).length >= (least as number),
  maxProperties: (value, most) => !isObject(value) || Object.keys(value).length <= (most as number),
  items: ofList((list, items, { fits }) => list.every((item) => fits(item, items))),
  minItems: ofList((list, least) => list.length >= (least as number)),
  uniqueItems: ofList((list) => !list.some(isContainer) && new Set(list).size === list.length),
  minimum: ofNumber((number, least) => number >= least),
  maximum: ofNumber((number, most) => number <= most),
  pattern: ofText((text, pattern) => new RegExp(String(pattern), 'u').test(text)),
  format: ofText((text, format, { formats }) => formats[String(format)]?.(text) === true),
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value)
    case 'array':
      return Array.isArray(value)
    case 'null':
      return value === null
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return Number.isFinite(value)
    default:
      return typeof value === type && (type === 'string' || type === 'boolean')
  }
}
