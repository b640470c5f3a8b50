import type { CompiledEntity } from '../compiled-connector.ts'

/** A key's text as the value that requests use: a number where the schema says so. */
export function keyValue(entity: CompiledEntity, key: string): unknown {
  const { type } = entity
  const field = type.kind === 'object' ? type.fields.get(entity.keyFields[0] as string) : undefined
  return field?.kind === 'number' && key.trim() !== '' && Number.isFinite(Number(key)) ? Number(key) : key
}
