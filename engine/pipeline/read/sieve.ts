import type { Variables } from '../../config/expression-compiler.ts'
import type { CompiledEntity } from '../../connectors/compiled-connector.ts'
import { asList } from '../../expressions/as-list.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import { discardedOf, undiscard } from '../commit/discards.ts'
import type { SourceLedger, SourceState } from '../commit/source-ledger.ts'
import type { MappingBase } from '../compiled-mapping.ts'
import type { Counts } from '../counts.ts'
import { refusal } from '../map/conditions.ts'
import { codeOf, notKept, recordVariables } from '../map/map-record.ts'
import { RecordFailure } from '../map/outcome.ts'
import type { RunContext } from '../run-context.ts'
import type { SourceRecord } from './source-record.ts'

/** A source record as the spool hands it out. */
export interface ReadSource extends SourceRecord {
  readonly key: string
  readonly companion: boolean
}

/**
 * The key that a person knows; undefined where the record has none, one that its expression does not fit, or one that is
 * personal: labels are shown and stored.
 */
export async function labelOf({ label, personal }: CompiledEntity, value: unknown): Promise<string | undefined> {
  try {
    const text = await label?.evaluate(value, {})
    if (text === undefined) return undefined
    return withoutPersonal(String(text), personal.valuesOf(value)) === String(text) ? String(text) : undefined
  } catch {
    return undefined
  }
}

/** A record of which nothing goes on its way. */
export function failSource(
  ledger: SourceLedger,
  state: SourceState,
  { code, message }: { readonly code: string; readonly message: string },
): void {
  ledger.fail(state, code, message)
  ledger.close(state)
}

/**
 * First sieve of source records, which needs no join: what cannot be read, is not accepted, was discarded by a person,
 * or is not kept by its own fields. What ends here is booked; `drop` books what is not kept.
 */
export function createSieve(
  mapping: MappingBase,
  context: RunContext,
  counts: Counts,
  ledger: SourceLedger,
  drop: (state: SourceState, reason: string) => void,
): (records: readonly ReadSource[]) => Promise<SourceState[]> {
  return async (records) => {
    const kept: SourceState[] = []
    const { only, retry, dryRun } = context.options
    // Who asks for a record by name wants it tried, whatever was said before.
    const isAsked = only !== undefined || retry === true
    if (isAsked && !dryRun)
      undiscard(
        mapping.name,
        records.map(({ key }) => key),
        context.store,
      )
    const isDiscarded = isAsked ? () => false : discardedOf(mapping.name, context.store, records)
    for (const { key, companion, value, problems, unreadable } of records) {
      if (!companion) counts.read += 1
      const label = await labelOf(mapping.from.entity, value)
      const state: SourceState = { key, label, value, companion, open: 0, failed: false, parked: false }
      if (unreadable) {
        failSource(ledger, state, unreadable)
        continue
      }
      if (isDiscarded(state)) {
        if (!companion) ledger.skip('discarded')
        ledger.close(state)
        continue
      }
      const problem = problems[0]
      if (problem) {
        failSource(ledger, state, {
          code: `source-${problem.code}`,
          message: `${mapping.from.name}${problem.path}: ${problem.message}`,
        })
        continue
      }
      try {
        const variables = recordVariables(mapping, value, {}, context.startedAt)
        await refuseUnacceptable(mapping, value, variables)
        const reason = await notKept(mapping, value, variables, false)
        if (reason === undefined) kept.push(state)
        else drop(state, reason)
      } catch (error) {
        failSource(ledger, state, codeOf(error))
      }
    }
    return kept
  }
}

/** @throws RecordFailure with the reason of the first condition of `accept` that does not hold. */
export async function refuseUnacceptable(
  { accept }: Pick<MappingBase, 'accept'>,
  record: unknown,
  variables: Variables,
): Promise<void> {
  for (const condition of accept) {
    if ((await condition.holds.evaluate(record, variables)) === true) continue
    throw new RecordFailure(condition.reason, await refusal(condition, record, variables))
  }
}

/** What a record waits for: a join of `awaits` that found nothing. */
export async function awaitedBy(
  mapping: MappingBase,
  record: unknown,
  variables: Variables,
): Promise<{ readonly entity: string; readonly key: string } | undefined> {
  for (const { join } of mapping.awaits) {
    if (asList(variables[join.name]).length > 0) continue
    const values = asList(await join.by.evaluate(record, variables)).filter(isKeyPart)
    // Nothing to look for is nothing to wait for.
    if (values.length > 0) return { entity: join.entity.name, key: keyText(values) }
    throw new RecordFailure('awaits-nothing', `The join ${join.name} is awaited, and \`by\` gives nothing to look for.`)
  }
  return undefined
}
