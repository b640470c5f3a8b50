import type { AnyMapping } from '../pipeline/compiled-mapping.ts'
import { createLane, type Lane, type LaneOptions } from './lane.ts'

/** The lanes of all mappings that have triggers. */
export interface Lanes {
  poke(mappings: readonly string[]): void
  /** Resolves when all have stopped. */
  readonly ended: Promise<void>
}

export function startLanes(
  mappings: Iterable<AnyMapping>,
  shared: Omit<LaneOptions, 'mapping' | 'after' | 'mustWait' | 'onRan'>,
): Lanes {
  const lanes = new Map<string, Lane>()
  for (const mapping of mappings) {
    if (mapping.triggers.length === 0) continue
    lanes.set(
      mapping.name,
      createLane({
        ...shared,
        mapping,
        after: () => mapping.after.filter((name) => lanes.has(name)),
        mustWait: () => mapping.after.some((name) => lanes.get(name)?.scheduled() ?? false),
        onRan: (made) => {
          for (const lane of lanes.values()) lane.poke(made ? mapping.name : undefined)
        },
      }),
    )
  }
  return {
    poke(names) {
      for (const name of names) lanes.get(name)?.poke()
    },
    ended: Promise.all([...lanes.values()].map(({ ended }) => ended)).then(() => {}),
  }
}
