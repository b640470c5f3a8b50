import type { CompiledMapping, MappingBase } from '../compiled-mapping.ts'

/** What a read asks of a mapping. */
export type SourceMapping = Pick<MappingBase, 'from' | 'name' | 'options'> & Partial<Pick<CompiledMapping, 'siblings'>>

/**
 * Everything; what changed since the cursor; one record; what changed since a time that the user gave; given records;
 * what the mapping has made nothing of yet.
 */
export type ReadMode = 'full' | 'changes' | 'only' | 'since' | 'given' | 'new'

/** What a run maps instead of what a list gives: records as they were received, and what is read by key or by a find. */
export interface Given {
  /** Raw, in the entity's shape: as a message carries them, or as a dead letter has kept them. */
  readonly records?: readonly { readonly value: unknown }[]
  /** Keys of the entity or, with `find`, values of that find. A text that stands for a number is one. */
  readonly keys?: readonly unknown[]
  readonly find?: string
  /** The keys came with messages: a mapping with `read: new` reads only those of which it has made nothing. */
  readonly hints?: boolean
}

export interface ReadPlan {
  readonly mode: ReadMode
  /** Why this mode, for people. */
  readonly reason: string
  readonly since: string | undefined
  /** Keys to read beside: parked records that may go on. */
  readonly also: readonly string[]
  /** Set in the mode `given`. */
  readonly given?: Given
  /** In the mode `new`: which of these keys are to be read. */
  readonly fresh?: (keys: readonly string[]) => ReadonlySet<string>
  /** In the mode `new`: keys whose grace is over. */
  readonly due?: readonly string[]
  /** What is left out here must be found by the mapping's next read. */
  readonly keepsCursor?: boolean
}
