import { keyText } from '../../store/key.ts'
import type { CompiledStep } from '../compiled-mapping.ts'

/** Text of a target record's key, by which its link is found. */
export function madeText({ to }: CompiledStep, target: Readonly<Record<string, unknown>>): string {
  return keyText(to.entity.keyFields.map((field) => target[field]))
}
