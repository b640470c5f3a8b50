import { privateKey } from '../../redaction/private-key.ts'
import { keyText } from '../../store/key.ts'
import type { Intent, Link } from '../../store/state-store.ts'
import type { SteppedMapping } from '../compiled-mapping.ts'
import type { RunContext } from '../run-context.ts'
import type { Sought, StepItem } from './step-world.ts'

/** The intents of one mapping's steps, and what closes them. */
export interface StepJournal {
  /** An intent of an earlier run, or of an earlier attempt, whose outcome is open. */
  pending(item: StepItem): Intent | undefined
  /** When writes of other records, whose outcome is open, may have made what this one is about to make: the latest. */
  rivals(item: StepItem, natural: Sought): string | undefined
  /** Intents of a source record that are open still. Those of steps that the mapping has no more are not among them. */
  left(sourceKey: string): readonly { readonly intent: Intent; readonly linkKey: string }[]
  /** W1: returns when the intent is durable; only then may the write be sent. */
  open(item: StepItem, operation: string, fingerprint: string, natural: Sought | undefined, purpose?: 'update'): string
  /** W2: the link, and that nothing is open any more, are one change of the state. */
  confirm(
    item: StepItem,
    link: Omit<Link, 'mapping' | 'step' | 'sourceKey' | 'targetKey' | 'state'>,
    also?: () => void,
  ): void
  /** W4: the write is sent only now; it may have waited for its turn, and nothing of it was on its way before. */
  sending(item: StepItem): void
  /** The answer was lost, so that nothing of the write is on its way any more: the intent is as old as one of which that is sure. */
  lost(item: StepItem, timeoutMs: number): void
  /** The write was surely not done, or not sent: nothing is open. */
  close(item: StepItem): void
}

/** An intent that is younger is as old as its sending, milliseconds. */
const atOnceMs = 100

/** @param isPersonal whether a natural key says who someone is: then only its pseudonym is stored. */
export function createStepJournal(
  { name: mapping, steps }: Pick<SteppedMapping, 'name' | 'steps'>,
  { store, id: run, clock }: Pick<RunContext, 'store' | 'id' | 'clock'>,
  isPersonal: (item: StepItem, natural: Sought) => boolean,
): StepJournal {
  const nameOf = (step: string, linkKey: string): string => JSON.stringify([step, linkKey])
  const open = new Map<string, Intent>()
  for (const intent of store.journal.pending(mapping))
    for (const key of intent.targetKeys) open.set(nameOf(intent.step, key), intent)
  let number = 0

  function forget({ step, linkKey }: StepItem): void {
    const name = nameOf(step.name, linkKey)
    const intent = open.get(name)
    if (!intent) return
    store.journal.close(intent.id)
    open.delete(name)
  }

  /** The same intent, as of another time. */
  function redate(item: StepItem, at: number): void {
    const name = nameOf(item.step.name, item.linkKey)
    const intent = open.get(name)
    if (!intent) return
    number += 1
    const redated: Intent = { ...intent, id: `${run} ${mapping} step ${number}`, at: new Date(at).toISOString() }
    store.transaction(() => {
      forget(item)
      store.journal.open(redated)
    })
    open.set(name, redated)
  }

  return {
    pending: ({ step, linkKey }) => open.get(nameOf(step.name, linkKey)),
    rivals({ step, linkKey }, { find, value }) {
      const text = keyText([value])
      const isSame = ({ natural }: Intent): boolean =>
        natural?.find === find &&
        (natural?.value === undefined ? natural?.hash === privateKey(text) : keyText([natural.value]) === text)
      const ofEntity = new Set(steps.filter(({ to }) => to.name === step.to.name).map(({ name }) => name))
      const own = nameOf(step.name, linkKey)
      return [...open]
        .filter(([name, intent]) => name !== own && ofEntity.has(intent.step) && isSame(intent))
        .map(([, { at }]) => at)
        .sort()
        .at(-1)
    },
    left(sourceKey) {
      const names = new Set(steps.map(({ name }) => name))
      return [...open.values()].flatMap((intent) =>
        names.has(intent.step)
          ? intent.targetKeys.flatMap((linkKey) => (isOf(sourceKey, linkKey) ? [{ intent, linkKey }] : []))
          : [],
      )
    },
    open(item, operation, fingerprint, natural, purpose) {
      const { step, linkKey } = item
      number += 1
      const intent: Intent = {
        id: `${run} ${mapping} step ${number}`,
        mapping,
        step: step.name,
        operation,
        targetKeys: [linkKey],
        fingerprints: { [linkKey]: fingerprint },
        ...(natural?.find !== undefined && {
          natural: {
            find: natural.find,
            ...(isPersonal(item, natural) ? { hash: privateKey(keyText([natural.value])) } : { value: natural.value }),
          },
        }),
        ...(purpose && { purpose }),
        at: new Date(clock.now()).toISOString(),
      }
      store.journal.open(intent)
      open.set(nameOf(step.name, linkKey), intent)
      return intent.at
    },
    confirm(item, link, also) {
      const { step, sourceKey, linkKey } = item
      store.transaction(() => {
        forget(item)
        store.links.put([{ ...link, mapping, step: step.name, sourceKey, targetKey: linkKey, state: 'live' }])
        if (link.made !== undefined) store.known.add(step.to.name, [link.made])
        also?.()
      })
    },
    sending(item) {
      const intent = open.get(nameOf(item.step.name, item.linkKey))
      if (intent && clock.now() - Date.parse(intent.at) >= atOnceMs) redate(item, clock.now())
    },
    lost: (item, timeoutMs) => redate(item, clock.now() - timeoutMs),
    close: (item) => store.transaction(() => forget(item)),
  }
}

/** Whether an item's key is one of this source record: its own key, or a list that begins with it. */
function isOf(sourceKey: string, linkKey: string): boolean {
  if (linkKey === keyText([sourceKey])) return true
  return linkKey.startsWith('[') && (JSON.parse(linkKey) as readonly unknown[])[0] === sourceKey
}
