import type { Variables } from '../../config/expression-compiler.ts'
import type { CompiledConnector, Meaning } from '../compiled-connector.ts'
import type { Operation } from './call-types.ts'
import { quietly, type Told, toldText } from './told.ts'

export interface Understood {
  readonly meaning: Meaning
  /** What the rule that fits says of it. */
  readonly code: string | undefined
  readonly say: string | undefined
}

/** What an answer means: by the first rule of the connector file that fits, else by its status. */
export async function meaningOf(
  connector: CompiledConnector,
  answer: Told,
  operation: Operation,
  basics: Variables,
): Promise<Understood> {
  for (const rule of connector.errors) {
    if ((await quietly(rule.when, answer, { ...basics, operation })) !== true) continue
    const code = rule.code && (await quietly(rule.code, answer, basics))
    const say = rule.say && (await quietly(rule.say, answer, basics))
    return { meaning: rule.is, code: toldText(code), say: toldText(say) }
  }
  return { meaning: usualMeaning(answer.status), code: undefined, say: undefined }
}

function usualMeaning(status: number): Meaning {
  if (status >= 200 && status < 300) return 'ok'
  if (status === 429) return 'throttled'
  if (status === 401) return 'unauthorized'
  return status >= 500 ? 'retry' : 'failed'
}
