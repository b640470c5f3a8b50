/** One at a time for each key: who comes second waits until the first is done. */
export interface Turns {
  take<T>(keys: readonly string[], work: () => Promise<T>): Promise<T>
}

/** W7: what two records would both make is made by the first of them, and found by the second. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>()
  return {
    async take(keys, work) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const own = [...new Set(keys)]
      const before = own.map((key) => last.get(key))
      // Taken at once for all keys, so that no two can wait for one another.
      for (const key of own) last.set(key, promise)
      try {
        await Promise.all(before)
        return await work()
      } finally {
        resolve()
        for (const key of own) if (last.get(key) === promise) last.delete(key)
      }
    },
  }
}
