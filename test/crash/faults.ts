import type { Sandbox } from '../../examples/sandbox/start-sandbox.ts'
import type { Dice } from './dice.ts'

/** Searches show what was there so long ago, in milliseconds of the systems' clock: less than their connector file says. */
const searchLagMs = 40_000

/** What goes wrong in the next life of the process: one answer in a handful is lost, before or after the call was carried out. */
export function armFaults({ backOffice, shop }: Sandbox, dice: Dice): void {
  for (const { faults } of [backOffice, shop]) {
    const one = () => ({ count: 1, after: dice.whole(0, 12) })
    faults.set({
      dropBefore: dice.chance(0.3) ? { ...one() } : null,
      dropAfter: dice.chance(0.6) ? { ...one(), method: dice.one(['POST', 'POST', 'PUT', 'GET']) } : null,
      failAfter: dice.chance(0.4) ? { ...one(), method: 'POST' } : null,
      throttle: dice.chance(0.1) ? { ...one() } : null,
      expiredToken: dice.chance(0.05) ? { ...one() } : null,
    })
  }
  backOffice.faults.set({
    staleSearch: { lagMs: searchLagMs, path: '-search' },
    loseMessage: dice.chance(0.2) ? { count: 1 } : null,
    doubleMessage: dice.chance(0.2) ? { count: 1 } : null,
  })
}

/** Nothing is lost any more; searches lag on, as they do. */
export function clearFaults({ backOffice, shop }: Sandbox): void {
  backOffice.faults.clear()
  shop.faults.clear()
  backOffice.faults.set({ staleSearch: { lagMs: searchLagMs, path: '-search' } })
}
