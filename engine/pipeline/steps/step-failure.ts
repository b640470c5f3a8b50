import { codeOf } from '../map/map-record.ts'
import { RecordFailure } from '../map/outcome.ts'

/** Why a step failed; the record fails with it, or goes on (`onFail: continue`). */
export class StepFailure extends RecordFailure {
  readonly requestId: string | undefined
  constructor(code: string, message: string, requestId?: string) {
    super(code, message)
    this.name = 'StepFailure'
    this.requestId = requestId
  }
}

/** A failed step, as it is booked and told. */
export interface FailedStep {
  readonly step: string
  readonly code: string
  readonly message: string
  readonly requestId?: string
}

/** What is none of our failures (a system that cannot be reached, a mistake of ours) is not a step's and goes on up. */
export function failedStep(step: string, error: unknown): FailedStep {
  const { code, message } = codeOf(error)
  const requestId = error instanceof StepFailure ? error.requestId : undefined
  return { step, code, message, ...(requestId !== undefined && { requestId }) }
}
