import type { Connection } from '../../connectors/connection.ts'
import { noKey } from '../../connectors/read/received-record.ts'
import { keyText } from '../../store/key.ts'
import { onCondition } from '../commit/source-ledger.ts'
import type { AnyMapping, MappingBase } from '../compiled-mapping.ts'
import type { RunContext } from '../run-context.ts'
import { canReadChanges, listedEntity } from './changes.ts'
import { createFresh, isMade } from './fresh.ts'
import type { Given, ReadPlan } from './plan-types.ts'

/** Failures that the next run tries again by itself: nothing in source or configuration has to change for them. */
export const passing: ReadonlySet<string> = new Set([
  'not-applied',
  'batch-refused',
  'not-retired',
  'system-failing',
  'unreadable',
  'join-unreadable',
  'conflict',
  'outcome-unknown',
])

/** Decides what a run reads: everything, what changed since the cursor, or what the user asked for. */
export function planRead(mapping: AnyMapping, connection: Connection, context: RunContext): ReadPlan {
  const { options, store } = context
  const { entity } = mapping.from
  const given = context.given.get(mapping.name)
  if (given) return planGiven(unmade(given, mapping, context), 'given records')
  if (options.only !== undefined) return { mode: 'only', reason: `only ${options.only}`, since: undefined, also: [] }
  if (!entity.list) return planGiven(keptRecords(mapping, context), `${mapping.from.name} comes as messages only`)
  const tellsChanges = canReadChanges(connection, entity)
  if (options.since !== undefined) {
    return tellsChanges
      ? { mode: 'since', reason: `changes since ${options.since}`, since: options.since, also: [] }
      : {
          // Everything is read, but what was asked for is a part: nothing counts as gone, and the cursor stays.
          mode: 'since',
          reason: `everything, since ${mapping.from.name} cannot be asked for changes`,
          since: undefined,
          also: [],
        }
  }
  const begin = tellsChanges ? mapping.cutOff : undefined
  // With options of its own the run is one by itself: what another one has to read does not follow from it.
  const overridden = Object.keys(options.override ?? {}).filter((name) => Object.hasOwn(mapping.options, name))
  const stays = overridden.length > 0 && { keepsCursor: true }
  const again = (): readonly string[] => (entity.get ? [...mayGetOn(mapping, context)] : [])
  // What was before the cut-off is not read, so nothing of it counts as gone.
  const full = (reason: string): ReadPlan =>
    begin === undefined
      ? { mode: 'full', reason, since: undefined, also: [], ...stays }
      : {
          mode: 'changes',
          reason: `${reason}: everything from the cut-off ${begin} on`,
          since: begin,
          also: again(),
          ...stays,
        }
  if (options.full) return full('asked for')
  if (!mapping.steps && mapping.fullFile) return full('the mapping writes a full file')
  const asked = options.read ?? mapping.read
  const cursor =
    overridden.length > 0 ? undefined : store.cursors.get(mapping.name, mapping.from.connection, entity.name)
  const changed = cursor !== undefined && cursor.configuration !== mapping.configuration
  const overlap = listedEntity(connection, entity).list?.overlapMs ?? 0
  const since =
    cursor && !changed && tellsChanges ? new Date(Date.parse(cursor.position) - overlap).toISOString() : undefined
  if (asked === 'new') {
    const fresh = createFresh(mapping, context)
    const from = since ?? begin
    return {
      mode: 'new',
      reason: from === undefined ? 'what is new of everything' : `what is new of the changes since ${from}`,
      since: from,
      also: entity.get ? [...again(), ...fresh.due] : [],
      fresh: fresh.of,
      due: fresh.due,
      // What changed and is not new must be found by the read that asks for it; what has its grace, and cannot be read by
      // its key, by the next one of these.
      keepsCursor: overridden.length > 0 || mapping.read !== 'new' || (mapping.graceMs > 0 && !entity.get),
    }
  }
  if (overridden.length > 0) return full(`${overridden.join(', ')} set for this run only`)
  if (!cursor) return full('first run')
  if (changed) return full('the mapping, an option, a table or a function has changed')
  if (asked === 'all')
    return full(options.read ? 'its schedule reads everything' : 'the mapping reads everything in every run')
  if (since === undefined) return full(`${mapping.from.name} cannot be asked for changes`)
  if (!entity.get && !mayGetOn(mapping, context).next().done)
    return full(`records that failed or waited may get on, and ${mapping.from.name} cannot be read by key`)
  return { mode: 'changes', reason: `changes since ${since}`, since, also: again() }
}

/** A part by itself: neither complete nor a reason to move the cursor. */
function planGiven(given: Given, reason: string): ReadPlan {
  // What is asked for by its key and is not there has left the source.
  const also = given.find === undefined ? (given.keys ?? []).map((key) => keyText([key])) : []
  return { mode: 'given', reason, since: undefined, also, given }
}

/** Without the keys that messages name though the mapping with `read: new` has made what they are about. */
function unmade(given: Given, mapping: AnyMapping, context: RunContext): Given {
  const { hints, find, keys = [] } = given
  if (!hints || find !== undefined || mapping.read !== 'new') return given
  return { ...given, keys: keys.filter((key) => !isMade(mapping, context.store, keyText([key]))) }
}

/** Of a source that cannot be listed: what may get on now, read again where that is possible, else as it was kept. */
function keptRecords(mapping: AnyMapping, context: RunContext): Given {
  const keys = [...mayGetOn(mapping, context)]
  if (mapping.from.entity.get) return { keys }
  const { deadLetters, parked } = context.store
  const kept = keys.map((key) => deadLetters.get(mapping.name, key)?.record ?? parked.recordOf(mapping.name, key))
  return { records: kept.filter((value) => value !== undefined).map((value) => ({ value })) }
}

/** Records that may get on now though they did not change: parked ones, but for those whose need is not met, and passing failures. */
function* mayGetOn(mapping: AnyMapping, context: RunContext): Generator<string> {
  const { store } = context
  const repeat = mapping.steps ? undefined : mapping.write.repeat
  const mayRepeat = repeat === 'safe' || repeat === 'harmless'
  yield* freed(mapping, context, 'conditions too')
  for (const key of store.deadLetters.keysOf(mapping.name)) {
    if (key === noKey) continue
    const letter = store.deadLetters.get(mapping.name, key)
    if (letter && (passing.has(letter.code) || (letter.code === 'undecided' && mayRepeat))) yield key
  }
}

/** Parked records whose need is met, or whose time is up; of conditions it is not known whether they hold by now, so runs ask. */
export function* freed(
  mapping: Pick<MappingBase, 'name' | 'awaits'>,
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  which: 'needs only' | 'conditions too' = 'needs only',
): Generator<string> {
  const now = new Date(clock.now()).toISOString()
  for (const parked of store.parked.of(mapping.name)) {
    // What is awaited through a join is known only when it is looked for.
    const mayBeThere = (): boolean =>
      parked.entity === onCondition
        ? which === 'conditions too'
        : mapping.awaits.length > 0 || store.known.which(parked.entity, [parked.key]).size > 0
    if (parked.deadline <= now || mayBeThere()) yield parked.sourceKey
  }
}
