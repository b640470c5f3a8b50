/** A target record that a mapping made, before it is compared with what was sent before. */
export interface TargetRecord {
  /** Text of its key fields. */
  readonly key: string
  /** Owned fields, wire-ready. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Fields that only a new record gets, wire-ready. */
  readonly createOnly: Readonly<Record<string, unknown>>
  /** Owned fields that gave nothing, and that the target's schema says are emptied then. */
  readonly cleared: readonly string[]
  /** Reasons of `warn` that did not hold. */
  readonly warnings: readonly string[]
}

/** A target record that could not be made. Its key is known when its fields could be evaluated. */
export interface FailedTarget {
  readonly key: string | undefined
  readonly code: string
  readonly message: string
}

/** What a mapping makes of one source record. */
export type Mapped =
  | { readonly kind: 'skipped'; readonly reason: string }
  /** A condition of `wait` does not hold yet. */
  | { readonly kind: 'waits'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'mapped'; readonly targets: readonly TargetRecord[]; readonly failed: readonly FailedTarget[] }

/** A record fails with this; messages carry no personal data. */
export class RecordFailure extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'RecordFailure'
    this.code = code
  }
}
