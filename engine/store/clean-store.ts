import type { StateStore } from './state-store.ts'

/**
 * The same store; messages and reports are cleaned before they are kept: what a system says may repeat what it was sent,
 * secrets included.
 */
export function cleanStore(store: StateStore, clean: (text: string) => string): StateStore {
  const { deadLetters, runs } = store
  return Object.freeze({
    ...store,
    deadLetters: { ...deadLetters, put: (letter) => deadLetters.put({ ...letter, message: clean(letter.message) }) },
    runs: {
      ...runs,
      finish: (id, endedAt, status, report) => runs.finish(id, endedAt, status, cleanDeep(report, clean)),
    },
  } satisfies StateStore)
}

function cleanDeep(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map((item) => cleanDeep(item, clean))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, cleanDeep(child, clean)]))
}
