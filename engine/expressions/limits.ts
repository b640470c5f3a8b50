/** What one evaluation may use before it fails. */
export interface Limits {
  /**
   * Time of one evaluation, milliseconds; looked at between two steps of the interpreter. One that comes to it is tried
   * again with more, once, and more often while the process itself gets little done.
   */
  readonly timeout: number
  /** Steps of the interpreter under way at one time: grows with the depth of calls and with the width of lists in `[ ]` and objects. */
  readonly depth: number
  /** Members of any list that is made on the way. */
  readonly items: number
}

export const defaultLimits: Limits = { timeout: 1000, depth: 20_000, items: 100_000 }
