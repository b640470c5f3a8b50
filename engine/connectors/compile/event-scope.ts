import type { Scope } from '../../config/expression-compiler.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { ConnectorCompiler } from './connector-compiler.ts'

/** What expressions about an event may see. */
export function eventScope(
  { settings, functions }: ConnectorCompiler,
  input: StaticType,
  more: Readonly<Record<string, StaticType>> = {},
): Scope {
  return { input, variables: new Map([['settings', settings], ...Object.entries(more)]), functions }
}
