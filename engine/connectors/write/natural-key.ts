import type { CompiledEntity, RepeatBy } from '../compiled-connector.ts'

/** What the find of a write's natural key looks for, of the record that is sent. */
export async function naturalValue(
  { by, value }: RepeatBy,
  record: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return value ? value.evaluate(record, { record }) : record[by]
}

/** How long a find may lag behind a write, milliseconds: its own time and that of the finds that it goes over. */
export function settlesMs(entities: ReadonlyMap<string, CompiledEntity>, entity: CompiledEntity, find: string): number {
  const read = entity.finds.get(find)
  const over = read?.over && entities.get(read.over.entity)
  return (
    (read?.settlesMs ?? 0) + (over && read.over?.find !== undefined ? settlesMs(entities, over, read.over.find) : 0)
  )
}
