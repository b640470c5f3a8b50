import type { Connection } from '../../connectors/connection.ts'
import type { ReadOptions } from '../../connectors/read/reading.ts'
import type { CompiledMapping } from '../compiled-mapping.ts'
import type { TargetRecord } from '../map/outcome.ts'

/**
 * A value that must exist in the target's reference data and does not. In a key field it is a failure, since some
 * systems ignore such a row without a word; elsewhere a warning, since the rest of the record can be written. Where the
 * reference data cannot be read, or lacks the field, nothing is said.
 */
export async function unknownReference(
  mapping: CompiledMapping,
  target: TargetRecord,
  connection: Connection,
  options: ReadOptions,
): Promise<{ readonly code: string; readonly message: string; readonly fails: boolean } | undefined> {
  for (const { path, entity: name, field } of mapping.to.entity.refers) {
    const entity = connection.connector.entities.get(name)
    if (!entity) continue
    for (const value of valuesAt({ ...target.createOnly, ...target.fields }, path)) {
      if ((await connection.references.exists(entity, field, value, options)) === false) {
        return {
          code: 'unknown-reference',
          fails: mapping.to.entity.keyFields.includes(path[0] as string),
          message: `${path.join('.')}: ${mapping.to.connection} has no ${name} with ${field} ${String(value)}. Make it there, or correct the table.`,
        }
      }
    }
  }
  return undefined
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap((entry) => valuesAt(entry, path))
  const [first, ...rest] = path
  return first === undefined ? [value] : valuesAt((value as Record<string, unknown>)[first], rest)
}
