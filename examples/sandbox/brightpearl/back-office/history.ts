import type { SandboxClock } from '../../common/clock.ts'

/** Records by id, with their former states of the last hour: a search index may lag behind. */
export interface RecordTable<Value> {
  get(id: number): Value | undefined
  has(id: number): boolean
  /** Ascending by id. */
  all(): readonly Value[]
  /** As it was at a moment. */
  asOf(at: number): readonly Value[]
  put(id: number, value: Value): void
  remove(id: number): void
  /** A new id: ascending, never used again [doc]. */
  nextId(): number
}

/** How long former states are kept, in sandbox milliseconds. */
const memory = 3_600_000

interface Version<Value> {
  readonly from: number
  /** Undefined: removed. */
  readonly value: Value | undefined
}

export function createTable<Value>(clock: Pick<SandboxClock, 'now'>, firstId: number): RecordTable<Value> {
  const histories = new Map<number, Version<Value>[]>()
  const present = new Map<number, Value>()
  let next = firstId
  let sorted: readonly Value[] | undefined

  const note = (id: number, value: Value | undefined): void => {
    const now = clock.now()
    const history = histories.get(id) ?? []
    // The newest of the forgotten states stays: it is the state at the beginning of what is remembered.
    const kept = history.slice(
      Math.max(
        0,
        history.findLastIndex(({ from }) => from <= now - memory),
      ),
    )
    histories.set(id, [...kept, { from: now, value }])
    sorted = undefined
  }
  const ascending = (ids: Iterable<number>) => [...ids].sort((a, b) => a - b)

  return {
    get: (id) => present.get(id),
    has: (id) => present.has(id),
    all() {
      sorted ??= ascending(present.keys()).map((id) => present.get(id) as Value)
      return sorted
    },
    asOf: (at) =>
      ascending(histories.keys()).flatMap((id) => {
        const value = histories.get(id)?.findLast(({ from }) => from <= at)?.value
        return value === undefined ? [] : [value]
      }),
    put(id, value) {
      present.set(id, value)
      next = Math.max(next, id + 1)
      note(id, value)
    },
    remove(id) {
      if (present.delete(id)) note(id, undefined)
    },
    nextId() {
      next += 1
      return next - 1
    },
  }
}
