import { globSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'

interface Schema {
  readonly [keyword: string]: unknown
}

interface Place {
  readonly at: string
  readonly schema: Schema
}

const folder = new URL('../schemas/', import.meta.url)
const files = globSync('**/*.schema.json', { cwd: folder }).sort()
const ownFiles = files.filter((file) => !/[/\\]/.test(file))

function read(file: string): Schema {
  return JSON.parse(readFileSync(new URL(file.replaceAll('\\', '/'), folder), 'utf8')) as Schema
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every schema within a schema. */
function* within(schema: unknown, at: string): Generator<Place> {
  if (!isSchema(schema)) return
  yield { at, schema }
  for (const keyword of ['properties', '$defs', 'patternProperties']) {
    for (const [key, child] of Object.entries((schema[keyword] ?? {}) as Schema))
      yield* within(child, `${at}/${keyword}/${key}`)
  }
  for (const keyword of ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains']) {
    yield* within(schema[keyword], `${at}/${keyword}`)
  }
  for (const keyword of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) {
    const list = schema[keyword]
    if (Array.isArray(list))
      for (const [index, child] of list.entries()) yield* within(child, `${at}/${keyword}/${index}`)
  }
}

function properties(file: string): Place[] {
  return [...within(read(file), file)].flatMap(({ at, schema }) =>
    Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(([key, child]) => ({
      at: `${at}/properties/${key}`,
      schema: child,
    })),
  )
}

/** A property may leave its words to the definition that it refers to. */
function says({ schema }: Place, keyword: string, file: string): unknown {
  const reference = /^#\/\$defs\/(\w+)$/.exec(String(schema.$ref))?.[1]
  const definition = reference === undefined ? undefined : (read(file).$defs as Record<string, Schema>)[reference]
  return schema[keyword] ?? definition?.[keyword]
}

/** Records of other systems in the tests of a mapping have the shape of those systems, which the mapping file cannot know. */
const free = /^mapping\.schema\.json\/\$defs\/test(Link)?\//

test('there are schemas of the four kinds of file', () => {
  expect(ownFiles).toEqual(['connector.schema.json', 'mapping.schema.json', 'project.schema.json', 'table.schema.json'])
})

describe.each(files)('%s', (file) => {
  test('is a JSON Schema of 2020-12', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    expect(ajv.validateSchema(read(file)), JSON.stringify(ajv.errors)).toBe(true)
    expect(read(file).$schema).toBe('https://json-schema.org/draft/2020-12/schema')
  })

  test('is closed: no object allows fields that nobody named', () => {
    const open = [...within(read(file), file)].filter(({ at, schema }) => {
      const isObject = [schema.type].flat().includes('object') || schema.properties !== undefined
      const rest = schema.additionalProperties
      return isObject && (rest === undefined || rest === true) && !free.test(at)
    })
    expect(open.map(({ at }) => at)).toEqual([])
  })

  test('describes every property', () => {
    const silent = properties(file).filter((place) => String(says(place, 'description', file) ?? '').trim() === '')
    expect(silent.map(({ at }) => at)).toEqual([])
  })
})

describe.each(ownFiles)('%s', (file) => {
  test('has examples for every property', () => {
    const without = properties(file).filter((place) => {
      const examples = says(place, 'examples', file)
      return !Array.isArray(examples) || examples.length === 0
    })
    expect(without.map(({ at }) => at)).toEqual([])
  })

  test('has examples that fit, and defaults too', () => {
    const root = read(file)
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    const wrong = properties(file).flatMap(({ at, schema }) =>
      [...((schema.examples ?? []) as unknown[]), ...('default' in schema ? [schema.default] : [])]
        .filter((value) => !ajv.validate({ ...schema, $defs: root.$defs }, value))
        .map((value) => `${at}: ${JSON.stringify(value)}`),
    )
    expect(wrong).toEqual([])
  })
})
