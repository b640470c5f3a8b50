import type { Clock, Timers } from '../http/time.ts'
import type { AnyMapping } from '../pipeline/compiled-mapping.ts'
import { sum } from '../pipeline/counts.ts'
import { freed } from '../pipeline/read/plan-read.ts'
import type { PipelineReport } from '../pipeline/run-context.ts'
import type { InboxEntry, StateStore } from '../store/state-store.ts'
import { StoreError } from '../store/store-error.ts'
import { backoffMs } from './backoff.ts'
import { groupsOf } from './groups.ts'
import type { Health } from './health.ts'
import type { Log } from './log.ts'
import type { Ran, RunMapping } from './run-mapping.ts'
import { nextFire, type TimedTrigger, triggerName } from './schedule.ts'
import { settleDone, settleFailed } from './settle.ts'

export interface LaneOptions {
  readonly mapping: AnyMapping
  readonly store: StateStore
  readonly run: RunMapping
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly health: Health
  readonly stop: AbortSignal
  /** The mappings that this one comes after, and that the service runs: a message that they have too goes to them first. */
  readonly after: () => readonly string[]
  /** Whether a mapping that this one comes after is about to run, or runs, by its schedule. */
  readonly mustWait: () => boolean
  /** Told when a run has ended: others may wait for it, or for what it made. */
  readonly onRan: (made: boolean) => void
}

/** The work of one mapping, one run after the other: messages, schedules, and records that need wait no longer. */
export interface Lane {
  /** There may be something to do. `maker`: the mapping that has made what parked records may wait for. */
  poke(maker?: string): void
  /** Whether its schedule is due or runs. */
  scheduled(): boolean
  /** Resolves when it has stopped. Never rejects. */
  readonly ended: Promise<void>
}

/**
 * Messages that are mapped in one run: few after a start, then twice as many each time. A process that dies again and
 * again gets the first few done each time, instead of preparing the same many for ever.
 */
const fewTogether = 8
const mostTogether = 100
/** Another process may have put something into the inbox, or freed a parked record. */
const lookMs = 30_000
/** How often a mapping that runs elsewhere is asked for. */
const elsewhereMs = 1_000

const iso = (ms: number): string => new Date(ms).toISOString()

export function createLane(options: LaneOptions): Lane {
  const { mapping, store, clock, timers, log, health, stop } = options
  const timed = mapping.triggers.flatMap((trigger) =>
    trigger.kind === 'event' ? [] : [{ trigger, name: triggerName(trigger) }],
  )
  /** Records that came as messages wait in the inbox; all others are read again by their key. */
  const carriesRecords = mapping.triggers.some(
    (trigger) => trigger.kind === 'event' && trigger.event.takes.kind === 'record',
  )
  let wake: (() => void) | undefined
  let resumeAt = 0
  let together = fewTogether
  let inVain = 0
  let turn: 'messages' | 'schedule' = 'messages'
  let runsSchedule = false
  let mayBeFreed = true
  let lookedAt = 0
  /** Messages that were taken, and that the state could not take back. */
  let unreturned: readonly number[] = []

  function dueTriggers(now: number): typeof timed {
    return timed.filter(({ trigger, name }) => fireTime(trigger, name, now) <= now)
  }

  function fireTime(trigger: TimedTrigger, name: string, now: number): number {
    const last = store.schedules.last(mapping.name, name)
    return nextFire(trigger, last === undefined ? undefined : Date.parse(last), now)
  }

  async function messages(now: number): Promise<boolean> {
    const entries = store.inbox.take(mapping.name, iso(now), together, options.after())
    if (entries.length === 0) return false
    const left = new Set(entries)
    try {
      for (const { given, entries: group } of groupsOf(entries)) {
        const ran = await options.run(mapping.name, { given })
        settle(ran, group)
        for (const entry of group) left.delete(entry)
        if (ran.kind === 'done') together = Math.min(together * 2, mostTogether)
        if (!note(ran, 'messages')) break
      }
    } finally {
      if (left.size > 0) putBack([...left])
    }
    return true
  }

  function settle(ran: Ran, entries: readonly InboxEntry[]): void {
    if (ran.kind === 'done') settleDone(mapping, entries, store, clock.now())
    else if (ran.kind === 'failed') settleFailed(mapping, entries, ran, store, clock.now())
    else putBack(entries)
  }

  function putBack(entries: readonly InboxEntry[]): void {
    unreturned = [...unreturned, ...entries.map(({ id }) => id)]
    giveBack()
  }

  function giveBack(): void {
    if (unreturned.length === 0) return
    store.inbox.putBack(unreturned, iso(clock.now()), 'same')
    unreturned = []
  }

  async function schedule(now: number): Promise<boolean> {
    const all = dueTriggers(now)
    if (all.length === 0 || options.mustWait()) return false
    // Both sides are compared after the runs that are due.
    const runs = all.filter(({ trigger }) => trigger.reconcile === undefined)
    // A second look at what changed goes after the run that moves the cursor.
    const plain = runs.filter(({ trigger }) => trigger.sinceMs === undefined)
    const due = [plain, runs, all].find((some) => some.length > 0) ?? []
    const sinces = due.flatMap(({ trigger }) => trigger.sinceMs ?? [])
    // The longest; a comparison of everything is the longest of all.
    const sinceMs = sinces.length === due.length ? Math.max(...sinces) : undefined
    const reads = new Set(due.map(({ trigger }) => trigger.read))
    // One run for all that is due: everything, what they all name, or what the mapping says.
    const read = reads.has('all') ? 'all' : reads.size === 1 ? [...reads][0] : undefined
    runsSchedule = true
    try {
      const reconcile = due.some(({ trigger }) => trigger.reconcile === 'repair') ? 'repair' : due[0]?.trigger.reconcile
      const ran = await options.run(mapping.name, reconcile ? { reconcile, sinceMs } : { read, sinceMs })
      // What was cut short, or met a system that is down, is still due.
      if (ran.kind === 'done' || ran.kind === 'reconciled' || ran.kind === 'failed')
        for (const { name } of due) store.schedules.set(mapping.name, name, iso(now))
      note(ran, 'schedule')
    } finally {
      runsSchedule = false
    }
    return true
  }

  async function freedRecords(now: number): Promise<boolean> {
    const asked = mayBeFreed
    if (!asked && now - lookedAt < lookMs) return false
    mayBeFreed = false
    lookedAt = now
    // What is awaited through a join costs calls to look for: it is looked for when its maker has made something.
    const keys = asked || mapping.awaits.length === 0 ? [...freed(mapping, { store, clock })] : overdue(now)
    if (keys.length === 0) return false
    if (carriesRecords) {
      store.inbox.wake(mapping.name, iso(now))
      return messages(now)
    }
    if (!mapping.from.entity.get) return false
    const ran = await options.run(mapping.name, { given: { keys } })
    // What was not looked for yet is told by nobody again.
    if (ran.kind === 'down' || ran.kind === 'elsewhere' || ran.kind === 'stopped') mayBeFreed ||= asked
    note(ran, 'freed')
    return true
  }

  function overdue(now: number): string[] {
    return store.parked.of(mapping.name).flatMap(({ sourceKey, deadline }) => (deadline <= iso(now) ? [sourceKey] : []))
  }

  /** Books what became of a run. False when nothing more is to be tried now. */
  function note(ran: Ran, why: string): boolean {
    const told = { mapping: mapping.name, why }
    switch (ran.kind) {
      case 'done':
        inVain = 0
        health.fine(mapping.name)
        log('info', 'run', { ...told, ...figures(ran.report) })
        options.onRan(ran.report.created + ran.report.updated > 0)
        return true
      case 'reconciled': {
        inVain = 0
        health.fine(mapping.name)
        const { compared, found, repaired, remaining, seconds } = ran.report
        log(remaining > 0 ? 'warn' : 'info', 'reconciliation', {
          ...told,
          compared,
          found,
          repaired,
          remaining,
          seconds,
        })
        options.onRan(repaired > 0)
        return true
      }
      case 'elsewhere':
        resumeAt = clock.now() + elsewhereMs
        return false
      case 'stopped':
        resumeAt = clock.now() + elsewhereMs
        log('info', 'run stopped', told)
        return false
      case 'down':
      case 'failed': {
        inVain += 1
        const waitMs = ran.kind === 'down' ? backoffMs(inVain) : 0
        resumeAt = clock.now() + waitMs
        health.trouble(mapping.name, ran.code)
        log('error', ran.kind === 'down' ? 'run held up' : 'run failed', {
          ...told,
          code: ran.code,
          message: ran.message,
          ...(waitMs > 0 && { againInSeconds: waitMs / 1000 }),
        })
        options.onRan(false)
        return ran.kind === 'failed'
      }
    }
  }

  async function work(now: number): Promise<boolean> {
    const order = turn === 'messages' ? [messages, schedule] : [schedule, messages]
    for (const next of order) {
      if (!(await next(now))) continue
      // Neither keeps the other waiting for long.
      turn = next === messages ? 'schedule' : 'messages'
      return true
    }
    return freedRecords(now)
  }

  async function loop(): Promise<void> {
    while (!stop.aborted) {
      const now = clock.now()
      try {
        giveBack()
        if (now >= resumeAt && (await work(now))) continue
        await rest(now)
      } catch (error) {
        // The state cannot be used now. What was taken is put back as soon as it can, at the latest after the next start.
        inVain += 1
        resumeAt = clock.now() + backoffMs(inVain)
        const code = error instanceof StoreError ? error.code : 'internal'
        health.trouble(mapping.name, code)
        log('error', 'state not usable', { mapping: mapping.name, code, message: messageOf(error) })
        await sleepUntil(resumeAt)
      }
    }
  }

  function rest(now: number): Promise<void> {
    if (now < resumeAt) return sleepUntil(resumeAt)
    const nextMessage = store.inbox.nextDue(mapping.name, iso(now), options.after())
    const fires = timed.map(({ trigger, name }) => fireTime(trigger, name, now)).filter((at) => at > now)
    return sleepUntil(Math.min(...fires, ...(nextMessage === undefined ? [] : [Date.parse(nextMessage)]), now + lookMs))
  }

  async function sleepUntil(at: number): Promise<void> {
    if (stop.aborted) return
    let timer: unknown
    await new Promise<void>((resolve) => {
      wake = resolve
      timer = timers.setTimeout(resolve, Math.max(20, at - clock.now()))
    })
    timers.clearTimeout(timer)
    wake = undefined
  }

  stop.addEventListener('abort', () => wake?.(), { once: true })
  // What is missed is told from when the trigger was first known: a time of day that came before is not.
  for (const { trigger, name } of timed)
    if (trigger.kind === 'at' && store.schedules.last(mapping.name, name) === undefined)
      store.schedules.set(mapping.name, name, iso(clock.now()))
  return {
    poke(maker) {
      const awaited = mapping.awaits.length === 0 || mapping.awaits.some((each) => each.mapping === maker)
      if (maker !== undefined && awaited) mayBeFreed = true
      wake?.()
    },
    scheduled: () => runsSchedule || (clock.now() >= resumeAt && dueTriggers(clock.now()).length > 0),
    ended: loop(),
  }
}

function figures({ mode, read, created, updated, unchanged, gone, parked, failed, skipped, seconds }: PipelineReport) {
  return {
    mode,
    read,
    created,
    updated,
    unchanged,
    gone,
    parked,
    skipped: sum(skipped),
    failed,
    seconds,
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
