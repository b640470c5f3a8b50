import type { CompiledMapping } from '../compiled-mapping.ts'
import { type Counts, sum } from '../counts.ts'
import type { ReadPlan } from '../read/plan-types.ts'
import type { PipelineReport } from '../run-context.ts'
import type { GoneTargets } from './gone-targets.ts'
import type { Sender } from './sender.ts'

/**
 * Sends a full file. The target takes what is not in it as gone, so it is sent as a whole and with every record, or not
 * at all.
 */
export async function sendFullFile(
  mapping: CompiledMapping,
  plan: ReadPlan,
  counts: Counts,
  sender: Sender,
  gone: GoneTargets,
  dryRun: boolean,
): Promise<PipelineReport['error']> {
  const left = sum(counts.failed) + counts.parked
  if (plan.mode !== 'full' || left > 0) {
    return {
      code: 'full-file-incomplete',
      message: `${mapping.name}: ${left} records failed or wait, and the target would take what is not in the file as gone; nothing was sent. Settle them, or write without fullFile.`,
      exitStatus: 1,
    }
  }
  if (dryRun) {
    gone.mark()
    return undefined
  }
  if (sender.changed() === 0 && gone.sources() === 0) {
    sender.dismiss()
    return undefined
  }
  const written = (): number => counts.created + counts.updated + counts.unchanged
  const before = written()
  const sending = await sender.sendWhole()
  if (sending === 'empty') {
    return {
      code: 'full-file-empty',
      message: `${mapping.name}: the file would be empty, and the target would take everything as gone; nothing was sent.`,
      exitStatus: 1,
    }
  }
  if (sending === 'uneven') {
    return {
      code: 'full-file-uneven',
      message: `${mapping.name}: records differ in which fields they have, and a full file cannot be divided. Give every record the same fields, or write without fullFile.`,
      exitStatus: 1,
    }
  }
  if (sender.failure() !== undefined) throw sender.failure()
  // A file that was refused as a whole has told nothing.
  if (written() > before) gone.mark()
  return undefined
}
