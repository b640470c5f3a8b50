import { CallFailure, isSystemFailure } from '../connectors/failure.ts'
import { EvaluationError } from '../expressions/function-definition.ts'
import type { PipelineReport } from './run-context.ts'

/** What a system did that ends a mapping's run or comparison; undefined for what is a mistake of ours. */
export function endedBy(failure: unknown): PipelineReport['error'] {
  // Of no record: what the connector file says of the target (the size of a batch) does not fit the settings.
  if (failure instanceof EvaluationError)
    return {
      code: 'unexpected-answer',
      message: `What the connector file says does not fit the settings: ${failure.message}`,
      exitStatus: 2,
    }
  if (!(failure instanceof CallFailure)) return undefined
  return { code: failure.code, message: failure.message, exitStatus: isSystemFailure(failure) ? 3 : 1 }
}
