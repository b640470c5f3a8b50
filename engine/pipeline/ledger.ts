import type { RowOutcome } from '../connectors/writing.ts'
import { withoutPersonal } from '../redaction/text.ts'
import { isKeyPart, keyText } from '../store/key.ts'
import type { Link } from '../store/state-store.ts'
import { type CompiledMapping, mainStep } from './compiled-mapping.ts'
import { add, type Counts } from './counts.ts'
import type { TargetRecord } from './outcome.ts'
import type { RunContext } from './run-context.ts'

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

/** A target record on its way to the target. */
export interface Departure {
  readonly source: SourceState
  readonly target: TargetRecord
  /** Hash of its owned fields, to know next time that nothing has changed. */
  readonly fingerprint: string
  /** What will be kept to address it when its source is gone. */
  readonly address: Readonly<Record<string, unknown>>
  /** Had a link, or was known: so it is an update when the target does not say otherwise. */
  readonly existed: boolean
  /** Came along unchanged with a record that changed. */
  readonly companion: boolean
  /** Live link to the same target record of one that has left the source: this one takes the key over. */
  readonly vacated: Link | undefined
}

/**
 * Books what becomes of records: counts, and (unless it is a dry run) links, dead letters and parked records in the
 * state. A source record's dead letter goes when all its target records are settled and none failed.
 */
export interface Ledger {
  skip(reason: string): void
  fail(source: SourceState, code: string, message: string): void
  park(source: SourceState, entity: string, key: string): void
  unchanged(source: SourceState): void
  warn(reasons: readonly string[]): void
  /** Books one written record; call inside of `transaction` for a batch. */
  settle(departure: Departure, outcome: RowOutcome): void
  /** Counts what a dry run would write. */
  imagine(departure: Departure): void
  /** The source record has nothing more on its way when its open target records are settled. */
  close(source: SourceState): void
  transaction(work: () => void): void
}

function neededKey({ fields }: TargetRecord, field: string): string {
  return keyText([fields[field]])
}

export function createLedger(mapping: CompiledMapping, context: RunContext, counts: Counts): Ledger {
  const { store, options } = context
  const keep = !options.dryRun
  const parkedBefore = new Map(store.parked.of(mapping.name).map((parked) => [parked.sourceKey, parked]))
  const needsOf = ({ fields }: TargetRecord): CompiledMapping['needs'] =>
    mapping.needs.filter(({ field }) => isKeyPart(fields[field]))
  const now = (): string => new Date(context.clock.now()).toISOString()

  const ledger: Ledger = {
    skip(reason) {
      add(counts.skipped, reason)
    },
    fail(source, code, message) {
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
      })
    },
    park(source, entity, key) {
      const known = parkedBefore.get(source.key)
      if (keep && known && known.deadline <= now()) {
        store.parked.remove(mapping.name, [source.key])
        ledger.fail(
          source,
          'parked-too-long',
          `It has waited since ${known.since} for a record of ${known.entity} that no mapping has made.`,
        )
        return
      }
      counts.parked += 1
      source.parked = true
      if (!keep) return
      const since = now()
      store.parked.put({
        mapping: mapping.name,
        sourceKey: source.key,
        entity,
        key,
        since,
        deadline: new Date(context.clock.now() + context.parkedForMs).toISOString(),
      })
    },
    unchanged(source) {
      if (!source.companion) counts.unchanged += 1
      source.open -= 1
      finish(source)
    },
    warn(reasons) {
      for (const reason of reasons) add(counts.warned, reason)
    },
    settle({ source, target, fingerprint, address, existed, companion, vacated }, outcome) {
      source.open -= 1
      switch (outcome.kind) {
        case 'applied': {
          ledger.warn(outcome.warnings.map(() => 'said-by-target'))
          if (companion) counts.unchanged += source.companion ? 0 : 1
          else if (outcome.created ?? !existed) counts.created += 1
          else counts.updated += 1
          if (keep) {
            store.links.put([
              ...(vacated ? [{ ...vacated, state: 'gone' as const, fingerprint: '' }] : []),
              {
                mapping: mapping.name,
                step: mainStep,
                sourceKey: source.key,
                targetKey: target.key,
                target: address,
                fingerprint,
                state: 'live',
              },
            ])
            store.known.add(mapping.to.name, [target.key])
          }
          break
        }
        case 'absent': {
          if (keep) {
            store.known.remove(mapping.to.name, [target.key])
            for (const need of needsOf(target)) store.known.remove(need.entity.name, [neededKey(target, need.field)])
          }
          const need = needsOf(target).find(({ entity }) => context.makers.has(entity.name))
          if (need) {
            if (!source.parked) ledger.park(source, need.entity.name, neededKey(target, need.field))
          } else {
            ledger.fail(source, outcome.code, outcome.message)
          }
          break
        }
        case 'undecided':
          ledger.fail(source, 'undecided', outcome.message)
          break
        case 'failed':
          ledger.fail(source, outcome.code, outcome.message)
      }
      finish(source)
    },
    imagine({ source, existed, companion }) {
      if (companion) {
        ledger.unchanged(source)
        return
      }
      source.open -= 1
      if (existed) counts.updated += 1
      else counts.created += 1
    },
    close(source) {
      finish(source)
    },
    transaction(work) {
      store.transaction(work)
    },
  }

  function finish(source: SourceState): void {
    if (source.open > 0 || !keep) return
    if (!source.failed) store.deadLetters.remove(mapping.name, [source.key])
    if (!source.parked) store.parked.remove(mapping.name, [source.key])
  }

  return ledger
}
