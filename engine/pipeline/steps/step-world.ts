import type { CompiledStep } from '../compiled-mapping.ts'
import type { RunContext } from '../run-context.ts'
import type { StepDraft } from './draft.ts'
import type { StepScope } from './step-scope.ts'

type Fields = Readonly<Record<string, unknown>>

/** A target record that a step made or found. */
export interface Made {
  /** Its key fields. */
  readonly target: Fields
  /** The whole record, where it is at hand. */
  readonly record?: unknown
  /** It was there already when it was to be made. */
  readonly wasThere?: boolean
}

/** What an earlier run, or an earlier part of this one, knows of a step's target record. */
export interface KnownItem extends Made {
  /** Of its owned fields as last confirmed; empty when that is not known. */
  readonly fingerprint: string
}

/** One target record of one step of one source record. */
export interface StepItem {
  readonly step: CompiledStep
  readonly sourceKey: string
  /** The natural key: source key and item key. */
  readonly linkKey: string
  /** What the step's expressions see. */
  readonly scope: () => Promise<StepScope>
}

/**
 * What steps act on: the target and the state in a run; in a dry run, in `explain` and in examples something that
 * imagines the writes.
 */
export interface StepWorld {
  /**
   * What is known of the item. When it is open whether an earlier write was done, that is found out first.
   *
   * @param draft the fields as they would be sent now: the natural key is among them.
   * @throws StepFailure `outcome-unknown` or `undecided` when that could not be found out.
   */
  known(item: StepItem, draft: () => Promise<StepDraft>): Promise<KnownItem | undefined>
  /** Records that a find, or the get, gives for a value. */
  lookUp(step: CompiledStep, find: string | undefined, value: unknown): Promise<readonly unknown[]>
  /** A record that this engine made so shortly ago that a search may not show it yet. */
  recent(step: CompiledStep, find: string | undefined, value: unknown): Made | undefined
  /** The whole record of a step. */
  read(step: CompiledStep, made: Made): Promise<unknown>
  /** Books a found record. */
  adopt(item: StepItem, made: Made, fingerprint: string): void
  /** @throws StepFailure */
  create(item: StepItem, draft: StepDraft, sought: readonly Sought[]): Promise<Made>
  /** @throws StepFailure */
  update(item: StepItem, made: Made, draft: StepDraft): Promise<void>
  /**
   * Ends what earlier attempts of a record that is through have left open.
   *
   * @param failed steps that have failed by now, and that the record went on without: they make use of their writes yet.
   */
  readonly settleLeft?: (sourceKey: string, failed: ReadonlySet<string>) => Promise<void>
  /** Whether a value stands for one that only the write will bring; in a run none does. */
  readonly isPlaceholder?: (value: unknown) => boolean
  /** Runs what looks for, and may make, a record with these values: one at a time. */
  turn<T>(step: CompiledStep, sought: readonly Sought[], work: () => Promise<T>): Promise<T>
}

/** A value by which a step's record is looked for. */
export interface Sought {
  readonly find: string | undefined
  readonly value: string | number | boolean
}

/** What of a run its world needs. */
export type WorldContext = Pick<
  RunContext,
  'id' | 'store' | 'connections' | 'clock' | 'timers' | 'abort' | 'stop' | 'options' | 'undecidedAfterMs'
>
