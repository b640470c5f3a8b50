import type { AnyMapping } from './compiled-mapping.ts'
import { createCounts } from './counts.ts'
import { endedBy } from './ended-by.ts'
import { executeFields } from './fields/run-fields.ts'
import { connectionOf } from './open-connections.ts'
import { planRead } from './read/plan-read.ts'
import type { Ended, PipelineReport, RunContext, WouldWrite } from './run-context.ts'
import { executeSteps } from './steps/run-steps.ts'

/** Runs one mapping from its read to its last confirmed write. Fails only for mistakes of ours: what systems and records do ends in the report. */
export async function runPipeline(mapping: AnyMapping, context: RunContext): Promise<PipelineReport> {
  const started = performance.now()
  const counts = createCounts()
  const plan = planRead(mapping, connectionOf(context, mapping.from.connection), context)
  const wouldWrite: WouldWrite[] = []
  context.listener({ type: 'pipeline-started', mapping: mapping.name, mode: plan.mode, reason: plan.reason })
  let ended: Ended = { complete: false }
  let failure: unknown
  try {
    ended = mapping.steps
      ? await executeSteps(mapping, context, plan, counts, wouldWrite)
      : await executeFields(mapping, context, plan, counts, wouldWrite)
  } catch (error) {
    failure = error
  }
  const stopped = context.stop.aborted
  const failed = endedBy(failure)
  if (failure !== undefined && !failed && !stopped) throw failure
  const error = stopped ? undefined : (failed ?? ended.error)
  const report: PipelineReport = {
    mapping: mapping.name,
    mode: plan.mode,
    reason: plan.reason,
    ...counts,
    seconds: Math.round(performance.now() - started) / 1000,
    complete: ended.complete,
    ...(error && { error }),
    ...(stopped && { stopped: true }),
    ...(context.options.dryRun && { wouldWrite }),
    ...(ended.steps && { steps: ended.steps }),
  }
  context.listener({ type: 'pipeline-ended', mapping: mapping.name, report })
  return report
}
