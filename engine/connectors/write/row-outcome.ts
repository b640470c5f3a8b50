/** What became of one target record. */
export type RowOutcome =
  | {
      readonly kind: 'applied'
      readonly created: boolean | undefined
      readonly id: unknown
      readonly warnings: readonly string[]
    }
  /** Refused, or found not to be applied. */
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly message: string
      readonly requestId?: string | undefined
      /** The target says that it has such a record already. */
      readonly taken?: boolean
    }
  /** Something that it needs is not in the target. */
  | { readonly kind: 'absent'; readonly code: string; readonly message: string }
  /** Nobody can say whether it was done. */
  | { readonly kind: 'undecided'; readonly message: string }

/** Why it is not known what became of records. */
export interface Doubt {
  readonly message: string
  /** What to say of records that cannot be read back, when sending them again would bring the same answer. */
  readonly code?: 'unexpected-answer'
  /** A row was refused, without a word about which. */
  readonly refused?: boolean
  /** A row was neither written nor refused. */
  readonly ignored?: boolean
}

/** Whether it is not known what the target holds of the record now: neither what it held before nor what was sent. */
export function leavesDoubt(outcome: RowOutcome): boolean {
  if (outcome.kind === 'failed') return outcome.code === 'unexpected-answer' || outcome.code === 'not-applied'
  return outcome.kind !== 'applied'
}
