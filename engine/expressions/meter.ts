import process from 'node:process'
import type jsonata from 'jsonata'
import type { Limits } from './limits.ts'

/** The interpreter's outermost frame of one evaluation, as far as it is needed here. */
interface Frame {
  readonly base?: Frame
  readonly depth: number
  guardrails: () => void
  lookup: (name: unknown) => unknown
}

/** How often the processor's time is looked at: what takes fewer steps is never measured. */
const stepsBetween = 100

/**
 * Limits the steps of each evaluation by itself, also when several go on at the same time. The interpreter's own limit is
 * one of time that passes, which counts what the machine does otherwise; but it tells when a frame is made, and asks the
 * outermost one before each step.
 */
export function meter(
  expression: jsonata.Expression,
  { steps, cpu, depth }: Pick<Limits, 'steps' | 'cpu' | 'depth'>,
): void {
  const framePushed = Symbol.for('jsonata.__createFrame_push') as unknown as string
  expression.assign(framePushed, (outer: Frame, frame: Frame) => {
    if (outer.base !== undefined) return
    let taken = 0
    let began = 0
    const guardrails = (): void => {
      if (frame.depth > depth) throw { code: 'D1011' }
      taken += 1
      if (taken % stepsBetween !== 0) return
      const now = usedCpuMs()
      if (taken === stepsBetween) began = now
      if (taken > steps || now - began > cpu) throw { code: 'D1012' }
    }
    // The interpreter sets its own after this, and before it looks up anything for the first step.
    const { lookup } = frame
    frame.lookup = (name) => {
      Object.assign(frame, { guardrails, lookup })
      return lookup(name)
    }
  })
}

/** Of this thread alone, where the runtime tells it. */
const usage: () => { readonly user: number; readonly system: number } =
  (process as Partial<typeof process>).threadCpuUsage ?? process.cpuUsage

function usedCpuMs(): number {
  const { user, system } = usage()
  return (user + system) / 1000
}
