import type { Answer } from '../call/call-types.ts'
import type { CompiledEntity } from '../compiled-connector.ts'
import type { ReadRecord } from './received-record.ts'

/** Something that was asked for and could not be read, though the read as a whole went on. */
export interface Unreadable {
  readonly key: string
  readonly code: string
  readonly message: string
  /** The record's own key, when it was asked for by another value. */
  readonly record?: string
}

/** One page of a list. */
export interface Page {
  /** Keys that the source listed, whether or not their record came along. */
  readonly seen: readonly string[]
  readonly records: readonly ReadRecord[]
  readonly unreadable: readonly Unreadable[]
}

export interface ReadOptions {
  readonly priority: number
  readonly signal: AbortSignal
  /** Told of each call that is made on behalf of this read. */
  readonly tally?: (event: { readonly throttled: boolean }) => void
}

export interface ListOptions extends ReadOptions {
  /** Only what changed since: ISO 8601. The entity's list must have a `since`. */
  readonly since?: string
  /** Which of these keys need no reading again. */
  readonly skip?: (keys: readonly string[]) => ReadonlySet<string>
  /** Called with the first answer of the read: the server's time there is the next cursor. */
  readonly onFirstAnswer?: (answer: Answer) => void
}

export interface Found {
  /** Records by the asked value's text. */
  readonly byValue: ReadonlyMap<string, readonly ReadRecord[]>
  readonly unreadable: readonly Unreadable[]
}

export interface Reading {
  list(entity: CompiledEntity, options: ListOptions): AsyncGenerator<Page, void, void>
  get(
    entity: CompiledEntity,
    keys: readonly unknown[],
    options: ReadOptions,
  ): Promise<{ records: readonly ReadRecord[]; unreadable: readonly Unreadable[] }>
  find(entity: CompiledEntity, find: string, values: readonly unknown[], options: ReadOptions): Promise<Found>
}
