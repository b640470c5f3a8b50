import { createGovernor, type Governor, type GovernorOptions } from './governor.ts'

/** The governors of this process: connections to one account share one. */
export interface Governors {
  /** The governor of the key; made from `options` when the key is new, else the one that there is. */
  for(options: GovernorOptions): Governor
  all(): readonly Governor[]
}

export function createGovernors(): Governors {
  const byKey = new Map<string, Governor>()
  return {
    for(options) {
      const known = byKey.get(options.key)
      if (known) return known
      const governor = createGovernor(options)
      byKey.set(options.key, governor)
      return governor
    },
    all: () => [...byKey.values()],
  }
}
