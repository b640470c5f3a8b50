/** 1: some records failed. 2: the configuration is wrong. 3: a system could not be reached or refused the credentials. */
export type FailureStatus = 1 | 2 | 3

/** A failure that ends a command: with a code of the registry, what to do, and the exit status. */
export class SynclineError extends Error {
  readonly code: string
  readonly advice: string
  readonly exitStatus: FailureStatus

  constructor(
    { code, message, advice, exitStatus }: { code: string; message: string; advice: string; exitStatus: FailureStatus },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'SynclineError'
    this.code = code
    this.advice = advice
    this.exitStatus = exitStatus
  }
}
