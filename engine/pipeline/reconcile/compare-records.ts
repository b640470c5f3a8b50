import type { ReadOptions } from '../../connectors/read/reading.ts'
import { sleep } from '../../http/retry.ts'
import type { SpooledRead } from '../../store/spool.ts'
import type { Link } from '../../store/state-store.ts'
import { fingerprint } from '../commit/fingerprint.ts'
import type { SourceState } from '../commit/source-ledger.ts'
import { type CompiledMapping, mainStep } from '../compiled-mapping.ts'
import { add, tallyInto } from '../counts.ts'
import type { GoneTargets } from '../fields/gone-targets.ts'
import { createLedger } from '../fields/ledger.ts'
import { createSourceMapper, type KeptSource, type MappedSource } from '../fields/map-sources.ts'
import { findMissing } from '../fields/needs.ts'
import type { TargetRecord } from '../map/outcome.ts'
import { connectionOf } from '../open-connections.ts'
import { chunkSize, pageSize } from '../read/chunks.ts'
import type { ReadPlan } from '../read/plan-types.ts'
import { sharedRead } from '../read/shared-read.ts'
import type { SourceRecord } from '../read/source-record.ts'
import type { RunContext } from '../run-context.ts'
import { type Comparing, type FieldDifference, note } from './difference.ts'
import { findLoose } from './loose-links.ts'
import { failedMark, type RecordRepair } from './record-repair.ts'
import { sameValue } from './same-value.ts'
import type { Held, TargetReader } from './target-reader.ts'

type Fields = Readonly<Record<string, unknown>>

/** A target record, and the source record that it is made of. */
interface Made {
  readonly sourceKey: string
  readonly label: string | undefined
  readonly target: TargetRecord
}

/**
 * Compares what the mapping makes of its source with what the target holds, field by field of those that it owns. After
 * a read of everything also the links whose record the source yields no more.
 */
export async function compareRecords(
  mapping: CompiledMapping,
  reader: TargetReader,
  context: RunContext,
  plan: ReadPlan,
  /** Names this comparison among those of one mapping. */
  name: string,
  into: Comparing,
): Promise<void> {
  const { spool, store } = context
  const { counts } = into
  const { entity } = mapping.to
  const tally = tallyInto(counts)
  const target = connectionOf(context, mapping.to.connection)
  const asked: ReadOptions = {
    priority: mapping.priority,
    signal: context.stop,
    tally: tally(mapping.to.connection),
  }
  const ledger = createLedger(mapping, context, counts)
  const dropped = spool.read(`dropped ${name}`)
  const mapper = createSourceMapper(mapping, context, counts, ledger, watched(dropped), tally)
  const yielded = spool.read(`yielded ${name}`)
  const absent = spool.read(`absent ${name}`, { sealed: entity.personal.any })

  const progress = (phase: 'reading' | 'mapping', listed: number): void =>
    context.listener({ type: 'progress', mapping: mapping.name, phase, counts, listed })
  const read = await sharedRead(
    // Siblings are for writing: they need not travel here.
    { ...mapping, siblings: undefined, ...(plan.mode !== 'full' && { name }) },
    context,
    plan,
    (listed) => progress('reading', listed),
    tally(mapping.from.connection),
  )
  const chunk = chunkSize(mapping)
  const kept: KeptSource[] = []
  for (const page of read.spooled.pages(pageSize)) {
    context.stop.throwIfAborted()
    kept.push(
      ...(await mapper.sift(page.map(({ key, record }) => ({ key, companion: false, ...(record as SourceRecord) })))),
    )
    while (kept.length >= chunk) await compare(await mapper.map(kept.splice(0, chunk)))
    progress('mapping', read.spooled.count())
  }
  if (kept.length > 0) await compare(await mapper.map(kept.splice(0)))
  context.stop.throwIfAborted()
  if (read.failure) throw read.failure
  await lookAgain()
  const all = plan.mode === 'full' && read.complete
  const fromCutOff = context.options.since === undefined && plan.since !== undefined && plan.since === mapping.cutOff
  if (all || (fromCutOff && mapping.from.entity.get))
    await findLoose({ mapping, reader, target, asked, context, read: read.spooled, all, yielded, dropped }, into)

  async function compare(records: readonly MappedSource[]): Promise<void> {
    const missing = await findMissing(
      mapping,
      records.flatMap(({ targets }) => targets),
      context,
      tally,
    )
    const made: Made[] = []
    for (const { state, targets, failedKeys } of records) {
      // What failed was counted, and its key is not free.
      yielded.see([...failedKeys].flatMap((key) => key ?? []))
      yielded.see(targets.map(({ key }) => key))
      if (failedKeys.has(undefined)) yielded.see([failedMark(state.key)])
      if (targets.length === 0 && failedKeys.size === 0) ledger.skip('nothing-to-send')
      const need = missing.of(targets)
      if (need) {
        if (need.maker) counts.parked += 1
        else add(counts.failed, need.unreadable?.code ?? 'not-in-target')
        continue
      }
      for (const each of targets) {
        if (isTaken(each, state)) add(counts.failed, 'key-taken')
        else made.push({ sourceKey: state.key, label: state.label, target: each })
      }
    }
    into.compared += made.length
    const held = await reader.read(
      made.map(({ target: { fields } }) => fields),
      target,
      asked,
    )
    const free = new Map<Fields, boolean>()
    // What fits exactly is taken first: where the read does not tell the whole key, several records may be meant.
    const matches = made.map((each, index) => takeSame(each, held[index] as Held, free))
    for (const [index, each] of made.entries()) {
      const { found, unreadable } = held[index] as Held
      if (matches[index]) continue
      if (unreadable) {
        add(counts.failed, unreadable.code)
        continue
      }
      const left = found.find((record) => free.get(record) !== false)
      if (left) {
        free.set(left, false)
        differs(each, left)
      } else absent.put([{ key: each.target.key, group: each.target.key, record: each, companion: false }])
    }
  }

  function takeSame({ target: wanted }: Made, { found }: Held, free: Map<Fields, boolean>): boolean {
    const same = found.find((record) => free.get(record) !== false && differencesOf(wanted, record).length === 0)
    if (same) free.set(same, false)
    return same !== undefined
  }

  /** The key belongs to another source record, as in a run. */
  function isTaken({ key }: TargetRecord, { key: sourceKey }: SourceState): boolean {
    const link = store.links.byTarget(mapping.name, mainStep, key)
    if (link?.state === 'live' && link.sourceKey !== sourceKey && read.spooled.seen([link.sourceKey]).size > 0)
      return true
    return spool.claim(`reconcile ${name}`, key, sourceKey) !== sourceKey
  }

  function differencesOf(wanted: TargetRecord, found: Fields): FieldDifference[] {
    const { value } = entity.reader(wanted.fields)
    const expected = value as Fields
    const names = [...Object.keys(wanted.fields), ...wanted.cleared].filter(
      (field) => !entity.keyFields.includes(field) && reader.tells(field),
    )
    return names.flatMap((field) =>
      sameValue(expected[field], found[field])
        ? []
        : [
            {
              field,
              ...(expected[field] !== undefined && { expected: expected[field] }),
              ...(found[field] !== undefined && { found: found[field] }),
            },
          ],
    )
  }

  function differs({ sourceKey, label, target: wanted }: Made, found: Fields): void {
    const fields = differencesOf(wanted, found).map(({ field, ...values }): FieldDifference => {
      const masked = Object.entries(values).map(([side, value]) => [
        side,
        (entity.personal.mask({ [field]: value }) as Fields)[field],
      ])
      return { field, ...(Object.fromEntries(masked) as Omit<FieldDifference, 'field'>) }
    })
    const { repeat } = mapping.write
    // What may not be sent twice is not sent again to put it right: a second invoice would be paid twice.
    const mayRepeat = mapping.fullFile || repeat === 'safe' || repeat === 'harmless'
    book('differs', { sourceKey, targetKey: wanted.key, label, fields }, mayRepeat, fingerprint(wanted.fields))
  }

  /** What was not there is looked for once more when the target has had its time to show it. */
  async function lookAgain(): Promise<void> {
    if (absent.count() === 0) return
    if (reader.settlesMs > 0) await sleep(reader.settlesMs, context.stop, context.timers)
    for (const page of absent.pages(pageSize)) {
      const made = page.map(({ record }) => record as Made)
      const held =
        reader.settlesMs > 0
          ? await reader.read(
              made.map(({ target: { fields } }) => fields),
              target,
              asked,
            )
          : []
      for (const [index, each] of made.entries()) {
        const { found, unreadable } = held[index] ?? { found: [] }
        if (unreadable) add(counts.failed, unreadable.code)
        else if (found[0] && differencesOf(each.target, found[0]).length > 0) differs(each, found[0])
        else if (!found[0]) {
          const { sourceKey, label, target: wanted } = each
          const mayMake = mapping.fullFile || mapping.write.repeat !== 'never'
          book('missing', { sourceKey, targetKey: wanted.key, label }, mayMake, fingerprint(wanted.fields))
        }
      }
    }
  }

  function book(
    reason: 'missing' | 'differs',
    record: {
      readonly sourceKey: string
      readonly targetKey: string
      readonly label: string | undefined
      readonly fields?: readonly FieldDifference[]
    },
    mayRepair: boolean,
    print: string,
  ): void {
    const { sourceKey, targetKey, label, fields } = record
    const repair: RecordRepair = { reason, sourceKey, targetKey, fingerprint: print }
    note(
      into,
      {
        mapping: mapping.name,
        comparison: 'records',
        reason,
        key: targetKey,
        ...(label !== undefined && { label }),
        ...(fields && { fields }),
      },
      mayRepair ? { key: targetKey, record: repair } : undefined,
    )
  }
}

/** Where a run would gather what is gone: here it is only remembered what `keep` drops. */
function watched(dropped: SpooledRead): GoneTargets {
  return {
    add: (links: readonly Link[]) => dropped.see(links.map(({ targetKey }) => targetKey)),
    addUnseen: () => {},
    sources: () => 0,
    breaker: () => undefined,
    write: () => Promise.resolve(),
    mark: () => {},
  }
}
