/**
 * A number in [0, 1) that depends on nothing but its arguments, so that any value of any product can be derived when
 * it is asked for, in any order, and nothing has to be stored. The state is mixed from the three arguments, then one
 * step of mulberry32 is taken.
 */
export function draw(seed: number, item: number, salt: number): number {
  let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(item + 0x7f4a7c15, 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 16), 0xc2b2ae35) + Math.imul(salt + 1, 0x27d4eb2f)
  state = Math.imul(state ^ (state >>> 13), 0x165667b1)
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}

/** A whole number from `low` to `high`, both included. */
export function drawWhole(seed: number, item: number, salt: number, low: number, high: number): number {
  return low + Math.floor(draw(seed, item, salt) * (high - low + 1))
}

export function drawOne<T>(seed: number, item: number, salt: number, choices: readonly T[]): T {
  const chosen = choices[Math.floor(draw(seed, item, salt) * choices.length)]
  if (chosen === undefined) throw new RangeError('There is nothing to choose from.')
  return chosen
}
