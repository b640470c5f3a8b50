import type { Ajv2020 } from 'ajv/dist/2020.js'
import type { ConfigCode } from '../diagnostics/codes.ts'
import type { Finding } from '../diagnostics/finding.ts'
import { newAjv } from '../expressions/values/ajv.ts'
import type { JsonObject } from './dsl.generated.ts'
import { isObject } from './json-object.ts'
import { nameAdvice } from './nearest-name.ts'
import type { Path, Problem, YamlDocument } from './origin.ts'
import type { EntitySchema } from './project.ts'
import { type LoadOptions, loadYaml } from './yaml/yaml-file.ts'

/** Reads the JSON Schema of an entity. It must be valid, closed throughout, and of an object. */
export async function loadEntitySchema(
  file: string,
  from: (problem: Problem) => Finding,
  options: LoadOptions,
): Promise<{ schema?: EntitySchema; findings: readonly Finding[] }> {
  const { file: yaml, findings } = await loadYaml(file, from, options)
  const document = yaml?.documents[0]
  if (!document) return { findings }
  const problems = [
    ...findings,
    ...invalid(document),
    ...[...openObjects(document.value, []), ...annotationProblems(document.value, [])].map((p) => document.finding(p)),
  ]
  const schema = document.value as JsonObject
  return problems.length > 0 ? { findings: problems } : { schema: { schema, file, origin: document }, findings: [] }
}

// Formats (decimal and others) are the engine's own; strict mode would refuse what it does not know.
let known: Ajv2020 | undefined

function schemaOfSchemas(): Ajv2020 {
  known ??= newAjv({ strict: false, validateFormats: false, allErrors: true })
  return known
}

function invalid(document: YamlDocument): Finding[] {
  const value = document.value
  const problem = (message: string, path: Path): Finding =>
    document.finding({
      code: 'schema-invalid' satisfies ConfigCode,
      message,
      advice: 'Correct the JSON Schema there.',
      path,
    })
  if (!isObject(value) || (value.type !== 'object' && value.$ref === undefined)) {
    return [problem('An entity\'s schema must describe an object ("type": "object").', [])]
  }
  // Whichever draft it names: it is read as what is used here.
  const { $schema: _, ...rest } = value
  if (!schemaOfSchemas().validateSchema(rest)) {
    const seen = new Set<string>()
    return (schemaOfSchemas().errors ?? []).flatMap((error) => {
      // The meta-schema's branches fail together; the first error of a place says most.
      if (seen.has(error.instancePath)) return []
      seen.add(error.instancePath)
      const path = error.instancePath
        .split('/')
        .slice(1)
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
      return [problem(`This is not valid in a JSON Schema: it ${error.message ?? 'does not fit'}.`, path)]
    })
  }
  const bad = firstBadReference(value, value, [])
  return bad ? [problem(`There is no ${bad.ref} in this file.`, bad.path)] : []
}

function firstBadReference(node: unknown, root: JsonObject, path: Path): { path: Path; ref: string } | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  for (const [key, child] of Object.entries(node)) {
    const step = Array.isArray(node) ? Number(key) : key
    if (key === '$ref' && typeof child === 'string' && resolvePointer(root, child) === undefined) {
      return { path: [...path, step], ref: child }
    }
    const found = firstBadReference(child, root, [...path, step])
    if (found) return found
  }
  return undefined
}

function resolvePointer(root: JsonObject, pointer: string): unknown {
  if (!pointer.startsWith('#')) return undefined
  return pointer
    .slice(1)
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (node, step) => (typeof node === 'object' && node !== null ? (node as JsonObject)[step] : undefined),
      root,
    )
}

const schemaMaps = ['properties', '$defs', 'patternProperties', 'dependentSchemas']
const schemaLists = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const schemas = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'unevaluatedProperties']

/** Every object of the schema that allows fields nobody named. */
function* openObjects(node: unknown, path: Path, name = 'the record'): Generator<Problem> {
  if (!isObject(node)) return
  const describesObject = [node.type].flat().includes('object') || node.properties !== undefined
  const rest = node.additionalProperties ?? node.unevaluatedProperties
  if (describesObject && (rest === undefined || rest === true)) {
    yield {
      code: 'open-schema' satisfies ConfigCode,
      message: `The object ${name} allows any further field.`,
      advice: 'Add "additionalProperties": false. For a map, give the schema of its values instead.',
      path,
      key: path.length > 0,
    }
  }
  for (const keyword of schemaMaps) {
    const map = node[keyword]
    if (isObject(map))
      for (const [key, child] of Object.entries(map)) yield* openObjects(child, [...path, keyword, key], key)
  }
  for (const keyword of schemaLists) {
    const list = node[keyword]
    if (Array.isArray(list))
      for (const [index, child] of list.entries()) yield* openObjects(child, [...path, keyword, index], name)
  }
  for (const keyword of schemas) yield* openObjects(node[keyword], [...path, keyword], `${keyword} of ${name}`)
}

/** What our own keywords may say. One that is misspelt would be passed over, and what it protects with it. */
const annotations: Readonly<Record<string, { readonly fits: (value: unknown) => boolean; readonly needs: string }>> = {
  'x-absent': { fits: (value) => value === 'clears', needs: '"clears"' },
  'x-personal': { fits: (value) => value === true, needs: 'true' },
  'x-places': { fits: Number.isInteger, needs: 'a whole number' },
  'x-refers': { fits: (value) => typeof value === 'string' && /^\w+\.\w+$/.test(value), needs: '"entity.field"' },
}

function* annotationProblems(node: unknown, path: Path): Generator<Problem> {
  if (!isObject(node)) return
  for (const [keyword, value] of Object.entries(node)) {
    if (!keyword.startsWith('x-')) continue
    const known = annotations[keyword]
    const here = { code: 'schema-invalid' satisfies ConfigCode, path: [...path, keyword] }
    if (!known) {
      yield {
        ...here,
        message: `The keyword ${keyword} is not known.`,
        advice: nameAdvice(keyword, Object.keys(annotations), 'keywords of our own'),
        key: true,
      }
    } else if (!known.fits(value)) {
      yield { ...here, message: `${keyword} cannot have this value.`, advice: `Write ${known.needs}, or remove it.` }
    }
  }
  for (const keyword of schemaMaps) {
    const map = node[keyword]
    if (isObject(map))
      for (const [key, child] of Object.entries(map)) yield* annotationProblems(child, [...path, keyword, key])
  }
  for (const keyword of schemaLists) {
    const list = node[keyword]
    if (Array.isArray(list))
      for (const [index, child] of list.entries()) yield* annotationProblems(child, [...path, keyword, index])
  }
  for (const keyword of schemas) yield* annotationProblems(node[keyword], [...path, keyword])
}

/** Names of the fields of an entity's records. */
export function fieldsOf({ schema }: EntitySchema): string[] {
  const target = typeof schema.$ref === 'string' ? resolvePointer(schema, schema.$ref) : schema
  const properties = isObject(target) ? target.properties : undefined
  return isObject(properties) ? Object.keys(properties) : []
}
