/**
 * What one evaluation may use before it fails. Never time that passes: where the machine is busy with other things, an
 * innocent expression takes long and does little.
 */
export interface Limits {
  /** Steps of the interpreter. A million is a second or two of an idle processor. */
  readonly steps: number
  /**
   * Processor time, milliseconds, for what does much in few steps. It is looked at now and then, and what other
   * evaluations use meanwhile counts too: so it is generous.
   */
  readonly cpu: number
  /** Steps of the interpreter under way at one time: grows with the depth of calls and with the width of lists in `[ ]` and objects. */
  readonly depth: number
  /** Members of any list that is made on the way. */
  readonly items: number
}

export const defaultLimits: Limits = { steps: 1_000_000, cpu: 10_000, depth: 20_000, items: 100_000 }
