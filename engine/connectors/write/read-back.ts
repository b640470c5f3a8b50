import type { Variables } from '../../config/expression-compiler.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import { sleep } from '../../http/retry.ts'
import type { Timers } from '../../http/time.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { CompiledEntity, CompiledWrite } from '../compiled-connector.ts'
import { CallFailure, isSystemFailure } from '../failure.ts'
import type { Reading } from '../read/reading.ts'
import { naturalValue, settlesMs } from './natural-key.ts'
import type { OutgoingRecord } from './owned-fields.ts'
import type { Sending } from './sending.ts'

/** What a look at the target needs. */
export interface Looking {
  readonly entities: ReadonlyMap<string, CompiledEntity>
  readonly reading: Reading
  /** What every expression of the connector sees. */
  readonly basics: Variables
  readonly timers: Timers
}

/**
 * What the target holds of records: `applied`; `absent`: it does not hold what was sent; `there`: it holds the record,
 * which proves nothing, since it held it before or was sent something else; `unknown`: it cannot be asked, or does not
 * answer for the key.
 */
export type Held = ReadonlyMap<OutgoingRecord, 'applied' | 'absent' | 'there' | 'unknown'>

/** A target that cannot be asked leaves open what it holds. */
export async function lookUp(looking: Looking, sending: Sending, records: readonly OutgoingRecord[]): Promise<Held> {
  try {
    return await readBack(looking, sending, records)
  } catch (error) {
    if (isSystemFailure(error) || !(error instanceof CallFailure || error instanceof EvaluationError)) throw error
    return new Map(records.map((record) => [record, 'unknown']))
  }
}

async function readBack(
  { entities, reading, basics, timers }: Looking,
  { entity, write, owned, options }: Sending,
  records: readonly OutgoingRecord[],
): Promise<Held> {
  const by = typeof write.repeat === 'object' ? write.repeat.by : undefined
  const back = write.readBack
  if (!back && by === undefined) return new Map(records.map((record) => [record, 'unknown']))
  const asked = back ? (entities.get(back.entity) as CompiledEntity) : entity
  const find = back ? back.find : (by as string)
  const settles = settlesMs(entities, asked, find)
  const values = await naturalValues(write, records)
  // A search may lag behind the write: "not there" counts only after that.
  if (settles > 0) await sleep(settles, options.signal, timers)
  const found = await reading.find(asked, find, [...values.values()].filter(isKeyPart), options)
  const unreadable = new Set(found.unreadable.map(({ key }) => key))
  const states = new Map<OutgoingRecord, 'applied' | 'absent' | 'there' | 'unknown'>()
  for (const record of records) {
    const natural = values.get(record)
    if (!isKeyPart(natural)) {
      states.set(record, 'unknown')
      continue
    }
    const value = keyText([natural])
    const rows = (found.byValue.get(value) ?? []).map((row) => row.value)
    if (unreadable.has(value)) states.set(record, 'unknown')
    else if (back) {
      const variables = {
        ...basics,
        record: record.fields,
        records: [record.fields],
        found: rows,
        items: [],
        owned,
        full: options.full,
      }
      states.set(record, (await back.applied.evaluate(undefined, variables)) === true ? 'applied' : 'absent')
    } else if (rows.length === 0) states.set(record, 'absent')
    else {
      const provesNothing = record.exists === true || options.lookFirst?.get(record.key) === 'other'
      states.set(record, provesNothing ? 'there' : 'applied')
    }
  }
  return states
}

/** What tells each record apart in a look: its field, or what `repeat.value` makes of it. */
async function naturalValues(
  { repeat, readBack }: CompiledWrite,
  records: readonly OutgoingRecord[],
): Promise<ReadonlyMap<OutgoingRecord, unknown>> {
  const values = new Map<OutgoingRecord, unknown>()
  for (const record of records)
    values.set(
      record,
      readBack
        ? record.fields[readBack.by]
        : typeof repeat === 'object'
          ? await naturalValue(repeat, record.fields)
          : undefined,
    )
  return values
}
