import type { Connection } from '../../connectors/connection.ts'
import { CallFailure, isSystemFailure } from '../../connectors/failure.ts'
import { keyValue } from '../../connectors/read/key-value.ts'
import type { Unreadable } from '../../connectors/read/reading.ts'
import { unevenField } from '../../connectors/write/owned-fields.ts'
import { keyText } from '../../store/key.ts'
import type { Link } from '../../store/state-store.ts'
import { fingerprint } from '../commit/fingerprint.ts'
import type { SourceState } from '../commit/source-ledger.ts'
import { type CompiledMapping, mainStep, tellsGone } from '../compiled-mapping.ts'
import type { Tally } from '../counts.ts'
import { codeOf, evaluateFields } from '../map/map-record.ts'
import { RecordFailure, type TargetRecord } from '../map/outcome.ts'
import type { RunContext } from '../run-context.ts'
import type { GoneTargets } from './gone-targets.ts'
import { type Intents, perhapsGone } from './intents.ts'
import type { Departure, Ledger } from './ledger.ts'
import type { MappedSource } from './map-sources.ts'
import { findMissing } from './needs.ts'
import { unknownReference } from './reference-check.ts'

/** Target records that go in one item, or one alone. */
export type DepartureGroup = readonly Departure[]

/**
 * Decides what is to be sent of what records yielded: key checks, needs, comparison with what was sent before. A group
 * of which nothing changed is booked and left out; an unchanged record goes along with a changed one of its group.
 */
export interface Departures {
  of(records: readonly MappedSource[]): Promise<DepartureGroup[]>
}

export function createDepartures(
  mapping: CompiledMapping,
  context: RunContext,
  ledger: Ledger,
  gone: GoneTargets,
  target: Connection,
  tally: Tally,
  intents: Intents,
  hasLeft: (sourceKey: string) => boolean,
): Departures {
  const asked = { priority: mapping.priority, signal: context.stop, tally: tally(mapping.to.connection) }
  const { together } = mapping.write
  const { entity } = mapping.to

  return {
    async of(records) {
      const missing = await findMissing(
        mapping,
        records.flatMap(({ targets }) => targets),
        context,
        tally,
      )
      const linked = (record: MappedSource, key: string): boolean => record.links.some((link) => link.targetKey === key)
      const existing = await findExisting(
        records.flatMap((record) => record.targets.filter(({ key }) => !linked(record, key))),
      )
      const groups = new Map<string, Departure[]>()
      for (const record of records) {
        const absent = missing.of(record.targets)
        if (absent) {
          const { unreadable } = absent
          if (unreadable) ledger.fail(record.state, unreadable.code, `${absent.entity}: ${unreadable.message}`)
          else if (absent.maker) ledger.park(record.state, absent.entity, absent.key)
          else
            ledger.fail(
              record.state,
              'not-in-target',
              `${absent.entity} has no record with this ${absent.field}, and no mapping of the project makes one.`,
            )
          ledger.close(record.state)
          continue
        }
        for (const departure of await depart(record, existing)) {
          const shared = together === undefined ? undefined : departure.target.fields[together]
          const name = shared === undefined ? `key ${departure.target.key}` : `together ${String(shared)}`
          const group = groups.get(name)
          if (group) group.push(departure)
          else groups.set(name, [departure])
        }
      }
      const leaving: DepartureGroup[] = []
      for (const group of groups.values()) {
        // What the records of an item have in common is taken from the first: it must be the same one in every run.
        group.sort((a, b) => byKey(a.source.key, b.source.key))
        // A full file holds everything: what is not in it the target takes as gone.
        if (mapping.fullFile || group.some(({ companion }) => !companion)) leaving.push(group)
        else for (const { source } of group) ledger.unchanged(source)
      }
      return leaving
    },
  }

  async function depart({ state, links, targets, failedKeys }: MappedSource, existing: Existing): Promise<Departure[]> {
    const live = links.filter((link) => link.state === 'live')
    const yielded = new Set<string | undefined>([...targets.map(({ key }) => key), ...failedKeys])
    if (targets.length === 0 && failedKeys.size === 0 && !state.companion) ledger.skip('nothing-to-send')
    const renamed = mapping.block.each ? undefined : live.find((link) => !yielded.has(link.targetKey))
    if (renamed && targets.length > 0) {
      // The key cannot change in the target: a twin would be made, and the old record would stay. A person must decide.
      ledger.fail(
        state,
        'key-changed',
        `It was ${renamed.targetKey} in the target and would be ${(targets[0] as TargetRecord).key} now. Change the key back, or retire the old record by hand.`,
      )
      ledger.close(state)
      return []
    }
    const departures: Departure[] = []
    for (const made of targets) {
      const own = links.find(({ targetKey }) => targetKey === made.key)
      const holder = own?.state === 'live' ? own : context.store.links.byTarget(mapping.name, mainStep, made.key)
      const vacated =
        holder?.state === 'live' && holder.sourceKey !== state.key && hasLeft(holder.sourceKey) ? holder : undefined
      const link = vacated ? undefined : holder
      const problem = problemOf(made, state, link) ?? existing.unreadable.get(made.key)
      const unknown = problem ? undefined : await unknownReference(mapping, made, target, asked)
      const failure = problem ?? (unknown?.fails ? unknown : undefined)
      if (failure) {
        ledger.fail(state, failure.code, failure.message)
        continue
      }
      const existed = holder !== undefined || existing.keys.has(made.key)
      if (mapping.write.makesOnly && existed && vacated === undefined) {
        adopt(made, state)
        continue
      }
      let prepared: TargetRecord
      try {
        prepared = await prepare(made, link, vacated !== undefined || existing.keys.has(made.key))
      } catch (error) {
        const { code, message } = codeOf(error)
        ledger.fail(state, code, message)
        continue
      }
      ledger.warn([...made.warnings, ...(unknown ? [unknown.code] : [])])
      const print = fingerprint(made.fields)
      state.open += 1
      departures.push({
        source: state,
        target: prepared,
        fingerprint: print,
        address: addressOf(prepared),
        existed,
        companion: link?.state === 'live' && link.fingerprint === print,
        vacated,
      })
    }
    // A target record that failed may be one of those that are not yielded: where its key is not known, or has changed.
    const certain = mapping.block.each ? !failedKeys.has(undefined) : failedKeys.size === 0
    if (tellsGone(mapping) && certain) gone.add(live.filter((link) => !yielded.has(link.targetKey)))
    if (departures.length === 0) ledger.close(state)
    return departures
  }

  /** What a write that makes records only finds made: by this mapping, also where its answer was lost, or by others. */
  function adopt(made: TargetRecord, state: SourceState): void {
    ledger.adopt(state, made, fingerprint(made.fields), addressOf(made))
    if (!context.options.dryRun) intents.settled([made.key])
  }

  function addressOf({ fields }: TargetRecord): Readonly<Record<string, unknown>> {
    const names = [...entity.keyFields, ...(together === undefined ? [] : [together])]
    return Object.fromEntries(names.map((field) => [field, fields[field]]))
  }

  function problemOf(
    made: TargetRecord,
    state: SourceState,
    link: Link | undefined,
  ): { code: string; message: string } | undefined {
    const owner = ownerOf(made, state, link)
    if (owner !== state.key) {
      return {
        code: 'key-taken',
        message: `The target key ${made.key} belongs to the source record ${owner}, which had it first. Give one of the two another key.`,
      }
    }
    if (intents.undecided(made.key)) {
      return {
        code: 'undecided',
        message:
          'An earlier run could not say whether it wrote this record. Look it up in the target; to send it again, run the mapping with --only.',
      }
    }
    const uneven = unevenField(mapping.write, {
      key: made.key,
      fields: { ...made.createOnly, ...made.fields },
      createOnly: new Set(),
    })
    if (uneven) {
      return {
        code: 'uneven-fields',
        message: `Some entries have ${uneven.path.join('.')} and others lack it; the target would write its default there. Give it in all entries or in none.`,
      }
    }
    return undefined
  }

  /** Whose the target key is: of whom has a live link to it, else of whom lays claim to it first in this run. */
  function ownerOf(made: TargetRecord, state: SourceState, link: Link | undefined): string {
    return link?.state === 'live' ? link.sourceKey : context.spool.claim(mapping.name, made.key, state.key)
  }

  /** Owned fields, with what only a new or a returning record gets. */
  async function prepare(made: TargetRecord, link: Link | undefined, exists: boolean): Promise<TargetRecord> {
    const isNew = link === undefined && !exists
    // A target that knows what createOnly means is always told; else a record that exists does not get these fields.
    const createOnly = mapping.toldCreateOnly || isNew ? made.createOnly : {}
    const wasGone = link?.state === 'gone' || link?.fingerprint === perhapsGone
    if (!wasGone || !mapping.gone) return { ...made, createOnly }
    const restored = await evaluateFields(mapping.gone.restore, made.fields, {
      target: made.fields,
      options: mapping.options,
    })
    const { value, problems } = entity.writer({ ...createOnly, ...made.fields, ...restored })
    const problem = problems[0]
    if (problem)
      throw new RecordFailure(`target-${problem.code}`, `${mapping.to.name}${problem.path}: ${problem.message}`)
    const written = value as Readonly<Record<string, unknown>>
    return {
      ...made,
      fields: { ...made.fields, ...Object.fromEntries(Object.keys(restored).map((name) => [name, written[name]])) },
      createOnly: Object.fromEntries(Object.entries(createOnly).filter(([name]) => !(name in restored))),
    }
  }

  /** Target records that are known to exist; where createOnly needs to know it, they are looked up. */
  async function findExisting(targets: readonly TargetRecord[]): Promise<Existing> {
    const { store, options } = context
    const keys = new Set(
      store.known.which(
        mapping.to.name,
        targets.map(({ key }) => key),
      ),
    )
    const unreadable = new Map<string, Unreadable>()
    const unknown = targets.filter(({ key }) => !keys.has(key))
    const asksFirst = mapping.write.makesOnly || (!mapping.toldCreateOnly && mapping.createOnly.size > 0)
    if (!asksFirst || !entity.get || unknown.length === 0) return { keys, unreadable }
    const field = entity.keyFields[0] as string
    const read = await unlessRefused(
      entity.get.optional,
      target.reading.get(
        entity,
        unknown.map(({ fields }) => keyValue(entity, String(fields[field]))),
        asked,
      ),
    )
    if (!read) return { keys, unreadable }
    for (const { key } of read.records) keys.add(key)
    for (const each of read.unreadable)
      for (const { key, fields } of unknown)
        if (keyText([fields[field]]) === each.key)
          unreadable.set(key, { ...each, message: `${mapping.to.name}: ${each.message}` })
    if (!options.dryRun)
      store.known.add(
        mapping.to.name,
        read.records.map(({ key }) => key),
      )
    return { keys, unreadable }
  }
}

/** What was found out of target records before they are written. */
interface Existing {
  readonly keys: ReadonlySet<string>
  /** Records for which the target does not answer: nobody knows whether they are new. By key. */
  readonly unreadable: ReadonlyMap<string, Unreadable>
}

/** A read that an installation may not have, and does not: undefined. */
async function unlessRefused<T>(isOptional: boolean, read: Promise<T>): Promise<T | undefined> {
  try {
    return await read
  } catch (error) {
    if (isOptional && error instanceof CallFailure && !isSystemFailure(error)) return undefined
    throw error
  }
}

/** Numbers by their value, texts by their letters. */
function byKey(a: string, b: string): number {
  const numbers = Number(a) - Number(b)
  return Number.isNaN(numbers) ? (a < b ? -1 : a > b ? 1 : 0) : numbers
}
