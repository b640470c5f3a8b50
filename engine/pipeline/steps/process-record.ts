import type { Variables } from '../../config/expression-compiler.ts'
import { keyText } from '../../store/key.ts'
import { fingerprint } from '../commit/fingerprint.ts'
import type { SourceLedger, SourceState } from '../commit/source-ledger.ts'
import { recordStep, type SteppedMapping } from '../compiled-mapping.ts'
import { add, type Counts, type StepCounts } from '../counts.ts'
import { codeOf, notKept, notYet } from '../map/map-record.ts'
import { awaitedBy, failSource } from '../read/sieve.ts'
import type { RunContext, WouldWrite } from '../run-context.ts'
import { placeholdersShown } from './imagined-world.ts'
import { prepareSteps } from './prepare.ts'
import { type RecordResult, runRecordSteps } from './run-record.ts'
import type { StepWorld } from './step-world.ts'

export interface ProcessInput {
  readonly mapping: SteppedMapping
  readonly context: RunContext
  readonly counts: Counts
  readonly stepCounts: Readonly<Record<string, StepCounts>>
  readonly ledger: SourceLedger
  readonly world: () => StepWorld
  /** Hears what a dry run would write of one record. */
  readonly show: (records: readonly WouldWrite[]) => void
}

/** Takes joined records through the rest of their life: keep, wait, lets, ensure, steps, and what became of them. */
export function createRecordProcess(input: ProcessInput): (state: SourceState, variables: Variables) => Promise<void> {
  const { mapping, context, counts, ledger } = input
  const { store, options } = context
  const world = input.world()

  return async (state, joined) => {
    let ready: Ready | undefined
    try {
      ready = await prepare(state, joined)
    } catch (error) {
      failSource(ledger, state, codeOf(error))
    }
    if (!ready) return
    const { variables, digest, warnings } = ready
    const personal = mapping.from.entity.personal.valuesOf(state.value)
    const source = {
      sourceKey: state.key,
      value: state.value,
      variables,
      isPersonal: (text: string) => personal.has(text),
    }
    const result = await runRecordSteps(mapping.steps, source, world)
    ledger.warn(warnings)
    book(state, result, digest)
    if (options.dryRun) input.show(wouldWrite(state, result))
  }

  interface Ready {
    readonly variables: Variables
    readonly digest: string | undefined
    readonly warnings: readonly string[]
  }

  /** What can be said of a record before its steps; undefined when it ends here. */
  async function prepare(state: SourceState, joined: Variables): Promise<Ready | undefined> {
    const awaited = await awaitedBy(mapping, state.value, joined)
    if (awaited) {
      ledger.park(state, awaited.entity, awaited.key)
      ledger.close(state)
      return undefined
    }
    const reason = await notKept(mapping, state.value, joined, true)
    if (reason !== undefined) {
      ledger.skip(reason)
      ledger.close(state)
      return undefined
    }
    const waits = await notYet(mapping, state.value, joined)
    if (waits !== undefined) {
      ledger.wait(state, waits)
      ledger.close(state)
      return undefined
    }
    const digest = mapping.isSettled ? digestOf(state, joined) : undefined
    if (digest !== undefined && doneAs(state.key) === digest) {
      counts.unchanged += 1
      ledger.close(state)
      return undefined
    }
    const { variables, warnings } = await prepareSteps(mapping, state.value, joined)
    return { variables, digest, warnings }
  }

  /** Everything that a record's steps are made of, as far as it can change without the configuration. */
  function digestOf({ value }: SourceState, joined: Variables): string {
    const joins = mapping.joins.map(({ name }) => joined[name])
    return fingerprint({ value, joins, configuration: mapping.configuration })
  }

  function doneAs(sourceKey: string): string | undefined {
    return store.links.byTarget(mapping.name, recordStep, keyText([sourceKey]))?.fingerprint
  }

  function book(state: SourceState, result: RecordResult, digest: string | undefined): void {
    ledger.transaction(() => {
      const { failure } = result
      for (const { step, items, skipped, failed } of result.steps) {
        const into = input.stepCounts[step] as StepCounts
        for (const { kind, warnings } of items) {
          into[kind] += 1
          ledger.warn(warnings)
        }
        if (skipped) into.skipped += 1
        if (!failed) continue
        into.failed += 1
        if (failed === failure) continue
        add(counts.warned, `${step}-failed`)
        context.listener({
          type: 'warning',
          mapping: mapping.name,
          message: `${state.label ?? state.key}: the step ${step} failed (${failed.code}): ${failed.message}`,
        })
      }
      if (failure) {
        ledger.fail(state, failure.code, failure.message, failure)
        ledger.close(state)
        return
      }
      count(result)
      if (!options.dryRun) {
        store.links.put([
          {
            mapping: mapping.name,
            step: recordStep,
            sourceKey: state.key,
            targetKey: keyText([state.key]),
            target: {},
            fingerprint: isWhole(result) ? (digest ?? '') : '',
            state: 'live',
          },
        ])
      }
      ledger.close(state)
    })
  }

  /** One outcome for each source record; what each step came to is counted beside. */
  function count({ steps }: RecordResult): void {
    const kinds = new Set(steps.flatMap(({ items }) => items.map(({ kind }) => kind)))
    if (kinds.has('created')) counts.created += 1
    else if (kinds.has('updated')) counts.updated += 1
    else if (kinds.size > 0) counts.unchanged += 1
    else ledger.skip('nothing-to-send')
  }

  function wouldWrite(state: SourceState, { steps }: RecordResult): WouldWrite[] {
    return steps.flatMap(({ step, items }) =>
      items.flatMap(({ kind, made, draft }): WouldWrite[] => {
        if (!made || (kind !== 'created' && kind !== 'updated' && kind !== 'found')) return []
        const action = kind === 'created' ? 'create' : kind === 'updated' ? 'update' : 'found'
        const key = Object.values(made.target).map((value) => String(placeholdersShown(value)))
        return [
          {
            key: key.join(', '),
            label: state.label ?? state.key,
            action,
            step,
            fields: withoutPersonalFields(
              step,
              placeholdersShown({ ...(action === 'create' && draft?.createOnly), ...draft?.fields }),
            ),
            createOnly: action === 'create' ? Object.keys(draft?.createOnly ?? {}) : [],
          },
        ]
      }),
    )
  }

  function withoutPersonalFields(name: string, fields: unknown): WouldWrite['fields'] {
    const step = mapping.steps.find((one) => one.name === name)
    return (step ? step.to.entity.personal.mask(fields) : fields) as WouldWrite['fields']
  }
}

/** Nothing was left out that may be done when the record is looked at again. */
function isWhole({ steps }: RecordResult): boolean {
  return steps.every(({ failed, items }) => !failed && items.every(({ kind }) => kind !== 'absent'))
}
