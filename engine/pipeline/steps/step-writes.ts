import type { CompiledWrite } from '../../connectors/compiled-connector.ts'
import type { Connection } from '../../connectors/connection.ts'
import { keyValue } from '../../connectors/read/key-value.ts'
import { createBatcher } from '../../connectors/write/batching.ts'
import { naturalValue } from '../../connectors/write/natural-key.ts'
import type { OutgoingRecord } from '../../connectors/write/owned-fields.ts'
import type { RowOutcome } from '../../connectors/write/row-outcome.ts'
import type { WriteOptions } from '../../connectors/write/write-options.ts'
import { privateKey } from '../../redaction/private-key.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { Intent } from '../../store/state-store.ts'
import type { CompiledStep, SteppedMapping } from '../compiled-mapping.ts'
import type { Tally } from '../counts.ts'
import type { StepDraft } from './draft.ts'
import type { GatheredReads } from './gathered-reads.ts'
import { createLeftOpen } from './left-open.ts'
import { isSought } from './look-up.ts'
import { madeText } from './made-text.ts'
import { type Aside, type Settled, settle } from './settle.ts'
import { StepFailure } from './step-failure.ts'
import type { StepJournal } from './step-journal.ts'
import type { Made, Sought, StepItem, StepWorld, WorldContext } from './step-world.ts'

export interface StepWritesInput {
  readonly mapping: SteppedMapping
  readonly context: WorldContext
  readonly journal: StepJournal
  readonly reads: GatheredReads
  readonly connectionOf: (step: CompiledStep) => Connection
  readonly tally: Tally
  /** What was made so shortly ago that a search may not show it yet. */
  readonly recent: StepWorld['recent']
  readonly aside: Aside
  /** Keeps what was made for searches that lag; inside of the transaction that books it. */
  readonly remember: (step: CompiledStep, made: Made, sought: readonly Sought[]) => void
}

export interface StepWrites extends Required<Pick<StepWorld, 'create' | 'update' | 'settleLeft'>> {
  /** Finds out what became of a write that an earlier run left open. */
  settleEarlier(item: StepItem, draft: () => Promise<StepDraft>): Promise<void>
}

/** So often one run sends a write of which it was found out that it was not done. */
const attempts = 3

/** The write protocol of steps: an intent, the write, and what is known of it in the end (architecture.md, W1 to W9). */
export function createStepWrites(input: StepWritesInput): StepWrites {
  const { mapping, context, journal, reads, connectionOf, tally, recent, remember } = input
  const { clock, timers } = context

  async function send(
    { step, linkKey }: StepItem,
    write: CompiledWrite,
    record: OutgoingRecord,
    on: Pick<WriteOptions, 'onSending' | 'onSent'> = {},
  ): Promise<RowOutcome> {
    const connection = connectionOf(step)
    const batcher = createBatcher(write, 1)
    const [batch] = [...batcher.add([record]), ...batcher.flush()]
    if (!batch) throw new Error('A batch of one is never empty.')
    const outcomes = await connection.writing.send(step.to.entity, write, batch, {
      priority: mapping.priority,
      signal: context.abort,
      full: false,
      // W3: what became of it is found out here, before anything is sent again.
      openOutcomes: 'returned',
      tally: tally(connection.name),
      ...on,
    })
    return outcomes.get(linkKey) ?? { kind: 'undecided', message: 'The target said nothing of the record.' }
  }

  /** Sends what is journalled; what was surely not sent leaves nothing open (W8). */
  async function sendJournalled(item: StepItem, write: CompiledWrite, record: OutgoingRecord): Promise<RowOutcome> {
    let sent = false
    try {
      return await send(item, write, record, {
        onSending: () => journal.sending(item),
        onSent: () => {
          sent = true
        },
      })
    } catch (error) {
      if (!sent) journal.close(item)
      throw error
    }
  }

  function confirm(item: StepItem, made: Made, fingerprint: string, sought: readonly Sought[]): Made {
    const { step } = item
    journal.confirm(item, { target: made.target, made: madeText(step, made.target), fingerprint }, () =>
      remember(step, made, sought),
    )
    return made
  }

  const look = (item: StepItem, natural: Sought, lostAt: number): Promise<Settled> =>
    settle({
      item,
      natural,
      lostAt,
      entities: connectionOf(item.step).connector.entities,
      reads,
      clock,
      timers,
      stop: context.stop,
      aside: input.aside,
    })

  /** W9: what cannot be found out is asked for again by the next runs, and held after a time. */
  function unanswered({ at }: Pick<Intent, 'at'>, message: string): StepFailure {
    const held = clock.now() - Date.parse(at) >= context.undecidedAfterMs
    return new StepFailure(
      held ? 'undecided' : 'outcome-unknown',
      `It is not known whether the write was done, and the target does not say it: ${message}`,
    )
  }

  const undecidable = (message: string): StepFailure =>
    new StepFailure(
      'undecided',
      `It is not known whether the write was done, and it cannot be looked up: ${message} Look for it in the target; to send it again, retry the record.`,
    )

  return {
    settleLeft: createLeftOpen({
      mapping,
      journal,
      look: (item, natural, at) => look(item, natural, lostAt(item.step, at)),
      confirm,
    }),

    async create(item, draft, sought) {
      const { step } = item
      const write = step.create as CompiledWrite
      const fields = { ...draft.createOnly, ...draft.fields }
      const record: OutgoingRecord = {
        key: item.linkKey,
        fields,
        createOnly: new Set(Object.keys(draft.createOnly)),
        cleared: draft.cleared,
        exists: false,
      }
      if (write.repeat === 'safe' || write.repeat === 'harmless') {
        const outcome = await send(item, write, record)
        const made = madeBy(step, fields, outcome)
        if (made) return confirm(item, made, draft.fingerprint, sought)
        throw failureOf(outcome, step)
      }
      const natural = await naturalKey(step, write, fields)
      const all = natural ? [...sought.filter(({ find }) => find !== natural.find), natural] : sought
      if (natural) {
        const there = await madeByRival(item, natural)
        if (there) return { ...confirm(item, there, draft.fingerprint, all), wasThere: true }
      }
      for (let tries = 1; ; tries++) {
        const at = journal.open(item, write.name, draft.fingerprint, natural)
        const outcome = await sendJournalled(item, write, record)
        const made = madeBy(step, fields, outcome)
        if (made) return confirm(item, made, draft.fingerprint, all)
        const isTaken = outcome.kind === 'failed' && outcome.taken === true
        if (outcome.kind !== 'undecided' && outcome.kind !== 'applied' && !(isTaken && natural)) {
          journal.close(item)
          throw failureOf(outcome, step)
        }
        const why = outcome.kind === 'applied' ? 'the answer does not say which key it has.' : outcome.message
        if (!natural) throw undecidable(why)
        // A target that says that it has the record already may have it from an attempt of ours.
        const settled = await look(item, natural, clock.now())
        if (settled.kind === 'confirmed') return confirm(item, settled.made, draft.fingerprint, all)
        if (settled.kind === 'unanswered') {
          journal.lost(item, connectionOf(step).connector.http.timeoutMs)
          throw unanswered({ at }, settled.message)
        }
        journal.close(item)
        if (isTaken) throw failureOf(outcome, step)
        if (tries >= attempts)
          throw new StepFailure('not-applied', `It was sent ${tries} times, and the target does not hold it: ${why}`)
      }
    },

    async update(item, { target }, draft) {
      const { step } = item
      const write = step.update as CompiledWrite
      const record: OutgoingRecord = {
        key: item.linkKey,
        fields: { ...target, ...draft.fields },
        createOnly: new Set(),
        cleared: draft.cleared,
        exists: true,
      }
      const mayRepeat = write.repeat === 'safe' || write.repeat === 'harmless'
      if (!mayRepeat) journal.open(item, write.name, draft.fingerprint, undefined, 'update')
      const outcome = mayRepeat ? await send(item, write, record) : await sendJournalled(item, write, record)
      if (outcome.kind === 'applied') {
        confirm(item, { target }, draft.fingerprint, [])
        return
      }
      if (outcome.kind === 'undecided' && !mayRepeat) throw undecidable(outcome.message)
      if (!mayRepeat) journal.close(item)
      throw failureOf(outcome, step)
    },

    async settleEarlier(item, draft) {
      const intent = journal.pending(item)
      if (!intent) return
      const isAsked = context.options.only !== undefined || context.options.retry === true
      const natural = await naturalOf(intent, item.step, draft)
      if (!natural) {
        // Nobody but a person can tell; one that asks for the record has looked.
        if (!isAsked) throw undecidable('an earlier run has lost its answer.')
        journal.close(item)
        return
      }
      const settled = await look(item, natural, lostAt(item.step, intent.at))
      if (settled.kind === 'unanswered') throw unanswered(intent, settled.message)
      if (settled.kind === 'absent') journal.close(item)
      else confirm(item, settled.made, intent.fingerprints?.[item.linkKey] ?? '', [natural])
    },
  }

  /**
   * W7: another record's write with the same natural key has made what this one would make once more or, when its outcome
   * is open, may have: then it is found, or surely not there, before this one is sent.
   */
  async function madeByRival(item: StepItem, natural: Sought): Promise<Made | undefined> {
    const just = recent(item.step, natural.find, natural.value)
    if (just) return just
    const at = journal.rivals(item, natural)
    if (at === undefined) return undefined
    const settled = await look(item, natural, lostAt(item.step, at))
    if (settled.kind === 'unanswered') throw unanswered({ at }, settled.message)
    return settled.kind === 'confirmed' ? settled.made : undefined
  }

  /** No longer than a call may take can what was sent still have been on its way. */
  function lostAt(step: CompiledStep, at: string): number {
    return Math.min(clock.now(), Date.parse(at) + connectionOf(step).connector.http.timeoutMs)
  }

  /** W1: without a natural key the outcome of a write could never be found out. */
  async function naturalKey(
    step: CompiledStep,
    { repeat }: CompiledWrite,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Sought | undefined> {
    if (typeof repeat !== 'object') return undefined
    const value = await naturalValue(repeat, fields)
    if (isSought(value)) return { find: repeat.by, value }
    throw new StepFailure(
      'natural-key-absent',
      `The fields of the step ${step.name} give no ${repeat.by}, by which it could be found out whether the write was done.`,
    )
  }

  /** The natural key that was sent: as it is stored or, of a personal one, as the record still gives it. */
  async function naturalOf(
    { natural }: Intent,
    step: CompiledStep,
    draft: () => Promise<StepDraft>,
  ): Promise<Sought | undefined> {
    if (!natural) return undefined
    const { find, value, hash } = natural
    if (value !== undefined) return { find, value }
    const repeat = step.create?.repeat
    if (typeof repeat !== 'object') return undefined
    const { createOnly, fields } = await draft()
    const now = await naturalValue(repeat, { ...createOnly, ...fields })
    return isSought(now) && privateKey(keyText([now])) === hash ? { find, value: now } : undefined
  }
}

/** The record that a write made, by the key that the answer names, or that was sent. */
function madeBy(
  { to }: CompiledStep,
  fields: Readonly<Record<string, unknown>>,
  outcome: RowOutcome,
): Made | undefined {
  if (outcome.kind !== 'applied') return undefined
  const { keyFields } = to.entity
  const { id } = outcome
  const named: Readonly<Record<string, unknown>> =
    typeof id === 'object' && id !== null
      ? (id as Readonly<Record<string, unknown>>)
      : id !== undefined && keyFields.length === 1
        ? { [keyFields[0] as string]: id }
        : {}
  const target = Object.fromEntries(
    keyFields.map((field) => {
      const value = named[field] ?? fields[field]
      // Later steps write it where the schema wants a number, also if the answer gave its text.
      return [field, typeof value === 'string' ? keyValue(to.entity, value, field) : value]
    }),
  )
  return Object.values(target).every(isKeyPart) ? { target } : undefined
}

function failureOf(outcome: RowOutcome, { to }: CompiledStep): StepFailure {
  switch (outcome.kind) {
    case 'failed':
      return new StepFailure(outcome.code, outcome.message, outcome.requestId)
    case 'absent':
      return new StepFailure(outcome.code, outcome.message)
    case 'undecided':
      return new StepFailure('outcome-unknown', outcome.message)
    case 'applied':
      return new StepFailure('unexpected-answer', `${to.name}: the answer does not say which key the record has.`)
  }
}
