import type { Variables } from '../../config/expression-compiler.ts'
import type { Connection } from '../../connectors/connection.ts'
import type { ReadOptions } from '../../connectors/read/reading.ts'
import type { ReadRecord } from '../../connectors/read/received-record.ts'
import { asList } from '../../expressions/as-list.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { CompiledJoin, MappingBase } from '../compiled-mapping.ts'
import { codeOf, recordVariables } from '../map/map-record.ts'
import { RecordFailure } from '../map/outcome.ts'

/** A record with all that its expressions see, or the failure of its joins. */
export type Joined<T> =
  | { readonly source: T; readonly variables: Variables }
  | { readonly source: T; readonly failure: { readonly code: string; readonly message: string } }

/** Reads the joins of many records in batches: join after join, since a later one may use an earlier. */
export async function joinRecords<T extends { readonly value: unknown }>(
  mapping: MappingBase,
  sources: readonly T[],
  connections: ReadonlyMap<string, Connection>,
  startedAt: string,
  optionsFor: (connection: string) => ReadOptions,
): Promise<Joined<T>[]> {
  const joined: { source: T; variables: Record<string, unknown>; failure?: { code: string; message: string } }[] =
    sources.map((source) => ({
      source,
      variables: { ...recordVariables(mapping, source.value, {}, startedAt) },
    }))
  for (const join of mapping.joins) {
    const connection = connections.get(join.entity.connection)
    if (!connection) throw new Error(`There is no connection ${join.entity.connection}.`)
    const wanted: { entry: (typeof joined)[number]; values: readonly unknown[] }[] = []
    for (const entry of joined) {
      if (entry.failure) continue
      try {
        const values = asList(await join.by.evaluate(entry.source.value, entry.variables))
        if (!values.every(isKeyPart))
          throw new RecordFailure('not-a-key', `The join ${join.name}: \`by\` gives something that is no key.`)
        wanted.push({ entry, values })
      } catch (error) {
        entry.failure = codeOf(error)
      }
    }
    const values = wanted.flatMap(({ values }) => values)
    const read =
      values.length === 0
        ? { byValue: new Map<string, readonly ReadRecord[]>(), bad: new Map<string, string>() }
        : await readJoined(join, connection, values, optionsFor(connection.name))
    for (const { entry, values: own } of wanted) {
      try {
        const records = own.flatMap((value) => {
          const key = keyText([value])
          const bad = read.bad.get(key)
          if (bad !== undefined)
            throw new RecordFailure('join-unreadable', `The join ${join.name} could not be read: ${bad}`)
          return (read.byValue.get(key) ?? []).map((record) => {
            const problem = record.problems[0]
            if (problem)
              throw new RecordFailure(
                `source-${problem.code}`,
                `${join.entity.name}${problem.path}: ${problem.message}`,
              )
            return record.value
          })
        })
        if (join.many) entry.variables[join.name] = records
        else if (records.length > 0) entry.variables[join.name] = records[0]
      } catch (error) {
        entry.failure = codeOf(error)
      }
    }
  }
  return joined.map(({ source, variables, failure }) => (failure ? { source, failure } : { source, variables }))
}

async function readJoined(
  join: CompiledJoin,
  connection: Connection,
  values: readonly unknown[],
  options: ReadOptions,
): Promise<{ byValue: ReadonlyMap<string, readonly ReadRecord[]>; bad: ReadonlyMap<string, string> }> {
  const { entity } = join.entity
  if (join.find !== undefined) {
    const found = await connection.reading.find(entity, join.find, values, options)
    return { byValue: found.byValue, bad: badOf(found.unreadable) }
  }
  if (entity.cacheMs !== undefined) {
    // Reference data is read once as a whole; single reads would cost calls.
    const field = entity.keyFields[0] as string
    const byValue = new Map<string, readonly ReadRecord[]>()
    for (const value of values) {
      const row = await connection.references.lookup(entity, field, value, options)
      if (row) byValue.set(keyText([value]), [{ key: keyText([value]), value: row, problems: [] }])
    }
    return { byValue, bad: new Map() }
  }
  const read = await connection.reading.get(entity, values, options)
  const byValue = new Map<string, ReadRecord[]>()
  for (const record of read.records) byValue.set(record.key, [record])
  return { byValue, bad: badOf(read.unreadable) }
}

function badOf(unreadable: readonly { readonly key: string; readonly message: string }[]): ReadonlyMap<string, string> {
  return new Map(unreadable.map(({ key, message }) => [key, message]))
}
