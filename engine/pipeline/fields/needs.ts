import { keyValue } from '../../connectors/read/key-value.ts'
import type { Unreadable } from '../../connectors/read/reading.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { CompiledMapping } from '../compiled-mapping.ts'
import type { Tally } from '../counts.ts'
import type { TargetRecord } from '../map/outcome.ts'
import type { RunContext } from '../run-context.ts'

export interface Absent {
  readonly entity: string
  readonly field: string
  readonly key: string
  /** Name of the mapping that makes such records, if the project has one. */
  readonly maker: string | undefined
  /** Set when the target does not answer for the key: then nobody knows whether it is there. */
  readonly unreadable: Unreadable | undefined
}

/** What target records need that is not in the target. */
export interface Missing {
  /** The first thing that one of the records needs and that is not there. */
  of(targets: readonly TargetRecord[]): Absent | undefined
}

/**
 * Finds out which needed records exist: by what is known from earlier writes and look-ups, and for the rest by asking
 * the target in batches. What is found is adopted, so that it is not asked for again.
 */
export async function findMissing(
  mapping: CompiledMapping,
  targets: readonly TargetRecord[],
  context: RunContext,
  tally: Tally,
): Promise<Missing> {
  const absent = new Map<string, Absent>()
  for (const { entity: ref, field } of mapping.needs) {
    const keys = [
      ...new Set(
        targets
          .map((target) => target.fields[field])
          .filter(isKeyPart)
          .map((value) => keyText([value])),
      ),
    ]
    const known = context.store.known.which(ref.name, keys)
    const unknown = keys.filter((key) => !known.has(key))
    if (unknown.length === 0 || !ref.entity.get) continue
    const connection = context.connections.get(ref.connection)
    if (!connection) throw new Error(`There is no connection ${ref.connection}.`)
    const read = await connection.reading.get(
      ref.entity,
      unknown.map((key) => keyValue(ref.entity, key)),
      { priority: mapping.priority, signal: context.stop, tally: tally(ref.connection) },
    )
    const found = new Set(read.records.map((record) => record.key))
    if (!context.options.dryRun) context.store.known.add(ref.name, [...found])
    const unreadable = new Map(read.unreadable.map((each) => [each.key, each]))
    const maker = context.makers.get(ref.name)
    for (const key of unknown) {
      if (!found.has(key))
        absent.set(`${field} ${key}`, { entity: ref.name, field, key, maker, unreadable: unreadable.get(key) })
    }
  }
  return {
    of(records) {
      if (absent.size === 0) return undefined
      for (const target of records) {
        for (const { field } of mapping.needs) {
          // A record without the field needs nothing.
          if (!isKeyPart(target.fields[field])) continue
          const found = absent.get(`${field} ${keyText([target.fields[field]])}`)
          if (found) return found
        }
      }
      return undefined
    },
  }
}
