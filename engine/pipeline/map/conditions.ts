import type { Variables } from '../../config/expression-compiler.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import type { CompiledCondition } from '../compiled-mapping.ts'

/** The message of a condition that does not hold: what the mapping says of it, else the condition itself. */
export async function refusal(
  { reason, holds, say }: CompiledCondition,
  input: unknown,
  variables: Variables,
): Promise<string> {
  return `${reason}: ${(await said(say, input, variables)) ?? `it does not hold that ${holds.source}`}`
}

/** What a condition says; nothing where it says nothing, or cannot: the reason must not be lost for that. */
export async function said(
  say: CompiledCondition['say'],
  input: unknown,
  variables: Variables,
): Promise<string | undefined> {
  if (!say) return undefined
  try {
    const text = await say.evaluate(input, variables)
    return typeof text === 'string' && text.trim() !== '' ? text : undefined
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return undefined
  }
}
