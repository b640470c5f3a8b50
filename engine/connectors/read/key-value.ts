import type { CompiledEntity } from '../compiled-connector.ts'

/**
 * A text as the value of a field that requests use, by default of the key: a number where the schema says so. A find has the
 * name of the field that it looks for; of one that has not, nothing is known, and the text is taken as it is.
 */
export function keyValue(entity: CompiledEntity, key: string, name = entity.keyFields[0] as string): unknown {
  const { type } = entity
  const field = type.kind === 'object' ? type.fields.get(name) : undefined
  return field?.kind === 'number' && key.trim() !== '' && Number.isFinite(Number(key)) ? Number(key) : key
}
