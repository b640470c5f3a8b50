import type { Link } from '../../store/state-store.ts'
import type { SourceState } from '../commit/source-ledger.ts'
import { type CompiledMapping, mainStep, tellsGone } from '../compiled-mapping.ts'
import type { Counts, Tally } from '../counts.ts'
import { codeOf, mapRecord } from '../map/map-record.ts'
import type { TargetRecord } from '../map/outcome.ts'
import { joinRecords } from '../read/join-records.ts'
import { awaitedBy, createSieve, failSource, type ReadSource } from '../read/sieve.ts'
import type { RunContext } from '../run-context.ts'
import type { GoneTargets } from './gone-targets.ts'
import type { Ledger } from './ledger.ts'

/** A source record that passed the first sieve. */
export interface KeptSource {
  readonly value: unknown
  readonly state: SourceState
  readonly links: readonly Link[]
}

/** A source record with the target records that it yields. */
export interface MappedSource {
  readonly state: SourceState
  readonly links: readonly Link[]
  readonly targets: readonly TargetRecord[]
  /** Keys of target records that failed; undefined stands for one whose key is not known. */
  readonly failedKeys: ReadonlySet<string | undefined>
}

/** The first half of a record's life: from read to mapped. What ends on the way is booked. */
export interface SourceMapper {
  /** First sieve: what cannot be read, and what is not kept by its own fields. It needs no join. */
  sift(records: readonly ReadSource[]): Promise<KeptSource[]>
  /** Joins and maps. */
  map(kept: readonly KeptSource[]): Promise<MappedSource[]>
}

export function createSourceMapper(
  mapping: CompiledMapping,
  context: RunContext,
  counts: Counts,
  ledger: Ledger,
  gone: GoneTargets,
  tally: Tally,
): SourceMapper {
  /** A record that is not kept is skipped, and what it made before is gone. */
  const drop = ({ state, links }: Pick<KeptSource, 'state' | 'links'>, reason: string): void => {
    if (!state.companion) ledger.skip(reason)
    ledger.close(state)
    if (tellsGone(mapping)) gone.add(links.filter((link) => link.state === 'live'))
  }

  const linksOf = (state: SourceState): readonly Link[] =>
    tellsGone(mapping) ? context.store.links.bySource(mapping.name, mainStep, state.key) : []
  const sieve = createSieve(mapping, context, counts, ledger, (state, reason) =>
    drop({ state, links: linksOf(state) }, reason),
  )

  return {
    async sift(records) {
      const states = await sieve(records)
      const keys = states.map(({ key }) => key)
      const links = context.store.links.bySources(mapping.name, mainStep, keys)
      return states.map((state) => ({ value: state.value, state, links: links.get(state.key) ?? [] }))
    },

    async map(kept) {
      const mapped: MappedSource[] = []
      const joined = await joinRecords(mapping, kept, context.connections, context.startedAt, (connection) => ({
        priority: mapping.priority,
        signal: context.stop,
        tally: tally(connection),
      }))
      for (const entry of joined) {
        const { state, links } = entry.source
        if ('failure' in entry) {
          failSource(ledger, state, entry.failure)
          continue
        }
        try {
          const awaited = await awaitedBy(mapping, state.value, entry.variables)
          if (awaited) {
            ledger.park(state, awaited.entity, awaited.key)
            ledger.close(state)
            continue
          }
        } catch (error) {
          failSource(ledger, state, codeOf(error))
          continue
        }
        const result = await mapRecord(mapping, state.value, entry.variables)
        if (result.kind === 'skipped') drop(entry.source, result.reason)
        else if (result.kind === 'waits') {
          ledger.wait(state, result.reason)
          ledger.close(state)
        } else if (result.kind === 'failed') failSource(ledger, state, result)
        else {
          for (const failed of result.failed) ledger.fail(state, failed.code, failed.message)
          mapped.push({
            state,
            links,
            targets: result.targets,
            failedKeys: new Set(result.failed.map(({ key }) => key)),
          })
        }
      }
      return mapped
    },
  }
}
