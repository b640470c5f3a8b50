/** One value on a record's way through a mapping. */
export interface ExplainedValue {
  readonly section: 'keep' | 'wait' | 'join' | 'each' | 'let' | 'field' | 'ensure' | 'warn'
  readonly name: string
  /** Absent when the expression gave nothing. */
  readonly value?: unknown
  /** Which item of `each`, from 0. */
  readonly item?: number
  /** The expression, and where it is written. */
  readonly source?: string
  readonly file?: string
  readonly line?: number
}

/** What would become of one target record. Of a mapping with steps also what a look-up came to, and a step left out. */
export interface ExplainedTarget {
  /** The step, of a mapping with steps. */
  readonly step?: string
  readonly key: string
  readonly action: 'create' | 'update' | 'unchanged' | 'failed' | 'found' | 'absent' | 'skipped'
  readonly fields?: Readonly<Record<string, unknown>>
  readonly code?: string
  readonly message?: string
  readonly warnings?: readonly string[]
}

/** One source record through a mapping, with nothing written. */
export interface Explanation {
  readonly mapping: string
  readonly key: string
  readonly label?: string
  /** The source record as it was read. */
  readonly record: unknown
  /** Joined records by the join's name. */
  readonly joins: Readonly<Record<string, unknown>>
  readonly values: readonly ExplainedValue[]
  /** `skipped`, `waits`, `failed`, or what would become of each target record. */
  readonly outcome:
    | { readonly kind: 'skipped' | 'waits'; readonly reason: string }
    | { readonly kind: 'failed'; readonly code: string; readonly message: string }
    | {
        readonly kind: 'mapped'
        readonly targets: readonly ExplainedTarget[]
      }
}
