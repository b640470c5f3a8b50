import type { Variables } from '../../config/expression-compiler.ts'
import type { CompiledValues } from '../compiled-request.ts'

/** Values of a query, of headers or of a form. */
export async function valuesOf(
  values: CompiledValues,
  variables: Variables,
  input?: unknown,
): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = {}
  for (const [name, formula] of values) {
    const value = await formula.evaluate(input, variables)
    // An optional setting that is not set, or is set to nothing in the environment, leaves its header or parameter out.
    if (value !== undefined && value !== '') out[name] = value
  }
  return out
}

export function textValues(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}
