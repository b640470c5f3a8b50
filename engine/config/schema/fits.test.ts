import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { newAjv } from '../../expressions/values/ajv.ts'
import { packageFile } from '../package-files.ts'
import { surelyFits } from './fits.ts'
import { plainSchema } from './plain-schema.ts'
import { type FileKind, isSurelyRight, validatorOf } from './validator.ts'

const files = (pattern: string): readonly string[] => globSync(pattern, { cwd: packageFile('.') })
const read = (file: string): unknown => parse(readFileSync(packageFile(file), 'utf8'), { logLevel: 'error' })

const kinds: readonly (readonly [FileKind, string])[] = [
  ['connector', 'connectors/*.yaml'],
  ['mapping', 'mappings/*.yaml'],
  ['project', 'examples/shop/syncline.yaml'],
]
const configuration = kinds
  .flatMap(([kind, pattern]) => files(pattern).map((file) => [kind, file] as const))
  // What extends another mapping is a whole one only together with it.
  .filter(([, file]) => !Object.hasOwn(read(file) as object, 'extends'))
const entitySchemas = files('schemas/*/*.json')

/** Values that stand in the place of others. */
const stray = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, '', '5%', '60s', 'GET /x', 'x y', [], ['x'], [{}], {}, { a: 1 }),
  fc.jsonValue({ maxDepth: 1 }),
)
const change = fc.record({ at: fc.nat(), how: fc.constantFrom('value', 'rename', 'remove', 'add'), stray })

/** The value with one part of it, chosen by a number, changed. */
function changed(value: unknown, { at, how, stray: other }: { at: number; how: string; stray: unknown }): unknown {
  const copy = structuredClone(value)
  const parts: [Record<string, unknown>, string][] = []
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, child] of Object.entries(node)) {
      parts.push([node as Record<string, unknown>, key])
      walk(child)
    }
  }
  walk(copy)
  const [holder, key] = parts[at % parts.length] as [Record<string, unknown>, string]
  const before = holder[key]
  if (how === 'value') holder[key] = other
  else if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else if (how === 'add') holder[`${key}X`] = before
  else {
    delete holder[key]
    if (how === 'rename') holder[key.toUpperCase()] = before
  }
  return copy
}

describe('what surely fits', () => {
  it.each(configuration)('is a right file: %s %s', (kind, file) => {
    expect(isSurelyRight(kind, read(file))).toBe(true)
  })

  it('is each shipped schema of an entity', () => {
    expect(entitySchemas.filter((file) => !surelyFits(read(file), plainSchema))).toEqual([])
  })

  it('has nothing wrong for the validator of its kind', () => {
    const values = configuration.map(([kind, file]) => ({ kind, value: read(file) }))
    let right = 0
    fc.assert(
      fc.property(fc.nat(values.length - 1), fc.array(change, { minLength: 1, maxLength: 2 }), (index, changes) => {
        const file = values[index] as (typeof values)[number]
        const value = changes.reduce<unknown>(changed, file.value)
        if (!isSurelyRight(file.kind, value)) return
        right += 1
        expect(validatorOf(file.kind)(value)).toBe(true)
      }),
      { numRuns: 1000 },
    )
    expect(right).toBeGreaterThan(10)
  })

  it('is a JSON Schema, where it fits the plain one', () => {
    const ajv = newAjv({ strict: false, validateFormats: false })
    const values = entitySchemas.map(read)
    let right = 0
    fc.assert(
      fc.property(fc.nat(values.length - 1), fc.array(change, { minLength: 1, maxLength: 2 }), (index, changes) => {
        const value = changes.reduce<unknown>(changed, values[index])
        if (!surelyFits(value, plainSchema)) return
        right += 1
        const { $schema: _, ...schema } = value as Record<string, unknown>
        expect(ajv.validateSchema(schema)).toBe(true)
      }),
      { numRuns: 1000 },
    )
    expect(right).toBeGreaterThan(10)
  })

  it.each([
    ['a keyword that it does not know', 1, { const: 1 }],
    ['the name of something that every object has', {}, { toString: 1 }],
    ['a format that is not named', 'x', { format: 'iban' }],
    ['a reference that leads nowhere', 1, { $ref: '#/$defs/none' }],
  ])('is nothing under %s', (_, value, schema) => {
    expect(surelyFits(value, schema)).toBe(false)
  })
})
