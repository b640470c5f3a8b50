import type { JsonSchema } from '../../expressions/values/index.ts'
import type { Reference } from '../compiled-connector.ts'

/** Fields of the record itself that are marked `x-absent: clears`. */
export function clearedFields(schema: JsonSchema): ReadonlySet<string> {
  const properties = typeof schema === 'object' ? Object.entries(schema.properties ?? {}) : []
  return new Set(
    properties.flatMap(([name, property]) =>
      (property as Readonly<Record<string, unknown>>)['x-absent'] === 'clears' ? [name] : [],
    ),
  )
}

/** Fields marked `x-refers: entity.field`, with their path; lists on the way are passed through. */
export function referencesOf(schema: JsonSchema, path: readonly string[] = []): Reference[] {
  if (typeof schema !== 'object') return []
  const own = typeof schema['x-refers'] === 'string' ? schema['x-refers'].split('.') : undefined
  const here: Reference[] = own ? [{ path, entity: own[0] as string, field: own[1] as string }] : []
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  return [
    ...here,
    ...properties.flatMap(([name, property]) => referencesOf(property, [...path, name])),
    ...(schema.items === undefined ? [] : referencesOf(schema.items as JsonSchema, path)),
  ]
}
