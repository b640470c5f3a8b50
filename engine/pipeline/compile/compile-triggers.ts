import { Cron } from 'croner'
import type { Trigger } from '../../config/dsl.generated.ts'
import { parseDuration } from '../../config/durations.ts'
import type { ExpressionCompiler } from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { CompiledConnector, CompiledList } from '../../connectors/compiled-connector.ts'
import type { CompiledTrigger, EntityRef, TriggerRead } from '../compiled-mapping.ts'

export interface TriggersInput {
  readonly triggers: readonly Trigger[]
  readonly from: EntityRef | undefined
  /** A message is a part, and a full file never is. */
  readonly fullFile: boolean
  /** What the mapping reads where a trigger does not say it. */
  readonly read: string
  readonly connectors: ReadonlyMap<string, CompiledConnector>
  /** Connections whose connector file could not be read: what they declare is not known. */
  readonly unread: ReadonlySet<string>
  readonly report: ExpressionCompiler['report']
}

/** Whether messages alone feed the mapping, so that its source needs no list. */
export function isFed(triggers: readonly CompiledTrigger[]): boolean {
  return triggers.length > 0 && triggers.every(({ kind }) => kind === 'event')
}

/** Compiles the `triggers` of a mapping. One with a finding is left out. */
export function compileTriggers(input: TriggersInput): CompiledTrigger[] {
  return input.triggers.flatMap((trigger, index) => compileTrigger(input, trigger, index) ?? [])
}

function compileTrigger(input: TriggersInput, trigger: Trigger, index: number): CompiledTrigger | undefined {
  const { event, every, at, timeZone, read, since, reconcile } = trigger
  const refuse = (code: string, message: string, advice: string, key?: string): undefined =>
    void input.report({ code, message, advice, path: ['triggers', index, ...(key === undefined ? [] : [key])] })
  if ([event, every, at].filter((given) => given !== undefined).length !== 1)
    return refuse('trigger-kind', 'A trigger is one of event, every and at.', 'Write one trigger for each.')
  if (timeZone !== undefined && at === undefined)
    return refuse('trigger-kind', 'timeZone belongs to at.', 'Remove timeZone.', 'timeZone')
  if (reconcile !== undefined && (event !== undefined || read !== undefined))
    return refuse(
      'trigger-kind',
      'Both sides are compared by time, and read as a whole.',
      `Remove ${event === undefined ? 'read' : 'reconcile'}.`,
      'reconcile',
    )
  if (since !== undefined && (event !== undefined || read !== undefined))
    return refuse(
      'trigger-kind',
      'since says what a schedule reads, instead of read.',
      `Remove ${read === undefined ? 'since' : 'read'}.`,
      'since',
    )
  if (since !== undefined && listOf(input)?.since.length === 0)
    return refuse(
      'trigger-kind',
      `${input.from?.name} cannot be asked for what changed since a time.`,
      'Write read: all instead.',
      'since',
    )
  const also = {
    ...(reconcile && { reconcile }),
    ...(since !== undefined && { sinceMs: parseDuration(since) }),
  }
  if (event !== undefined) {
    if (read !== undefined)
      return refuse('trigger-kind', 'What an event reads is what its message says.', 'Remove read.', 'read')
    if (input.fullFile)
      return refuse(
        'trigger-kind',
        'A mapping that writes a full file cannot be run for one message.',
        'Write every or at, or no fullFile.',
        'event',
      )
    return compileEventTrigger(input, event, refuse)
  }
  if (at !== undefined) {
    const time = compileTime(at, timeZone ?? 'UTC', read, refuse)
    return time && { ...time, ...also }
  }
  const everyMs = parseDuration(every as string) ?? 0
  const reads = since !== undefined ? 'changes' : reconcile ? 'all' : read
  return isTooOften(input, everyMs, reads, refuse) ? undefined : { kind: 'every', everyMs, read, ...also }
}

type Refuse = (code: string, message: string, advice: string, key?: string) => undefined

function compileEventTrigger(input: TriggersInput, name: string, refuse: Refuse): CompiledTrigger | undefined {
  const [connection = '', eventName = ''] = name.split('.')
  const connector = input.connectors.get(connection)
  if (!connector) {
    if (input.unread.has(connection)) return undefined
    return refuse(
      'unknown-connection',
      `The project has no connection ${connection}.`,
      nameAdvice(connection, input.connectors.keys(), 'connections'),
      'event',
    )
  }
  const event = connector.events.get(eventName)
  if (!event) {
    return refuse(
      'unknown-event',
      `The connector ${connector.name} has no event ${eventName}.`,
      nameAdvice(eventName, connector.events.keys(), 'events'),
      'event',
    )
  }
  const { from } = input
  if (from && (from.connection !== connection || from.entity.name !== event.entity.name)) {
    return refuse(
      'event-entity',
      `The event ${name} is about ${connection}.${event.entity.name}, and the mapping reads ${from.name}.`,
      `Name an event about ${from.name}, or map from ${connection}.${event.entity.name}.`,
      'event',
    )
  }
  return { kind: 'event', connection, event }
}

function compileTime(cron: string, timeZone: string, read: TriggerRead, refuse: Refuse): CompiledTrigger | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    return refuse(
      'unknown-time-zone',
      `There is no time zone ${timeZone}.`,
      'Write its IANA name, such as Europe/Stockholm.',
      'timeZone',
    )
  }
  try {
    // A time that never comes, such as the 30th of February, is a mistake as well.
    if (new Cron(cron, { paused: true, mode: '5-part', timezone: timeZone }).nextRun() === null)
      return refuse('wrong-cron', `The time ${cron} never comes.`, 'Correct the day and the month.', 'at')
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Cron\w*: /, '') : ''
    return refuse(
      'wrong-cron',
      `The time ${cron} is no cron expression: ${why}`,
      'Write minute, hour, day, month and weekday: "0 2 * * *" is every day at two.',
      'at',
    )
  }
  return { kind: 'at', cron, timeZone, read }
}

/** Reading everything again and again uses up the calls of an account, so the connector has a floor for it. */
function isTooOften(input: TriggersInput, everyMs: number, read: TriggerRead, refuse: Refuse): boolean {
  const list = listOf(input)
  if (!list) return false
  const whole = (read ?? input.read) === 'all' || list.since.length === 0
  const floor = whole ? list.floorMs : 1000
  if (everyMs >= floor) return false
  refuse(
    'polled-too-often',
    whole
      ? `This reads ${input.from?.name} as a whole, more often than every ${floor / 1000} seconds.`
      : 'This would run more often than every second.',
    'Write a longer time, read changes where the source can be asked for them, or name an event.',
    'every',
  )
  return true
}

/** The list that is asked: the entity's own, or that of the entity that it is listed over. */
export function listOf({ from, connectors }: Pick<TriggersInput, 'from' | 'connectors'>): CompiledList | undefined {
  const list = from?.entity.list
  const over = list?.over && connectors.get(from?.connection ?? '')?.entities.get(list.over.entity)?.list
  return over ?? list
}
