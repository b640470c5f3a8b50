export interface WriteOptions {
  readonly priority: number
  readonly signal: AbortSignal
  /** The batch is the whole: the target takes what is not in it as gone. */
  readonly full: boolean
  /**
   * Keys of records that an earlier write may have written: they are looked up before anything is sent. `same`: what is
   * to be sent now is what was sent then; if it is there, it is done.
   */
  readonly lookFirst?: ReadonlyMap<string, 'same' | 'other'>
  /** The caller finds out itself what became of a record whose outcome is open: it is neither looked up nor sent again. */
  readonly openOutcomes?: 'returned'
  readonly tally?: (event: { readonly throttled: boolean }) => void
  /** Called when a request's turn has come, each time before it is sent: it may have waited long for it. */
  readonly onSending?: () => void
  /** Called when a request may have reached the target: from then on the outcome is open until it is known. */
  readonly onSent?: () => void
  /** Called when the target names the number of an asynchronous job, before it is followed. */
  readonly onJob?: (job: string) => void
}
