import type { CompiledMapping, MappingBase } from '../compiled-mapping.ts'
import { connectionOf } from '../open-connections.ts'
import type { RunContext } from '../run-context.ts'
import type { ReadPlan } from './plan-types.ts'
import { linkedSource } from './read-one.ts'
import { readSource } from './read-source.ts'
import type { SourceRead } from './source-record.ts'

/** The mapping's read; another mapping of the run may have made it already. */
export function sharedRead(
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
