import { withoutPersonal } from '../../redaction/text.ts'
import type { Parked } from '../../store/state-store.ts'
import type { MappingBase } from '../compiled-mapping.ts'
import { add, type Counts } from '../counts.ts'
import type { RunContext } from '../run-context.ts'

/** A source record on its way: how many of its target records are not settled yet, and whether one of them failed. */
export interface SourceState {
  readonly key: string
  readonly label: string | undefined
  readonly value: unknown
  /** Was read only because another record of its group changed. */
  readonly companion: boolean
  open: number
  failed: boolean
  parked: boolean
}

/** What is known of a failure beside its code and message. */
export interface FailureDetails {
  readonly step?: string
  readonly requestId?: string | undefined
}

/** The entity of a parked record that waits for a condition of `wait`; its key is the reason. */
export const onCondition = ''

const tooLong = 'parked-too-long'

function awaitedText({ entity, key }: Pick<Parked, 'entity' | 'key'>): string {
  return entity === onCondition
    ? `what its condition \`${key}\` asks for`
    : `a record of ${entity} that no mapping has made`
}

/** Books what becomes of source records: counts, and (unless it is a dry run) dead letters and parked records. */
export interface SourceLedger {
  skip(reason: string): void
  fail(source: SourceState, code: string, message: string, details?: FailureDetails): void
  /** Waits for a record that another mapping makes. */
  park(source: SourceState, entity: string, key: string): void
  /** Waits for a condition of `wait`. */
  wait(source: SourceState, reason: string): void
  warn(reasons: readonly string[]): void
  /** The source record has nothing more on its way when its open target records are settled. */
  close(source: SourceState): void
  transaction(work: () => void): void
}

export function createSourceLedger(mapping: MappingBase, context: RunContext, counts: Counts): SourceLedger {
  const { store, options } = context
  const keep = !options.dryRun
  const parkedBefore = new Map(store.parked.of(mapping.name).map((parked) => [parked.sourceKey, parked]))
  const now = (): string => new Date(context.clock.now()).toISOString()

  /** Who asks for a record gives it its time anew. */
  const isAsked = options.only !== undefined || options.retry === true

  /** False when its time was up, so that it failed. */
  function parks(source: SourceState, entity: string, key: string): boolean {
    const known = parkedBefore.get(source.key)
    if (keep && !known && !isAsked && store.deadLetters.get(mapping.name, source.key)?.code === tooLong) {
      const what = awaitedText({ entity, key })
      ledger.fail(source, tooLong, `It has waited for its whole time before, and still waits for ${what}.`)
      return false
    }
    if (keep && known && known.deadline <= now()) {
      store.parked.remove(mapping.name, [source.key])
      ledger.fail(source, tooLong, `It has waited since ${known.since} for ${awaitedText(known)}.`)
      return false
    }
    counts.parked += 1
    source.parked = true
    if (!keep) return true
    store.parked.put({
      mapping: mapping.name,
      sourceKey: source.key,
      entity,
      key,
      since: now(),
      deadline: new Date(context.clock.now() + context.parkedForMs).toISOString(),
      // A record that came as a message cannot be had again.
      ...(!mapping.from.entity.get && { record: source.value }),
    })
    return true
  }

  const ledger: SourceLedger = {
    skip(reason) {
      add(counts.skipped, reason)
    },
    fail(source, code, message, { step, requestId } = {}) {
      add(counts.failed, code)
      source.failed = true
      if (!keep) return
      store.deadLetters.put({
        mapping: mapping.name,
        sourceKey: source.key,
        label: source.label,
        code,
        // It may repeat what the record holds.
        message: withoutPersonal(message, mapping.from.entity.personal.valuesOf(source.value)),
        record: source.value,
        run: context.id,
        at: now(),
        configuration: mapping.configuration,
        ...(step !== undefined && { step }),
        ...(requestId !== undefined && { requestId }),
      })
    },
    park(source, entity, key) {
      parks(source, entity, key)
    },
    wait(source, reason) {
      if (parks(source, onCondition, reason)) add(counts.waits, reason)
    },
    warn(reasons) {
      for (const reason of reasons) add(counts.warned, reason)
    },
    close(source) {
      if (source.open > 0 || !keep) return
      if (!source.failed) store.deadLetters.remove(mapping.name, [source.key])
      if (!source.parked) store.parked.remove(mapping.name, [source.key])
    },
    transaction(work) {
      store.transaction(work)
    },
  }
  return ledger
}
