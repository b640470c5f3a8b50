import { styleText } from 'node:util'
import type { CheckResult } from '../../connectors/check/check-types.ts'

const words = {
  ok: ['ok     ', 'green'],
  warning: ['warning', 'yellow'],
  failed: ['failed ', 'red'],
  skipped: ['skipped', 'dim'],
} as const

/** One step for people: what was found, why it probably failed, what to do, and which call it was. */
export function checkLines(result: CheckResult, { colour = false } = {}): string {
  const { connection, step, status, found, fix, causes = [], call } = result
  const [word, style] = words[status]
  const mark = colour ? styleText(style, word, { validateStream: false }) : word
  const lines = [`${mark} ${connection}: ${step}: ${found}`]
  for (const [index, cause] of causes.entries())
    lines.push(
      `        ${index === 0 ? 'Likely cause' : 'Or'}: ${cause.say} (${cause.cause})`,
      `          ${cause.fix}`,
    )
  if (fix !== undefined && !causes.some((cause) => cause.fix === fix)) lines.push(`        ${fix}`)
  if (call) {
    const { method, address, status: code, failure, requestId } = call
    const outcome = code === undefined ? `no answer (${failure ?? 'unknown'})` : `status ${code}`
    lines.push(
      `        Call: ${method} ${address}, ${outcome}${requestId === undefined ? '' : `, request id ${requestId}`}`,
    )
  }
  return lines.join('\n')
}
