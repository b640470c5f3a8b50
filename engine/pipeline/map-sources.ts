import type { CompiledEntity } from '../connectors/compiled-connector.ts'
import { withoutPersonal } from '../redaction/text.ts'
import type { Link } from '../store/state-store.ts'
import { type CompiledMapping, mainStep, tellsGone } from './compiled-mapping.ts'
import type { Counts, Tally } from './counts.ts'
import type { GoneTargets } from './gone-targets.ts'
import { joinRecords } from './join-records.ts'
import type { Ledger, SourceState } from './ledger.ts'
import { codeOf, mapRecord, notKept, recordVariables } from './map-record.ts'
import type { TargetRecord } from './outcome.ts'
import type { SourceRecord } from './read-source.ts'
import type { RunContext } from './run-context.ts'

/** A source record as the spool hands it out. */
export interface ReadSource extends SourceRecord {
  readonly key: string
  readonly companion: boolean
}

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

/**
 * The key that a person knows; undefined where the record has none, one that its expression does not fit, or one that is
 * personal: labels are shown and stored.
 */
export async function labelOf({ label, personal }: CompiledEntity, value: unknown): Promise<string | undefined> {
  try {
    const text = await label?.evaluate(value, {})
    if (text === undefined) return undefined
    return withoutPersonal(String(text), personal.valuesOf(value)) === String(text) ? String(text) : undefined
  } catch {
    return undefined
  }
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

  /** A record of which nothing goes on its way. */
  const fail = (state: SourceState, { code, message }: { readonly code: string; readonly message: string }): void => {
    ledger.fail(state, code, message)
    ledger.close(state)
  }

  return {
    async sift(records) {
      const kept: KeptSource[] = []
      const keys = records.map(({ key }) => key)
      const links = context.store.links.bySources(mapping.name, mainStep, keys)
      for (const { key, companion, value, problems, unreadable } of records) {
        if (!companion) counts.read += 1
        const state: SourceState = {
          key,
          label: await labelOf(mapping.from.entity, value),
          value,
          companion,
          open: 0,
          failed: false,
          parked: false,
        }
        const source: KeptSource = { value, state, links: links.get(key) ?? [] }
        const problem = problems[0]
        if (unreadable) {
          fail(state, unreadable)
          continue
        }
        if (problem) {
          fail(state, {
            code: `source-${problem.code}`,
            message: `${mapping.from.name}${problem.path}: ${problem.message}`,
          })
          continue
        }
        try {
          const reason = await notKept(mapping, value, recordVariables(mapping, value, {}, context.startedAt), false)
          if (reason === undefined) kept.push(source)
          else drop(source, reason)
        } catch (error) {
          fail(state, codeOf(error))
        }
      }
      return kept
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
          fail(state, entry.failure)
          continue
        }
        const result = await mapRecord(mapping, state.value, entry.variables)
        if (result.kind === 'skipped') drop(entry.source, result.reason)
        else if (result.kind === 'failed') fail(state, result)
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
