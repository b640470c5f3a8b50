/** Random numbers that are the same for the same seed. */
export interface Dice {
  /** From `from` (included) to `to` (not included). */
  between(from: number, to: number): number
  whole(from: number, to: number): number
  chance(share: number): boolean
  one<T>(of: readonly T[]): T
}

/** mulberry32: small, and good enough for choosing moments. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (from: number, to: number): number => from + next() * (to - from)
  return {
    between,
    whole: (from, to) => Math.floor(between(from, to)),
    chance: (share) => next() < share,
    one: (of) => of[Math.floor(next() * of.length)] as (typeof of)[number],
  }
}
