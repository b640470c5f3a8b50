import type { Formula, Variables } from '../../config/expression-compiler.ts'

/** What an answer tells an expression. */
export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Answers may have any shape: of one on which an expression cannot be evaluated it tells nothing. */
export async function quietly(
  formula: Formula,
  { status, headers, body }: Told,
  variables: Variables,
): Promise<unknown> {
  try {
    return await formula.evaluate({ status, headers, body }, variables)
  } catch {
    return undefined
  }
}

export function toldText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
