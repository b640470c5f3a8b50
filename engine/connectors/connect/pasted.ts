import type { CompiledPaste } from '../compiled-connect.ts'
import { whenKnown } from '../known-settings.ts'
import type { Current, StepFailure } from './connect-types.ts'
import { setByProject, settingProblem } from './keeping.ts'

export interface PastedAddress {
  readonly scheme: string
  /** With its port, when it has one. */
  readonly host: string
  readonly path: string
  /** The last value of each name. */
  readonly query: Readonly<Record<string, string>>
}

/** A pasted address in its parts; a host alone is taken for https. Undefined for what is no address. */
export function readAddress(text: string): PastedAddress | undefined {
  const trimmed = text.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
  if (!url || !['http:', 'https:'].includes(url.protocol) || /\s/.test(trimmed)) return undefined
  return {
    scheme: url.protocol.slice(0, -1),
    host: url.host,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
  }
}

/** The settings that an address tells; or why it cannot be meant. */
export async function settingsOf(
  paste: CompiledPaste,
  address: PastedAddress,
  current: Current,
): Promise<{ readonly values: Readonly<Record<string, string>>; readonly failure?: StepFailure }> {
  const values: Record<string, string> = {}
  for (const [name, formula] of paste.gives) {
    const value = await whenKnown(formula, current.config.settings, address)
    if (value === undefined || value === '') continue
    const text = String(value)
    const problem = settingProblem(current, name, text)
    if (problem !== undefined) {
      const message = `The address gives no usable value for the setting ${name}.`
      return { values: {}, failure: { code: 'wrong-setting', message, advice: problem, exitStatus: 2 } }
    }
    const failure = setByProject(current, name, text)
    if (failure) return { values: {}, failure }
    values[name] = text
  }
  return { values }
}
