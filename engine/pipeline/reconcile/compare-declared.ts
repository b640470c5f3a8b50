import { asList } from '../../expressions/as-list.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import { isKeyPart } from '../../store/key.ts'
import type { CompiledComparison } from '../compiled-mapping.ts'
import { add, tallyInto } from '../counts.ts'
import { said } from '../map/conditions.ts'
import { codeOf, notKept, recordVariables, withLets } from '../map/map-record.ts'
import { chunkSize, pageSize } from '../read/chunks.ts'
import { joinRecords } from '../read/join-records.ts'
import type { ReadPlan } from '../read/plan-types.ts'
import { sharedRead } from '../read/shared-read.ts'
import { labelOf } from '../read/sieve.ts'
import type { SourceRecord } from '../read/source-record.ts'
import type { RunContext } from '../run-context.ts'
import { type Comparing, note } from './difference.ts'

/** What the repair of a record needs to know. */
export interface DeclaredRepair {
  /** Of the record that was compared. */
  readonly sourceKey: string
  /** What the repairing mapping is run for. */
  readonly keys: readonly unknown[]
}

interface Source {
  readonly key: string
  readonly value: unknown
}

/** Tries what a declared comparison expects, record by record, the other side joined in batches. */
export async function compareDeclared(
  { name: comparison, source, lets, expect, repair }: CompiledComparison,
  context: RunContext,
  plan: ReadPlan,
  /** Names this comparison among all of the run. */
  name: string,
  into: Comparing,
): Promise<void> {
  const { counts } = into
  const tally = tallyInto(counts)
  const progress = (phase: 'reading' | 'mapping', listed: number): void =>
    context.listener({ type: 'progress', mapping: source.name, phase, counts, listed })
  const read = await sharedRead(
    { ...source, ...(plan.mode !== 'full' && { name }) },
    context,
    plan,
    (listed) => progress('reading', listed),
    tally(source.from.connection),
  )
  const chunk = chunkSize(source)
  const kept: Source[] = []
  for (const page of read.spooled.pages(pageSize)) {
    context.stop.throwIfAborted()
    for (const { key, record } of page) await sift(key, record as SourceRecord)
    while (kept.length >= chunk) await compare(kept.splice(0, chunk))
    progress('mapping', read.spooled.count())
  }
  if (kept.length > 0) await compare(kept.splice(0))
  context.stop.throwIfAborted()
  if (read.failure) throw read.failure

  async function sift(key: string, { value, problems, unreadable }: SourceRecord): Promise<void> {
    counts.read += 1
    const problem = problems[0]
    if (unreadable) unknown(key, unreadable.code)
    else if (problem) unknown(key, `source-${problem.code}`)
    else
      await guarded(key, async () => {
        const reason = await notKept(source, value, recordVariables(source, value, {}, context.startedAt), false)
        if (reason === undefined) kept.push({ key, value })
        else add(counts.skipped, reason)
      })
  }

  async function compare(sources: readonly Source[]): Promise<void> {
    const joined = await joinRecords(source, sources, context.connections, context.startedAt, (connection) => ({
      priority: source.priority,
      signal: context.stop,
      tally: tally(connection),
    }))
    for (const entry of joined) {
      if ('failure' in entry) unknown(entry.source.key, entry.failure.code)
      else await guarded(entry.source.key, () => tryAll(entry.source, entry.variables))
    }
  }

  async function tryAll({ key, value }: Source, joins: Readonly<Record<string, unknown>>): Promise<void> {
    const reason = await notKept(source, value, joins, true)
    if (reason !== undefined) {
      add(counts.skipped, reason)
      return
    }
    const variables = await withLets(lets, value, joins)
    into.compared += 1
    for (const condition of expect) {
      if ((await condition.holds.evaluate(value, variables)) === true) continue
      const say = await said(condition.say, value, variables)
      const label = await labelOf(source.from.entity, value)
      const keys = repair ? asList(await repair.key.evaluate(value, variables)).filter(isKeyPart) : []
      const { personal } = source.from.entity
      note(
        into,
        {
          mapping: source.name,
          comparison,
          reason: condition.reason,
          key,
          ...(label !== undefined && label !== key && { label }),
          ...(say !== undefined && { say: withoutPersonal(say, personal.valuesOf(value)) }),
        },
        // One repair for a record, however many of its conditions do not hold.
        keys.length > 0 ? { key, record: { sourceKey: key, keys } satisfies DeclaredRepair } : undefined,
      )
    }
  }

  /** Of what cannot be compared nobody knows whether it differs: it is told, and stops no other. */
  function unknown(key: string, code: string): void {
    add(counts.failed, code)
    note(into, { mapping: source.name, comparison, reason: notCompared, key, say: code })
  }

  async function guarded(key: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      unknown(key, codeOf(error).code)
    }
  }
}

/** The reason of a record that a comparison cannot be tried for. */
const notCompared = 'not-compared'
