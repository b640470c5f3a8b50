import type { RowOutcome } from '../../connectors/write/row-outcome.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { Link } from '../../store/state-store.ts'
import { createSourceLedger, type SourceLedger, type SourceState } from '../commit/source-ledger.ts'
import { type CompiledMapping, mainStep } from '../compiled-mapping.ts'
import type { Counts } from '../counts.ts'
import type { TargetRecord } from '../map/outcome.ts'
import type { RunContext } from '../run-context.ts'

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
export interface Ledger extends SourceLedger {
  unchanged(source: SourceState): void
  /** Books a target record that is there already and is taken as it is. Its source is closed with its other records. */
  adopt(
    source: SourceState,
    target: TargetRecord,
    fingerprint: string,
    address: Readonly<Record<string, unknown>>,
  ): void
  /** Books one written record; call inside of `transaction` for a batch. */
  settle(departure: Departure, outcome: RowOutcome): void
  /** Counts what a dry run would write. */
  imagine(departure: Departure): void
}

function neededKey({ fields }: TargetRecord, field: string): string {
  return keyText([fields[field]])
}

export function createLedger(mapping: CompiledMapping, context: RunContext, counts: Counts): Ledger {
  const { store, options } = context
  const keep = !options.dryRun
  const sources = createSourceLedger(mapping, context, counts)
  const needsOf = ({ fields }: TargetRecord): CompiledMapping['needs'] =>
    mapping.needs.filter(({ field }) => isKeyPart(fields[field]))

  const ledger: Ledger = {
    ...sources,
    unchanged(source) {
      if (!source.companion) counts.unchanged += 1
      source.open -= 1
      sources.close(source)
    },
    adopt(source, target, print, address) {
      if (!source.companion) counts.unchanged += 1
      if (!keep) return
      store.transaction(() => {
        store.links.put([
          {
            mapping: mapping.name,
            step: mainStep,
            sourceKey: source.key,
            targetKey: target.key,
            target: address,
            fingerprint: print,
            state: 'live',
          },
        ])
        store.known.add(mapping.to.name, [target.key])
      })
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
          ledger.fail(source, outcome.code, outcome.message, { requestId: outcome.requestId })
      }
      sources.close(source)
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
  }

  return ledger
}
