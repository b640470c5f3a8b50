import type { Connection } from '../../connectors/connection.ts'
import { keyValue } from '../../connectors/read/key-value.ts'
import { settlesMs } from '../../connectors/write/natural-key.ts'
import { privateKey } from '../../redaction/private-key.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { CompiledStep, SteppedMapping } from '../compiled-mapping.ts'
import type { Tally } from '../counts.ts'
import { connectionOf as openConnection } from '../open-connections.ts'
import { createGatheredReads } from './gathered-reads.ts'
import { madeText } from './made-text.ts'
import type { Aside } from './settle.ts'
import { StepFailure } from './step-failure.ts'
import { createStepJournal } from './step-journal.ts'
import type { Made, StepWorld, WorldContext } from './step-world.ts'
import { createStepWrites } from './step-writes.ts'
import type { Turns } from './turns.ts'

/** A record that was made so long ago is surely in every search, beyond what its find declares, milliseconds. */
const marginMs = 60_000
/** No search lags longer, milliseconds. */
const keptMs = 24 * 3_600_000

/** The world of a run: the target systems and the state. */
export function createTargetWorld(
  mapping: SteppedMapping,
  context: WorldContext,
  turns: Turns,
  tally: Tally,
  aside: Aside = (work) => work().then(() => true),
): StepWorld {
  const { store, connections, clock, timers } = context
  const connectionOf = ({ to }: CompiledStep): Connection => openConnection(context, to.connection)
  const reads = createGatheredReads(
    connections,
    (connection) => ({ priority: mapping.priority, signal: context.abort, tally: tally(connection) }),
    timers,
  )
  const journal = createStepJournal(
    mapping,
    context,
    ({ step }, { find, value }) => step.to.entity.personal.holds(find ?? '') || isPersonalFind(step, find, value),
  )
  const recentScope = (step: CompiledStep, find: string | undefined): string => `made ${step.to.name} ${find ?? ''}`
  const lagsMs = (step: CompiledStep, find: string | undefined): number =>
    find === undefined ? 0 : settlesMs(connectionOf(step).connector.entities, step.to.entity, find)
  const writes = createStepWrites({
    mapping,
    context,
    journal,
    reads,
    connectionOf,
    tally,
    recent,
    aside,
    remember(step, made, sought) {
      const at = new Date(clock.now()).toISOString()
      for (const { find, value } of sought) {
        // A value may be an e-mail address: no more than its pseudonym is kept.
        const key = privateKey(keyText([value]))
        store.marks.put({ scope: recentScope(step, find), key, value: JSON.stringify(made.target), at })
      }
    },
  })
  forgetOld()
  const known = (item: Parameters<StepWorld['known']>[0]): ReturnType<typeof store.links.byTarget> => {
    const link = store.links.byTarget(mapping.name, item.step.name, item.linkKey)
    return link?.state === 'live' ? link : undefined
  }

  return {
    async known(item, draft) {
      await writes.settleEarlier(item, draft)
      return known(item)
    },
    lookUp: (step, find, value) =>
      reads.read(step.to, find, find === undefined ? keyValue(step.to.entity, String(value)) : value),
    recent,
    async read(step, made) {
      const { entity } = step.to
      const [field = ''] = entity.keyFields
      const [record] = await reads.read(step.to, undefined, made.target[field])
      if (record !== undefined) return record
      throw new StepFailure(
        'step-record-gone',
        `${step.to.name} has the record no more that the step ${step.name} made or found.`,
      )
    },
    adopt(item, { target }, fingerprint) {
      journal.confirm(item, { target, made: madeText(item.step, target), fingerprint })
    },
    create: writes.create,
    update: writes.update,
    settleLeft: writes.settleLeft,
    turn: (step, sought, work) =>
      turns.take(
        // Searches disagree about upper and lower case: who waits too often loses nothing.
        sought.map(({ find, value }) => `${step.to.name} ${find ?? 'key'} ${keyText([value]).toLowerCase()}`),
        work,
      ),
  }

  /** W7: what was made so shortly ago that a search may not show it, or that was looked for before it was made. */
  function recent(step: CompiledStep, find: string | undefined, value: unknown): Made | undefined {
    const key = privateKey(keyText([value]))
    const mark = store.marks.which(recentScope(step, find), [key]).get(key)
    const isFresh = mark !== undefined && Date.parse(mark.at) + lagsMs(step, find) + marginMs > clock.now()
    return isFresh ? { target: JSON.parse(mark.value) as Made['target'] } : undefined
  }

  function forgetOld(): void {
    if (context.options.dryRun) return
    const before = new Date(clock.now() - keptMs).toISOString()
    for (const step of mapping.steps)
      for (const find of step.create ? step.to.entity.finds.keys() : [])
        store.marks.forget(recentScope(step, find), before)
  }

  /** A find may be named otherwise than the field that it looks in: its value is then one of the personal ones. */
  function isPersonalFind(step: CompiledStep, find: string | undefined, value: unknown): boolean {
    return step.to.entity.personal.any && find !== undefined && isKeyPart(value) && !isFieldOf(step, find)
  }

  function isFieldOf({ to }: CompiledStep, find: string): boolean {
    return to.entity.type.kind === 'object' && to.entity.type.fields.has(find)
  }
}
