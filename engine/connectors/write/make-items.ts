import type { Variables } from '../../config/expression-compiler.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import type { OutgoingRecord } from './owned-fields.ts'
import { failAll, type Items, type Sending } from './sending.ts'

/** Items of the body. One that cannot be made fails its records, and no others. */
export async function makeItems(
  basics: Variables,
  sending: Sending,
  all: Items,
): Promise<{ items: Items; made: readonly unknown[] }> {
  const { write } = sending
  const items: Items[number][] = []
  const made: unknown[] = []
  for (const records of all) {
    const fields = records.map((record) => record.fields)
    try {
      made.push(
        write.item
          ? await write.item.evaluate(fields[0], { ...basics, record: fields[0], records: fields })
          : withNulls(records[0] as OutgoingRecord),
      )
      items.push(records)
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error
      failAll(sending, records, 'item-failed', `The connector file cannot make an item of it: ${error.message}`)
    }
  }
  return { items, made }
}

/** A record as the body holds it: what is to be emptied is null there. */
function withNulls({ fields, cleared }: OutgoingRecord): Readonly<Record<string, unknown>> {
  return cleared ? { ...fields, ...Object.fromEntries([...cleared].map((name) => [name, null])) } : fields
}
