import { CallFailure } from '../connectors/failure.ts'
import { addressesOf } from './addresses.ts'
import { listSubscriptions, type Subscription, type SubscriptionsInput, subscribes } from './subscriptions.ts'

/** What was done, and what the systems list afterwards. */
export interface Synced {
  readonly created: readonly Subscription[]
  readonly removed: readonly Subscription[]
  /** What a system refused. */
  readonly failed: readonly { readonly subscription: Subscription; readonly code: string; readonly message: string }[]
  readonly after: readonly Subscription[]
}

/**
 * Makes the subscriptions match: first what is missing, so that nothing is lost between, then what is stale goes. What is
 * foreign is never touched. A call whose outcome is not known is settled by the list that is read afterwards.
 *
 * @throws CallFailure when a system cannot be asked for its list.
 */
export async function syncSubscriptions(input: SubscriptionsInput): Promise<Synced> {
  const before = await listSubscriptions(input)
  const created: Subscription[] = []
  const removed: Subscription[] = []
  const failed: { subscription: Subscription; code: string; message: string }[] = []
  const attempt = async (
    subscription: Subscription,
    done: Subscription[],
    call: () => Promise<void>,
  ): Promise<void> => {
    try {
      await call()
      done.push(subscription)
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error
      failed.push({ subscription, code: error.code, message: error.message })
    }
  }
  for (const subscription of before)
    if (subscription.state === 'missing') await attempt(subscription, created, () => create(subscription))
  // Where something could not be made, what there is stays: it may be all that still brings messages.
  const whole = new Set(before.map(({ connection }) => connection))
  for (const { subscription } of failed) whole.delete(subscription.connection)
  for (const subscription of before)
    if (subscription.state === 'stale' && whole.has(subscription.connection))
      await attempt(subscription, removed, () => remove(subscription))
  const after = await listSubscriptions(input)
  // An answer that was lost: it was made all the same.
  const isThere = ({ connection, event }: Subscription): boolean =>
    after.some((each) => each.state === 'right' && each.connection === connection && each.event === event)
  const made = failed.filter(({ code, subscription }) => code === 'unknown-outcome' && isThere(subscription))
  return {
    created: [...created, ...made.map(({ subscription }) => subscription)],
    removed,
    failed: failed.filter((each) => !made.includes(each)),
    after,
  }

  async function create({ connection: name, event: eventName }: Subscription): Promise<void> {
    const connection = input.connections.get(name)
    const event = connection?.connector.events.get(eventName ?? '')
    if (!connection || !event?.subscribe) throw new Error(`There is no event ${name}.${eventName} to subscribe to.`)
    await connection.caller.call(
      event.subscribe.create,
      { ...addressesOf(event, connection, input) },
      callOptions(false),
    )
  }

  async function remove({ connection: name, listed }: Subscription): Promise<void> {
    const connection = input.connections.get(name)
    const event = [...(connection?.connector.events.values() ?? [])].find(subscribes)
    if (!connection || !event) throw new Error(`The connection ${name} has no subscriptions.`)
    const variables = { ...addressesOf(event, connection, input), subscription: listed }
    await connection.caller.call(event.subscribe.remove, variables, callOptions(true))
  }

  function callOptions(repeatable: boolean) {
    return { operation: 'write' as const, priority: 1, signal: input.signal, repeatable }
  }
}
