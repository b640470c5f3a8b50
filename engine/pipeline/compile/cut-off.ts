import { DateTime } from 'luxon'
import type { MappingFile } from '../../config/dsl.generated.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import { optionsOf } from '../../config/options.ts'
import type { EntityRef } from '../compiled-mapping.ts'
import { listOf } from './compile-triggers.ts'
import type { Compiling } from './compiling.ts'

/**
 * The time before which a mapping reads nothing, in UTC, from the option that `cutOff` names. Undefined: there is none,
 * since the option says nothing, or the beginning of time (1970-01-01).
 */
export function compileCutOff(
  compiling: Compiling,
  file: MappingFile,
  from: EntityRef | undefined,
): string | undefined {
  const { cutOff, options = {}, gone, write } = file
  if (cutOff === undefined) return undefined
  const refuse = (message: string, advice: string): undefined =>
    void compiling.report(['cutOff'], 'wrong-cut-off', message, advice)
  if (options[cutOff] === undefined)
    return refuse(`The mapping has no option ${cutOff}.`, nameAdvice(cutOff, Object.keys(options), 'options'))
  if (from && !listOf({ from, connectors: compiling.input.connectors })?.since.length)
    return refuse(
      `${from.name} cannot be asked for what changed since a time.`,
      'Remove cutOff, and leave older records out by keep.',
    )
  if (gone !== undefined || (typeof write === 'object' && write.fullFile))
    return refuse(
      'What is gone is known only after everything was read, and a cut-off leaves a part out.',
      'Remove cutOff, and leave older records out by keep.',
    )
  const value = optionsOf(compiling.input.source, compiling.input.project)[cutOff]
  if (value === undefined) return undefined
  const time = DateTime.fromISO(String(value), { zone: 'utc' })
  if (!time.isValid)
    return refuse(
      `The option ${cutOff} is ${JSON.stringify(value)}, which is no time.`,
      'Write it like 2026-03-01T00:00:00+01:00.',
    )
  return time.toMillis() <= 0 ? undefined : time.toJSDate().toISOString()
}
