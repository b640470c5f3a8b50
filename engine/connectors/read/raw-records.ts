import type { Formula, Variables } from '../../config/expression-compiler.ts'
import { asList } from '../../expressions/as-list.ts'
import type { CompiledRecords } from '../compiled-connector.ts'

/** Where an answer has its records, a list or columns and rows. */
export async function rawRecords(
  records: CompiledRecords,
  input: unknown,
  variables: Variables,
): Promise<readonly unknown[]> {
  if (records.kind === 'list') return asList(await records.list.evaluate(input, variables))
  const columns = asList(await records.columns.evaluate(input, variables)).map(String)
  return asList(await records.rows.evaluate(input, variables)).map((row) =>
    Object.fromEntries(asList(row).map((value, index) => [columns[index] ?? `column${index}`, value])),
  )
}

/** Records in the entity's shape; what else the answer holds of them (a map by id beside the rows) is there as $answer. */
export function reshaped(as: Formula, raw: readonly unknown[], variables: Variables): Promise<unknown[]> {
  return Promise.all(raw.map((record) => as.evaluate(record, variables)))
}
