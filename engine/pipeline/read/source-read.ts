import type { Connection } from '../../connectors/connection.ts'
import type { CompiledMapping, MappingBase } from '../compiled-mapping.ts'
import type { RunContext } from '../run-context.ts'
import { linkedSource, type ReadPlan, readSource, type SourceRead } from './read-source.ts'

/** Source records that are mapped together: enough to fill joins' batches, few enough to be light. */
export const pageSize = 400

export function connectionOf(context: Pick<RunContext, 'connections'>, name: string): Connection {
  const connection = context.connections.get(name)
  if (!connection) throw new Error(`There is no connection ${name}.`)
  return connection
}

/** So many records that the batches of every join are full. */
export function chunkSize(mapping: MappingBase): number {
  const batches = mapping.joins.map(
    ({ entity, find }) => (find === undefined ? entity.entity.get?.batch : entity.entity.finds.get(find)?.batch) ?? 1,
  )
  const largest = Math.max(1, ...batches)
  return Math.ceil(pageSize / largest) * largest
}

/** The mapping's read; another mapping of the run may have made it already. */
export function sourceRead(
  mapping: MappingBase & Partial<Pick<CompiledMapping, 'siblings'>>,
  context: RunContext,
  plan: ReadPlan,
  onListed: (listed: number) => void,
  tally: (event: { readonly throttled: boolean }) => void,
): Promise<SourceRead> {
  const { siblings } = mapping
  const base = `${mapping.from.name} ${plan.mode === 'full' ? 'full' : `${mapping.name} ${plan.mode}`}`
  const name = siblings ? `${base} by ${siblings.by.source}` : base
  const known = [...context.reads].find(
    ([other]) => other === name || (!siblings && plan.mode === 'full' && other.startsWith(`${base} by `)),
  )
  // A full read that was grouped for one mapping serves every other that needs no groups.
  if (known) return known[1]
  const source = connectionOf(context, mapping.from.connection)
  const read = readSource(mapping, source, context.spool, name, plan, context.options.only, {
    priority: mapping.priority,
    stop: context.stop,
    onListed,
    tally,
    linkedTo: linkedSource(mapping, context.mappings.values(), context.store.links),
  })
  context.reads.set(name, read)
  return read
}
